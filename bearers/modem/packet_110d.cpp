#include "bearers/modem/packet_110d.hpp"

#include "base/checksum.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace longwire::modem::port110d {

namespace {

template <class T>
constexpr std::uint8_t octet(T value) {
  return static_cast<std::uint8_t>(value);
}

// --- encoding ---------------------------------------------------------------------------------

Bytes packet_of(Type type, ByteView payload) {
  ByteWriter w(header_octets + payload.size() + 2);
  w.bytes(packet_preamble);
  w.u8(octet(type));
  w.u16(static_cast<std::uint16_t>(payload.size()));
  w.u16(crc16_s5066(w.view()));
  if (payload.empty()) return w.finish();
  w.bytes(payload);
  w.u16(crc16_s5066(payload));
  return w.finish();
}

ByteWriter command(Command c) {
  ByteWriter w;
  w.u8(octet(c));
  return w;
}

// The number is an order or a cause.
void put_header(ByteWriter& w, Header header, unsigned number, const PacketId& id) {
  if (header == Header::short_) {
    w.u8(octet(number << 4 | (id[10] & 0x0FU)));
    w.u8(id[11]);
    return;
  }
  w.u8(octet(number));
  w.bytes(id);
}

struct Encoder {
  static Bytes data(const ByteWriter& payload) { return packet_of(Type::data, payload.view()); }

