#include "annexe/dmp/received_ids.hpp"

#include "annexe/dmp/times.hpp"
#include "base/limits.hpp"

#include <algorithm>

namespace longwire::dmp {

namespace {

// The submission time comes round again then, and with it the whole key.
constexpr Duration id_life = std::chrono::seconds{2 * submission_period};

std::uint32_t number(DatagramKey key) { return std::uint32_t{key.id} << 16 | key.submission; }

}  // namespace

void ReceivedIds::add(Ipv4 from, DatagramKey key, std::uint8_t reason, Time now) {
  if (!peers_.contains(from) && peers_.size() >= limits::dmp_peers) drop_quietest();
  auto& peer = peers_[from];
  peer.heard = now;
  peer.seen.insert_or_assign(number(key), Entry{reason, now});
  peer.order.push_back({number(key), now});
  trim(peer, now);
}

std::optional<std::uint8_t> ReceivedIds::find(Ipv4 from, DatagramKey key, Time now) {
  const auto peer = peers_.find(from);
  if (peer == peers_.end()) return std::nullopt;
  trim(peer->second, now);
  const auto found = peer->second.seen.find(number(key));
  if (found == peer->second.seen.end()) return std::nullopt;
  peer->second.heard = now;
  return found->second.reason;
}

std::size_t ReceivedIds::size() const {
  std::size_t n = 0;
  for (const auto& [from, peer] : peers_) n += peer.order.size();
  return n;
}

void ReceivedIds::trim(Peer& peer, Time now) {
  while (!peer.order.empty() &&
         (peer.order.size() > limits::dmp_remembered_per_peer || now - peer.order.front().at >= id_life)) {
    const auto oldest = peer.order.front();
    peer.order.pop_front();
    const auto found = peer.seen.find(oldest.key);
    if (found != peer.seen.end() && found->second.at == oldest.at) peer.seen.erase(found);
  }
}

void ReceivedIds::drop_quietest() {
  const auto quietest = std::min_element(peers_.begin(), peers_.end(),
                                         [](const auto& a, const auto& b) { return a.second.heard < b.second.heard; });
  peers_.erase(quietest);
}

}  // namespace longwire::dmp
