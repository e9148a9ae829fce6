#include "bearers/s5066/non_arq_sender.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace longwire::s5066 {

namespace {

constexpr unsigned half_second_us = 500'000;

}  // namespace

void NonArqSender::insert(Item item) {
  const auto before = std::find_if(items_.begin(), items_.end(), [&](const Item& other) {
    return other.queued.request.priority < item.queued.request.priority;
  });
  items_.insert(before, std::move(item));
}

void NonArqSender::enqueue(QueuedCPdu c_pdu) {
  Item item;
  item.queued = std::move(c_pdu);
  insert(std::move(item));
}

std::size_t NonArqSender::next_size(const Item& item, const SegmentRule& rule) {
  const auto total = item.queued.request.c_pdu.size();
  return std::min(item.segment != 0 ? item.segment : rule.cut(total), total - item.offset);
}

NonArqSender::Items::const_iterator NonArqSender::pick(const SegmentRule& rule, std::size_t most,
                                                       const Held& held) const {
  return std::find_if(items_.begin(), items_.end(), [&](const Item& item) {
    return next_size(item, rule) <= most && !held(item.queued.request.dest);
  });
}

std::optional<Offer> NonArqSender::offer(const SegmentRule& rule, std::size_t most, const Held& held) const {
  const auto at = pick(rule, most, held);
  if (at == items_.end()) return std::nullopt;
  return Offer{at->queued.request.priority, at->queued.serial, false, next_size(*at, rule)};
}

// The window is a promise to the receivers (C.3.10 (24)-(27)): generous, as urgent data may come
// between the parts, but they hold an incomplete C_PDU for so long.
void NonArqSender::open_window(Item& item, std::uint32_t rate_bps, Duration slack, Time now) {
  std::uint64_t octets = 0;
  for (const auto& other : items_) {
    if (other.queued.request.priority < item.queued.request.priority) break;
    octets += (other.queued.request.c_pdu.size() + 32) * (1 + other.queued.request.repeats);
  }
  constexpr Duration longest = std::chrono::microseconds{65'000ULL * half_second_us};
  item.window_end = now + std::min(longest, 2 * air_time(octets, rate_bps) + slack);
  item.id = next_id_;
  next_id_ = static_cast<std::uint16_t>((next_id_ + 1) % 4096);
  item.offset = 0;
}

std::pair<Address, NonArq> NonArqSender::take(const SegmentRule& rule, std::size_t most, const Held& held,
                                              std::uint32_t rate_bps, Duration slack, Time now) {
  const auto at = items_.erase(pick(rule, most, held), pick(rule, most, held));  // a mutable iterator
  auto& item = *at;
  const auto& request = item.queued.request;
  if (item.segment == 0) item.segment = rule.cut(request.c_pdu.size());
  if (!item.before_over) item.before_over.emplace(item.offset, item.pass);
  if (item.window_end == never) open_window(item, rate_bps, slack, now);
  NonArq part;
  part.expedited = expedited_;
  part.c_pdu_id = item.id;
  part.in_order = request.in_order;
  part.group = request.dest.group;
  part.c_pdu_size = static_cast<std::uint16_t>(request.c_pdu.size());
  part.offset = static_cast<std::uint16_t>(item.offset);
  part.window = static_cast<std::uint16_t>((item.window_end - now).count() / half_second_us);
  const auto size = next_size(item, rule);
  const auto first = request.c_pdu.begin() + static_cast<std::ptrdiff_t>(item.offset);
  part.segment.octets.assign(first, first + static_cast<std::ptrdiff_t>(size));
  const auto dest = request.dest;
  item.offset += size;
  if (item.offset == request.c_pdu.size()) {
    item.offset = 0;
    if (item.pass++ == request.repeats) {
      finished_.splice(finished_.end(), items_, at);
    } else {
      // Others of its priority go in between: a fade does not take all copies.
      auto again = std::move(item);
      items_.erase(at);
      insert(std::move(again));
    }
  }
  return {dest, std::move(part)};
}

// Held up beyond its window: the receivers have given it up, it starts under a new ID. What went out
// whole at least once is not repeated then: it would be delivered twice.
void NonArqSender::close_windows(Time now) {
  for (auto at = items_.begin(); at != items_.end();) {
    auto& item = *at++;
    if (item.window_end > now) continue;
    if (item.pass > 0 && !item.before_over) {
      sent_.push_back(item.queued.request.ticket);
      items_.erase(std::prev(at));
      continue;
    }
    item.window_end = never;
    item.segment = 0;  // the waveform may be another by now
    item.offset = 0;
    item.pass = 0;
    item.before_over.reset();
  }
}

void NonArqSender::over_ended(bool complete) {
  if (complete) {
    for (auto& item : finished_) sent_.push_back(item.queued.request.ticket);
    finished_.clear();
    for (auto& item : items_) item.before_over.reset();
    return;
  }
  // What was in the over counts as not sent.
  items_.splice(items_.begin(), finished_);
  items_.sort([](const Item& a, const Item& b) { return a.queued.request.priority > b.queued.request.priority; });
  for (auto& item : items_)
    if (item.before_over) {  // the parts before it stay sent
      std::tie(item.offset, item.pass) = *item.before_over;
      item.before_over.reset();
    }
}

std::vector<std::uint64_t> NonArqSender::take_sent() { return std::exchange(sent_, {}); }

bool NonArqSender::cancel(std::uint64_t ticket) {
  return items_.remove_if([&](const Item& item) { return item.queued.request.ticket == ticket; }) > 0;
}

std::vector<std::uint64_t> NonArqSender::expire(Time now) {
  std::vector<std::uint64_t> tickets;
  items_.remove_if([&](const Item& item) {
    if (item.queued.request.expiry > now) return false;
    tickets.push_back(item.queued.request.ticket);
    return true;
  });
  return tickets;
}

Time NonArqSender::next_expiry() const {
  Time first = never;
  for (const auto& item : items_) first = std::min(first, item.queued.request.expiry);
  return first;
}

std::vector<std::uint64_t> NonArqSender::reject_all() {
  std::vector<std::uint64_t> tickets;
  for (const auto* list : {&finished_, &items_})
    for (const auto& item : *list) tickets.push_back(item.queued.request.ticket);
  finished_.clear();
  items_.clear();
  return tickets;
}

bool NonArqSender::anything(const Held& held) const {
  return std::any_of(items_.begin(), items_.end(), [&](const Item& i) { return !held(i.queued.request.dest); });
}

bool NonArqSender::busy_with(Address dest) const {
  return std::any_of(items_.begin(), items_.end(),
                     [&](const Item& item) { return item.queued.request.dest == dest && item.window_end != never; });
}

std::size_t NonArqSender::queued_octets() const {
  std::size_t sum = 0;
  for (const auto* list : {&finished_, &items_})
    for (const auto& item : *list) sum += item.queued.request.c_pdu.size();
  return sum;
}

}  // namespace longwire::s5066
