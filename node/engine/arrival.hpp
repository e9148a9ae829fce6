// Arrival: where a message came from, whatever brought it, and which of its recipients are this node's affair.
#pragma once

#include "node/engine/core.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::engine {

struct Arrival {
  std::size_t bearer = 0;
  PmulId source;                     // the node that sent it
  std::uint32_t id = 0;              // P_MUL or DMP message identifier
  std::string_view with = "pmul";    // "pmul", "dmp"
  std::vector<PmulId> destinations;  // the nodes it was sent to
  Time expiry = never;
  std::size_t octets = 0;
  unsigned hops = 0;                 // DMP has a hop count in place of a trace
  std::vector<std::string> notes{};  // what reading it as an MTS-APDU could not map

  bool has_trace() const { return with != "dmp"; }
  // Kept with the message: "pmul 10.66.0.9 17", "dmp 10.66.0.9 4711 hops 1".
  std::string origin() const {
    return std::string(with) + " " + to_string(source) + " " + std::to_string(id) +
           (hops != 0 ? std::string(hops_word) + std::to_string(hops) : "");
  }
  static constexpr std::string_view hops_word = " hops ";
};

// Positions of the addresses this node is responsible for (RFC 8494 3 step 3, X.411 likewise): local ones, and those
// we relay whose next hop neither sent the message nor got it from the same sender.
std::vector<std::size_t> ours(const Core& core, const std::vector<std::string>& addresses, const Arrival& arrival);

// What nobody can read or use: told, counted, an alert.
void discard(Core& core, const Arrival& arrival, std::string_view event, std::string_view reason, Time now);

// How often a message of that origin was passed on by DMP.
unsigned hops_of(std::string_view origin);

// Longest time a key is kept after its P_MUL expiry: a sender whose clock is behind may still repeat.
inline constexpr Duration key_margin = std::chrono::hours{1};

}  // namespace longwire::engine
