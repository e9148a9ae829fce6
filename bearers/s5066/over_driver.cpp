#include "bearers/s5066/over_driver.hpp"

#include <algorithm>
#include <type_traits>

namespace longwire::s5066 {

namespace {

constexpr std::size_t least_window = 4096;
constexpr std::size_t least_d_pdu = 16;     // with data: no two of them end within so many octets
constexpr std::size_t control_octets = 64;  // more than a D_PDU with a C_PDU of Annex B
constexpr std::uint64_t most_units = 4;
constexpr Duration noticing = std::chrono::milliseconds{300};  // a carrier, on top of its lead
constexpr Duration answer_margin = std::chrono::seconds{5};

std::string_view name(modem::Interleaver i) {
  switch (i) {
    case modem::Interleaver::none:
      return "none";
    case modem::Interleaver::short_:
      return "short";
    case modem::Interleaver::long_:
      return "long";
  }
  return "";
}

}  // namespace

OverDriver::OverDriver(modem::Modem& modem, DataTransfer& transfer, ReportLog& log, bool half_duplex,
                       std::uint64_t seed)
    : modem_(modem), transfer_(transfer), log_(log), up_(modem.up()), half_duplex_(half_duplex), rng_(seed) {
  tell_timing();
}

void OverDriver::receive(Time now, const std::function<void()>& heard) {
  modem_.tick(now);
  for (auto& event : modem_.take_events()) on_event(event, heard, now);
}

void OverDriver::on_event(modem::Event& event, const std::function<void()>& heard, Time now) {
  namespace ev = modem::event;
  std::visit(
      [&](auto& e) {
        using E = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<E, ev::Up>) {
          on_up(e, now);
        } else if constexpr (std::is_same_v<E, ev::Carrier>) {
          if (e.on && e.waveform) heard_somebody();
          transfer_.on_carrier(e.on, now, e.waveform);
          if (e.snr_db) snr_db_ = e.snr_db, transfer_.on_signal(*e.snr_db, now);
        } else if constexpr (std::is_same_v<E, ev::Received>) {
          heard_somebody();
          octets_in_ += e.octets.size();
          for (ByteView rest = e.octets; !rest.empty();) {
            const auto piece = rest.first(std::min(rest.size(), least_d_pdu));
            rest = rest.subspan(piece.size());
            transfer_.on_octets(piece, now);
            if (heard) heard();
          }
        } else if constexpr (std::is_same_v<E, ev::Signal>) {
          snr_db_ = e.snr_db;
          transfer_.on_signal(e.snr_db, now);
        } else if constexpr (std::is_same_v<E, ev::OverEnded>) {
          on_over_ended(e, now);
        } else if constexpr (std::is_same_v<E, ev::Fault>) {
          log_.count("warning", "modem_fault", e.name, {{"text", e.text}});
        }
      },
      event);
}

void OverDriver::on_up(const modem::event::Up& event, Time now) {
  if (event.up == up_) return;
  up_ = event.up;
  if (up_) {
    tell_timing();
    log_.add("info", "modem_up");
    return;
  }
  lost_ = true;
  if (over_) on_over_ended({false, "modem_lost"}, now);
  transfer_.reset(now);
  log_.add("error", "modem_down", {{"reason", event.text}});
}

void OverDriver::on_over_ended(const modem::event::OverEnded& event, Time now) {
  if (!over_) return;
  over_ = ending_ = false;
  if (!event.complete) {
    ++cut_;
    if (!silent_) log_.count("warning", "over_cut", event.reason);
  }
  transfer_.over_ended(event.complete, now);
}

void OverDriver::transmit(Time now) {
  if (!over_ && up_ && !silent_ && !modem_.keyed() && transfer_.wants_over(now) && may_begin(now)) begin(now);
  while (over_ && !ending_ && modem_.wants_octets(now)) {
    if (const auto d_pdu = transfer_.next_d_pdu(now)) {
      octets_out_ += d_pdu->size();
      modem_.transmit(*d_pdu, now);
    } else {
      ending_ = true;
      modem_.end(now);
    }
  }
}

void OverDriver::heard_somebody() {
  unheard_ = 0;
  holding_ = false;
}

// Two stations whose timers agree, after a collision or a common start, talk at the same times for ever
// and never hear each other: a modem that transmits is deaf. So who heard nobody since its own over
// waits for some time that the other one does not know.
bool OverDriver::may_begin(Time now) {
  if (unheard_ == 0 || !half_duplex_) return true;
  if (!holding_) {
    const auto timing = modem_.timing(modem_.waveform());
    const auto unit = timing.lead + timing.delay + noticing;
    hold_until_ = now + unit * static_cast<Duration::rep>(rng_.below(std::min(1 + unheard_, most_units)));
    holding_ = true;
  }
  return now >= hold_until_;
}

void OverDriver::begin(Time now) {
  ++unheard_;
  holding_ = false;
  set_waveform(transfer_.next_waveform(now), now);  // before the plan, whose EOT depends on it
  transfer_.begin_over(modem_.timing(modem_.waveform()), now);
  over_ = true;
  ending_ = false;
  ++overs_;
  modem_.key(now);
}

void OverDriver::set_waveform(modem::Waveform wanted, Time now) {
  if (wanted != modem_.waveform() && !modem_.set_waveform(wanted, now))
    log_.count("warning", "waveform_refused", std::to_string(wanted.rate_bps));
  // Somebody may have set it by hand, too.
  if (modem_.waveform() != transfer_waveform_) tell_timing();
}

void OverDriver::tell_timing() {
  transfer_waveform_ = modem_.waveform();
  transfer_.set_timing(modem_.timing(transfer_waveform_), transfer_waveform_);
}

void OverDriver::follow(Time now) {
  if (up_ && !over_ && !modem_.keyed())
    if (const auto wanted = transfer_.receive_waveform()) set_waveform(*wanted, now);
}

void OverDriver::set_silent(bool silent, Time now) {
  silent_ = silent;
  if (!silent) return;
  modem_.abort(now);
  if (over_) receive(now);  // OverEnded, so that nothing of this over counts as sent
  if (over_ && !modem_.keyed()) on_over_ended({false, "emcon"}, now);
}

std::size_t OverDriver::window(Duration max_over) const {
  const auto one = to_seconds(max_over) * modem_.waveform().rate_bps / 8;
  return std::max(least_window, static_cast<std::size_t>(2 * one));
}

Duration OverDriver::answer_time(const DataTransferConfig& transfer) const {
  const auto waveform = modem_.waveform();
  const auto timing = modem_.timing(waveform);
  const auto one_way = timing.lead + timing.tail + timing.delay + air_time(control_octets, waveform.rate_bps) +
                       transfer.turnaround + transfer.slot_time * (transfer.slots + 1);
  return 2 * one_way + answer_margin;
}

boost::json::object OverDriver::status() const {
  const auto waveform = modem_.waveform();
  const auto* state = !up_               ? "down"
                      : over_            ? "transmitting"
                      : modem_.carrier() ? "receiving"
                      : silent_          ? "silent"
                                         : "idle";
  boost::json::object out{
      {"state", state},         {"rate", waveform.rate_bps}, {"interleaver", name(waveform.interleaver)},
      {"overs", overs_},        {"overs_cut", cut_},         {"octets_out", octets_out_},
      {"octets_in", octets_in_}};
  if (snr_db_) out["snr_db"] = *snr_db_;
  return out;
}

}  // namespace longwire::s5066
