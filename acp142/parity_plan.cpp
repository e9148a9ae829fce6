#include "acp142/parity_plan.hpp"

#include <algorithm>
#include <cmath>

namespace longwire::acp142 {

namespace {

constexpr double negligible = 1e-12;
constexpr double worst_loss = 0.9;

}  // namespace

// ---- one receiver

ArrivalTail::ArrivalTail(std::size_t need, Losses losses)
    : need_(need), losses_{std::clamp(losses.loss, 0.0, worst_loss), losses.burst}, open_(need > 0 ? 1.0 : 0.0) {
  if (losses_.burst <= 0 || losses_.loss <= 0) losses_.burst = 0;
  if (losses_.burst > 0 && need > 0) arrived_.assign(need, {});
  if (!arrived_.empty()) arrived_.front() = {1 - losses_.loss, losses_.loss};
}

// The channel forgets its state with the rate at which it changes in either direction.
ArrivalTail::Arrival ArrivalTail::arrival(double gap) const {
  const auto loss = losses_.loss;
  const auto good = losses_.burst * (1 - loss) / loss;
  const auto memory = std::exp(-gap * (1 / losses_.burst + 1 / good));
  return {1 - loss * (1 - memory), (1 - loss) * (1 - memory)};
}

double ArrivalTail::settled_by_next(double gap) const {
  if (need_ == 0) return 0;
  if (losses_.burst > 0) {
    const auto [after_good, after_bad] = arrival(gap);
    return arrived_.back()[0] * after_good + arrived_.back()[1] * after_bad;
  }
  const auto arrive = 1 - losses_.loss;
  if (sent_ + 1 < need_) return 0;
  if (sent_ + 1 == need_) return std::exp(static_cast<double>(need_) * std::log(arrive));
  return std::min(open_, arrive * std::exp(log_one_short_));
}

void ArrivalTail::send(double gap) {
  if (need_ == 0) return;
  open_ = std::max(0.0, open_ - settled_by_next(gap));
  ++sent_;
  if (losses_.burst > 0) send_in_bursts(gap);
  else send_one_by_one();
}

void ArrivalTail::send_one_by_one() {
  const auto need = static_cast<double>(need_), loss = losses_.loss;
  if (sent_ == need_) {
    log_one_short_ = std::log(need) + (need - 1) * std::log(1 - loss) + std::log(loss);
  } else if (sent_ > need_) {
    const auto sent = static_cast<double>(sent_);
    log_one_short_ += std::log(sent / (sent - need + 1)) + std::log(loss);
  }
}

void ArrivalTail::send_in_bursts(double gap) {
  const auto [after_good, after_bad] = arrival(gap);
  const auto most = std::min(sent_, need_ - 1);
  for (auto n = most + 1; n-- > least_;) {
    const auto [good, bad] = arrived_[n];
    arrived_[n][1] = good * (1 - after_good) + bad * (1 - after_bad);
    arrived_[n][0] = n == least_ ? 0 : arrived_[n - 1][0] * after_good + arrived_[n - 1][1] * after_bad;
  }
  while (least_ + 1 < need_ && least_ < most && arrived_[least_][0] + arrived_[least_][1] < negligible)
    arrived_[least_++] = {};
}

// ---- all receivers of a block

BlockTail::BlockTail(std::vector<Want> wants, double gap) {
  constexpr std::size_t looked_at = 32;
  std::erase_if(wants, [](const Want& want) { return want.need == 0; });
  const auto lacks = [](const Want& want) {
    return static_cast<double>(want.need) / (1 - std::min(want.losses.loss, worst_loss)) -
           static_cast<double>(want.sent);
  };
  std::stable_sort(wants.begin(), wants.end(), [&](const auto& a, const auto& b) { return lacks(a) > lacks(b); });
  for (auto& want : wants) {
    want.losses.loss =
        std::ceil(want.losses.loss * 1024) / 1024;  // so that those of whom about the same is known are one
    const auto same = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
      return group.want.need == want.need && group.want.sent == want.sent && group.want.losses == want.losses;
    });
    if (same != groups_.end()) {
      same->receivers += 1;
      continue;
    }
    if (groups_.size() == looked_at) continue;
    want.losses.doubted = std::round(want.losses.doubted * 64) / 64;
    const Losses doubted{want.losses.doubted, want.losses.burst};
    groups_.push_back(
        {want, ArrivalTail(want.need, want.losses), ArrivalTail(want.losses.doubt > 0 ? want.need : 0, doubted), 1});
    for (std::size_t i = 0; i < want.sent; ++i) send(groups_.back(), gap);
  }
  update();
}

