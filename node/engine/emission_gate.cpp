#include "node/engine/emission_gate.hpp"

#include "base/text.hpp"

namespace longwire::engine {

bool EmissionGate::expire(Time now) {
  if (!silent_ || now < until_) return false;
  lift();
  return true;
}

std::optional<Datagram> EmissionGate::pass(Datagram datagram) {
  if (!silent_) return datagram;
  ++stopped_;
  return std::nullopt;
}

std::string EmissionGate::save() const {
  if (!silent_) return "off";
  return until_ == never ? "on" : "until " + std::to_string(until_.time_since_epoch().count());
}

bool EmissionGate::load(std::string_view saved) {
  constexpr std::string_view timed = "until ";
  if (saved == "off") {
    lift();
    return true;
  }
  silence();
  if (saved == "on") return true;
  if (!saved.starts_with(timed)) return false;
  const auto at = parse_unsigned(saved.substr(timed.size()));
  if (!at || *at > static_cast<std::uint64_t>(Duration::max().count())) return false;
  silence(Time{Duration{static_cast<Duration::rep>(*at)}});
  return true;
}

}  // namespace longwire::engine
