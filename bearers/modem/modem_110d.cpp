#include "bearers/modem/modem_110d.hpp"

#include "bearers/modem/waveform.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace longwire::modem {

namespace {

using namespace port110d;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration keying = milliseconds{100};      // where the configuration names no lead
constexpr Duration start_retry = milliseconds{50};  // A.5.1.2.5 (7): not before 10 ms
constexpr Duration status_patience = seconds{3};    // the modem owes a status every 2 s
constexpr Duration answer_limit = seconds{15};      // to ARM and START; then it does not work
constexpr Duration busy_limit = seconds{60};        // armed, and the channel stays occupied
// On top of what the interleaver takes at once: network, a busy host, the next D_PDU being made.
constexpr Duration margin = seconds{1};
constexpr Duration return_patience = seconds{5};  // after we closed the connection
constexpr unsigned prefill_blocks = 3;            // A.5.1.2.5 (4)

// The over, then the packet in it: the NAK of an earlier over must not end this one.
// A short header has room for 4 bits of the over and 8 of the packet.
PacketId make_id(Header header, std::uint64_t over, std::uint32_t packet) {
  PacketId id{};
  if (header == Header::short_) {
    id[10] = static_cast<std::uint8_t>(over & 0x0F);
    id[11] = static_cast<std::uint8_t>(packet);
    return id;
  }
  for (std::size_t i = 0; i < 8; ++i) id[i] = static_cast<std::uint8_t>(over >> 8 * (7 - i));
  for (std::size_t i = 0; i < 4; ++i) id[8 + i] = static_cast<std::uint8_t>(packet >> 8 * (3 - i));
  return id;
}

bool is_of_over(const DataNak& nak, std::uint64_t over) {
  if (nak.header == Header::short_) return nak.id[10] == (over & 0x0F);
  return ByteReader(nak.id).u64() == over;
}

std::string_view name_of(NakCause cause) {
  switch (cause) {
    case NakCause::not_armed:
      return "nak_not_armed";
    case NakCause::underrun:
      return "underrun";
    case NakCause::missing_first:
      return "nak_missing_first";
    case NakCause::multiple_first:
      return "nak_multiple_first";
  }
  return "nak";
}

}  // namespace

Modem110d::Modem110d(const PortModemSettings& settings)
    : settings_(settings),
      guard_(settings.max_transmit),
      waveform_(settings.waveform),
      blocking_(blocking_bits(settings.waveform)),
      settable_(settings.settable),
      header_(settings.header) {}

// --- the waveform -----------------------------------------------------------------------------------

bool Modem110d::set_waveform(Waveform waveform, Time now) {
  if (waveform == waveform_) return true;
  if (!settable_ || !port_.up() || keyed()) return false;
  if (!before_) before_ = waveform_;
  asked_at_ = now;
  waveform_ = waveform;
  blocking_ = blocking_bits(waveform);
  port_.send(TxSetup{waveform.rate_bps, blocking_bits(waveform)}, now);
  return true;
}

Timing Modem110d::timing(Waveform waveform) const {
  auto t = usual_timing(waveform, keying);
  if (settings_.lead > Duration{0}) t.lead = settings_.lead;
  if (settings_.tail > Duration{0}) t.tail = settings_.tail;
  return t;
}

void Modem110d::on_setup(const TxSetup& setup, Time now) {
  before_.reset();
  if (setup.rate_bps == 0) return;  // nothing configured yet
  waveform_ = waveform_of(setup.rate_bps, setup.blocking_bits);
  blocking_ = std::max(setup.blocking_bits, 1U);
  if (over_ == Over::started || over_ == Over::draining) level_.drain(waveform_.rate_bps, now);
}

void Modem110d::on_initial_setup(const InitialSetup& setup) {
  constexpr std::uint8_t eight_data_bits = 3;
  if (!setup.synchronous && setup.data_bits != eight_data_bits)
    fault("modem_data_bits", "the modem is set to fewer than 8 data bits: octets will not pass");
}

// --- an over ----------------------------------------------------------------------------------------

