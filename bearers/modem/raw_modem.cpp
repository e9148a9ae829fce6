#include "bearers/modem/raw_modem.hpp"

#include "bearers/modem/waveform.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace longwire::modem {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration keying = milliseconds{100};  // where the configuration names no lead
// Given ahead of the air, beyond the interleaver block being filled: a host may be busy for a moment.
constexpr Duration margin = seconds{1};
// No octet for so long, beyond the block a modem gives out at once: the signal is gone.
constexpr Duration quiet = seconds{1};
// Start and stop bit beside eight of data.
constexpr std::uint32_t line_bits = 10;

}  // namespace

RawModem::RawModem(const PortModemSettings& settings) : settings_(settings), guard_(settings.max_transmit) {}

bool RawModem::set_waveform(Waveform waveform, Time) { return waveform == settings_.waveform; }

Timing RawModem::timing(Waveform waveform) const {
  auto t = usual_timing(waveform, keying);
  if (settings_.lead > Duration{0}) t.lead = settings_.lead;
  if (settings_.tail > Duration{0}) t.tail = settings_.tail;
  return t;
}

// The slower of air and serial line.
std::uint32_t RawModem::octet_rate_bps() const {
  auto rate = std::max(settings_.waveform.rate_bps, 1U);
  if (settings_.line_baud > 0)
    rate = std::min(rate, static_cast<std::uint32_t>(std::uint64_t{settings_.line_baud} * 8 / line_bits));
  return std::max(rate, 1U);
}

Duration RawModem::ahead() const { return interleaver_block(settings_.waveform) + margin; }

// --- an over ----------------------------------------------------------------------------------------

void RawModem::key(Time now) {
  if (keyed_) return;
  keyed_ = true;
  started_told_ = ended_ = false;
  first_bit_ = air_until_ = now + timing(settings_.waveform).lead;
  guard_.key(now);
  if (!up()) end_over(false, "port_down");
}

bool RawModem::wants_octets(Time now) const {
  // Behind a command the lead passes first: a radio that switches over may take octets for more commands.
  const bool switching = settings_.attach == Attach::serial && settings_.ptt == Ptt::command && now < first_bit_;
  return keyed_ && !ended_ && !switching && air_until_ <= std::max(now, first_bit_) + ahead();
}

void RawModem::transmit(ByteView octets, Time now) {
  if (!keyed_ || ended_) return;
  out_.insert(out_.end(), octets.begin(), octets.end());
  air_until_ = std::max(air_until_, now) + air_time(octets.size(), octet_rate_bps());
}

void RawModem::end(Time) { ended_ = keyed_; }

void RawModem::abort(Time) {
  if (keyed_) cut("aborted");
}

// PTT drops with keyed_; a radio keyed by nothing but octets is stopped by taking the port away.
void RawModem::cut(std::string_view reason) {
  out_.clear();
  if (!has_ptt()) wants_close_ = open_;
  end_over(false, reason);
}

void RawModem::end_over(bool complete, std::string_view reason) {
  keyed_ = false;
  guard_.release();
  events_.emplace_back(event::OverEnded{complete, reason});
}

// --- the port ---------------------------------------------------------------------------------------

void RawModem::port_opened(Time now) {
  if (open_) port_closed("reopened", now);
  open_ = true;
  wants_close_ = false;
  events_.emplace_back(event::Up{true, {}});
}

void RawModem::port_closed(std::string_view why, Time) {
  out_.clear();
  if (keyed_) end_over(false, "port_lost");
  if (std::exchange(carrier_, false)) events_.emplace_back(event::Carrier{});
  if (std::exchange(open_, false)) events_.emplace_back(event::Up{false, std::string(why)});
  wants_close_ = false;
}

void RawModem::on_bytes(ByteView octets, Time now) {
  if (!open_ || octets.empty()) return;
  if (!std::exchange(carrier_, true)) events_.emplace_back(event::Carrier{true, settings_.waveform, std::nullopt});
  carrier_until_ = now + carrier_patience();
  events_.emplace_back(event::Received{Bytes(octets.begin(), octets.end())});
}

Duration RawModem::carrier_patience() const { return interleaver_block(settings_.waveform) + quiet; }

Bytes RawModem::take_bytes() { return std::exchange(out_, {}); }

// --- time -------------------------------------------------------------------------------------------

void RawModem::tick(Time now) {
  seen_ = now;
  if (guard_.expired(now)) cut("transmit_limit");
  if (carrier_ && now >= carrier_until_) {
    carrier_ = false;
    events_.emplace_back(event::Carrier{});
  }
  if (!keyed_) return;
  if (now >= first_bit_ && !std::exchange(started_told_, true)) events_.emplace_back(event::OverStarted{});
  if (ended_ && now >= air_until_ + timing(settings_.waveform).tail) end_over(true, {});
}

Time RawModem::next_wake() const {
  auto next = guard_.deadline();
  if (carrier_) next = std::min(next, carrier_until_);
  if (!keyed_) return next;
  if (!started_told_) next = std::min(next, first_bit_);
  if (ended_) return std::min(next, air_until_ + timing(settings_.waveform).tail);
  // Asked for already: the owner has none yet.
  const auto low = air_until_ - ahead();
  return low <= seen_ ? next : std::min(next, low);
}

std::vector<Event> RawModem::take_events() { return std::exchange(events_, {}); }

}  // namespace longwire::modem
