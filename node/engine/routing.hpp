// Router: where a mail domain goes, and how a set of next hops is addressed on a bearer.
#pragma once

#include "node/engine/config.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace longwire::engine {

using PeerIndex = std::uint32_t;  // position in Config::peers

struct Route {
  enum class Kind : std::uint8_t { local, peer, circuit, none } kind = Kind::none;
  PeerIndex peer = 0;  // of a circuit: position in Config::circuits
  bool exact = true;   // the very domain is listed; otherwise ".sub" or "*" led to the peer
};

// X.400 names for which no table has a mail domain live at their peer: "/S=../C=../@NAME.x400.invalid" goes to the
// peer of that name (RFC 2606: nobody else's mail ever does).
inline constexpr std::string_view x400_domain = gateway::strangers_domain;

// One P_MUL message: a group or a unicast address, and who is to take it.
struct Target {
  std::optional<Ipv4> group;
  std::vector<PeerIndex> peers;
  friend bool operator==(const Target&, const Target&) = default;
};

class Router {
 public:
  explicit Router(const Config& config);

  // An exact domain wins over the longest ".sub", which wins over "*". Lower case.
  Route route(std::string_view domain) const;
  // May mail for this domain, received over a bearer, go on to another node?
  bool relays(std::string_view domain) const;
  std::optional<PeerIndex> peer_of(PmulId id) const;
  // The bearers of a peer in its order of preference.
  const std::vector<std::size_t>& bearers_of(PeerIndex peer) const { return bearers_.at(peer); }

  // The smallest configured group that holds all peers, else the bearer's default group, else one
  // unicast each. A single peer gets unicast, unless it is silent: unicast would make its host answer
  // address resolution, which is an emission, so a group is taken if there is one. STANAG 5066 has no
  // such thing, and its default group is every station.
  // cleared: every station that listens to a group must be, those that are not addressed too. A silent peer whose
  // groups are not cleared gets no target: unicast would make it transmit.
  std::vector<Target> targets(
      std::size_t bearer, const std::vector<PeerIndex>& peers, const std::function<bool(PeerIndex)>& silent,
      const std::function<bool(PeerIndex)>& cleared = [](PeerIndex) { return true; }) const;

 private:
  struct Group {
    Ipv4 address;     // 0.0.0.0: on HF bearers only
    Ipv4 hf_address;  // on those
    std::optional<std::size_t> bearer;
    std::unordered_set<PeerIndex> members;
  };
  std::optional<Ipv4> group_for(std::size_t bearer, const std::vector<PeerIndex>& peers,
                                const std::function<bool(PeerIndex)>& cleared) const;

  std::unordered_set<std::string> local_;
  std::unordered_set<std::string> relay_;
  struct Hop {
    Route::Kind kind;
    std::uint32_t index;
  };
  std::unordered_map<std::string, Hop> domains_;
  std::unordered_map<PmulId, PeerIndex> ids_;
  std::vector<std::vector<std::size_t>> bearers_;
  std::vector<std::optional<Ipv4>> default_groups_;
  std::vector<bool> hf_;       // per bearer
  std::vector<Group> groups_;  // smallest first
};

}  // namespace longwire::engine
