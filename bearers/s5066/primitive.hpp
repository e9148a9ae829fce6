// S_PRIMITIVEs of the subnetwork interface (Annex A, A.2), as plain structs.
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

// --- service type and delivery mode (A.2.2.3, A.2.2.28.2): 12 bits, 4+2+1+1+4 -------------------
enum class TransmissionMode : std::uint8_t { bind_default = 0, arq = 1, non_arq = 2, non_arq_with_errors = 3 };
enum class Confirmation : std::uint8_t { none = 0, node = 1, client = 2 };
// Modes 4-15, confirmation 3 and the extended field do not exist. They are kept as they came: whoever asks so
// is to be answered (exists()).
struct DeliveryMode {
  TransmissionMode mode = TransmissionMode::bind_default;
  Confirmation confirmation = Confirmation::none;
  bool as_they_arrive = false;           // delivery order
  std::uint8_t min_retransmissions = 0;  // 0-15; non-ARQ only: each U_PDU goes 1 + this many times
  bool extended = false;
  friend bool operator==(const DeliveryMode&, const DeliveryMode&) = default;
};

// Of mode 0 the rest is not looked at (A.2.2.28.2).
bool exists(const DeliveryMode& mode);

struct Link {                 // the LPS octet
  std::uint8_t type = 0;      // 0 reservation, 1 partial, 2 full
  std::uint8_t priority = 0;  // 0-3
  std::uint8_t remote_sap = 0;
  friend bool operator==(const Link&, const Link&) = default;
};

// A run of octets of a U_PDU, for non-ARQ delivery with errors.
struct Block {
  std::uint16_t pointer = 0, size = 0;
  friend bool operator==(const Block&, const Block&) = default;
};

struct BindRequest {  // 1
  std::uint8_t sap = 0, rank = 0;
  DeliveryMode service;
};
struct UnbindRequest {};  // 2
struct BindAccepted {     // 3
  std::uint8_t sap = 0;
  std::uint16_t mtu = 2048;
};
struct BindRejected {  // 4
  std::uint8_t reason = 0;
};
struct UnbindIndication {  // 5
  std::uint8_t reason = 0;
};
struct HardLinkEstablish {  // 6
  Link link;
  Address remote;
};
struct HardLinkTerminate {  // 7
  Address remote;
};
struct HardLinkEstablished {  // 8
  std::uint8_t remote_status = 1;
  Link link;
  Address remote;
};
struct HardLinkRejected {  // 9
  std::uint8_t reason = 0;
  Link link;
  Address remote;
};
struct HardLinkTerminated {  // 10
  std::uint8_t reason = 0;
  Link link;
  Address remote;
};
struct HardLinkIndication {  // 11
  std::uint8_t remote_status = 1;
  Link link;
  Address remote;
};
struct HardLinkAccept {  // 12
  Link link;
  Address remote;
};
struct HardLinkReject {  // 13
  std::uint8_t reason = 0;
  Link link;
  Address remote;
};
struct SubnetAvailability {  // 14
  std::uint8_t node_status = 1, reason = 0;
};
struct DataFlowOn {};       // 15
struct DataFlowOff {};      // 16
struct KeepAlive {};        // 17
struct ManagementMessage {  // 18 towards the node, 19 from it
  bool indication = false;
  std::uint8_t message_type = 0;
  Bytes message;
};
struct UnidataRequest {  // 20; expedited: 24
  bool expedited = false;
  std::uint8_t priority = 0;  // 0-15, 15 the most urgent
  std::uint8_t dest_sap = 0;
  Address dest;
  DeliveryMode mode;
  std::uint32_t ttl = 0;  // units of 2 s, 20 bits; 0 = the node's default maximum
  Bytes u_pdu;
};
struct UnidataIndication {  // 21; expedited: 25
  bool expedited = false;
  std::uint8_t priority = 0, dest_sap = 0;
  Address dest;
  TransmissionMode mode = TransmissionMode::arq;
  std::uint8_t source_sap = 0;
  Address source;
  std::vector<Block> errored, non_received;  // on the wire if and only if mode is non_arq_with_errors
  Bytes u_pdu;
};
struct UnidataConfirm {  // 22; expedited: 26
  bool expedited = false;
  std::uint8_t dest_sap = 0;
  Address dest;
  Bytes part;  // the first octets of the U_PDU, or all of it
};
struct UnidataRejected {  // 23; expedited: 27
  bool expedited = false;
  std::uint8_t reason = 0;
  std::uint8_t dest_sap = 0;
  Address dest;
  Bytes part;
};

