// ASCII in PrintableString, RFC 2156 3.4.
#include "annexe/gateway/address_map.hpp"
#include "mail/mmhs_values.hpp"

#include <array>

namespace longwire::gateway {

namespace {

struct Code {
  char letter;
  char stands_for;
};
constexpr std::array<Code, 7> codes{
    {{'a', '@'}, {'p', '%'}, {'b', '!'}, {'q', '"'}, {'u', '_'}, {'l', '('}, {'r', ')'}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void put_coded(std::string& out, char c) {
  for (const auto& code : codes) {
    if (code.stands_for != c) continue;
    ((out += '(') += code.letter) += ')';
    return;
  }
  const auto value = std::to_string(static_cast<unsigned char>(c));
  out += '(' + std::string(3 - value.size(), '0') + value + ')';
}

// The character behind "(", up to and with ")"; 0 octets taken: no code.
struct Decoded {
  char c = 0;
  std::size_t size = 0;
};
Decoded read_code(std::string_view s) {
  if (s.size() >= 2 && s[1] == ')') {
    const char letter = static_cast<char>(s[0] | 0x20);  // read without case
    for (const auto& code : codes)
      if (code.letter == letter) return {code.stands_for, 2};
  }
  if (s.size() >= 4 && s[3] == ')' && is_digit(s[0]) && is_digit(s[1]) && is_digit(s[2])) {
    const int value = (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
    if (value <= 127) return {static_cast<char>(value), 4};
  }
  return {};
}

}  // namespace

std::string printable_encode(std::string_view ascii) {
  std::string out;
  out.reserve(ascii.size() + 16);
  for (const char c : ascii) {
    const bool direct = c != '(' && c != ')' && mail::is_printable_string(std::string_view(&c, 1));
    if (direct) out += c;
    else put_coded(out, c);
  }
  return out;
}

Result<std::string> printable_decode(std::string_view printable) {
  std::string out;
  out.reserve(printable.size());
  for (std::size_t i = 0; i < printable.size(); ++i) {
    if (printable[i] != '(') {
      // "@" or "_" inside a PrintableString is wrong, yet it is what some peers write: taken as it stands.
      out += printable[i];
      continue;
    }
    const auto code = read_code(printable.substr(i + 1));
    if (code.size == 0) return error("bad_code", i, "no character code (RFC 2156 3.4)");
    out += code.c;
    i += code.size;
  }
  return out;
}

}  // namespace longwire::gateway
