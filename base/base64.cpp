#include "base/base64.hpp"

#include <algorithm>
#include <cstdint>

namespace longwire {

namespace {

void put_group(std::string& out, ByteView group) {
  const unsigned a = group[0];
  const unsigned b = group.size() > 1 ? group[1] : 0U;
  const unsigned c = group.size() > 2 ? group[2] : 0U;
  out += base64_alphabet[a >> 2];
  out += base64_alphabet[(a & 3U) << 4 | b >> 4];
  out += group.size() > 1 ? base64_alphabet[(b & 15U) << 2 | c >> 6] : '=';
  out += group.size() > 2 ? base64_alphabet[c & 63U] : '=';
}

}  // namespace

std::string base64_encode(ByteView octets, std::size_t line) {
  std::string out;
  out.reserve(octets.size() / 3 * 4 + 8 + (line == 0 ? 0 : octets.size() / line * 3));
  std::size_t column = 0;
  for (std::size_t at = 0; at < octets.size(); at += 3) {
    put_group(out, octets.subspan(at, std::min<std::size_t>(3, octets.size() - at)));
    column += 4;
    if (line == 0 || column + 4 <= line) continue;
    out += "\r\n";
    column = 0;
  }
  if (line != 0 && column != 0) out += "\r\n";
  return out;
}

std::optional<Bytes> base64_strict(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  text.remove_suffix(padding);
  Bytes out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto value = base64_alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xFFF'FFFFU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  // Two texts for the same octets would let a proof be changed without changing what it proves.
  if ((bits & ((1U << count) - 1)) != 0) return std::nullopt;
  return out;
}

}  // namespace longwire
