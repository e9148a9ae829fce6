#include "bearers/s5066/nibbles.hpp"
#include "bearers/s5066/primitive_frame.hpp"

#include <algorithm>

namespace longwire::s5066 {
namespace {

// Reads one body. Field errors are noted, the first one counts; the lengths are checked at the end.
class BodyReader {
 public:
  explicit BodyReader(ByteView frame) : in_(frame) { in_.skip(type_at + 1); }

  std::uint8_t u8() { return in_.u8(); }
  std::uint16_t u16() { return in_.u16(); }
  Address address() {
    const auto v = in_.u32();
    return {v & 0x0FFF'FFFF, (v >> 28 & 1U) != 0, static_cast<std::uint8_t>(v >> 29)};
  }
  Link link() {
    const auto octet = u8();
    Link l;
    l.type = octet >> 6;
    l.priority = octet >> 4 & 3U;
    l.remote_sap = low_nibble(octet);
    if (l.type == 3) bad_field("link type 3");
    return l;
  }
  TransmissionMode transmission_mode(unsigned value) {
    if (value > 3) bad_field("reserved transmission mode");
    return static_cast<TransmissionMode>(value & 3U);
  }
  DeliveryMode delivery_mode(unsigned twelve_bits) {
    DeliveryMode m;
    m.mode = static_cast<TransmissionMode>(twelve_bits >> 8);
    m.confirmation = static_cast<Confirmation>(twelve_bits >> 6 & 3U);
    m.extended = (twelve_bits >> 4 & 1U) != 0;
    m.as_they_arrive = (twelve_bits >> 5 & 1U) != 0;
    m.min_retransmissions = static_cast<std::uint8_t>(twelve_bits & 15U);
    return m;
  }
  // Runs of a U_PDU of `limit` octets (A.2.1.9 (10)-(15)).
  std::vector<Block> blocks(std::size_t limit) {
    const std::size_t count = in_.u16();
    std::vector<Block> list;
    if (count * 4 > in_.remaining()) in_.skip(count * 4);  // fails; nothing is reserved for what is not there
    if (in_.failed()) return list;
    list.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto pointer = in_.u16();
      list.push_back({pointer, in_.u16()});
      if (std::size_t{pointer} + list.back().size > limit) bad_field("a block beyond the U_PDU");
    }
    return list;
  }
  // The size field of the U_PDU that ends the frame.
  std::size_t u_pdu_size() {
    u_pdu_size_at_ = in_.offset();
    return in_.u16();
  }
  Bytes u_pdu(std::size_t size) {
    if (in_.remaining() != size) size_mismatch_ = true;
    return rest();
  }
  Bytes counted() { return u_pdu(u_pdu_size()); }
  Bytes rest() {
    const auto octets = in_.rest();
    return {octets.begin(), octets.end()};
  }
  // Old Rockwell Collins nodes send empty error lists in every mode: four octets too many, all zero.
  void skip_empty_lists(std::size_t size) {
    auto ahead = in_;
    if (in_.remaining() == size + 4 && ahead.u32() == 0) in_.skip(4);
  }

  template <class P>
  Result<Primitive> done(P primitive) {
    if (in_.failed()) return error("bad_size", size_at, "the size field is too small for this type");
    if (size_mismatch_) return error("bad_size", u_pdu_size_at_, "the sizes of frame and U_PDU do not agree");
    if (!in_.at_end()) return error("bad_size", size_at, "the size field is too large for this type");
    if (bad_) return *bad_;
    return Primitive{std::move(primitive)};
  }

 private:
  void bad_field(std::string_view text) {
    if (!bad_) bad_ = error("bad_field", in_.offset() - 1, std::string(text));
  }