void BlockTail::send(Group& group, double gap) {
  group.tail.send(gap);
  group.doubted.send(gap);
}

void BlockTail::send(double gap) {
  for (auto& group : groups_) send(group, gap);
  update();
}

double BlockTail::Group::incomplete() const {
  return tail.incomplete() * (1 - want.losses.doubt) + doubted.incomplete() * want.losses.doubt;
}

double BlockTail::Group::settled_by_next(double gap) const {
  return tail.settled_by_next(gap) * (1 - want.losses.doubt) + doubted.settled_by_next(gap) * want.losses.doubt;
}

void BlockTail::update() {
  double complete = 1, as_guessed = 1;
  for (const auto& group : groups_) {
    complete *= std::pow(1 - group.incomplete(), group.receivers);
    as_guessed *= std::pow(1 - group.tail.incomplete(), group.receivers);
  }
  open_ = 1 - complete;
  needed_ = as_guessed < 0.5;
}

double BlockTail::incomplete_after(double gap) const {
  double complete = 1;
  for (const auto& group : groups_)
    complete *= std::pow(1 - std::max(0.0, group.incomplete() - group.settled_by_next(gap)), group.receivers);
  return 1 - complete;
}

double BlockTail::log_gain(double gap) const {
  if (open_ <= 0) return 0;
  if (1 - open_ < negligible) return 1 / negligible;
  return std::log((1 - incomplete_after(gap)) / (1 - open_));
}

// ---- an over

namespace {

// A kind of PDU that may be next: symbols of a block, or the Address_PDU.
struct Candidate {
  BlockTail tail;
  double cost;
  std::size_t most;
  double last;  // s: when the one before was sent
  std::size_t sent = 0;
  double rate = 0;  // growth of log P(all have it) for its time, if it goes next

  double gap(double now) const { return now + cost - last; }
  void look(double now) { rate = sent == most ? 0 : tail.log_gain(gap(now)) / cost; }
  void send(double now) {
    tail.send(gap(now));
    last = now + cost;
    ++sent;
  }
  double log_complete() const { return std::log(std::max(1 - tail.incomplete(), negligible)); }
};

std::vector<Candidate> candidates_of(std::vector<BlockTail>&& blocks, const std::vector<std::size_t>& most,
                                     BlockTail&& address, const ParityPrice& price) {
  constexpr std::size_t most_addresses = 16;
  const auto spacing = price.pdu * static_cast<double>(blocks.size());
  std::vector<Candidate> candidates;
  for (std::size_t b = 0; b < blocks.size(); ++b)
    candidates.push_back({std::move(blocks[b]), price.pdu, most[b], price.pdu - spacing});
  candidates.push_back({std::move(address), price.address, most_addresses, 0});
  for (auto& candidate : candidates) candidate.look(0);
  return candidates;
}

}  // namespace

