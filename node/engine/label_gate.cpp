#include "node/engine/label_gate.hpp"

#include <stdexcept>

namespace longwire::engine {

namespace {

std::runtime_error unusable(const std::string& where, const Error& e) {
  return std::runtime_error("configuration: " + where + ": " + (e.text.empty() ? std::string(e.name) : e.text));
}

security::LabelRules rules_of(const security::SecurityConfig& config) {
  auto rules = security::LabelRules::make(config);
  if (!rules) throw unusable("[security]", rules.error());
  return *std::move(rules);
}

}  // namespace

LabelGate::LabelGate(const Config& config) : rules_(rules_of(config.security)), on_(rules_.on()) {
  const auto read = [this](const std::string& where, const security::ClearanceText& text) {
    auto clearance = rules_.parse_clearance(text);
    if (!clearance) throw unusable("clearance of " + where, clearance.error());
    on_ = on_ || clearance->has_value();
    return *std::move(clearance);
  };
  for (const auto& p : config.peers) {
    peer_names_.push_back("peer " + p.name);
    peers_.push_back(read(peer_names_.back(), p.clearance));
  }
  for (const auto& b : config.bearers) {
    bearer_names_.push_back("bearer " + b.name);
    bearers_.push_back(read(bearer_names_.back(), b.clearance));
  }
  for (const auto& c : config.circuits) {
    circuit_names_.push_back("circuit " + c.name);
    circuits_.push_back(read(circuit_names_.back(), c.clearance));
  }
}

std::optional<security::Refusal> LabelGate::check_user(const Label& label, std::string_view address) const {
  if (!on_) return std::nullopt;
  return rules_.check_user(label, address);
}

std::optional<security::Refusal> LabelGate::check_peer(const Label& label, PeerIndex peer) const {
  if (!on_) return std::nullopt;
  return rules_.check_hop(label, peers_.at(peer), peer_names_.at(peer));
}

std::optional<security::Refusal> LabelGate::check_bearer(const Label& label, std::size_t bearer) const {
  if (!on_) return std::nullopt;
  return rules_.check_hop(label, bearers_.at(bearer), bearer_names_.at(bearer));
}

std::optional<security::Refusal> LabelGate::check_circuit(const Label& label, std::size_t circuit) const {
  if (!on_) return std::nullopt;
  return rules_.check_hop(label, circuits_.at(circuit), circuit_names_.at(circuit));
}

std::optional<security::Refusal> LabelGate::check_hop(const Label& label, const Route& route,
                                                      std::string_view address) const {
  switch (route.kind) {
    case Route::Kind::local:
      return check_user(label, address);
    case Route::Kind::peer:
      return check_peer(label, route.peer);
    case Route::Kind::circuit:
      return check_circuit(label, route.peer);
    case Route::Kind::none:
      break;
  }
  return std::nullopt;
}

std::uint64_t LabelGate::barred(const Label& label) const {
  std::uint64_t out = 0;
  for (std::size_t b = 0; on_ && b < bearers_.size(); ++b)
    if (check_bearer(label, b)) out |= std::uint64_t{1} << b;
  return out;
}

bool LabelGate::way_is_cleared(const Label& label, const Route& route, std::string_view address,
                               const Router& router) const {
  if (!on_) return true;
  if (route.kind == Route::Kind::none || check_hop(label, route, address)) return false;
  if (route.kind != Route::Kind::peer) return true;
  const auto lower = barred(label);
  for (const auto bearer : router.bearers_of(route.peer))
    if ((lower >> bearer & 1) != 0) return false;
  return true;
}

std::string LabelGate::marking(const Label& label) const {
  if (!label) return {};
  if (auto text = rules_.marking(*label); !text.empty()) return text;
  return label->policy + (label->classification ? " class " + std::to_string(*label->classification) : "");
}

}  // namespace longwire::engine
