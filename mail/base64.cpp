#include "mail/base64.hpp"

#include "base/base64.hpp"

#include <array>

namespace longwire::mail {

namespace {

constexpr std::uint8_t no_value = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  for (auto& v : values) v = no_value;
  for (std::size_t i = 0; i < base64_alphabet.size(); ++i)
    values[static_cast<std::uint8_t>(base64_alphabet[i])] = static_cast<std::uint8_t>(i);
  return values;
}
constexpr auto values = make_values();

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

Decoded base64_decode(std::string_view text) {
  Decoded out;
  out.octets.reserve(text.size() / 4 * 3);
  unsigned bits = 0;
  unsigned count = 0;    // characters of the group at hand
  std::size_t pads = 0;  // behind which nothing may come
  for (const char c : text) {
    if (is_space(c)) continue;
    if (c == '=') {
      ++pads;
      continue;
    }
    const auto value = values[static_cast<std::uint8_t>(c)];
    if (value == no_value || pads > 0) {
      out.clean = false;
      if (pads > 0 && value != no_value) break;  // a second encoding behind the end of the first
      continue;
    }
    bits = bits << 6 | value;
    if (++count < 4) continue;
    for (const int shift : {16, 8, 0}) out.octets.push_back(static_cast<std::uint8_t>(bits >> shift));
    bits = count = 0;
  }
  if (count == 2) out.octets.push_back(static_cast<std::uint8_t>(bits >> 4));
  if (count == 3)
    for (const int shift : {10, 2}) out.octets.push_back(static_cast<std::uint8_t>(bits >> shift));
  const unsigned left_over = count == 2 ? bits & 15U : count == 3 ? bits & 3U : 0U;
  if ((count == 0 ? pads != 0 : pads != 4 - count) || count == 1 || left_over != 0) out.clean = false;
  return out;
}

}  // namespace longwire::mail
