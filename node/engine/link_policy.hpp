// LinkPolicy: pure functions that say which bearer a message takes and whether it may start now.
#pragma once

#include "base/precedence.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace longwire::engine::link_policy {

// What the choice needs to know of a bearer.
struct BearerView {
  bool up = true;
  std::uint64_t max_message = 0;               // 0 = any
  Precedence lowest = Precedence::deferred;    // rule min_precedence: less urgent never goes here
  Precedence minimize = Precedence::deferred;  // MINIMIZE now: less urgent waits
};

struct Candidate {
  Precedence level = Precedence::priority;
  std::uint64_t octets = 0;
  std::uint64_t tried = 0;        // bearers that failed for it, bit = index
  std::uint64_t unreachable = 0;  // bearers on which the peer is silent at the moment
  std::uint64_t barred = 0;       // bearers with too low a clearance for its label
};

// Why a message waits; the words are shown to the operator.
namespace why {
inline constexpr std::string_view too_large = "too_large";    // for every bearer of the peer: for good
inline constexpr std::string_view precedence = "precedence";  // below the minimum of every bearer: for good
inline constexpr std::string_view clearance = "clearance";    // label too high for every bearer: for good
inline constexpr std::string_view minimize = "minimize";
inline constexpr std::string_view bearer_down = "bearer_down";
inline constexpr std::string_view no_answer = "no_answer";  // the peer is silent, or every bearer was tried
inline constexpr std::string_view no_bearer = "no_bearer";
}  // namespace why

struct Choice {
  std::optional<std::size_t> bearer;
  std::string_view reason;  // set when there is none
};

// The first bearer in the peer's order that is up and takes this size and precedence now. The reason
// is that of the bearer which came nearest.
Choice choose(const Candidate& message, std::span<const std::size_t> preference, std::span<const BearerView> bearers);

// ARQ or non-ARQ on a bearer that has both (STANAG 5066).
struct ServiceView {
  bool offered = false;   // ARQ, by the configuration
  std::size_t peers = 1;  // destinations
  bool silent = false;    // a destination may not transmit: ARQ would make it
  bool linked = false;    // a link to it stands already
  std::size_t pdus = 0;   // Data_PDUs of the message
};
bool arq_possible(const ServiceView& view);
// A small message is over before a link is made; with one standing, ARQ costs nothing.
bool use_arq(const ServiceView& view);

// What a bearer is carrying, in all or for one peer, by precedence.
struct Load {
  std::array<std::size_t, precedence_levels> sending{};  // first round still going out
  std::array<std::size_t, precedence_levels> live{};     // waiting for answers too
  std::array<std::size_t, precedence_levels> silent{};   // sent, and only radio-silent peers are left
  std::array<std::uint64_t, precedence_levels> octets{};
};

// May a message for this peer start? Only what is at least as urgent counts: a more urgent message
// always gets its transfer at once. A peer holds a part of the bearer at most, and one for which
// nothing is under way need not wait for the others.
bool may_start(Precedence level, const Load& bearer, const Load& peer, bool peer_silent);

}  // namespace longwire::engine::link_policy
