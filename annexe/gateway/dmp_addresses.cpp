#include "annexe/dmp/address.hpp"
#include "annexe/gateway/dmp_parts.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace longwire::gateway::dmp_parts {

namespace {

// Ours: an address of which only the number is known.
constexpr std::string_view number_type = "DMP";

std::optional<std::uint32_t> number_of(const x400::OrName& name, const AddressMap& map) {
  for (const auto& user : map.config().users)
    if (user.dmp && user.or_name && user.or_name->matches(name)) return user.dmp;
  for (const auto& [type, value] : name.domain_defined)
    if (type == number_type)
      if (const auto number = parse_unsigned(value); number && *number <= dmp::direct_address_most)
        return static_cast<std::uint32_t>(*number);
  const auto* user = map.by_address(map.to_rfc822(name));
  return user != nullptr ? user->dmp : std::nullopt;
}

}  // namespace

dmp::Address to_dmp_address(const x400::OrName& name, const AddressMap& map) {
  dmp::Address out;
  out.direct = number_of(name, map);
  if (out.direct) return out;
  ber::Writer w;
  x400::write(w, x400::or_name_tag, name);
  out.extended = w.finish();
  return out;
}

Result<x400::OrName> from_dmp_address(const dmp::Address& address, const AddressMap& map) {
  if (!address.direct) {
    if (address.form != 0) return error("bad_address", 0, "an O/R name in PER");
    const auto doc = ber::Document::read(address.extended);
    if (!doc) return error("bad_address", doc.error().offset, "an O/R name that is no BER");
    auto name = x400::read_or_name(*doc, 0);
    if (!name) return error("bad_address", name.error().offset, "an O/R name that cannot be read");
    if (doc->octets() != address.extended.size()) return error("bad_address", doc->octets(), "octets behind a name");
    return *std::move(name);
  }
  if (const auto* user = map.by_dmp(*address.direct)) {
    if (user->or_name) return *user->or_name;
    if (auto name = map.to_or(user->address)) return *std::move(name);
  }
  auto out = map.config().or_address;
  out.domain_defined = {{std::string(number_type), std::to_string(*address.direct)}};
  return out;
}

void choose_addressing(dmp::Envelope& envelope) {
  envelope.extended_addressing =
      (envelope.originator && !envelope.originator->direct) || envelope.second_originator.has_value() ||
      std::any_of(envelope.recipients.begin(), envelope.recipients.end(), dmp::needs_extended);
}

}  // namespace longwire::gateway::dmp_parts
