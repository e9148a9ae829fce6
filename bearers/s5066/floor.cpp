#include "bearers/s5066/floor.hpp"

#include "base/rng.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

constexpr Duration half_second = std::chrono::milliseconds{500};
constexpr Duration guard = std::chrono::milliseconds{20};         // clocks, rounding
constexpr Duration propagation = std::chrono::milliseconds{100};  // there and back; HF reaches half round the earth
constexpr unsigned most_patience = 6;
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
  if (asks && asked_.size() < most_asked && std::find(asked_.begin(), asked_.end(), dest) == asked_.end())
    asked_.push_back(dest);
}

void Floor::carrier(bool on, Time now) {
  if (carrier_ && !on) carrier_off_ = now;
  if (carrier_ != on) changed();
  if (on) own_last_ = false;
  carrier_ = on;
}

void Floor::own_over_began() { in_over_ = true; }

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

Time Floor::new_traffic_from() const {
  if (in_over_) return never;
  if (!rules_.half_duplex) return Time{};
  if (carrier_) return never;
  auto start = free_at() + rules_.turnaround;
  // Somebody else is about to be answered.
  start += static_cast<Duration::rep>(asked_.size()) * (rules_.turnaround + detection());
  if (rules_.slots > 0) start += rules_.slot_time * (1 + static_cast<Duration::rep>(draw(rules_.slots)));
  // Who has just spoken lets the others speak.
  else if (own_last_) start += rules_.turnaround + detection();
  if (patience_ == 0) return start;
  const auto unit = std::max(detection(), rules_.slot_time * static_cast<Duration::rep>(rules_.slots));
  const auto units = static_cast<Duration::rep>(draw(std::uint64_t{1} << patience_));
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