  ByteReader in_;
  std::optional<Error> bad_;
  bool size_mismatch_ = false;
  std::size_t u_pdu_size_at_ = 0;
};

Result<Primitive> bind_request(BodyReader in) {
  BindRequest p;
  const auto octet = in.u8();
  p.sap = high_nibble(octet);
  p.rank = low_nibble(octet);
  p.service = in.delivery_mode(in.u16() >> 4);
  return in.done(p);
}

Result<Primitive> bind_accepted(BodyReader in) {
  BindAccepted p;
  p.sap = high_nibble(in.u8());
  p.mtu = in.u16();
  return in.done(p);
}

template <class P>
Result<Primitive> empty(BodyReader in) {
  return in.done(P{});
}

template <class P>
Result<Primitive> reason_only(BodyReader in) {
  P p;
  p.reason = in.u8();
  return in.done(p);
}

template <class P>
Result<Primitive> link_and_address(BodyReader in) {
  P p;
  p.link = in.link();
  p.remote = in.address();
  return in.done(p);
}

template <class P>
Result<Primitive> reason_link_address(BodyReader in) {
  P p;
  p.reason = in.u8();
  p.link = in.link();
  p.remote = in.address();
  return in.done(p);
}

template <class P>
Result<Primitive> status_link_address(BodyReader in) {
  P p;
  p.remote_status = in.u8();
  p.link = in.link();
  p.remote = in.address();
  return in.done(p);
}

Result<Primitive> subnet_availability(BodyReader in) {
  SubnetAvailability p;
  p.node_status = in.u8();
  p.reason = in.u8();
  return in.done(p);
}

Result<Primitive> management(BodyReader in, bool indication) {
  ManagementMessage p;
  p.indication = indication;
  p.message_type = in.u8();
  p.message = in.rest();
  return in.done(std::move(p));
}

Result<Primitive> unidata_request(BodyReader in, bool expedited) {
  UnidataRequest p;
  p.expedited = expedited;
  const auto octet = in.u8();
  p.priority = expedited ? 0 : high_nibble(octet);
  p.dest_sap = low_nibble(octet);
  p.dest = in.address();
  const unsigned mode_and_ttl = in.u16();
  p.mode = in.delivery_mode(mode_and_ttl >> 4);
  p.ttl = (mode_and_ttl & 15U) << 16 | in.u16();
  p.u_pdu = in.counted();
  return in.done(std::move(p));
}

Result<Primitive> unidata_indication(BodyReader in, bool expedited) {
  UnidataIndication p;
  p.expedited = expedited;
  const auto octet = in.u8();
  p.priority = expedited ? 0 : high_nibble(octet);
  p.dest_sap = low_nibble(octet);
  p.dest = in.address();
  const auto mode = in.u8();
  p.mode = in.transmission_mode(high_nibble(mode));
  p.source_sap = low_nibble(mode);
  p.source = in.address();
  const auto size = in.u_pdu_size();
  if (p.mode == TransmissionMode::non_arq_with_errors) {
    p.errored = in.blocks(size);
    p.non_received = in.blocks(size);
  } else {
    in.skip_empty_lists(size);
  }
  p.u_pdu = in.u_pdu(size);
  return in.done(std::move(p));
}

Result<Primitive> unidata_confirm(BodyReader in, bool expedited) {
  UnidataConfirm p;
  p.expedited = expedited;
  p.dest_sap = low_nibble(in.u8());
  p.dest = in.address();
  p.part = in.counted();
  return in.done(std::move(p));
}

Result<Primitive> unidata_rejected(BodyReader in, bool expedited) {
  UnidataRejected p;
  p.expedited = expedited;
  const auto octet = in.u8();
  p.reason = high_nibble(octet);
  p.dest_sap = low_nibble(octet);
  p.dest = in.address();
  p.part = in.counted();
  return in.done(std::move(p));
}

Result<Primitive> hard_link_terminate(BodyReader in) {
  HardLinkTerminate p;
  p.remote = in.address();
  return in.done(p);
}

Result<Primitive> decode_link_primitive(std::uint8_t type, BodyReader in) {
  switch (type) {
    case 6:
      return link_and_address<HardLinkEstablish>(in);
    case 7:
      return hard_link_terminate(in);
    case 8:
      return status_link_address<HardLinkEstablished>(in);
    case 9:
      return reason_link_address<HardLinkRejected>(in);
    case 10:
      return reason_link_address<HardLinkTerminated>(in);
    case 11:
      return status_link_address<HardLinkIndication>(in);
    case 12:
      return link_and_address<HardLinkAccept>(in);
    default:
      return reason_link_address<HardLinkReject>(in);
  }
}

Result<Primitive> decode_data_primitive(std::uint8_t type, BodyReader in) {
  const bool expedited = type >= 24;
  switch (expedited ? type - 4 : type) {
    case 20:
      return unidata_request(in, expedited);
    case 21:
      return unidata_indication(in, expedited);
    case 22:
      return unidata_confirm(in, expedited);
    default:
      return unidata_rejected(in, expedited);
  }
}

}  // namespace

Result<std::size_t> frame_length(ByteView octets) {
  for (std::size_t i = 0; i < std::min(octets.size(), preamble.size()); ++i)
    if (octets[i] != preamble[i])
      return i < 2 ? error("bad_preamble", i, "90 EB is missing") : error("bad_version", i, "version is not 0");
  if (octets.size() < type_at) return error("truncated", octets.size(), "frame header");
  const auto size = static_cast<std::size_t>(octets[size_at] << 8 | octets[size_at + 1]);
  if (size == 0) return error("bad_size", size_at, "no room for the type");
  return type_at + size;
}

Result<Primitive> decode_body(ByteView frame) {
  const auto type = frame[type_at];
  BodyReader in(frame);
  if (type >= 6 && type <= 13) return decode_link_primitive(type, in);
  if (type >= 20 && type <= 27) return decode_data_primitive(type, in);
  switch (type) {
    case 1:
      return bind_request(in);
    case 2:
      return empty<UnbindRequest>(in);
    case 3:
      return bind_accepted(in);
    case 4:
      return reason_only<BindRejected>(in);
    case 5:
      return reason_only<UnbindIndication>(in);
    case 14:
      return subnet_availability(in);
    case 15:
      return empty<DataFlowOn>(in);
    case 16:
      return empty<DataFlowOff>(in);
    case 17:
      return empty<KeepAlive>(in);
    case 18:
    case 19:
      return management(in, type == 19);
  }
  return error("unknown_type", type_at, "S_PRIMITIVE type " + std::to_string(type));
}

Result<DecodedPrimitive> decode_primitive(ByteView frame) {
  const auto length = frame_length(frame);
  if (!length) return length.error();
  if (frame.size() < *length) return error("truncated", frame.size(), "the frame is longer");
  if (frame.size() > *length) return error("trailing_octets", *length, "octets behind the frame");
  auto primitive = decode_body(frame);
  if (!primitive) return primitive.error();
  return DecodedPrimitive{std::move(*primitive), *length};
}

}  // namespace longwire::s5066