void Modem110d::key(Time now) {
  if (keyed()) return;
  over_ = Over::waiting;
  state_at_ = now;
  ended_ = forced_ = first_sent_ = false;
  packets_ = 0;
  ++overs_;
  level_.begin();
  guard_.key(now);
  if (!port_.up()) return end_over(false, "port_down");
  if (modem_state_ == TxState::flushed) arm(now);
}

void Modem110d::arm(Time now) {
  over_ = Over::arming;
  retry_at_ = now + status_patience;
  port_.send(Arm{}, now);
}

std::size_t Modem110d::low_water() const {
  const std::uint64_t rate = waveform_.rate_bps;
  const auto margin_bits = rate * static_cast<std::uint64_t>(margin / milliseconds{1}) / 1000;
  // The modulator takes a whole block at a time, and it must be there then.
  return static_cast<std::size_t>((2 * std::uint64_t{blocking_} + margin_bits + 7) / 8);
}

std::size_t Modem110d::prefill_octets() const {
  const auto blocks = (std::uint64_t{prefill_blocks} * blocking_ + 7) / 8;
  return std::max(static_cast<std::size_t>(blocks), low_water());
}

bool Modem110d::wants_octets(Time now) const {
  if (ended_ || forced_ || !port_.up()) return false;
  switch (over_) {
    case Over::none:
    case Over::waiting:
    case Over::arming:
    case Over::draining:
      return false;
    case Over::filling:
      return level_.given() < prefill_octets();
    case Over::starting:
      return false;
    case Over::started:
      return level_.level(now) <= low_water();
  }
  return false;
}

void Modem110d::transmit(ByteView octets, Time now) {
  if (ended_ || forced_ || over_ == Over::none || over_ == Over::waiting || over_ == Over::arming) return;
  while (!octets.empty()) {
    const auto part = octets.first(std::min(octets.size(), largest_data));
    octets = octets.subspan(part.size());
    send_data(std::exchange(first_sent_, true) ? Order::continuation : Order::first_only, part, now);
  }
  start_when_filled(now);
}

void Modem110d::send_data(Order order, ByteView octets, Time now) {
  const auto id = make_id(header_, overs_, packets_++);
  port_.send(DataTransfer{order, id, Bytes(octets.begin(), octets.end()), header_}, now);
  level_.given(octets.size());
}

void Modem110d::end(Time now) {
  if (!keyed() || std::exchange(ended_, true)) return;
  if (!first_sent_) return cut("empty", now);  // armed or not, nothing has been radiated
  send_data(Order::last, {}, now);
  start_when_filled(now);
}

// A.5.1.2.5 (4) and (5).
void Modem110d::start_when_filled(Time now) {
  if (over_ != Over::filling || modem_state_ != TxState::armed_ready) return;
  if (!ended_ && level_.given() < prefill_octets()) return;
  over_ = Over::starting;
  state_at_ = now;
  retry_at_ = now + status_patience;
  guard_.key(now);  // nothing has been radiated before this
  port_.send(Start{}, now);
}

void Modem110d::started(Time now) {
  if (over_ != Over::filling && over_ != Over::starting) return;
  over_ = Over::started;
  state_at_ = now;
  retry_at_ = never;
  level_.drain(waveform_.rate_bps, now);
  events_.emplace_back(event::OverStarted{});
}

// EMCON and the like: what waits to go out goes nowhere, and the modem stops when the connection ends.
void Modem110d::abort(Time now) {
  if (keyed()) cut("aborted", now);
}

// The connection will be back in a moment: not worth telling that the modem was away.
void Modem110d::cut(std::string_view reason, Time now) {
  port_.give_up(reason);
  end_over(false, reason);
  down_due_ = now + return_patience;
}

void Modem110d::end_over(bool complete, std::string_view reason) {
  over_ = Over::none;
  retry_at_ = never;
  guard_.release();
  header_proven_ |= complete;
  events_.emplace_back(event::OverEnded{complete, reason});
}

// --- packets of the modem ---------------------------------------------------------------------------

