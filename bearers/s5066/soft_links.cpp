#include "bearers/s5066/soft_links.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

constexpr Duration first_pause = std::chrono::seconds{5};
constexpr unsigned most_doublings = 4;  // 80 s

}  // namespace

void SoftLinks::on_made(const ca::LinkMade& event, Time now) {
  auto& peer = peers_[event.peer];
  const auto attempts = peer.attempts;
  peer = Peer{};
  peer.attempts = attempts;
  peer.up = true;
  peer.called = event.called;
  peer.made_at = peer.last_traffic = now;
}

void SoftLinks::on_failed(const ca::LinkFailed& event, Time now) {
  const auto it = peers_.find(event.peer);
  if (it == peers_.end() || event.exclusive) return;
  auto& peer = it->second;
  peer.asked = false;
  if (event.rejected) peer.silent_since = never;  // it is there, and busy
  else if (peer.silent_since == never) peer.silent_since = now;
  back_off(peer, now);
}

void SoftLinks::on_broken(const ca::LinkBroken& event, Time now) {
  const auto it = peers_.find(event.peer);
  if (it == peers_.end()) return;
  auto& peer = it->second;
  peer.up = peer.asked = false;
  peer.retry_at = std::exchange(peer.yields, false) ? now + first_pause : now;
  if (event.cause == ca::Cause::modem) peer.silent_since = never;
  // Lost without having carried anything: not again and again at once.
  if (event.cause == ca::Cause::not_answering && peer.attempts++ > 0) back_off(peer, now);
}

void SoftLinks::on_traffic(Address peer, Time now) {
  if (const auto it = peers_.find(peer); it != peers_.end()) {
    it->second.last_traffic = now;
    it->second.attempts = 0;
  }
}

void SoftLinks::on_heard(Address peer, Time now) {
  const auto it = peers_.find(peer);
  if (it == peers_.end() || it->second.up || it->second.asked) return;
  it->second.silent_since = never;
  it->second.retry_at = std::min(it->second.retry_at, now);
}

// Random, so that two stations that called at the same time do not do so again.
void SoftLinks::back_off(Peer& peer, Time now) {
  const auto pause = first_pause * (1U << std::min(peer.attempts++, most_doublings));
  peer.retry_at =
      now + pause / 2 + Duration{static_cast<std::int64_t>(rng_.uniform() * static_cast<double>(pause.count()))};
}

Time SoftLinks::may_end(const Peer& peer) const {
  return peer.made_at + (peer.called ? config_.called_minimum : Duration{0});
}

std::vector<Address> SoftLinks::run(const Unidata& unidata, bool held, Time now) {
  wake_ = never;
  std::vector<Address> unreachable;
  if (!held) end_idle(unidata, now);
  auto demands = unidata.demands();
  std::stable_sort(demands.begin(), demands.end(), [](const auto& a, const auto& b) { return a.level > b.level; });
  for (const auto& demand : demands) {
    if (held || channel_.linked(demand.peer)) continue;
    auto& peer = peers_[demand.peer];
    if (peer.asked || !channel_.idle(demand.peer)) continue;  // idle: not while it is being broken
    if (peer.silent_since != never && now - peer.silent_since >= config_.unreachable_after) {
      unreachable.push_back(demand.peer);
      peers_.erase(demand.peer);
      continue;
    }
    if (now < peer.retry_at) {
      wake_ = std::min(wake_, peer.retry_at);
      continue;
    }
    if (!channel_.room()) {
      make_room(demand, unidata, now);
      continue;
    }
    peer.asked = true;
    channel_.make_link(demand.peer, false, now);
  }
  std::erase_if(peers_, [&](const auto& p) {
    return !p.second.up && !p.second.asked && p.second.retry_at <= now && !unidata.busy(p.first);
  });
  return unreachable;
}

void SoftLinks::end_idle(const Unidata& unidata, Time now) {
  for (auto& [address, peer] : peers_) {
    if (!peer.up || !channel_.linked(address) || channel_.exclusive(address) || unidata.busy(address)) continue;
    const auto idle = peer.called ? std::max(config_.idle, config_.called_idle) : config_.idle;
    const auto end = std::max(peer.last_traffic + idle, may_end(peer));
    if (now >= end) channel_.break_link(address, c_break::no_more_data, now);
    else wake_ = std::min(wake_, end);
  }
}

// No more links are allowed and this peer's data waits: one without data gives way, or one that has
// stood for long and has nothing more urgent (A.1.1.1 (5)(6)).
void SoftLinks::make_room(const Unidata::Demand& demand, const Unidata& unidata, Time now) {
  if (!channel_.peers(true).empty()) return;
  const auto all = unidata.demands();
  const Address* victim = nullptr;
  for (auto& [address, peer] : peers_) {
    if (!peer.up || !channel_.linked(address)) continue;
    const auto own = std::find_if(all.begin(), all.end(), [&a = address](const auto& d) { return d.peer == a; });
    if (own != all.end() && own->level > demand.level) continue;
    const auto end = unidata.busy(address) ? peer.made_at + config_.longest : may_end(peer);
    if (now < end) wake_ = std::min(wake_, end);
    else if (victim == nullptr || peer.last_traffic < peers_.at(*victim).last_traffic) victim = &address;
  }
  if (victim == nullptr) return;
  peers_.at(*victim).yields = true;
  channel_.break_link(*victim, c_break::higher_priority_pending, now);
  wake_ = now;  // there is room now
}

}  // namespace longwire::s5066
