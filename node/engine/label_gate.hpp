// LabelGate: may a message with this label go there? The clearances of users, peers, bearers and circuits, as the
// configuration names them, against the label (security.md 6.2, 9.2).
#pragma once

#include "node/engine/config.hpp"
#include "node/engine/routing.hpp"
#include "node/security/label_rules.hpp"
#include "node/store/store.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace longwire::engine {

using Label = std::optional<SecurityLabel>;

// A report that has nothing of the message it speaks of has no label either, and goes its way even where labels are
// required: whoever waits for it would hear nothing.
inline bool needs_no_label(const store::MessageRow& row) { return !row.label && row.envelope.from.empty(); }

class LabelGate {
 public:
  // Throws std::runtime_error for a configuration that `check` refuses: no node runs with half its rules.
  explicit LabelGate(const Config& config);

  const security::LabelRules& rules() const { return rules_; }
  // A policy or a clearance is configured somewhere.
  bool on() const { return on_; }

  // nullopt: granted.
  std::optional<security::Refusal> check_user(const Label& label, std::string_view address) const;
  std::optional<security::Refusal> check_peer(const Label& label, PeerIndex peer) const;
  std::optional<security::Refusal> check_bearer(const Label& label, std::size_t bearer) const;
  std::optional<security::Refusal> check_circuit(const Label& label, std::size_t circuit) const;
  // The next hop of a route alone: the bearers are barred() and the scheduler's.
  std::optional<security::Refusal> check_hop(const Label& label, const Route& route, std::string_view address) const;
  // Bearers (bit = index) that may not carry the label.
  std::uint64_t barred(const Label& label) const;
  // Whatever bearer the scheduler may take: nothing on the way to the next hop is too low for the label.
  bool way_is_cleared(const Label& label, const Route& route, std::string_view address, const Router& router) const;

  // "TEST SECRET MEDICAL", or numbers for a label of an unknown policy; empty: no label.
  std::string marking(const Label& label) const;

 private:
  using Clearance = std::optional<crypto::Clearance>;
  security::LabelRules rules_;
  std::vector<Clearance> peers_, bearers_, circuits_;
  std::vector<std::string> peer_names_, bearer_names_, circuit_names_;
  bool on_ = false;
};

}  // namespace longwire::engine
