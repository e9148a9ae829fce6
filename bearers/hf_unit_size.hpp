// How large a unit for STANAG 5066 should be: it fills one D_PDU, so that the loss of one D_PDU is
// the loss of one unit and no D_PDU goes half empty.
#pragma once

#include "bearers/s5066/s_pdu.hpp"
#include "bearers/s5066/udop.hpp"

#include <cstddef>
#include <cstdint>

namespace longwire::bearers {

// In front of the unit: C_PDU, S_PDU with its time to die, UDOP or RCOP.
inline constexpr std::size_t hf_unit_header = s5066::c_pdu_header + s5066::data_s_pdu_header(true) + s5066::udop_header;
// With the D_PDU: sync, fixed and address fields, segment fields, both CRCs.
inline constexpr std::size_t hf_unit_overhead = hf_unit_header + 24;

// Octets of a D_PDU's data (at most 1023, C.3.2.10): below 300 bit/s less, as a D_PDU would take half a
// minute and more, and everything urgent waits for one. As DataTransfer cuts C_PDUs.
constexpr std::size_t hf_segment(std::uint32_t rate_bps) {
  return rate_bps >= 300 ? 1023 : std::size_t{rate_bps} * 200 / 75;
}
constexpr std::size_t hf_max_pdu(std::size_t segment) {
  return segment > hf_unit_header ? segment - hf_unit_header : 0;
}
// P_MUL cannot do with less (its headers, and at least one destination).
inline constexpr std::size_t hf_least_pdu = 64;

}  // namespace longwire::bearers
