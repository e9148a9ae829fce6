#include "bearers/modem/modem_110d_dce.hpp"

#include "bearers/modem/waveform.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace longwire::modem {

namespace {

using namespace port110d;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A.5.1.2.1 and A.5.1.2.2.
constexpr Duration connect_limit = seconds{3};
constexpr Duration probe_limit = seconds{6};
constexpr Duration keep_alive_after = seconds{2};
constexpr Duration dead_after = seconds{30};
constexpr Duration status_every = seconds{2};  // A.5.1.2.5 (8), while started or draining
// Some DTEs acknowledge our CONNECT only by going on: the probe that they echo proves as much.
constexpr Duration ack_patience = milliseconds{500};
// Unread input above this: the owner has not looked at wants_input(), which no honest one does.
constexpr std::size_t most_buffered = 256 * 1024;

std::uint32_t clamp32(std::uint64_t v) { return static_cast<std::uint32_t>(std::min<std::uint64_t>(v, UINT32_MAX)); }

}  // namespace

Modem110dDce::Modem110dDce(DceSettings settings) : settings_(settings) {
  settings_.fifo_octets = std::max(settings_.fifo_octets, 2 * largest_data);
}

// --- the port ---------------------------------------------------------------------------------------

void Modem110dDce::opened(Time now) {
  closed(now);
  phase_ = Phase::connecting;
  reader_.reset();
  out_.clear();
  wants_close_ = connect_seen_ = ack_seen_ = data_begun_ = false;
  opened_at_ = heard_at_ = now;
  send(Connect{}, now);
}

void Modem110dDce::closed(Time now) {
  const bool was_open = phase_ != Phase::closed;
  phase_ = Phase::closed;
  if (in_over()) {
    // A.5.1.2.5: the transmitter is disconnected at once.
    state_ = TxState::flushed;
    fill_ = 0;
    events_.push_back(dce::Aborted{"port_closed"});
  }
  reader_.reset();
  out_.clear();
  if (was_open && !wants_close_) events_.push_back(dce::Closed{"port_closed"});
  wants_close_ = false;
  told_at_ = now;
}

void Modem110dDce::on_bytes(ByteView octets, Time now) {
  if (phase_ == Phase::closed || wants_close_) return;
  reader_.feed(octets);
  process(now);
  if (reader_.buffered() > most_buffered) fail("input_not_throttled", true, now);
}

Bytes Modem110dDce::take_bytes() { return std::exchange(out_, {}); }

bool Modem110dDce::wants_input() const { return !wants_close_ && has_room(); }

// A.5.1.2.5 (10): a packet is queued only when the largest one would fit; until then the DTE's
// socket blocks.
bool Modem110dDce::has_room() const {
  return settings_.fifo_octets - std::min(fill_, settings_.fifo_octets) >= largest_data;
}

void Modem110dDce::process(Time now) {
  while (has_room() && !wants_close_ && phase_ != Phase::closed) {
    auto packet = reader_.next();
    if (!packet) return;
    if (packet->has_error()) return fail(packet->error().name, true, now);
    handle(packet->value(), now);
  }
}

void Modem110dDce::fail(std::string_view reason, bool tell, Time now) {
  if (wants_close_ || phase_ == Phase::closed) return;
  if (tell) send(ErrorPacket{}, now);
  wants_close_ = true;
  if (in_over()) {
    state_ = TxState::flushed;
    fill_ = 0;
    events_.push_back(dce::Aborted{reason});
  }
  events_.push_back(dce::Closed{reason});
}

void Modem110dDce::send(const Packet& packet, Time now) {
  const auto octets = encode(packet);
  out_.insert(out_.end(), octets.begin(), octets.end());
  told_at_ = now;
}

// --- packets of the DTE -----------------------------------------------------------------------------

void Modem110dDce::handle(const Packet& packet, Time now) {
  heard_at_ = now;
  if (std::holds_alternative<ErrorPacket>(packet)) return fail("error_packet", false, now);
  if (phase_ != Phase::up) return handle_opening(packet, now);
  if (const auto* data = std::get_if<DataTransfer>(&packet)) return handle_data(*data, now);
  if (std::holds_alternative<Arm>(packet)) return handle_arm(now);
  if (std::holds_alternative<Start>(packet)) return handle_start(now);
  if (std::holds_alternative<RequestStatus>(packet)) return send_status(now);
  if (const auto* setup = std::get_if<TxSetup>(&packet)) return handle_setup(*setup, now);
  if (std::holds_alternative<AbortReception>(packet)) {
    if (!carrier_) return;
    end_reception(now);
    events_.push_back(dce::ReceptionAborted{});
    return;
  }
  if (std::holds_alternative<KeepAlive>(packet) || std::holds_alternative<ConnectionProbe>(packet)) return;
  if (std::holds_alternative<ConnectAck>(packet) && !std::exchange(ack_seen_, true)) return;  // a slow one
  fail("unexpected_packet", true, now);
}