void Modem110d::on_bytes(ByteView octets, Time now) {
  for (const auto& packet : port_.on_bytes(octets, now)) handle(packet, now);
  if (port_.wants_close()) return port_gone(now);
  if (port_.bad_crcs() != told_bad_crcs_) {
    told_bad_crcs_ = port_.bad_crcs();
    fault("modem_bad_crc", std::to_string(told_bad_crcs_) + " since the start");
  }
  if (!port_.up()) return;
  down_due_ = never;
  if (std::exchange(told_up_, true)) return;
  last_failure_.clear();
  events_.emplace_back(event::Up{true, {}});
}

void Modem110d::handle(const Packet& packet, Time now) {
  if (const auto* data = std::get_if<DataTransfer>(&packet)) {
    learn_header(data->header, now);
    if (!data->octets.empty()) events_.emplace_back(event::Received{data->octets});
  } else if (const auto* status = std::get_if<TxStatus>(&packet)) {
    on_status(*status, now);
  } else if (const auto* nak = std::get_if<DataNak>(&packet)) {
    on_nak(*nak, now);
  } else if (const auto* detect = std::get_if<CarrierDetect>(&packet)) {
    on_carrier(*detect);
  } else if (const auto* setup = std::get_if<TxSetup>(&packet)) {
    on_setup(*setup, now);
  } else if (const auto* initial = std::get_if<InitialSetup>(&packet)) {
    on_initial_setup(*initial);
  }
}

void Modem110d::on_status(const TxStatus& status, Time now) {
  modem_state_ = status.state;
  switch (status.state) {
    case TxState::flushed:
      return on_status_flushed(now);
    case TxState::armed_not_ready:
    case TxState::armed_ready:
      return on_status_armed(status.state == TxState::armed_ready, now);
    case TxState::started:
      started(now);
      if (over_ == Over::started) level_.told(status.fill, now);
      return;
    case TxState::draining_ok:
      started(now);
      if (over_ == Over::started) over_ = Over::draining;
      return;
    case TxState::draining_forced:
      started(now);
      if (over_ != Over::none) forced_ = true;
      return;
  }
}

void Modem110d::on_status_armed(bool ready, Time now) {
  if (over_ == Over::arming) {
    over_ = Over::filling;
    state_at_ = now;
    retry_at_ = never;
  }
  // A.5.1.2.5 (7): it would not start yet.
  if (over_ == Over::starting) {
    if (ready) retry_at_ = now + start_retry;
    else over_ = Over::filling;
  }
  start_when_filled(now);
}

void Modem110d::on_status_flushed(Time now) {
  switch (over_) {
    case Over::none:
      return;
    case Over::waiting:
      return arm(now);
    case Over::arming:  // sent before our ARM came, or it was not taken: once more if no other status comes
      retry_at_ = std::min(retry_at_, now + start_retry);
      return;
    case Over::filling:
    case Over::starting:
      return end_over(false, "not_started");
    case Over::started:
    case Over::draining:
      if (forced_) return end_over(false, "underrun");
      return end_over(ended_, ended_ ? std::string_view{} : "flushed_early");
  }
}

void Modem110d::on_nak(const DataNak& nak, Time now) {
  learn_header(nak.header, now);
  if (over_ == Over::none || !is_of_over(nak, overs_)) return;
  fault("modem_nak", std::string(name_of(nak.cause)));
  if (nak.cause == NakCause::underrun) {
    forced_ = true;  // FLUSHED follows
    return;
  }
  // Part of the over is missing and nothing can be taken back but by closing.
  cut(name_of(nak.cause), now);
}

// The modem writes the headers of data packets as it reads ours. What went out in the other form was
// not understood: an over begun with it is lost.
void Modem110d::learn_header(Header header, Time now) {
  header_proven_ = true;
  if (std::exchange(header_, header) == header) return;
  fault("modem_header", std::string("the modem writes the ") + (header == Header::short_ ? "short" : "long") +
                            " form: the key header is changed over");
  if (keyed() && packets_ > 0) cut("header_form", now);
}

// It broke off an over with nothing said and none ever sent: perhaps it reads the other form.
void Modem110d::doubt_header() {
  if (header_proven_ || !keyed() || packets_ == 0) return;
  header_ = header_ == Header::long_ ? Header::short_ : Header::long_;
}

