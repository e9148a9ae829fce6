// Stations that are in no table: their PLAD in an O/R address of the gateway (domain-defined attributes of ACP 123).
#include "annexe/gateway/acp127.hpp"
#include "base/text.hpp"

namespace longwire::gateway {

namespace {

constexpr std::string_view plad_type = "ACP-PLAD";
constexpr std::string_view indicator_type = "ACP-RI";

}  // namespace

x400::OrName address_of_plad(const acp127::Addressee& a, const Settings& settings) {
  auto out = settings.addresses.config().or_address;
  out.domain_defined.clear();
  if (!a.plad.empty()) out.domain_defined.emplace_back(plad_type, a.plad);
  if (!a.routing_indicator.empty()) out.domain_defined.emplace_back(indicator_type, a.routing_indicator);
  return out;
}

std::optional<std::string> plad_of_address(const x400::OrName& name) {
  for (const auto& [type, value] : name.domain_defined)
    if (iequals(type, plad_type)) return value;
  return std::nullopt;
}

}  // namespace longwire::gateway
