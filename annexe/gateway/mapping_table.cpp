// The text form of the address mapping, RFC 2156 appendix F: one "domain#attributes#" a line.
#include "annexe/gateway/address_map.hpp"
#include "base/text.hpp"

#include <array>

namespace longwire::gateway {

namespace {

// Cuts at dots that no backslash quotes; the backslashes go.
std::vector<std::string> split_dots(std::string_view s) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '\\' && i + 1 < s.size()) out.back() += s[++i];
    else if (s[i] == '.') out.emplace_back();
    else out.back() += s[i];
  }
  return out;
}

// "KEY$value". ADMD of nothing means one space (RFC 2156 4.3.5).
bool set_attribute(std::string_view text, x400::OrName& out) {
  const auto dollar = text.find('$');
  if (dollar == std::string_view::npos) return false;
  const auto key = trim(text.substr(0, dollar));
  std::string value(trim(text.substr(dollar + 1)));
  if (iequals(key, "ADMD") && value.empty()) value = " ";
  if (value.empty()) return false;
  struct Key {
    std::string_view name;
    std::string x400::OrName::*member;
  };
  constexpr std::array<Key, 4> keys{{{"C", &x400::OrName::country},
                                     {"ADMD", &x400::OrName::admd},
                                     {"PRMD", &x400::OrName::prmd},
                                     {"O", &x400::OrName::organization}}};
  for (const auto& k : keys) {
    if (!iequals(k.name, key)) continue;
    if (!(out.*k.member).empty()) return false;
    out.*k.member = std::move(value);
    return true;
  }
  if (!iequals(key, "OU") || out.units.size() == 4) return false;
  out.units.insert(out.units.begin(), std::move(value));  // written from the least significant
  return true;
}

// One side is the domain, the other has "$".
Result<DomainEntry> read_line(std::string_view line, std::size_t offset) {
  const auto first = line.find('#');
  const auto second = first == std::string_view::npos ? first : line.find('#', first + 1);
  if (second == std::string_view::npos || !trim(line.substr(second + 1)).empty())
    return error("bad_table", offset, "a line is domain#attributes# or attributes#domain#");
  auto left = trim(line.substr(0, first));
  auto right = trim(line.substr(first + 1, second - first - 1));
  if (left.find('$') != std::string_view::npos) std::swap(left, right);
  DomainEntry out;
  out.domain = left;
  if (left.empty() || left.find_first_of("$ @") != std::string_view::npos)
    return error("bad_table", offset, "no domain");
  for (const auto& part : split_dots(right))
    if (!set_attribute(part, out.prefix)) return error("bad_table", offset, "bad attribute '" + part + "'");
  if (out.prefix.country.empty()) return error("bad_table", offset, "no country");
  return out;
}

}  // namespace

Result<std::vector<DomainEntry>> read_mapping_table(std::string_view text) {
  std::vector<DomainEntry> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    auto line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!trim(line).empty() && !line.starts_with('#')) {
      auto entry = read_line(line, at);
      if (!entry) return entry.error();
      out.push_back(*std::move(entry));
    }
    at = end + 1;
  }
  return out;
}

}  // namespace longwire::gateway