void Modem110d::on_carrier(const CarrierDetect& detect) {
  std::optional<Waveform> waveform;
  if (detect.on && detect.rate_bps > 0) waveform = waveform_of(detect.rate_bps, detect.blocking_bits);
  if (!detect.on && !carrier_) return;
  carrier_ = detect.on;
  events_.emplace_back(event::Carrier{carrier_, waveform, std::nullopt});
}

// --- the port ---------------------------------------------------------------------------------------

void Modem110d::port_opened(Time now) {
  if (port_.open()) port_closed("reopened", now);
  modem_state_ = TxState::flushed;
  gone_told_ = false;
  port_.opened(now);
}

void Modem110d::port_closed(std::string_view why, Time now) {
  if (!port_.wants_close()) port_.give_up(why);
  port_gone(now);
  port_.closed();
}

// Tells once what the end of the connection means.
void Modem110d::port_gone(Time now) {
  if (std::exchange(gone_told_, true)) return;
  if (before_) {
    if (port_.reason() == "error_packet") {
      settable_ = false;
      fault("modem_not_settable", "it refuses to be told a waveform");
    }
    waveform_ = *std::exchange(before_, std::nullopt);
    blocking_ = blocking_bits(waveform_);
  }
  doubt_header();
  if (keyed()) end_over(false, "port_lost");
  if (std::exchange(carrier_, false)) events_.emplace_back(event::Carrier{});
  std::string why(port_.reason());
  if (!port_.text().empty()) why += ": " + port_.text();
  if (down_due_ == never || now >= down_due_) lost(std::move(why));
}

// A modem that is not there fails every few seconds: each cause is told once.
void Modem110d::lost(std::string why) {
  down_due_ = never;
  if (std::exchange(told_up_, false)) events_.emplace_back(event::Up{false, why});
  else if (why != last_failure_) fault("modem_handshake", why);
  last_failure_ = std::move(why);
}

void Modem110d::fault(std::string_view name, std::string text) {
  events_.emplace_back(event::Fault{name, std::move(text)});
}

// --- time -------------------------------------------------------------------------------------------

void Modem110d::tick(Time now) {
  seen_ = now;
  if (guard_.expired(now)) cut("transmit_limit", now);
  port_.tick(now);
  supervise(now);
  if (port_.wants_close()) port_gone(now);
  if (now >= down_due_) lost("does not come back");
}

void Modem110d::supervise(Time now) {
  if (!port_.up()) return;
  if (before_ && now >= asked_at_ + status_patience) {
    settable_ = false;
    waveform_ = *std::exchange(before_, std::nullopt);
    blocking_ = blocking_bits(waveform_);
    fault("modem_not_settable", "it does not answer when told a waveform");
  }
  const bool answers = over_ == Over::arming || over_ == Over::starting || over_ == Over::waiting;
  if (answers && now >= state_at_ + answer_limit) return cut("no_answer", now);
  if (over_ == Over::filling && now >= state_at_ + busy_limit) return cut("channel_busy", now);
  if (now < retry_at_) return;
  retry_at_ = now + status_patience;
  if (over_ == Over::arming) port_.send(Arm{}, now);
  if (over_ == Over::starting) port_.send(Start{}, now);
}

Time Modem110d::next_wake() const {
  auto next = std::min({port_.next_wake(), guard_.deadline(), retry_at_, down_due_});
  if (before_) next = std::min(next, asked_at_ + status_patience);
  switch (over_) {
    case Over::none:
    case Over::draining:
      return next;
    case Over::waiting:
    case Over::arming:
    case Over::starting:
      return std::min(next, state_at_ + answer_limit);
    case Over::filling:
      return std::min(next, state_at_ + busy_limit);
    case Over::started: {
      const auto low = level_.falls_to(low_water());
      // Low already: the owner has been asked for octets and has none yet.
      return ended_ || forced_ || low <= seen_ ? next : std::min(next, low);
    }
  }
  return next;
}

std::vector<Event> Modem110d::take_events() { return std::exchange(events_, {}); }

}  // namespace longwire::modem