// Next goes what lets the chance that all have all grow most for its time. How far that goes is chosen at the end:
// where the time saved by not needing a round exceeds the price of the air time most. It is not enough to stop where
// the next PDU does not pay: with a doubt about the loss the chance may stand still for a while and grow again.
OverPlan over_plan(std::vector<BlockTail> blocks, const std::vector<std::size_t>& most, BlockTail address,
                   const ParityPrice& price) {
  auto candidates = candidates_of(std::move(blocks), most, std::move(address), price);
  double log_complete = 0;
  for (const auto& candidate : candidates) log_complete += candidate.log_complete();
  std::vector<std::size_t> order;  // of candidates
  std::size_t best = 0;
  double now = 0, best_value = std::exp(log_complete) * price.round, free_until = 0;
  while ((now - free_until) * price.idle_weight <= price.round) {
    candidates.back().look(now);
    const auto next = std::max_element(candidates.begin(), candidates.end(),
                                       [](const auto& a, const auto& b) { return a.rate < b.rate; });
    if (next->rate <= 0) break;
    const auto needed = next->tail.needed();
    log_complete -= next->log_complete();
    next->send(now);
    log_complete += next->log_complete();
    now += next->cost;
    next->look(now);
    order.push_back(static_cast<std::size_t>(next - candidates.begin()));
    if (needed) free_until += next->cost;
    const auto value = std::exp(log_complete) * price.round - (now - free_until) * price.idle_weight;
    if (!needed && value <= best_value) continue;
    best_value = value;
    best = order.size();
  }
  OverPlan plan{std::vector<std::size_t>(candidates.size() - 1), {}};
  std::size_t symbols = 0;
  for (std::size_t i = 0; i < best; ++i) {
    if (order[i] + 1 == candidates.size()) plan.addresses.push_back(symbols);
    else ++plan.symbols[order[i]], ++symbols;
  }
  return plan;
}

// ---- no answers

namespace {

constexpr double far_apart = 1e9;      // s: the channel has forgotten its state
constexpr double address_share = 0.1;  // of what may fail

BlockTail silent_receivers(std::size_t need, const Carousel& plan) {
  std::vector<BlockTail::Want> wants;
  for (const auto& losses : plan.losses) wants.push_back({need, losses, 0});
  return BlockTail(std::move(wants), plan.gap);
}

double allowed(const Carousel& plan) { return 1 - std::clamp(plan.wanted, 0.0, 0.999'999); }

// The chance that somebody lacks a block of k when `symbols` of it are spread over the transmissions.
double incomplete(std::size_t k, std::size_t symbols, const Carousel& plan) {
  auto block = silent_receivers(k, plan);
  const auto parity = symbols - std::min(k, symbols);
  for (std::size_t t = 0; t < plan.transmissions; ++t) {
    const auto share = parity * (t + 1) / plan.transmissions - parity * t / plan.transmissions + (t == 0 ? k : 0);
    for (std::size_t i = 0; i < share; ++i) block.send(i == 0 ? far_apart : plan.gap);
  }
  return block.incomplete();
}

}  // namespace

std::vector<std::size_t> carousel(const std::vector<std::size_t>& need, const Carousel& plan) {
  // Each block may fail with its share of what is allowed.
  const auto share = (1 - address_share) * allowed(plan) / static_cast<double>(std::max<std::size_t>(need.size(), 1));
  std::vector<std::size_t> symbols;
  for (std::size_t b = 0; b < need.size(); ++b) {
    if (b > 0 && need[b] == need[b - 1]) {  // most blocks are equal
      symbols.push_back(symbols.back());
      continue;
    }
    auto few = need[b], enough = std::max(plan.most, few);
    while (few < enough) {
      const auto middle = few + (enough - few) / 2;
      if (incomplete(need[b], middle, plan) > share) few = middle + 1;
      else enough = middle;
    }
    symbols.push_back(enough);
  }
  return symbols;
}

std::size_t carousel_addresses(const Carousel& plan, double duration) {
  constexpr std::size_t least = 2, most = 32;
  for (auto count = least; count < most; ++count) {
    auto addresses = silent_receivers(1, plan);
    for (std::size_t t = 0; t < plan.transmissions; ++t)
      for (std::size_t i = 0; i < count; ++i)
        addresses.send(i == 0 ? far_apart : duration / static_cast<double>(count - 1));
    if (addresses.incomplete() <= address_share * allowed(plan)) return count;
  }
  return most;
}

}  // namespace longwire::acp142
