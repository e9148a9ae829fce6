#include "bearers/hf_queue.hpp"

#include <algorithm>

namespace longwire::bearers {

template <class Wanted>
std::vector<HfQueued> HfQueue::take_if(Wanted wanted) {
  std::vector<HfQueued> out;
  std::erase_if(units_, [&](const HfQueued& unit) {
    if (!wanted(unit)) return false;
    out.push_back(unit);
    octets_ -= unit.octets;
    return true;
  });
  return out;
}

std::optional<HfQueued> HfQueue::take(std::uint64_t ticket) {
  auto found = take_if([ticket](const HfQueued& unit) { return unit.ticket == ticket; });
  return found.empty() ? std::nullopt : std::optional{found.front()};
}

std::vector<HfQueued> HfQueue::take_sent(std::size_t remaining) {
  std::vector<HfQueued> order;
  for (const auto& unit : units_)
    if (!unit.arq) order.push_back(unit);
  if (order.size() <= remaining) return {};
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.urgency > b.urgency; });
  order.resize(order.size() - remaining);
  for (const auto& unit : order) take(unit.ticket);
  return order;
}

std::vector<HfQueued> HfQueue::take_left(Time now) {
  return take_if([now](const HfQueued& unit) { return unit.left <= now; });
}

std::vector<HfQueued> HfQueue::take_given_up(Time now) {
  return take_if([now](const HfQueued& unit) { return unit.given_up_at <= now; });
}

std::vector<HfQueued> HfQueue::take_all() {
  return take_if([](const HfQueued&) { return true; });
}

HfQueue::Load HfQueue::load(std::uint8_t urgency) const {
  Load out;
  for (const auto& unit : units_) {
    if (unit.urgency < urgency) continue;
    ++out.units;
    out.octets += unit.octets;
  }
  return out;
}

Time HfQueue::next_wake() const {
  auto next = never;
  for (const auto& unit : units_) next = std::min({next, unit.left, unit.given_up_at});
  return next;
}

}  // namespace longwire::bearers
