// S_PDUs (A.3.1) and C_PDUs (B.3.1): what travels inside D_PDUs.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <variant>

namespace longwire::s5066 {

// Time to die (A.3.1.1): day of the year mod 16 and seconds of the day, in units of 2 s.
struct TimeToDie {
  std::uint8_t julian_day = 0;    // mod 16
  std::uint16_t two_seconds = 0;  // 0-43199
  friend bool operator==(const TimeToDie&, const TimeToDie&) = default;
};
TimeToDie to_time_to_die(Time t);
// The instant that reads so. TTLs are at most 15 days long, so it lies between a day before `now`
// (just expired) and 15 days after it. Where the day numbers jump at new year two instants may read so:
// the nearest future one is taken; or none, then the instant nearest to `now`.
Time from_time_to_die(TimeToDie ttd, Time now);

struct DataSPdu {             // 0
  std::uint8_t priority = 0;  // 0-15; expedited data: 0
  std::uint8_t source_sap = 0, dest_sap = 0;
  bool client_confirm = false;
  std::optional<TimeToDie> time_to_die;
  Bytes u_pdu;
};
struct DeliveryConfirm {  // 1; SAPs as in the DATA it answers, not exchanged
  std::uint8_t source_sap = 0, dest_sap = 0;
  Bytes part;
};
struct DeliveryFail {       // 2
  std::uint8_t reason = 1;  // 1 = destination SAP not bound
  std::uint8_t source_sap = 0, dest_sap = 0;
  Bytes part;
};
struct LinkRequest {  // 3: HARD LINK ESTABLISHMENT REQUEST
  std::uint8_t link_type = 0, priority = 0;
  std::uint8_t requesting_sap = 0, remote_sap = 0;
};
struct LinkConfirm {};  // 4
struct LinkRejected {   // 5
  std::uint8_t reason = 0;
};
struct LinkTerminate {  // 6
  std::uint8_t reason = 0;
};
struct LinkTerminateConfirm {};  // 7

using SPdu = std::variant<DataSPdu, DeliveryConfirm, DeliveryFail, LinkRequest, LinkConfirm, LinkRejected,
                          LinkTerminate, LinkTerminateConfirm>;

Bytes encode(const SPdu& pdu);
// Errors: truncated unknown_type trailing_octets bad_field. Bits not used are not looked at.
Result<SPdu> decode_s_pdu(ByteView octets);
// Octets of a DATA S_PDU in front of the U_PDU.
constexpr std::size_t data_s_pdu_header(bool with_time_to_die) { return with_time_to_die ? 5 : 3; }

// --- Annex B -----------------------------------------------------------------------------------
enum class CPduType : std::uint8_t {
  data = 0,
  request = 1,
  accepted = 2,
  rejected = 3,
  break_link = 4,
  break_confirm = 5
};
struct CPdu {
  CPduType type = CPduType::data;
  bool exclusive = false;   // request
  std::uint8_t reason = 0;  // rejected, break_link
  Bytes s_pdu;              // data
};
namespace c_reject {
inline constexpr std::uint8_t unknown = 0, broadcast_only = 1, higher_priority_pending = 2, exclusive_link = 3;
}
namespace c_break {
inline constexpr std::uint8_t unknown = 0, higher_layer = 1, broadcast_session = 2, higher_priority_pending = 3,
                              no_more_data = 4;
}
inline constexpr std::size_t c_pdu_header = 1;
Bytes encode(const CPdu& pdu);
// Errors: truncated unknown_type trailing_octets.
Result<CPdu> decode_c_pdu(ByteView octets);

}  // namespace longwire::s5066
