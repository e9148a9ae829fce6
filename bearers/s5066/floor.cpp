#include "bearers/s5066/floor.hpp"

#include "base/rng.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

constexpr Duration half_second = std::chrono::milliseconds{500};
constexpr Duration guard = std::chrono::milliseconds{20};         // clocks, rounding
constexpr Duration propagation = std::chrono::milliseconds{100};  // there and back; HF reaches half round the earth
constexpr unsigned most_patience = 6, urgent_patience = 2, urgent_tries = 3;
constexpr std::uint8_t urgent_from = 13;  // FLASH, OVERRIDE
constexpr unsigned most_aged = 8;
constexpr std::size_t most_asked = 16;
constexpr std::size_t answer_octets = 48;  // an ACK-ONLY with a long bitmap

}  // namespace

Duration Floor::detection() const {
  return timing_.lead + timing_.delay + propagation + std::chrono::milliseconds{100};
}

std::uint64_t Floor::draw(std::uint64_t below) const {
  return Rng(seed_ + contention_ * 0x9E3779B97F4A7C15ULL).below(std::max<std::uint64_t>(below, 1));
}

void Floor::heard(Address source, Address dest, bool asks, Time begun, std::uint8_t eot) {
  changed();
  own_last_ = false;
  // The bits were on the air `delay` before they came out of the modem.
  const auto end = begun - timing_.delay + eot * half_second + guard;
  const bool same = source == talker_ && begun <= talker_end_;
  if (!same) {
    others_end_ = std::max(others_end_, talker_end_);
    asked_.clear();
  }
  // Each EOT was rounded up; the largest counts (C.3.2.3 (3)).
  const auto tells = eot != 0 ? end : begun;
  talker_end_ = same ? std::max(talker_end_, tells) : tells;
  talker_ = source;
  // An answer took the floor from nobody; but who asks has won it.
  if (!same) counted_ = false;
  if ((asks || dest.group) && !counted_) {
    counted_ = true;
    spoke_ = false;
    others_spoke_ = std::min(others_spoke_ + 1, most_aged);
  }
  if (asks && asked_.size() < most_asked && std::find(asked_.begin(), asked_.end(), dest) == asked_.end())
    asked_.push_back(dest);
}

void Floor::carrier(bool on, Time now) {
  if (carrier_ && !on) carrier_off_ = now;
  if (carrier_ != on) changed();
  if (on) own_last_ = false;
  carrier_ = on;
}

void Floor::own_over_began(bool contended) {
  in_over_ = true;
  if (!contended) return;
  spoke_ = true;
  others_spoke_ = 0;
}

void Floor::own_over_ended(Time announced_end, Time now) {
  in_over_ = false;
  own_end_ = std::max(now, announced_end);
  own_last_ = true;
  asked_.clear();
  changed();
}

void Floor::nobody_answered(Time now) {
  patience_ = std::min(patience_ + 1, most_patience);
  back_off_from_ = now;
  changed();
}

Time Floor::free_at() const { return std::max(std::max(others_end_, talker_end_), std::max(carrier_off_, own_end_)); }

Time Floor::answers_from(Address self) const {
  if (in_over_) return never;
  if (!rules_.half_duplex) return Time{};
  if (carrier_) return never;
  const auto at = std::find(asked_.begin(), asked_.end(), self);
  const auto rank = at == asked_.end() ? 0 : at - asked_.begin();
  return free_at() + rules_.turnaround + rank * (rules_.turnaround + detection());
}

// In this order, and no two of them share a slot: urgent traffic, the others, who has just spoken.
// The longer a station has waited, the fewer of the others' slots remain to it, down to the first half.
std::uint64_t Floor::slot(bool urgent) const {
  const std::uint64_t first = std::max(2U, rules_.slots / 4), all = std::max(2U, rules_.slots);
  if (urgent) return draw(first);
  if (spoke_) return first + all + draw(std::max<std::uint64_t>(2, all / 2));
  const std::uint64_t aged = others_spoke_ / 2;
  return first + draw(std::max({std::uint64_t{2}, all / 2, all - std::min(all, aged)}));
}

Time Floor::new_traffic_from(std::uint8_t urgency) const {
  if (in_over_) return never;
  if (!rules_.half_duplex) return Time{};
  if (carrier_) return never;
  const bool urgent = urgency >= urgent_from;
  auto start = free_at() + rules_.turnaround;
  // Somebody else is about to be answered.
  start += static_cast<Duration::rep>(asked_.size()) * (rules_.turnaround + detection());
  if (rules_.slots > 0) start += rules_.slot_time * (1 + static_cast<Duration::rep>(slot(urgent)));
  // Who has just spoken lets the others speak.
  else if (own_last_) start += rules_.turnaround + detection();
  if (patience_ == 0) return start;
  const auto unit = std::max(detection(), rules_.slot_time * static_cast<Duration::rep>(rules_.slots));
  // Not for ever: without carrier detect a long answer is met again and again until somebody waits longer.
  const auto eager = patience_ <= urgent_tries ? std::min(patience_, urgent_patience) : patience_ - 1;
  const auto patience = rules_.slots > 0 && urgent ? eager : patience_;
  const auto units = static_cast<Duration::rep>(draw(std::uint64_t{1} << patience));
  return std::max(start, back_off_from_ + units * unit);
}

Time Floor::answer_due(Time base, unsigned rank, std::uint32_t rate_bps) const {
  if (!rules_.half_duplex)
    return base + 2 * (detection() + timing_.tail) + air_time(1100 + answer_octets, std::max(rate_bps, 1U));
  return base + guard + rules_.turnaround + detection() + half_second / 2 +
         air_time(answer_octets, std::max(rate_bps, 1U)) +
         static_cast<Duration::rep>(rank) * (rules_.turnaround + detection());
}

}  // namespace longwire::s5066