using Primitive =
    std::variant<BindRequest, UnbindRequest, BindAccepted, BindRejected, UnbindIndication, HardLinkEstablish,
                 HardLinkTerminate, HardLinkEstablished, HardLinkRejected, HardLinkTerminated, HardLinkIndication,
                 HardLinkAccept, HardLinkReject, SubnetAvailability, DataFlowOn, DataFlowOff, KeepAlive,
                 ManagementMessage, UnidataRequest, UnidataIndication, UnidataConfirm, UnidataRejected>;

// Reason codes (section 2.7 of the project's STANAG 5066 reference).
namespace bind_reason {
inline constexpr std::uint8_t not_enough_resources = 1, invalid_sap = 2, sap_allocated = 3, broadcast_session = 4;
}
namespace unbind_reason {
inline constexpr std::uint8_t preempted = 1, inactivity = 2, invalid_primitives = 3, too_many_expedited = 4,
                              broadcast_session = 5;
}
std::string_view unbind_reason_name(std::uint8_t reason);  // empty when there is none
namespace hard_link_reason {                               // of 9; 10 differs
inline constexpr std::uint8_t remote_busy = 1, higher_priority_existing = 2, not_responding = 3, sap_not_bound = 4,
                              type_0_exists = 5;
}
namespace terminated_reason {  // of 10
inline constexpr std::uint8_t by_remote = 1, higher_priority_requested = 2, not_responding = 3, sap_unbound = 4,
                              link_broken = 5;
}
namespace unidata_reason {  // of 23, 27
inline constexpr std::uint8_t ttl_expired = 1, sap_not_bound = 2, not_responding = 3, too_large = 4,
                              mode_not_specified = 5;
}
namespace node_status {
inline constexpr std::uint8_t off = 0, on = 1, receive_only = 2, half_duplex = 3, full_duplex = 4, transmit_only = 5;
}

inline constexpr std::uint16_t general_mtu = 2048, broadcast_mtu = 4096;
inline constexpr std::uint32_t longest_ttl = 648'000;  // of 2 s: 15 days (fig A-20)

struct DecodedPrimitive {
  Primitive primitive;
  std::size_t length = 0;  // octets of the frame, preamble included
};

// The whole frame: 90 EB, version, size, type, body (A.2.2.2). No frame is longer than 65 540 octets:
// the caller keeps U_PDUs within the MTU.
Bytes encode(const Primitive& primitive);
// One frame, nothing behind it. Errors: truncated bad_preamble bad_version bad_size unknown_type
// bad_field trailing_octets; the offset counts from the preamble. Bits not used are not looked at.
Result<DecodedPrimitive> decode_primitive(ByteView frame);
std::uint8_t type_of(const Primitive& primitive);    // table A-1
std::string_view primitive_name(std::uint8_t type);  // "S_BIND_REQUEST"; empty when there is none

// Cuts a TCP stream into primitives, whatever the segment borders are. After a wrong preamble,
// version or size it searches for the next 90 EB 00: octets passed over are one error, however many.
// Whoever feeds takes everything with next() before feeding more; then at most one frame is held.
class PrimitiveReader {
 public:
  void feed(ByteView octets);
  // The next primitive or error; nothing while a frame is incomplete. After an error the next frame follows.
  std::optional<Result<Primitive>> next();
  // Octets of a frame that has begun and is not complete.
  std::size_t incomplete() const { return pending_.size() - at_; }
  // Where the last primitive or error of next() began, counted from the first octet ever fed.
  std::uint64_t offset() const { return offset_; }

 private:
  std::optional<Result<Primitive>> lost(Error why);
  void skip_to_preamble();
  void forget_read();

  Bytes pending_;
  std::size_t at_ = 0;
  std::uint64_t before_ = 0, offset_ = 0;  // octets before pending_
  bool searching_ = false;
};

}  // namespace longwire::s5066