void Modem110dDce::handle_opening(const Packet& packet, Time now) {
  if (const auto* connect = std::get_if<Connect>(&packet); connect && !connect_seen_) {
    if (connect->version != port110d::version) return fail("bad_version", false, now);
    connect_seen_ = true;
    send(ConnectAck{}, now);
    if (ack_seen_) probe(now);
    return;
  }
  if (const auto* ack = std::get_if<ConnectAck>(&packet); ack && !ack_seen_) {
    if (ack->version != port110d::version) return fail("bad_version", false, now);
    ack_seen_ = true;
    if (connect_seen_ && phase_ == Phase::connecting) probe(now);
    return;
  }
  if (phase_ == Phase::probing && std::holds_alternative<ConnectionProbe>(packet)) return finish_opening(now);
  if (phase_ == Phase::probing && std::holds_alternative<KeepAlive>(packet)) return;
  // A.5.1.2.3: a packet with a payload before the connection stands.
  fail("unexpected_packet", true, now);
}

void Modem110dDce::probe(Time now) {
  phase_ = Phase::probing;
  probed_at_ = now;
  send(ConnectionProbe{}, now);
}

void Modem110dDce::finish_opening(Time now) {
  phase_ = Phase::up;
  InitialSetup setup;
  setup.round_trip_ms = clamp32(static_cast<std::uint64_t>((now - probed_at_) / milliseconds{1}));
  setup.most_latency_ms = 10'000;
  setup.synchronous = settings_.synchronous;
  if (!settings_.synchronous) {  // 8 data bits, no parity, the data bits only on the air
    setup.data_bits = 3;
    setup.mode = 1;
  }
  send(setup, now);
  send_setup(now);
  state_ = TxState::flushed;
  fill_ = 0;
  send_status(now);
  send_carrier(now);
  events_.push_back(dce::Opened{});
}

void Modem110dDce::handle_data(const DataTransfer& data, Time now) {
  const bool first = data.order == Order::first_only || data.order == Order::first_and_last;
  std::optional<NakCause> refused;
  if (state_ == TxState::draining_forced) refused = NakCause::underrun;
  else if (state_ == TxState::flushed || last_seen_) refused = NakCause::not_armed;
  else if (first && first_seen_) refused = NakCause::multiple_first;
  else if (!first && !first_seen_) refused = NakCause::missing_first;
  settings_.header = data.header;
  if (refused) return send(DataNak{*refused, data.id, data.header}, now);
  first_seen_ = true;
  last_id_ = data.id;
  fill_ += data.octets.size();
  if (!data.octets.empty()) events_.push_back(dce::Octets{data.octets});
  if (data.order != Order::last && data.order != Order::first_and_last) return;
  last_seen_ = true;
  events_.push_back(dce::Last{});
  if (state_ != TxState::started) return;
  state_ = TxState::draining_ok;
  send_status(now);
}

void Modem110dDce::handle_arm(Time now) {
  if (state_ == TxState::flushed) {
    state_ = carrier_ && settings_.receiver_master ? TxState::armed_not_ready : TxState::armed_ready;
    first_seen_ = last_seen_ = false;
    fill_ = 0;
    events_.push_back(dce::Armed{});
  }
  send_status(now);
}

void Modem110dDce::handle_start(Time now) {
  if (state_ == TxState::armed_ready) {
    if (carrier_) end_reception(now);  // transmitter master (A.5.1.2.7.1)
    state_ = TxState::started;
    events_.push_back(dce::Started{});
    send_status(now);
    if (!last_seen_) return;
    state_ = TxState::draining_ok;
  }
  send_status(now);
}

void Modem110dDce::handle_setup(const TxSetup& setup, Time now) {
  if (!settings_.settable) return fail("unexpected_packet", true, now);
  const auto wanted = waveform_of(setup.rate_bps, setup.blocking_bits);
  events_.push_back(dce::WaveformWanted{wanted.rate_bps, wanted.interleaver});
}

// --- the radio side ---------------------------------------------------------------------------------

void Modem110dDce::sent(std::size_t octets, Time now) {
  fill_ -= std::min(fill_, octets);
  process(now);
}

