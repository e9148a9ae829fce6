#include "node/engine/routing.hpp"

#include "base/text.hpp"
#include "bearers/s5066/address.hpp"

#include <algorithm>

namespace longwire::engine {

namespace {

constexpr Ipv4 all_stations = s5066::to_bearer_address(s5066::all_stations);

// Looks a domain up in a table that may hold ".sub" and "*": the longest match first.
template <class Table>
auto find_domain(const Table& table, std::string_view domain) {
  auto at = table.find(std::string(domain));
  for (auto dot = domain.find('.', 1); at == table.end() && dot != std::string_view::npos;
       dot = domain.find('.', dot + 1))
    at = table.find(std::string(domain.substr(dot)));
  return at == table.end() ? table.find("*") : at;
}

}  // namespace

Router::Router(const Config& config) {
  if (!config.domain.empty()) local_.insert(to_lower(config.domain));
  for (const auto& d : config.local_domains) local_.insert(to_lower(d));
  for (const auto& d : config.relay) relay_.insert(to_lower(d));
  const auto bearer_named = [&config](const std::string& name) {
    const auto at = std::find_if(config.bearers.begin(), config.bearers.end(),
                                 [&name](const BearerConfig& b) { return b.name == name; });
    return static_cast<std::size_t>(at - config.bearers.begin());
  };
  for (PeerIndex i = 0; i < config.peers.size(); ++i) {
    const auto& peer = config.peers[i];
    ids_.emplace(peer.pmul_id, i);
    for (const auto& d : peer.domains) domains_.emplace(to_lower(d), Hop{Route::Kind::peer, i});
    if (peer.content != Content::mule)
      domains_.emplace(to_lower(peer.name) + "." + std::string(x400_domain), Hop{Route::Kind::peer, i});
    auto& bearers = bearers_.emplace_back();
    for (const auto& name : peer.bearers)
      if (const auto b = bearer_named(name); b < config.bearers.size()) bearers.push_back(b);
  }
  for (std::uint32_t i = 0; i < config.circuits.size(); ++i)
    for (const auto& d : config.circuits[i].domains) {
      domains_.emplace(to_lower(d), Hop{Route::Kind::circuit, i});
      relay_.insert(to_lower(d));  // who has a circuit is there to pass things on
    }
  for (const auto& b : config.bearers) {
    hf_.push_back(b.is_hf());
    default_groups_.push_back(b.is_hf() ? all_stations : b.group);
  }
  for (const auto& g : config.groups) {
    Group group{g.address, g.hf_address.value_or(all_stations), std::nullopt, {}};
    if (!g.bearer.empty()) group.bearer = bearer_named(g.bearer);
    for (PeerIndex i = 0; i < config.peers.size(); ++i)
      if (std::find(g.members.begin(), g.members.end(), config.peers[i].name) != g.members.end())
        group.members.insert(i);
    groups_.push_back(std::move(group));
  }
  std::stable_sort(groups_.begin(), groups_.end(),
                   [](const Group& a, const Group& b) { return a.members.size() < b.members.size(); });
}

Route Router::route(std::string_view domain) const {
  if (local_.contains(std::string(domain))) return {Route::Kind::local, 0, true};
  const auto at = find_domain(domains_, domain);
  if (at == domains_.end()) return {};
  return {at->second.kind, at->second.index, at->first == domain};
}

bool Router::relays(std::string_view domain) const { return find_domain(relay_, domain) != relay_.end(); }

std::optional<PeerIndex> Router::peer_of(PmulId id) const {
  const auto at = ids_.find(id);
  return at == ids_.end() ? std::nullopt : std::optional{at->second};
}

std::optional<Ipv4> Router::group_for(std::size_t bearer, const std::vector<PeerIndex>& peers,
                                      const std::function<bool(PeerIndex)>& cleared) const {
  for (const auto& g : groups_) {
    if (!std::all_of(g.members.begin(), g.members.end(), cleared)) continue;
    const auto address = hf_.at(bearer) ? g.hf_address : g.address;
    if ((g.bearer && *g.bearer != bearer) || address.value == 0) continue;
    if (std::all_of(peers.begin(), peers.end(), [&g](PeerIndex p) { return g.members.contains(p); })) return address;
  }
  for (PeerIndex p = 0; p < bearers_.size(); ++p)
    if (std::find(bearers_[p].begin(), bearers_[p].end(), bearer) != bearers_[p].end() && !cleared(p))
      return std::nullopt;
  return default_groups_.at(bearer);
}

std::vector<Target> Router::targets(std::size_t bearer, const std::vector<PeerIndex>& peers,
                                    const std::function<bool(PeerIndex)>& silent,
                                    const std::function<bool(PeerIndex)>& cleared) const {
  if (peers.size() == 1 && (hf_.at(bearer) || !silent(peers.front()))) return {{std::nullopt, peers}};
  if (const auto group = group_for(bearer, peers, cleared)) return {{group, peers}};
  const auto anybody = [](PeerIndex) { return true; };
  std::vector<Target> out;
  for (const auto p : peers) {
    const auto group = silent(p) ? group_for(bearer, {p}, cleared) : std::nullopt;
    // There is a group, and somebody in it must not hear this: it waits until it can go by unicast.
    if (!group && silent(p) && !hf_.at(bearer) && group_for(bearer, {p}, anybody)) continue;
    out.push_back({group, {p}});
  }
  return out;
}

}  // namespace longwire::engine
