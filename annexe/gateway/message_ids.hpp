// Message identifiers (RFC 2156 4.7.3, RFC 6477 6 d; stanag4406.md 6.8).
#pragma once

#include "annexe/gateway/gateway.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::gateway {

// The type of the domain defined attribute that marks the ORName we give an Internet identifier in P772, where the
// ORName is mandatory; its value is what did not fit into the local part, or "-".
inline constexpr std::string_view id_marker = "MSG-ID";

// "<a@b> <c@d>" or a phrase (In-Reply-To of old). Comments are skipped.
struct Reference {
  std::string text;  // "<a@b>" or the phrase
  bool phrase = false;
};
std::vector<Reference> parse_references(std::string_view unfolded);

bool is_message_id(std::string_view without_brackets);

x400::IpmId to_reference(const Reference& reference, const Settings& settings, bool military);
// As a msg-id, or as a phrase where it cannot be one (4.7.3.5).
std::string from_reference(const x400::IpmId& id, const Settings& settings);

}  // namespace longwire::gateway
