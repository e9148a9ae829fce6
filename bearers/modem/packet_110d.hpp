// Packets of the TCP data port of MIL-STD-188-110D Appendix A, sections A.5.1.1 and A.5.3.
//
// Header: 49 50 55, type, payload size (2), CRC-16 of these six octets (2); then, unless the size is
// 0, the payload and its CRC-16. All numbers are big-endian, the CRCs too.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>

namespace longwire::modem::port110d {

inline constexpr std::array<std::uint8_t, 3> packet_preamble{0x49, 0x50, 0x55};
inline constexpr std::size_t header_octets = 8;
inline constexpr std::size_t largest_payload = 4086;  // A.5.1.1: packets up to 4096
inline constexpr std::size_t largest_data = 4072;     // A.5.1.1.5
inline constexpr std::size_t largest_packet = header_octets + largest_payload + 2;
inline constexpr std::uint8_t version = 12;  // A.5.1.1.2

enum class Type : std::uint8_t { data = 0x00, connect = 0x01, connect_ack = 0x02, error = 0xFF };  // table A-I

// Table A-II: first octet of the payload of a DATA packet.
enum class Command : std::uint8_t {
  data_transfer = 0x00,
  arm = 0x01,
  start = 0x02,
  request_status = 0x03,
  data_nak = 0x04,
  tx_status = 0x05,
  abort_reception = 0x06,
  carrier_detect = 0x08,
  tx_setup = 0x09,
  initial_setup = 0x0A,
  connection_probe = 0x0B,
};

enum class Order : std::uint8_t { first_only = 1, first_and_last = 2, continuation = 3, last = 4 };  // table A-III

enum class NakCause : std::uint8_t { not_armed = 0, underrun = 1, missing_first = 2, multiple_first = 3 };  // A-IV

enum class TxState : std::uint8_t {  // table A-V
  flushed = 1,
  armed_not_ready = 2,
  armed_ready = 3,
  started = 4,
  draining_ok = 5,
  draining_forced = 6,
};

// Order and packet ID of a data packet, cause and packet ID of a NAK: A.5.1.1.5 is read in two ways, and
// there are modems of both. long_: one octet and twelve. short_: 4 bits and 12 bits, together two octets.
enum class Header : std::uint8_t { long_, short_ };

// Of a short header: the last 12 bits.
using PacketId = std::array<std::uint8_t, 12>;  // A.5.1.1.5.2: unique, used in NAKs only

struct Connect {
  std::uint8_t version = port110d::version;
  friend bool operator==(const Connect&, const Connect&) = default;
};
struct ConnectAck {
  std::uint8_t version = port110d::version;
  friend bool operator==(const ConnectAck&, const ConnectAck&) = default;
};
struct ErrorPacket {
  Bytes payload;  // the standard names none
  friend bool operator==(const ErrorPacket&, const ErrorPacket&) = default;
};
struct KeepAlive {  // DATA without payload
  friend bool operator==(const KeepAlive&, const KeepAlive&) = default;
};
struct DataTransfer {
  Order order = Order::continuation;
  PacketId id{};
  Bytes octets;  // 0 to largest_data
  Header header = Header::long_;
  friend bool operator==(const DataTransfer&, const DataTransfer&) = default;
};
struct Arm {
  friend bool operator==(const Arm&, const Arm&) = default;
};
struct Start {
  friend bool operator==(const Start&, const Start&) = default;
};
struct RequestStatus {
  friend bool operator==(const RequestStatus&, const RequestStatus&) = default;
};
struct DataNak {
  NakCause cause = NakCause::not_armed;
  PacketId id{};
  Header header = Header::long_;
  friend bool operator==(const DataNak&, const DataNak&) = default;
};
struct TxStatus {
  TxState state = TxState::flushed;
  std::uint32_t space = 0, fill = 0;  // octets of the modem's FIFO
  std::uint32_t critical_ms = 0;      // until a forced drain, if nothing more comes
  std::uint32_t critical_octets = 0;  // that must come before
  friend bool operator==(const TxStatus&, const TxStatus&) = default;
};
struct AbortReception {
  friend bool operator==(const AbortReception&, const AbortReception&) = default;
};
struct CarrierDetect {
  bool on = false;
  std::uint32_t rate_bps = 0, blocking_bits = 0;
  friend bool operator==(const CarrierDetect&, const CarrierDetect&) = default;
};
struct TxSetup {
  std::uint32_t rate_bps = 0, blocking_bits = 0;
  friend bool operator==(const TxSetup&, const TxSetup&) = default;
};
struct InitialSetup {
  std::uint32_t round_trip_ms = 0, least_latency_ms = 0, most_latency_ms = 0;
  bool synchronous = true;
  std::uint8_t data_bits = 0, stop_bits = 0, parity = 0, mode = 0;  // tables A-VIII and A-IX; 0 when synchronous
  friend bool operator==(const InitialSetup&, const InitialSetup&) = default;
};
struct ConnectionProbe {
  friend bool operator==(const ConnectionProbe&, const ConnectionProbe&) = default;
};

using Packet = std::variant<Connect, ConnectAck, ErrorPacket, KeepAlive, DataTransfer, Arm, Start, RequestStatus,
                            DataNak, TxStatus, AbortReception, CarrierDetect, TxSetup, InitialSetup, ConnectionProbe>;

Bytes encode(const Packet& packet);

// One whole packet. Errors: truncated, trailing_octets, bad_preamble, bad_header_crc, bad_payload_crc,
// payload_too_long, unknown_type, unknown_command, bad_order, bad_cause, bad_state, bad_carrier,
// bad_setup, data_too_long.
Result<Packet> decode(ByteView octets);

// Whether an error is one of those after which the packet counts as never received (A.5.1.2.3: bad
// CRCs); all others are protocol errors, which close the connection.
bool is_dropped_silently(std::string_view error_name);

}  // namespace longwire::modem::port110d
