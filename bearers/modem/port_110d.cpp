#include "bearers/modem/port_110d.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace longwire::modem {

namespace {

using namespace port110d;
using std::chrono::seconds;

// A.5.1.2.1 and A.5.1.2.2.
constexpr Duration connect_limit = seconds{3};
constexpr Duration probe_limit = seconds{6};  // the modem's for our echo; ours for its probe and set-up
constexpr Duration keep_alive_after = seconds{2};
constexpr Duration dead_after = seconds{30};

}  // namespace

void Port110d::opened(Time now) {
  closed();
  phase_ = Phase::connecting;
  phase_at_ = heard_at_ = now;
  reason_ = {};
  text_.clear();
  send(Connect{}, now);
}

void Port110d::closed() {
  phase_ = Phase::closed;
  reader_.reset();
  out_.clear();
  wants_close_ = connect_seen_ = ack_seen_ = setup_seen_ = false;
}

std::vector<Packet> Port110d::on_bytes(ByteView octets, Time now) {
  std::vector<Packet> packets;
  if (phase_ == Phase::closed || wants_close_) return packets;
  reader_.feed(octets);
  while (!wants_close_) {
    auto packet = reader_.next();
    if (!packet) break;
    if (packet->has_error()) {
      refuse(packet->error().name, packet->error().text, now);
      break;
    }
    if (handle(packet->value(), now)) packets.push_back(std::move(packet->value()));
  }
  return packets;
}

Bytes Port110d::take_bytes() { return std::exchange(out_, {}); }

void Port110d::send(const Packet& packet, Time now) {
  if (wants_close_ || phase_ == Phase::closed) return;
  const auto octets = encode(packet);
  out_.insert(out_.end(), octets.begin(), octets.end());
  told_at_ = now;
}

void Port110d::give_up(std::string_view reason, std::string text) {
  if (phase_ == Phase::closed || wants_close_) return;
  out_.clear();
  reader_.reset();
  wants_close_ = true;
  reason_ = reason;
  text_ = std::move(text);
}

// A protocol error of the modem: it hears of it (A.5.1.2.3).
void Port110d::refuse(std::string_view reason, std::string text, Time now) {
  give_up(reason, std::move(text));
  const ErrorPacket packet;
  out_ = encode(packet);
  told_at_ = now;
}

void Port110d::check_version(std::uint8_t told) {
  if (told != port110d::version) give_up("bad_version", std::to_string(told));
}

// True: a packet for the driver.
bool Port110d::handle(const Packet& packet, Time now) {
  heard_at_ = now;
  if (const auto* e = std::get_if<ErrorPacket>(&packet)) {
    give_up("error_packet", std::string(as_text(e->payload)));
    return false;
  }
  if (phase_ != Phase::setting_up && phase_ != Phase::up) return greet(packet, now);
  if (std::holds_alternative<KeepAlive>(packet)) return false;
  if (std::holds_alternative<ConnectionProbe>(packet)) {  // measures again: as welcome as the first
    send(ConnectionProbe{}, now);
    return false;
  }
  // A modem whose CONNECT comes late: its acknowledgement was there before.
  if (const auto* connect = std::get_if<Connect>(&packet); connect && !std::exchange(connect_seen_, true)) {
    check_version(connect->version);
    send(ConnectAck{}, now);
    return false;
  }
  const bool from_dte = std::holds_alternative<Arm>(packet) || std::holds_alternative<Start>(packet) ||
                        std::holds_alternative<RequestStatus>(packet) || std::holds_alternative<AbortReception>(packet);
  if (from_dte || std::holds_alternative<Connect>(packet) || std::holds_alternative<ConnectAck>(packet)) {
    refuse("unexpected_packet", {}, now);
    return false;
  }
  // The set-up packets may come in any order; the transmitter can be used once two of them are known.
  if (phase_ == Phase::setting_up) {
    if (std::holds_alternative<TxSetup>(packet)) setup_seen_ = true;
    if (std::holds_alternative<TxStatus>(packet) && setup_seen_) phase_ = Phase::up;
  }
  return true;
}

bool Port110d::greet(const Packet& packet, Time now) {
  if (const auto* connect = std::get_if<Connect>(&packet); connect && !std::exchange(connect_seen_, true)) {
    check_version(connect->version);
    send(ConnectAck{}, now);
    return false;
  }
  if (const auto* ack = std::get_if<ConnectAck>(&packet); ack && !std::exchange(ack_seen_, true)) {
    check_version(ack->version);
    phase_ = Phase::probing;
    phase_at_ = now;
    return false;
  }
  if (phase_ == Phase::probing && std::holds_alternative<ConnectionProbe>(packet)) {
    send(ConnectionProbe{}, now);
    phase_ = Phase::setting_up;
    phase_at_ = now;
    return false;
  }
  if (phase_ == Phase::probing && std::holds_alternative<KeepAlive>(packet)) return false;
  refuse("unexpected_packet", "before the connection stands", now);
  return false;
}

void Port110d::tick(Time now) {
  if (wants_close_) return;
  switch (phase_) {
    case Phase::closed:
      return;
    case Phase::connecting:
      if (now >= phase_at_ + connect_limit) give_up("no_connect_ack");
      return;
    case Phase::probing:
      if (now >= phase_at_ + probe_limit) give_up("no_probe");
      return;
    case Phase::setting_up:
      if (now >= phase_at_ + probe_limit) give_up("no_setup");
      return;
    case Phase::up:
      if (now >= heard_at_ + dead_after) return give_up("silent");
      if (now >= told_at_ + keep_alive_after) send(KeepAlive{}, now);
      return;
  }
}

Time Port110d::next_wake() const {
  if (wants_close_) return never;
  switch (phase_) {
    case Phase::closed:
      return never;
    case Phase::connecting:
      return phase_at_ + connect_limit;
    case Phase::probing:
    case Phase::setting_up:
      return phase_at_ + probe_limit;
    case Phase::up:
      return std::min(heard_at_ + dead_after, told_at_ + keep_alive_after);
  }
  return never;
}

}  // namespace longwire::modem
