// Addresses between the worlds: RFC 5322 <-> O/R (MIXER, RFC 2156 4.3) <-> PLAD and routing indicator (ACP 127)
// <-> DMP number. One table of users, one table of domains, from the configuration.
#pragma once

#include "annexe/x400/or_name.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::gateway {

// [[gateway.user]]: one addressee under its names. Empty = it has none of that kind.
struct UserEntry {
  std::string address;  // local@domain
  std::optional<x400::OrName> or_name;
  std::string plad;
  std::string routing_indicator;
  std::optional<std::uint32_t> dmp;  // direct address
};
// [[gateway.domain]]: RFC 2156 appendix F; domain <-> prefix of O/R attributes, longest match.
struct DomainEntry {
  std::string domain;
  x400::OrName prefix;  // country, admd, prmd, organization, units
};

struct AddressMapConfig {
  std::string domain;       // mail domain of this gateway, for O/R addresses without a mapping
  x400::OrName or_address;  // O/R address of this gateway, for RFC 822 addresses without a mapping
  std::vector<UserEntry> users;
  std::vector<DomainEntry> domains;
};

// Names that no table knows have addresses below this domain (RFC 2606: nobody else's mail ever has), where the label
// says which of our neighbours knows them. Their text form is read there as at the gateway's own domain.
inline constexpr std::string_view strangers_domain = "x400.invalid";

class AddressMap {
 public:
  explicit AddressMap(AddressMapConfig config);

  // RFC 2156 4.3.4, stages I and II. Errors: address_too_long (over 512 coded characters), bad_address.
  Result<x400::OrName> to_or(std::string_view address) const;
  // RFC 2156 4.3.5; never fails: the text form at the gateway's domain is the last resort.
  std::string to_rfc822(const x400::OrName& name) const;
  // RFC 2156 4.4.1: an RFC-822 attribute that holds the address of an X.400 user stands for that user; no message
  // needs converting for it. Any other name as it is.
  x400::OrName resolve(const x400::OrName& name) const;

  // The same map, but names that no table and no gateway of ours knows get addresses at this domain.
  AddressMap with_strangers_at(std::string domain) const;

  const UserEntry* by_address(std::string_view address) const;
  const UserEntry* by_plad(std::string_view plad) const;  // case-blind, spaces collapsed
  const UserEntry* by_dmp(std::uint32_t number) const;
  const AddressMapConfig& config() const { return *config_; }

 private:
  Result<x400::OrName> encapsulate(std::string_view address) const;

  std::shared_ptr<const AddressMapConfig> config_;
  std::string strangers_at_;  // empty: the gateway's own domain
};

// ASCII in PrintableString (RFC 2156 3.4) and back. Errors of decode: bad_code.
std::string printable_encode(std::string_view ascii);
Result<std::string> printable_decode(std::string_view printable);

// The mapping table format of RFC 2156 appendix F: "ship.example#PRMD$SHIP.ADMD$TAC.C$NO#". Errors: bad_table
// with the offset of the line.
Result<std::vector<DomainEntry>> read_mapping_table(std::string_view text);

}  // namespace longwire::gateway
