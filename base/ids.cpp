#include "base/ids.hpp"

#include <charconv>

namespace longwire {

namespace {

std::string dotted(std::uint32_t v) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (!out.empty()) out += '.';
    out += std::to_string(v >> shift & 0xFF);
  }
  return out;
}

}  // namespace

std::string to_string(Ipv4 address) { return dotted(address.value); }
std::string to_string(PmulId id) { return dotted(id.value); }

std::optional<Ipv4> parse_ipv4(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    const auto dot = part < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const auto digits = text.substr(0, dot);
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
    unsigned octet = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), octet);
    if (ec != std::errc{} || end != digits.data() + digits.size() || octet > 255) return std::nullopt;
    value = value << 8 | octet;
    text.remove_prefix(part < 3 ? dot + 1 : dot);
  }
  return Ipv4{value};
}

std::optional<PmulId> parse_pmul_id(std::string_view text) {
  if (const auto quad = parse_ipv4(text)) return PmulId{quad->value};
  std::uint32_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return PmulId{value};
}

}  // namespace longwire
