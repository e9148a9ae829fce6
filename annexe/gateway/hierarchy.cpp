#include "annexe/gateway/hierarchy.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

constexpr std::array<std::size_t, level_count> bounds{3, 16, 16, 64, 32, 32, 32, 32};  // X.411 upper bounds
constexpr std::size_t first_unit = 4;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_alphanum(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

std::string folded(std::string_view s) {
  if (s == "@") return {};
  std::string out;
  for (const char c : trim(s))
    if (c != ' ' || out.back() != ' ') out += c;
  return to_lower(out);
}

}  // namespace

Levels levels_of(const x400::OrName& name) {
  Levels out{name.country, name.admd, name.prmd, name.organization, {}, {}, {}, {}};
  for (std::size_t i = 0; i < name.units.size() && first_unit + i < level_count; ++i)
    out.at(first_unit + i) = name.units[i];
  return out;
}

void set_levels(x400::OrName& name, const Levels& levels) {
  const auto value = [&levels](std::size_t i) { return levels.at(i) == "@" ? std::string() : levels.at(i); };
  name.country = value(0);
  name.admd = value(1);
  name.prmd = value(2);
  name.organization = value(3);
  name.units.clear();
  for (auto i = first_unit; i < level_count; ++i)
    if (!value(i).empty()) name.units.push_back(value(i));
}

std::size_t depth_of(const Levels& prefix) {
  std::size_t depth = level_count;
  while (depth > 0 && prefix.at(depth - 1).empty()) --depth;
  return depth;
}

bool has_prefix(const Levels& name, const Levels& prefix) {
  const auto depth = depth_of(prefix);
  for (std::size_t i = 0; i < depth; ++i)
    if (folded(name.at(i)) != folded(prefix.at(i))) return false;
  return depth > 0;
}

bool is_label(std::string_view s) {
  constexpr std::size_t most = 63;  // RFC 1035
  if (s.empty() || s.size() > most || !is_alphanum(s.front()) || !is_alphanum(s.back())) return false;
  return std::all_of(s.begin(), s.end(), [](char c) { return is_alphanum(c) || c == '-'; });
}

bool fits(std::size_t level, std::string_view attribute) { return attribute.size() <= bounds.at(level); }

std::optional<x400::PersonalName> parse_personal_name(std::string_view local) {
  x400::PersonalName out;
  auto dot = local.find('.');
  if (dot != std::string_view::npos && dot >= 2) {
    out.given = local.substr(0, dot);
    local.remove_prefix(dot + 1);
  }
  while (local.size() >= 2 && local[1] == '.' && is_letter(local[0])) {
    out.initials += local[0];
    local.remove_prefix(2);
  }
  out.surname = local;
  const auto back = format_personal_name(out);
  return back ? std::optional(out) : std::nullopt;
}

std::optional<std::string> format_personal_name(const x400::PersonalName& p) {
  const bool alone = p.given.empty() && p.initials.empty();
  const bool good_given = p.given.empty() || (p.given.size() >= 2 && p.given.find('.') == std::string::npos);
  const auto dot = p.surname.find('.');
  const bool good_surname = !p.surname.empty() && (dot == std::string::npos || (!alone && dot >= 2));
  if (!p.generation.empty() || !good_given || !good_surname) return std::nullopt;
  if (!std::all_of(p.initials.begin(), p.initials.end(), is_letter)) return std::nullopt;
  std::string out = p.given.empty() ? "" : p.given + '.';
  for (const char c : p.initials) (out += c) += '.';
  return out + p.surname;
}

bool is_valid(const x400::OrName& name) {
  const auto levels = levels_of(name);
  for (std::size_t i = 0; i < level_count; ++i)
    if (!fits(i, levels.at(i))) return false;
  const auto& p = name.person;
  if (p.surname.size() > 40 || p.given.size() > 16 || p.initials.size() > 5 || p.generation.size() > 3) return false;
  if (p.surname.empty() && !(p == x400::PersonalName{})) return false;  // surname is mandatory in a PersonalName
  if (name.common_name.size() > 64 || name.units.size() > 4 || name.domain_defined.size() > 4) return false;
  for (const auto& [type, value] : name.domain_defined)
    if (type.empty() || type.size() > 8 || value.empty() || value.size() > 128) return false;
  const bool mnemonic = !name.organization.empty() || !name.units.empty() || !p.surname.empty() ||
                        !name.common_name.empty() || !name.domain_defined.empty();
  const bool other_form = !name.x121.empty() || !name.numeric_user_id.empty() || !name.extensions.empty();
  return (!name.country.empty() && mnemonic) || other_form;
}

}  // namespace longwire::gateway