void Modem110dDce::underrun(Time now) {
  if (state_ != TxState::started) return;
  state_ = TxState::draining_forced;
  send_status(now);
  send(DataNak{NakCause::underrun, last_id_, settings_.header}, now);
}

void Modem110dDce::flushed(Time now) {
  if (!in_over()) return;
  state_ = TxState::flushed;
  fill_ = 0;
  if (phase_ == Phase::up) send_status(now);
  process(now);
}

void Modem110dDce::carrier(bool on, Waveform waveform, Time now) {
  if (on == carrier_ && (!on || waveform == receiving_)) return;
  if (!on) return end_reception(now);
  carrier_ = true;
  receiving_ = waveform;
  if (phase_ != Phase::up) return;
  send_carrier(now);
  if (state_ == TxState::armed_ready && settings_.receiver_master) {
    state_ = TxState::armed_not_ready;
    send_status(now);
  }
}

void Modem110dDce::end_reception(Time now) {
  carrier_ = false;
  if (phase_ != Phase::up) return;
  if (std::exchange(data_begun_, false)) send(DataTransfer{Order::last, {}, {}, settings_.header}, now);
  send_carrier(now);
  if (state_ != TxState::armed_not_ready) return;
  state_ = TxState::armed_ready;
  send_status(now);
}

void Modem110dDce::received(ByteView octets, Time now) {
  if (phase_ != Phase::up || !carrier_) return;
  while (!octets.empty()) {
    const auto part = octets.first(std::min(octets.size(), largest_data));
    octets = octets.subspan(part.size());
    DataTransfer data;
    data.order = std::exchange(data_begun_, true) ? Order::continuation : Order::first_only;
    auto id = next_id_++;
    for (auto at = data.id.rbegin(); id != 0; id >>= 8) *at++ = static_cast<std::uint8_t>(id);
    data.octets.assign(part.begin(), part.end());
    data.header = settings_.header;
    send(data, now);
  }
}

void Modem110dDce::set_waveform(Waveform waveform, Time now) {
  settings_.waveform = waveform;
  if (phase_ == Phase::up) send_setup(now);
}

void Modem110dDce::send_status(Time now) {
  TxStatus status;
  status.state = state_;
  status.fill = clamp32(fill_);
  status.space = clamp32(settings_.fifo_octets - std::min(settings_.fifo_octets, fill_));
  if (state_ == TxState::started) {
    const auto rate = std::max(settings_.waveform.rate_bps, 1U);
    status.critical_ms = clamp32(static_cast<std::uint64_t>(fill_) * 8 * 1000 / rate);
    status.critical_octets = (blocking_bits(settings_.waveform) + 7) / 8;
  }
  status_at_ = now;
  send(status, now);
}

void Modem110dDce::send_setup(Time now) {
  send(TxSetup{settings_.waveform.rate_bps, blocking_bits(settings_.waveform)}, now);
}

void Modem110dDce::send_carrier(Time now) {
  if (carrier_) return send(CarrierDetect{true, receiving_.rate_bps, blocking_bits(receiving_)}, now);
  send(CarrierDetect{}, now);
}

// --- time -------------------------------------------------------------------------------------------

void Modem110dDce::tick(Time now) {
  if (phase_ == Phase::closed || wants_close_) return;
  if (phase_ == Phase::connecting) {
    if (connect_seen_ && now >= opened_at_ + ack_patience) return probe(now);
    if (now >= opened_at_ + connect_limit) return fail("no_connect", false, now);
    return;
  }
  if (phase_ == Phase::probing) {
    if (now >= probed_at_ + probe_limit) fail("no_probe", false, now);
    return;
  }
  // While the FIFO is full nothing is read: what has not been looked at is no silence.
  if (!has_room()) heard_at_ = now;
  if (now >= heard_at_ + dead_after) return fail("silent", false, now);
  if (in_over() && now >= status_at_ + status_every) send_status(now);
  if (now >= told_at_ + keep_alive_after) send(KeepAlive{}, now);
}

Time Modem110dDce::next_wake() const {
  if (phase_ == Phase::closed || wants_close_) return never;
  if (phase_ == Phase::connecting) return opened_at_ + (connect_seen_ ? ack_patience : connect_limit);
  if (phase_ == Phase::probing) return probed_at_ + probe_limit;
  auto next = std::min(heard_at_ + dead_after, told_at_ + keep_alive_after);
  if (in_over()) next = std::min(next, status_at_ + status_every);
  return next;
}

std::vector<DceEvent> Modem110dDce::take_events() { return std::exchange(events_, {}); }

}  // namespace longwire::modem
