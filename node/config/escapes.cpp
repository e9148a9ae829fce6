#include "node/config/escapes.hpp"

#include <charconv>

namespace longwire::config {

namespace {

// The octet that two hexadecimal digits at the beginning stand for.
std::optional<char> octet_of(std::string_view digits) {
  constexpr int hexadecimal = 16;
  if (digits.size() < 2) return std::nullopt;
  unsigned value = 0;
  const auto* end = digits.data() + 2;
  if (std::from_chars(digits.data(), end, value, hexadecimal).ptr != end) return std::nullopt;
  return static_cast<char>(static_cast<unsigned char>(value));
}

}  // namespace

std::optional<std::string> unescape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\') {
      out += c;
      continue;
    }
    if (text.empty()) return std::nullopt;
    const char escape = text.front();
    text.remove_prefix(1);
    if (escape == 'r') out += '\r';
    else if (escape == 'n') out += '\n';
    else if (escape == 't') out += '\t';
    else if (escape == '\\') out += '\\';
    else if (const auto octet = escape == 'x' ? octet_of(text) : std::nullopt) {
      out += *octet;
      text.remove_prefix(2);
    } else {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace longwire::config