  Bytes operator()(const Connect& p) const { return packet_of(Type::connect, {&p.version, 1}); }
  Bytes operator()(const ConnectAck& p) const { return packet_of(Type::connect_ack, {&p.version, 1}); }
  Bytes operator()(const ErrorPacket& p) const { return packet_of(Type::error, p.payload); }
  Bytes operator()(const KeepAlive&) const { return packet_of(Type::data, {}); }
  Bytes operator()(const Arm&) const { return data(command(Command::arm)); }
  Bytes operator()(const Start&) const { return data(command(Command::start)); }
  Bytes operator()(const RequestStatus&) const { return data(command(Command::request_status)); }
  Bytes operator()(const AbortReception&) const { return data(command(Command::abort_reception)); }
  Bytes operator()(const ConnectionProbe&) const { return data(command(Command::connection_probe)); }
  Bytes operator()(const DataTransfer& p) const {
    auto w = command(Command::data_transfer);
    put_header(w, p.header, octet(p.order), p.id);
    w.bytes(p.octets);
    return data(w);
  }
  Bytes operator()(const DataNak& p) const {
    auto w = command(Command::data_nak);
    put_header(w, p.header, octet(p.cause), p.id);
    return data(w);
  }
  Bytes operator()(const TxStatus& p) const {
    auto w = command(Command::tx_status);
    w.u8(octet(p.state));
    for (const auto number : {p.space, p.fill, p.critical_ms, p.critical_octets}) w.u32(number);
    return data(w);
  }
  Bytes operator()(const CarrierDetect& p) const {
    auto w = command(Command::carrier_detect);
    w.u8(p.on ? 1 : 0);
    w.u32(p.rate_bps);
    w.u32(p.blocking_bits);
    return data(w);
  }
  Bytes operator()(const TxSetup& p) const {
    auto w = command(Command::tx_setup);
    w.u32(p.rate_bps);
    w.u32(p.blocking_bits);
    return data(w);
  }
  Bytes operator()(const InitialSetup& p) const {
    auto w = command(Command::initial_setup);
    for (const auto number : {p.round_trip_ms, p.least_latency_ms, p.most_latency_ms}) w.u32(number);
    for (const auto field : {octet(p.synchronous ? 1 : 0), p.data_bits, p.stop_bits, p.parity, p.mode}) w.u8(field);
    return data(w);
  }
};

// --- decoding ---------------------------------------------------------------------------------

Result<Packet> bad(std::string_view name, const ByteReader& in, std::size_t back, unsigned value) {
  return error(name, header_octets + in.offset() - back, std::to_string(value));
}

// The fixed fields have been read: nothing may be missing, nothing may follow.
Result<Packet> whole(const ByteReader& in, Packet packet) {
  if (in.failed()) return error("truncated", header_octets + in.offset());
  if (!in.at_end()) return error("trailing_octets", header_octets + in.offset());
  return packet;
}

// `first`: the octet before, whose lower half belongs to the ID of a short header.
PacketId read_id(ByteReader& in, Header header, unsigned first) {
  PacketId id{};
  if (header == Header::short_) {
    id[10] = octet(first & 0x0F);
    id[11] = in.u8();
  } else {
    std::ranges::copy(in.take(id.size()), id.begin());
  }
  return id;
}

unsigned number_of(Header header, unsigned first) { return header == Header::short_ ? first >> 4 : first; }

Result<Packet> read_data(ByteReader& in) {
  DataTransfer p;
  const auto first = in.u8();
  // No order is above 4: in a long header the upper half of its octet is empty, in a short one never.
  p.header = first >> 4 != 0 ? Header::short_ : Header::long_;
  const auto order = number_of(p.header, first);
  if (!in.failed() && (order < octet(Order::first_only) || order > octet(Order::last)))
    return bad("bad_order", in, 1, order);
  p.order = static_cast<Order>(order);
  p.id = read_id(in, p.header, first);
  const auto octets = in.rest();
  if (octets.size() > largest_data)
    return bad("data_too_long", in, octets.size(), static_cast<unsigned>(octets.size()));
  p.octets.assign(octets.begin(), octets.end());
  return whole(in, std::move(p));
}

Result<Packet> read_nak(ByteReader& in) {
  const auto first = in.u8();
  // Nothing follows the header: its length tells the form.
  const auto header = in.remaining() == 1 ? Header::short_ : Header::long_;
  const auto cause = number_of(header, first);
  if (cause > octet(NakCause::multiple_first)) return bad("bad_cause", in, 1, cause);
  return whole(in, DataNak{static_cast<NakCause>(cause), read_id(in, header, first), header});
}

Result<Packet> read_status(ByteReader& in) {
  const auto state = in.u8();
  if (!in.failed() && (state < octet(TxState::flushed) || state > octet(TxState::draining_forced)))
    return bad("bad_state", in, 1, state);
  TxStatus p{static_cast<TxState>(state), in.u32(), 0, 0, 0};
  p.fill = in.u32();
  p.critical_ms = in.u32();
  p.critical_octets = in.u32();
  return whole(in, p);
}

Result<Packet> read_carrier(ByteReader& in) {
  const auto on = in.u8();
  if (on > 1) return bad("bad_carrier", in, 1, on);
  CarrierDetect p{on == 1, in.u32(), 0};
  p.blocking_bits = in.u32();
  return whole(in, p);
}

Result<Packet> read_tx_setup(ByteReader& in) {
  TxSetup p{in.u32(), 0};
  p.blocking_bits = in.u32();
  return whole(in, p);
}

Result<Packet> read_initial_setup(ByteReader& in) {
  InitialSetup p;
  for (auto* number : {&p.round_trip_ms, &p.least_latency_ms, &p.most_latency_ms}) *number = in.u32();
  const auto synchronous = in.u8();
  if (synchronous > 1) return bad("bad_setup", in, 1, synchronous);
  p.synchronous = synchronous == 1;
  for (auto* field : {&p.data_bits, &p.stop_bits, &p.parity, &p.mode}) *field = in.u8();
  return whole(in, p);
}

Result<Packet> read_command(ByteView payload) {
  ByteReader in(payload);
  const auto value = in.u8();
  switch (static_cast<Command>(value)) {
    case Command::data_transfer:
      return read_data(in);
    case Command::arm:
      return whole(in, Arm{});
    case Command::start:
      return whole(in, Start{});
    case Command::request_status:
      return whole(in, RequestStatus{});
    case Command::data_nak:
      return read_nak(in);
    case Command::tx_status:
      return read_status(in);
    case Command::abort_reception:
      return whole(in, AbortReception{});
    case Command::carrier_detect:
      return read_carrier(in);
    case Command::tx_setup:
      return read_tx_setup(in);
    case Command::initial_setup:
      return read_initial_setup(in);
    case Command::connection_probe:
      return whole(in, ConnectionProbe{});
  }
  return bad("unknown_command", in, 1, value);
}

// CONNECT and CONNECT_ACK: one octet of version (A.5.1.1.2).
template <class P>
Result<Packet> read_version(ByteView payload) {
  ByteReader in(payload);
  const P p{in.u8()};
  return whole(in, p);
}

Result<Packet> read_payload(std::uint8_t type, ByteView payload) {
  switch (static_cast<Type>(type)) {
    case Type::data:
      if (payload.empty()) return Packet{KeepAlive{}};
      return read_command(payload);
    case Type::connect:
      return read_version<Connect>(payload);
    case Type::connect_ack:
      return read_version<ConnectAck>(payload);
    case Type::error:
      return Packet{ErrorPacket{Bytes(payload.begin(), payload.end())}};
  }
  return error("unknown_type", packet_preamble.size(), std::to_string(type));
}

}  // namespace

Bytes encode(const Packet& packet) { return std::visit(Encoder{}, packet); }

Result<Packet> decode(ByteView octets) {
  ByteReader in(octets);
  const auto start = in.take(packet_preamble.size());
  if (!in.failed() && !std::ranges::equal(start, packet_preamble)) return error("bad_preamble");
  const auto type = in.u8();
  const std::size_t size = in.u16();
  const auto header_crc = in.u16();
  if (in.failed()) return error("truncated", octets.size());
  if (header_crc != crc16_s5066(octets.first(header_octets - 2))) return error("bad_header_crc", header_octets - 2);
  if (size > largest_payload) return error("payload_too_long", 4, std::to_string(size));
  const auto payload = in.take(size);
  const auto payload_crc = size > 0 ? in.u16() : std::uint16_t{0};
  if (in.failed()) return error("truncated", octets.size());
  if (size > 0 && payload_crc != crc16_s5066(payload)) return error("bad_payload_crc", header_octets + size);
  if (!in.at_end()) return error("trailing_octets", in.offset());
  return read_payload(type, payload);
}

bool is_dropped_silently(std::string_view name) { return name == "bad_header_crc" || name == "bad_payload_crc"; }

}  // namespace longwire::modem::port110d
