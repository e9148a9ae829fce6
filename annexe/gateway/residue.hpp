// What a heading has and no header field can say (RFC 6477 6: address-list-indicator, pilot-forwarding-info,
// information-labels, distribution extensions, ACP 127 notification requests; other extensions; names that a mail
// address does not hold exactly). It rides in one private field, as the BER of a heading that has nothing else.
#pragma once

#include "annexe/gateway/gateway.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::gateway {

inline constexpr std::string_view residue_field = "X-X400-Heading";

struct Residue {
  std::string value;                   // base64; empty: the header fields say everything
  std::vector<std::string> discarded;  // OIDs for Discarded-X400-IPMS-Extensions (RFC 2156 5.3.4)
};
// written: the heading that the generated header fields read back as.
Residue residue_of(const x400::Heading& heading, const x400::Heading& written, const Settings& settings);

// nullopt: it is no such value.
std::optional<x400::Heading> decode_residue(std::string_view base64);
// heading with everything the residue says; and with only what no header field says at all.
x400::Heading with_residue(x400::Heading heading, const x400::Heading& residue);
x400::Heading with_extensions(x400::Heading heading, const x400::Heading& residue);

// Alike for a reader of mail: names that hold the same RFC 822 address, identifiers that hold the same Internet one,
// are the same (RFC 2156 4.3.5 A drops the rest of such a name).
bool same_heading(const x400::Heading& a, const x400::Heading& b, const Settings& settings);

}  // namespace longwire::gateway
