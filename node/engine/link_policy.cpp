#include "node/engine/link_policy.hpp"

#include "base/limits.hpp"

namespace longwire::engine::link_policy {

namespace {

// How near a bearer is to taking the message, nearest first.
std::string_view obstacle(const Candidate& m, std::size_t index, const BearerView& b) {
  if (b.max_message != 0 && m.octets > b.max_message) return why::too_large;
  if (m.level > b.lowest) return why::precedence;
  if (!b.up) return why::bearer_down;
  if (m.level > b.minimize) return why::minimize;
  if (((m.tried | m.unreachable) >> index & 1) != 0) return why::no_answer;
  return {};
}

int nearness(std::string_view reason) {
  if (reason == why::minimize) return 5;
  if (reason == why::no_answer) return 4;
  if (reason == why::bearer_down) return 3;
  if (reason == why::precedence) return 2;
  return reason == why::too_large ? 1 : 0;
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

bool use_arq(const ServiceView& view) {
  constexpr std::size_t small = 2;
  return view.offered && view.peers == 1 && !view.silent && (view.linked || view.pdus > small);
}

bool may_start(Precedence level, const Load& load) {
  std::size_t sending = 0;
  std::size_t live = 0;
  std::size_t silent = 0;
  std::uint64_t octets = 0;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(level); ++i) {
    sending += load.sending.at(i);
    live += load.live.at(i);
    silent += load.silent.at(i);
    octets += load.octets.at(i);
  }
  return sending < limits::transfers_sending && live < limits::transfers_live && silent < limits::transfers_silent &&
         octets < limits::transfer_octets;
}

}  // namespace longwire::engine::link_policy
