// The levels of an O/R address that a mail domain can stand for (RFC 2156 4.2): country, ADMD, PRMD, organization,
// up to four units; and the personal name as a local part (4.1.2).
#pragma once

#include "annexe/x400/or_name.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace longwire::gateway {

inline constexpr std::size_t level_count = 8;
using Levels = std::array<std::string, level_count>;  // most significant first; "" = absent, "@" = omitted on purpose

Levels levels_of(const x400::OrName& name);
void set_levels(x400::OrName& name, const Levels& levels);  // "@" becomes absent

// The number of levels a mapping entry speaks of, omitted ones included.
std::size_t depth_of(const Levels& prefix);
// All levels of the prefix agree; case, outer and repeated spaces do not count (4.3.5 step 1).
bool has_prefix(const Levels& name, const Levels& prefix);

bool is_label(std::string_view s);                         // domain-syntax of 4.2
bool fits(std::size_t level, std::string_view attribute);  // upper bounds of 4.3.4 step 8

// "Per.A.Duty" <-> G=Per, I=A, S=Duty. nullopt: not of that form, or not reversible in it.
std::optional<x400::PersonalName> parse_personal_name(std::string_view local);
std::optional<std::string> format_personal_name(const x400::PersonalName& person);

// Can the name be delivered to: country, and one attribute below the domains; bounds of X.411 kept.
bool is_valid(const x400::OrName& name);

}  // namespace longwire::gateway
