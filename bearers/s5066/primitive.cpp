#include "bearers/s5066/primitive.hpp"

#include "bearers/s5066/nibbles.hpp"
#include "bearers/s5066/primitive_frame.hpp"

#include <algorithm>
#include <cassert>

namespace longwire::s5066 {
namespace {

constexpr std::array<std::string_view, 28> names{"",
                                                 "S_BIND_REQUEST",
                                                 "S_UNBIND_REQUEST",
                                                 "S_BIND_ACCEPTED",
                                                 "S_BIND_REJECTED",
                                                 "S_UNBIND_INDICATION",
                                                 "S_HARD_LINK_ESTABLISH",
                                                 "S_HARD_LINK_TERMINATE",
                                                 "S_HARD_LINK_ESTABLISHED",
                                                 "S_HARD_LINK_REJECTED",
                                                 "S_HARD_LINK_TERMINATED",
                                                 "S_HARD_LINK_INDICATION",
                                                 "S_HARD_LINK_ACCEPT",
                                                 "S_HARD_LINK_REJECT",
                                                 "S_SUBNET_AVAILABILITY",
                                                 "S_DATA_FLOW_ON",
                                                 "S_DATA_FLOW_OFF",
                                                 "S_KEEP_ALIVE",
                                                 "S_MANAGEMENT_MSG_REQUEST",
                                                 "S_MANAGEMENT_MSG_INDICATION",
                                                 "S_UNIDATA_REQUEST",
                                                 "S_UNIDATA_INDICATION",
                                                 "S_UNIDATA_REQUEST_CONFIRM",
                                                 "S_UNIDATA_REQUEST_REJECTED",
                                                 "S_EXPEDITED_UNIDATA_REQUEST",
                                                 "S_EXPEDITED_UNIDATA_INDICATION",
                                                 "S_EXPEDITED_UNIDATA_REQUEST_CONFIRM",
                                                 "S_EXPEDITED_UNIDATA_REQUEST_REJECTED"};

struct TypeOf {
  std::uint8_t operator()(const BindRequest&) const { return 1; }
  std::uint8_t operator()(const UnbindRequest&) const { return 2; }
  std::uint8_t operator()(const BindAccepted&) const { return 3; }
  std::uint8_t operator()(const BindRejected&) const { return 4; }
  std::uint8_t operator()(const UnbindIndication&) const { return 5; }
  std::uint8_t operator()(const HardLinkEstablish&) const { return 6; }
  std::uint8_t operator()(const HardLinkTerminate&) const { return 7; }
  std::uint8_t operator()(const HardLinkEstablished&) const { return 8; }
  std::uint8_t operator()(const HardLinkRejected&) const { return 9; }
  std::uint8_t operator()(const HardLinkTerminated&) const { return 10; }
  std::uint8_t operator()(const HardLinkIndication&) const { return 11; }
  std::uint8_t operator()(const HardLinkAccept&) const { return 12; }
  std::uint8_t operator()(const HardLinkReject&) const { return 13; }
  std::uint8_t operator()(const SubnetAvailability&) const { return 14; }
  std::uint8_t operator()(const DataFlowOn&) const { return 15; }
  std::uint8_t operator()(const DataFlowOff&) const { return 16; }
  std::uint8_t operator()(const KeepAlive&) const { return 17; }
  std::uint8_t operator()(const ManagementMessage& p) const { return p.indication ? 19 : 18; }
  std::uint8_t operator()(const UnidataRequest& p) const { return p.expedited ? 24 : 20; }
  std::uint8_t operator()(const UnidataIndication& p) const { return p.expedited ? 25 : 21; }
  std::uint8_t operator()(const UnidataConfirm& p) const { return p.expedited ? 26 : 22; }
  std::uint8_t operator()(const UnidataRejected& p) const { return p.expedited ? 27 : 23; }
};

// 4+2+1+1+4 bits (fig A-29).
std::uint16_t twelve_bits(const DeliveryMode& m) {
  return static_cast<std::uint16_t>(
      (static_cast<unsigned>(m.mode) & 15U) << 8 | (static_cast<unsigned>(m.confirmation) & 3U) << 6 |
      (m.as_they_arrive ? 1U << 5 : 0U) | (m.extended ? 1U << 4 : 0U) | (m.min_retransmissions & 15U));
}

struct Encoder {
  ByteWriter& out;

