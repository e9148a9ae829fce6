// The header of a D_PDU, read before its segment is there: what decode_d_pdu() and DPduScanner share.
#pragma once

#include "bearers/s5066/d_pdu.hpp"

namespace longwire::s5066 {

struct DPduHeader {
  DPdu pdu;                             // without segment
  std::optional<std::uint8_t> unknown;  // a reserved type: nothing is known of what follows the header
  std::size_t octets = 0;               // sync included
  std::optional<std::size_t> segment;   // octets announced; unset: this type has none
  // Octets of the whole D_PDU, sync included.
  std::size_t whole() const { return octets + (segment ? *segment + segment_crc_octets : 0); }
};

inline constexpr std::size_t fixed_header_octets = 4;  // behind the sync
inline constexpr std::size_t longest_header = sync_octets + 31 + 7;
inline constexpr std::size_t longest_d_pdu = longest_header + largest_segment + segment_crc_octets;

// Errors: those of decode_d_pdu() but for reserved_type. A header that cannot become one any more is
// an error as soon as that shows; `truncated` means more octets may help.
Result<DPduHeader> read_d_pdu_header(ByteView octets);

// `octets` are the segment as received, then its CRC-32; shorter: bad CRC.
void put_segment(DPduHeader& header, ByteView octets);

}  // namespace longwire::s5066
