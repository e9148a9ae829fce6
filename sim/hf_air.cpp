#include "sim/hf_air.hpp"

#include <algorithm>

namespace longwire::sim {

namespace {

using namespace std::chrono_literals;

// What ended so long ago matters to no block that is still on its way (the longest is 4.8 s).
constexpr Duration remembered = 30s;
// A modem notices a carrier before the preamble is over: MIL-STD-188-110A repeats segments of 0.2 s.
constexpr Duration detection = 200ms;

Duration keying_of(const LinkConfig& link, const std::string& name) {
  for (const auto& r : link.receivers)
    if (r.node == name && r.keying) return *r.keying;
  return link.hf.keying;
}

}  // namespace

HfAir::HfAir(const LinkConfig& link, const std::vector<std::string>& names, std::uint64_t seed, Time start)
    : link_(link), seats_(names.size()), rng_(seed) {
  for (std::size_t s = 0; s < names.size(); ++s) {
    seats_[s].waveform = {static_cast<std::uint32_t>(link.rate_bps), link.hf.interleaver};
    seats_[s].keying = keying_of(link, names[s]);
  }
  paths_.reserve(names.size() * names.size());
  for (const auto& from : names)
    for (const auto& to : names) paths_.emplace_back(link, from, to, rng_.next(), start);
}

// --- the modem of a seat -------------------------------------------------------------------------

std::optional<HfWaveform> HfAir::facts(modem::Waveform waveform) const {
  auto found = find_waveform(waveform);
  if (found && link_.hf.preamble) found->preamble = *link_.hf.preamble;
  return found;
}

void HfAir::attach(StationIndex s) {
  auto& seat = seats_[s];
  seat.attached = true;
  seat.told_usable = seat.told_carrier = false;
  seat.events.clear();
  tell_usable(s);
}

void HfAir::detach(StationIndex s) {
  auto& seat = seats_[s];
  if (seat.over) {
    seat.over->over.finish();
    seat.over->orphan = true;
  }
  seat.attached = seat.attention = false;
  seat.events.clear();
}

bool HfAir::usable(StationIndex s) const {
  const auto& seat = seats_[s];
  return seat.attached && seat.plugged && (seat.told_usable || !seat.over);
}

void HfAir::tell_usable(StationIndex s) {
  const bool now_usable = usable(s);
  if (now_usable == seats_[s].told_usable) return;
  seats_[s].told_usable = now_usable;
  tell(s, modem::event::Up{now_usable, now_usable ? "" : "the modem does not answer"});
}

void HfAir::tell(StationIndex s, modem::Event event) {
  if (!seats_[s].attached) return;
  seats_[s].events.push_back(std::move(event));
  seats_[s].attention = true;
}

std::vector<modem::Event> HfAir::take_events(StationIndex s) { return std::exchange(seats_[s].events, {}); }

bool HfAir::set_waveform(StationIndex s, modem::Waveform waveform) {
  auto& seat = seats_[s];
  if (waveform == seat.waveform) return true;
  if (seat.panel || !usable(s) || !facts(waveform)) return false;
  seat.waveform = waveform;
  return true;
}

std::optional<modem::Timing> HfAir::timing(StationIndex s, modem::Waveform waveform) const {
  const auto found = facts(waveform);
  if (!found) return std::nullopt;
  return timing_of(*found, seats_[s].keying);
}

void HfAir::key(StationIndex s, Time now) {
  auto& seat = seats_[s];
  if (seat.over || !usable(s)) return;
  seat.over = std::make_shared<OnAir>(
      OnAir{{s, *facts(seat.waveform), now, seat.keying}, now, {}, {}, false, false, false, false});
  for (std::size_t r = 0; r < seats_.size(); ++r)
    seat.over->ears.emplace_back(link_.hf.shift_bits ? static_cast<unsigned>(rng_.below(8)) : 0, rng_);
  overs_.push_back(seat.over);
  plan(seat.over->over.carrier_at(), Due::What::carrier_up, seat.over);
  plan(seat.over->over.data_at() + link_.propagation, Due::What::preamble_end, seat.over);
  plan(seat.over->over.data_at(), Due::What::block_out, seat.over);
  look(now);
}

// One block ahead of the one that leaves: what is chosen later is chosen better.
bool HfAir::wants_octets(StationIndex s) const {
  const auto& on = seats_[s].over;
  return on && !on->over.finished() && on->over.waiting_bits() < on->over.waveform().block_bits();
}

void HfAir::transmit(StationIndex s, ByteView octets) {
  if (auto& on = seats_[s].over) on->over.add(octets, ++serials_);
}

void HfAir::end(StationIndex s) {
  if (auto& on = seats_[s].over) on->over.finish();
}

void HfAir::abort(StationIndex s, Time now, std::string_view reason) {
  if (seats_[s].over) finish(s, false, reason, now);
}

bool HfAir::on_air(StationIndex s, Time now) const {
  return std::ranges::any_of(overs_, [&](const OverPtr& on) {
    return on->over.from() == s && on->over.carrier_at() <= now && now < on->over.carrier_end();
  });
}

// The carrier is gone, by plan or not.
void HfAir::finish(StationIndex s, bool complete, std::string_view reason, Time now) {
  auto& seat = seats_[s];
  const auto on = std::exchange(seat.over, nullptr);
  on->over.finish();
  on->over.cut(now);
  on->end_reason = reason;
  if (!on->orphan) tell(s, modem::event::OverEnded{complete, reason});
  tell_usable(s);
  plan(now, Due::What::over_end, on);
  plan(now + link_.propagation, Due::What::settle, on);
}

// --- the world -----------------------------------------------------------------------------------

void HfAir::set_up(bool up, Time now) {
  up_ = up;
  look(now);
}

void HfAir::set_modem(StationIndex s, bool on, Time now) {
  seats_[s].plugged = on;
  if (!on) abort(s, now, "port lost");
  tell_usable(s);
}

void HfAir::set_panel_rate(StationIndex s, std::uint32_t rate_bps) {
  auto& seat = seats_[s];
  seat.panel = rate_bps != 0;
  if (seat.panel) seat.waveform.rate_bps = rate_bps;
}

void HfAir::set_snr(std::optional<StationIndex> receiver, double snr_db) {
  for (StationIndex from = 0; from < seats_.size(); ++from)
    for (StationIndex to = 0; to < seats_.size(); ++to)
      if (!receiver || *receiver == to) path(from, to).set_snr(snr_db);
}

void HfAir::plan(Time at, Due::What what, OverPtr over, std::shared_ptr<const HfBlock> block) {
  due_.push({at, ++orders_, what, std::move(over), std::move(block)});
}

void HfAir::advance(Time now, Events& out) {
  while (!due_.empty() && due_.top().at <= now) {
    const Due due = due_.top();
    due_.pop();
    run(due, out);
    look(due.at);
  }
  std::erase_if(overs_, [&](const OverPtr& on) {
    return on->settled && on->over.carrier_end() < now - link_.propagation - remembered;
  });
}

void HfAir::run(const Due& due, Events& out) {
  auto& on = *due.over;
  const bool cut = on.over.carrier_end() <= due.at;
  switch (due.what) {
    case Due::What::carrier_up:
      if (!cut) carrier_up(due.over, due.at, out);
      break;
    case Due::What::preamble_end:
      if (on.over.carrier_end() > on.over.data_at()) preamble_end(on, due.at);
      break;
    case Due::What::block_out:
      if (!cut) block_out(due.over, due.at, out);
      break;
    case Due::What::block_in:
      if (on.over.carrier_end() >= due.block->to) block_in(on, *due.block, out, due.at);
      break;
    case Due::What::over_end:
      if (on.over.carrier_end() == never)
        finish(on.over.from(), !on.over.underrun(), on.over.underrun() ? "underrun" : "", due.at);
      else over_end(on, due.at, out);
      break;
    case Due::What::look:
      break;
    case Due::What::settle:
      for (const auto& unit : on.over.units())  // what was cut off
        for (auto& ear : on.ears) ear.unit(unit.serial).reason = "aborted";
      settle(on, on.over.bits(), due.at, out);
      on.settled = true;
      break;
  }
}

void HfAir::carrier_up(const OverPtr& on, Time now, Events& out) {
  const auto s = on->over.from();
  auto& air = seats_[s].air;
  ++air.overs;
  if (last_on_air_ && *last_on_air_ != s) ++air.turnarounds;
  last_on_air_ = s;
  for (auto& other : overs_) {
    if (other->over.from() == s || !other->overlaps(now, now + Duration{1})) continue;
    for (auto* one : {on.get(), other.get()})
      if (!std::exchange(one->collided, true)) ++seats_[one->over.from()].air.collisions;
  }
  out.push_back({HfEvent::Kind::carrier_up, now, s, s, 0, nullptr, {}, on->over.waveform().name, {}});
  plan(now + link_.propagation + std::min(detection, on->over.waveform().preamble), Due::What::look, on);
}

void HfAir::preamble_end(OnAir& on, Time now) {
  for (StationIndex s = 0; s < seats_.size(); ++s) {
    if (s == on.over.from()) continue;
    const auto reason = obstacle(s, on, on.over.carrier_at(), on.over.data_at());
    auto& heard = path(on.over.from(), s);
    if (!reason.empty()) on.ears[s].miss(reason);
    else if (!heard.audible(on.over.carrier_at(), on.over.data_at())) on.ears[s].miss("no_sync");
    if (!on.ears[s].synchronised()) continue;
    seats_[s].told_carrier = true;
    tell(s, modem::event::Carrier{true, on.over.waveform().name, heard.snr_db(on.over.carrier_at(), now)});
  }
}

void HfAir::block_out(const OverPtr& on, Time now, Events& out) {
  const auto s = on->over.from();
  auto& seat = seats_[s];
  if (now == on->over.data_at() && !on->orphan) tell(s, modem::event::OverStarted{});
  const auto block = on->over.take_block(now);
  seat.air.bits_on_air += on->over.waveform().block_bits();
  seat.data_bits += block->data_bits;
  seat.air.octets_sent = seat.data_bits / 8;
  seat.air.air += block->to - block->from;
  for (const auto& unit : on->over.units()) {
    if (unit.last <= block->first || unit.last > block->first + block->data_bits) continue;
    ++seat.air.frames_sent;
    out.push_back({HfEvent::Kind::sent, now, s, s, unit.serial, unit.octets, {}, on->over.waveform().name, {}});
  }
  plan(block->to + link_.propagation, Due::What::block_in, on, block);
  plan(block->to, block->last ? Due::What::over_end : Due::What::block_out, on);
  if (wants_octets(s)) seat.attention = true;
}

void HfAir::block_in(OnAir& on, const HfBlock& block, Events& out, Time now) {
  for (StationIndex s = 0; s < seats_.size(); ++s)
    if (s != on.over.from()) hear_block(s, on, block);
  settle(on, block.first + block.data_bits, now, out);
}

void HfAir::hear_block(StationIndex s, OnAir& on, const HfBlock& block) {
  auto& ear = on.ears[s];
  const auto from = on.over.from();
  auto reason = obstacle(s, on, block.from, block.to);
  // Who transmits or hears nothing for a whole block does not find into the over again.
  if (reason == "deaf" || reason == "fade" || reason == "down") ear.miss(reason);
  const auto bits = on.over.waveform().block_bits();
  Bytes mask(block.octets.size(), 0);
  if (reason.empty()) reason = add_noise(s, on, block, mask);
  else draw_errors(mask, bits, 0.5, rng_);
  spoil_lost_units(s, on, block, mask);
  for (const auto& unit : on.over.units()) {
    auto& state = ear.unit(unit.serial);
    const auto first = std::max(unit.first, block.first), last = std::min(unit.last, block.first + block.data_bits);
    for (auto b = first; b < last && state.reason.empty(); ++b)
      if (bit_at(mask, b - block.first)) state.reason = reason.empty() ? state.drawn : reason;
    if (first < last && !ear.synchronised()) state.reason = ear.missed();
  }
  if (!ear.synchronised() || !seats_[s].plugged) return;
  Bytes octets = block.octets;
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(octets[i] ^ mask[i]);
  if (const auto snr = path(from, s).snr_db(block.from, block.to)) tell(s, modem::event::Signal{*snr});
  // A modem that misses the end of message hands out what follows it, too.
  const auto end_seen = !block.last || std::ranges::none_of(mask, [](auto octet) { return octet != 0; });
  auto received = ear.take(octets, end_seen ? block.data_bits : bits, block.last);
  if (!received.empty()) {
    seats_[s].air.octets_received += received.size();
    tell(s, modem::event::Received{std::move(received)});
  }
}

// Noise and fading; the reason when some bit is wrong.
std::string_view HfAir::add_noise(StationIndex s, const OnAir& on, const HfBlock& block, Bytes& mask) {
  const auto snr = path(on.over.from(), s).snr_db(block.from, block.to);
  if (!snr) return {};
  const auto rate = bit_error_rate(*snr - on.over.waveform().threshold_db);
  draw_errors(mask, on.over.waveform().block_bits(), rate, rng_);
  return std::ranges::any_of(mask, [](auto octet) { return octet != 0; }) ? "noise" : "";
}

void HfAir::spoil_lost_units(StationIndex s, OnAir& on, const HfBlock& block, Bytes& mask) {
  const auto end = block.first + block.data_bits;
  const auto time_of = [&](std::size_t bit) {
    return on.over.data_at() + air_time(bit / 8, on.over.waveform().name.rate_bps);
  };
  for (const auto& unit : on.over.units()) {
    if (unit.first >= end || unit.last <= block.first) continue;
    auto& state = on.ears[s].unit(unit.serial);
    if (!std::exchange(state.asked, true))
      state.drawn = path(on.over.from(), s).unit_lost(time_of(unit.first), time_of(unit.last));
    if (state.drawn.empty()) continue;
    const auto header = unit.first + 8 * 2;  // behind the sync word of a D_PDU
    spoil(mask, std::max(unit.first, block.first) - block.first, std::min(unit.last, end) - block.first,
          header >= block.first ? std::optional(header - block.first) : std::nullopt, rng_);
  }
}

// Units of which everything has been received, or could have been.
void HfAir::settle(OnAir& on, std::size_t bits_received, Time now, Events& out) {
  for (const auto& unit : on.over.units()) {
    if (unit.last > bits_received) break;
    for (StationIndex s = 0; s < seats_.size(); ++s) {
      if (s == on.over.from()) continue;
      const auto state = on.ears[s].finish_unit(unit.serial);
      auto& air = seats_[s].air;
      ++(state.reason.empty() ? air.frames_received : air.frames_lost);
      out.push_back({state.reason.empty() ? HfEvent::Kind::heard : HfEvent::Kind::lost,
                     now,
                     s,
                     on.over.from(),
                     unit.serial,
                     unit.octets,
                     state.reason,
                     on.over.waveform().name,
                     {}});
    }
  }
  on.over.forget_before(bits_received);
}

void HfAir::over_end(OnAir& on, Time now, Events& out) {
  // An over that was cut also has the end that was planned; and one that never came up has none.
  if (std::exchange(on.ended, true) || on.over.carrier_at() >= on.over.carrier_end()) return;
  auto& air = seats_[on.over.from()].air;
  const auto length = on.over.carrier_end() - on.over.carrier_at();
  air.carrier += length;
  air.longest_over = std::max(air.longest_over, length);
  out.push_back({HfEvent::Kind::carrier_down, now, on.over.from(), on.over.from(), 0, nullptr, on.end_reason,
                 on.over.waveform().name, on.over.carrier_at()});
}

// Tells every modem whose view of the frequency has changed.
void HfAir::look(Time now) {
  for (StationIndex s = 0; s < seats_.size(); ++s) {
    const bool heard = !seats_[s].over && up_ && std::ranges::any_of(overs_, [&](const OverPtr& on) {
      const auto noticed =
          on->over.carrier_at() + link_.propagation + std::min(detection, on->over.waveform().preamble);
      return on->over.from() != s && noticed <= now && now - link_.propagation < on->over.carrier_end() &&
             on->over.carrier_at() < on->over.carrier_end() && path(on->over.from(), s).present(now);
    });
    if (heard == seats_[s].told_carrier) continue;
    seats_[s].told_carrier = heard;
    tell(s, modem::event::Carrier{heard, std::nullopt, std::nullopt});
  }
}

// Why nothing of a stretch of somebody's over can be received: the stretch is as at the transmitter.
std::string_view HfAir::obstacle(StationIndex s, const OnAir& on, Time from, Time to) const {
  if (!up_) return "down";
  for (const auto& own : overs_)
    if (own->over.from() == s && own->keyed < to + link_.propagation &&
        from + link_.propagation < own->over.carrier_end())
      return "deaf";
  if (path(on.over.from(), s).out(from, to)) return "fade";
  return collides(s, on, from, to) ? "collision" : "";
}

bool HfAir::collides(StationIndex s, const OnAir& on, Time from, Time to) const {
  const auto own = path(on.over.from(), s).mean_snr_db();
  return std::ranges::any_of(overs_, [&](const OverPtr& other) {
    if (other.get() == &on || other->over.from() == s || other->over.from() == on.over.from()) return false;
    const auto& there = path(other->over.from(), s);
    if (!other->overlaps(from, to) || !there.present(std::max(from, other->over.carrier_at()))) return false;
    const auto theirs = there.mean_snr_db();
    return !own || !theirs || *own - *theirs < link_.hf.capture_db;
  });
}

}  // namespace longwire::sim