  void address(Address a) const {
    out.u32((a.half_octets & 7U) << 29 | (a.group ? 1U << 28 : 0U) | (a.value & 0x0FFF'FFFF));
  }
  void link(const Link& l, Address remote) const {
    out.u8(static_cast<std::uint8_t>((l.type & 3U) << 6 | (l.priority & 3U) << 4 | (l.remote_sap & 15U)));
    address(remote);
  }
  void blocks(const std::vector<Block>& list) const {
    out.u16(static_cast<std::uint16_t>(list.size()));
    for (const auto& block : list) {
      out.u16(block.pointer);
      out.u16(block.size);
    }
  }
  void counted(const Bytes& octets) const {
    out.u16(static_cast<std::uint16_t>(octets.size()));
    out.bytes(octets);
  }

  void operator()(const BindRequest& p) const {
    out.u8(nibbles(p.sap, p.rank));
    out.u16(static_cast<std::uint16_t>(twelve_bits(p.service) << 4));
  }
  void operator()(const UnbindRequest&) const {}
  void operator()(const BindAccepted& p) const {
    out.u8(nibbles(p.sap, 0));
    out.u16(p.mtu);
  }
  void operator()(const BindRejected& p) const { out.u8(p.reason); }
  void operator()(const UnbindIndication& p) const { out.u8(p.reason); }
  void operator()(const HardLinkEstablish& p) const { link(p.link, p.remote); }
  void operator()(const HardLinkTerminate& p) const { address(p.remote); }
  void operator()(const HardLinkEstablished& p) const {
    out.u8(p.remote_status);
    link(p.link, p.remote);
  }
  void operator()(const HardLinkRejected& p) const {
    out.u8(p.reason);
    link(p.link, p.remote);
  }
  void operator()(const HardLinkTerminated& p) const {
    out.u8(p.reason);
    link(p.link, p.remote);
  }
  void operator()(const HardLinkIndication& p) const {
    out.u8(p.remote_status);
    link(p.link, p.remote);
  }
  void operator()(const HardLinkAccept& p) const { link(p.link, p.remote); }
  void operator()(const HardLinkReject& p) const {
    out.u8(p.reason);
    link(p.link, p.remote);
  }
  void operator()(const SubnetAvailability& p) const {
    out.u8(p.node_status);
    out.u8(p.reason);
  }
  void operator()(const DataFlowOn&) const {}
  void operator()(const DataFlowOff&) const {}
  void operator()(const KeepAlive&) const {}
  void operator()(const ManagementMessage& p) const {
    out.u8(p.message_type);
    out.bytes(p.message);
  }
  void operator()(const UnidataRequest& p) const {
    out.u8(nibbles(p.expedited ? 0 : p.priority, p.dest_sap));
    address(p.dest);
    out.u32(static_cast<std::uint32_t>(twelve_bits(p.mode)) << 20 | (p.ttl & 0xF'FFFF));
    counted(p.u_pdu);
  }
  void operator()(const UnidataIndication& p) const {
    out.u8(nibbles(p.expedited ? 0 : p.priority, p.dest_sap));
    address(p.dest);
    out.u8(nibbles(static_cast<unsigned>(p.mode), p.source_sap));
    address(p.source);
    out.u16(static_cast<std::uint16_t>(p.u_pdu.size()));
    if (p.mode == TransmissionMode::non_arq_with_errors) {  // A.2.1.9 (9)
      blocks(p.errored);
      blocks(p.non_received);
    }
    out.bytes(p.u_pdu);
  }
  void operator()(const UnidataConfirm& p) const {
    out.u8(nibbles(0, p.dest_sap));
    address(p.dest);
    counted(p.part);
  }
  void operator()(const UnidataRejected& p) const {
    out.u8(nibbles(p.reason, p.dest_sap));
    address(p.dest);
    counted(p.part);
  }
};

}  // namespace

bool exists(const DeliveryMode& mode) {
  if (mode.mode == TransmissionMode::bind_default) return true;
  return mode.mode <= TransmissionMode::non_arq_with_errors && mode.confirmation <= Confirmation::client &&
         !mode.extended;
}

std::uint8_t type_of(const Primitive& primitive) { return std::visit(TypeOf{}, primitive); }

std::string_view primitive_name(std::uint8_t type) { return type < names.size() ? names[type] : std::string_view{}; }

Bytes encode(const Primitive& primitive) {
  ByteWriter out(64);
  out.bytes(preamble);
  out.u16(0);
  out.u8(type_of(primitive));
  std::visit(Encoder{out}, primitive);
  const auto size = out.size() - type_at;
  assert(size <= 0xFFFF);
  out.patch_u16(size_at, static_cast<std::uint16_t>(size));
  return out.finish();
}

std::string_view unbind_reason_name(std::uint8_t reason) {
  switch (reason) {
    case unbind_reason::preempted:
      return "preempted";
    case unbind_reason::inactivity:
      return "inactivity";
    case unbind_reason::invalid_primitives:
      return "invalid_primitives";
    case unbind_reason::too_many_expedited:
      return "too_many_expedited";
    case unbind_reason::broadcast_session:
      return "broadcast_session";
    default:
      return {};
  }
}

}  // namespace longwire::s5066
