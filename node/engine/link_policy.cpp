#include "node/engine/link_policy.hpp"

#include "base/limits.hpp"

namespace longwire::engine::link_policy {

namespace {

// How near a bearer is to taking the message, nearest first.
std::string_view obstacle(const Candidate& m, std::size_t index, const BearerView& b) {
  if ((m.barred >> index & 1) != 0) return why::clearance;
  if (b.max_message != 0 && m.octets > b.max_message) return why::too_large;
  if (m.level > b.lowest) return why::precedence;
  if (!b.up) return why::bearer_down;
  if (m.level > b.minimize) return why::minimize;
  if (((m.tried | m.unreachable) >> index & 1) != 0) return why::no_answer;
  return {};
}

int nearness(std::string_view reason) {
  if (reason == why::minimize) return 6;
  if (reason == why::no_answer) return 5;
  if (reason == why::bearer_down) return 4;
  if (reason == why::precedence) return 3;
  if (reason == why::too_large) return 2;
  return reason == why::clearance ? 1 : 0;
}

struct Sum {
  std::size_t sending = 0, live = 0, silent = 0;
  std::uint64_t octets = 0;
};

Sum sum(const Load& load, Precedence level) {
  Sum out;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(level); ++i) {
    out.sending += load.sending.at(i);
    out.live += load.live.at(i);
    out.silent += load.silent.at(i);
    out.octets += load.octets.at(i);
  }
  return out;
}

}  // namespace

Choice choose(const Candidate& message, std::span<const std::size_t> preference, std::span<const BearerView> bearers) {
  Choice none{std::nullopt, why::no_bearer};
  for (const auto index : preference) {
    const auto reason = obstacle(message, index, bearers[index]);
    if (reason.empty()) return {index, {}};
    if (nearness(reason) > nearness(none.reason)) none.reason = reason;
  }
  return none;
}

bool arq_possible(const ServiceView& view) { return view.offered && view.peers == 1 && !view.silent; }

bool use_arq(const ServiceView& view) {
  constexpr std::size_t small = 2;
  return arq_possible(view) && (view.linked || view.pdus > small);
}

bool may_start(Precedence level, const Load& bearer, const Load& peer, bool peer_silent) {
  const auto all = sum(bearer, level);
  const auto own = sum(peer, level);
  if (all.sending >= limits::transfers_sending || own.sending >= limits::transfers_sending_per_peer) return false;
  if (own.octets >= limits::transfer_octets_per_peer) return false;
  if (own.octets != 0 && all.octets >= limits::transfer_octets) return false;
  if (!peer_silent)
    return own.live == 0 || (all.live < limits::transfers_live && own.live < limits::transfers_live_per_peer);
  const auto held = own.live + own.silent;
  return held == 0 || (all.silent < limits::transfers_silent && held < limits::transfers_silent_per_peer);
}

}  // namespace longwire::engine::link_policy
