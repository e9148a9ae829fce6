// D_PDUs of the data transfer sublayer (Annex C, C.3), as plain structs.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "bearers/s5066/address.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace longwire::s5066 {

enum class DPduType : std::uint8_t {  // table C-2
  data_only = 0,
  ack_only = 1,
  data_ack = 2,
  reset = 3,
  expedited_data = 4,
  expedited_ack = 5,
  management = 6,
  non_arq = 7,
  expedited_non_arq = 8,
  warning = 15,
};

inline constexpr std::size_t sync_octets = 2;         // 90 EB, in no CRC and no size
inline constexpr std::size_t largest_segment = 1023;  // 10 bits
inline constexpr std::size_t segment_crc_octets = 4;
inline constexpr std::uint32_t window_limit = 128;  // C.6.2
inline constexpr std::size_t most_ack_octets = 16;

// One engineering order wire message (C.5): type in the low nibble of octet 0, contents in octet 1.
struct Eow {
  std::uint8_t type = 0;  // 0: none
  std::uint8_t contents = 0;
  friend bool operator==(const Eow&, const Eow&) = default;
};

struct Segment {
  Bytes octets;        // at most 1023
  bool crc_ok = true;  // as received; encode() always writes a good CRC
};
struct DataPart {  // types 0, 2
  bool start = false, end = false, in_order = false, drop = false, uwe = false, lwe = false;
  std::uint8_t fsn = 0;
  Segment segment;
};
struct AckPart {  // types 1, 2, 5: everything below rx_lwe, and the bits
  std::uint8_t rx_lwe = 0;
  Bytes bitmap;  // bit 0 of the first octet is FSN rx_lwe + 1; at most 16 octets
};
struct DataOnly {  // 0
  DataPart data;
};
struct AckOnly {  // 1
  AckPart ack;
};
struct DataAck {  // 2
  DataPart data;
  AckPart ack;
};
struct Reset {  // 3
  bool full_reset = false, tx_win_rqst = false, rx_win_cmnd = false, ack = false;
  std::uint8_t new_rx_lwe = 0, frame_id = 0;
};
struct ExpeditedData {  // 4
  bool start = false, end = false;
  std::uint8_t c_pdu_id = 0;  // mod 16
  std::uint8_t fsn = 0;
  Segment segment;
};
struct ExpeditedAck {  // 5
  AckPart ack;
};
struct Management {  // 6: the message itself is the D_PDU's EOW
  bool valid = false, ack = false;
  std::uint8_t frame_id = 0;
  std::optional<Bytes> extended;  // at most 23 octets
};
struct NonArq {  // 7; 8 when expedited
  bool expedited = false;
  std::uint16_t c_pdu_id = 0;  // mod 4096
  bool in_order = false, group = false;
  std::uint16_t c_pdu_size = 0, offset = 0;
  std::uint16_t window = 0;  // reception window, half seconds
  Segment segment;
};
struct Warning {  // 15
  std::uint8_t received_type = 0, reason = 0;
};
namespace warning_reason {
inline constexpr std::uint8_t unrecognised_type = 0, not_connected = 1, invalid = 2, invalid_in_state = 3;
}

using DPduBody =
    std::variant<DataOnly, AckOnly, DataAck, Reset, ExpeditedData, ExpeditedAck, Management, NonArq, Warning>;

struct DPdu {
  Eow eow;
  std::uint8_t eot = 0;             // half seconds to the end of the transmission, from the sync on
  std::uint8_t address_octets = 0;  // m, 1-7; when encoding at least the smallest that holds both
  Address dest;                     // group is taken from the GROUP ADDRESS bit of types 7 and 8
  Address source;
  DPduBody body;
};

struct DecodedDPdu {
  DPdu pdu;
  std::size_t length = 0;  // octets, sync included
};

// Sync, header, CRC-16, segment, CRC-32.
Bytes encode(const DPdu& pdu);
// Octets encode() would give, without making them.
std::size_t encoded_size(const DPdu& pdu);
// The D_PDU at the start of `octets`, sync included; more may follow it. A good header with a bad
// segment CRC decodes (segment.crc_ok false, C.3.2.8 (5)). Errors: truncated bad_sync bad_header_crc
// bad_header_size bad_address_size bad_field reserved_type. `truncated` means: more octets may help.
Result<DecodedDPdu> decode_d_pdu(ByteView octets);
DPduType type_of(const DPdu& pdu);
std::string_view to_string(DPduType type);  // "DATA-ONLY"
// A segment of this D_PDU, or nullptr.
const Segment* segment_of(const DPdu& pdu);

}  // namespace longwire::s5066
