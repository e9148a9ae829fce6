#include "base/utf8.hpp"

#include <cstdint>

namespace longwire {

namespace {

// The character at the front, taken off; -1 when it is none (RFC 3629: shortest form, no surrogates).
std::int32_t take_character(std::string_view& text) {
  const auto octet = [&text](std::size_t i) { return static_cast<std::uint32_t>(static_cast<std::uint8_t>(text[i])); };
  const auto first = octet(0);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length == 0 || length > text.size()) return -1;
  std::uint32_t value = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xC0U) != 0x80U) return -1;
    value = value << 6 | (octet(i) & 0x3FU);
  }
  const bool too_long = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (too_long || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return -1;
  text.remove_prefix(length);
  return static_cast<std::int32_t>(value);
}

}  // namespace

std::string from_latin1(std::string_view octets) {
  std::string out;
  out.reserve(octets.size() + octets.size() / 4);
  for (const char c : octets) {
    const auto octet = static_cast<std::uint8_t>(c);
    if (octet < 0x80) {
      out += c;
      continue;
    }
    out += static_cast<char>(0xC0U | octet >> 6);
    out += static_cast<char>(0x80U | (octet & 0x3FU));
  }
  return out;
}

std::optional<std::string> to_latin1(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const auto value = take_character(utf8);
    if (value < 0 || value > 0xFF) return std::nullopt;
    out += static_cast<char>(value);
  }
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty())
    if (take_character(text) < 0) return false;
  return true;
}

}  // namespace longwire
