#include "mail/parameters.hpp"

namespace longwire::mail {

namespace {

bool is_xchar(char c) { return c >= '!' && c <= '~' && c != '+' && c != '='; }

// Upper case only: RFC 3461 section 4, hexchar = ASCII "+" followed by two upper case digits.
int upper_hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::string xtext_encode(std::string_view raw) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(raw.size());
  for (const char c : raw) {
    if (is_xchar(c)) {
      out += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out += '+';
    out += digits[octet >> 4];
    out += digits[octet & 15];
  }
  return out;
}

Result<std::string> xtext_decode(std::string_view coded) {
  std::string out;
  out.reserve(coded.size());
  for (std::size_t i = 0; i < coded.size(); ++i) {
    if (is_xchar(coded[i])) {
      out += coded[i];
      continue;
    }
    const int high = coded[i] == '+' && i + 2 < coded.size() ? upper_hex(coded[i + 1]) : -1;
    const int low = high >= 0 ? upper_hex(coded[i + 2]) : -1;
    if (low < 0) return error("bad_xtext", i, "xtext is ! to ~ without + and =, or + and two upper-case hex digits");
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return out;
}

}  // namespace longwire::mail
