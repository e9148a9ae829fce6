#include "crypto/x509/pem.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace longwire::crypto {

namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view dashes = "-----";
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t line_octets = 48;  // 64 characters (RFC 7468 2)

constexpr std::array<std::int8_t, 256> make_values() {
  std::array<std::int8_t, 256> out{};
  out.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::int8_t>(i);
  return out;
}
constexpr auto values = make_values();

// Strict: one stray character in a certificate is a damaged file, not something to read around.
std::optional<Bytes> from_base64(std::string_view text) {
  Bytes out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  unsigned count = 0;
  unsigned padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const auto value = values[static_cast<std::uint8_t>(c)];
    if (value < 0 || padding != 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++count % 4 != 0) continue;
    for (const int shift : {16, 8, 0}) out.push_back(static_cast<std::uint8_t>(bits >> shift));
  }
  const auto tail = count % 4;
  if (tail == 1 || padding != (4 - tail) % 4) return std::nullopt;
  if (tail == 2) out.push_back(static_cast<std::uint8_t>(bits >> 4));
  if (tail == 3)
    for (const int shift : {10, 2}) out.push_back(static_cast<std::uint8_t>(bits >> shift));
  return out;
}

// The next BEGIN mark at the start of a line.
std::size_t find_begin(std::string_view text, std::size_t from) {
  for (auto at = text.find(begin_mark, from); at != std::string_view::npos; at = text.find(begin_mark, at + 1))
    if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r') return at;
  return std::string_view::npos;
}

}  // namespace

bool is_pem(ByteView file) { return find_begin(as_text(file), 0) != std::string_view::npos; }

Result<std::vector<PemBlock>> read_pem(ByteView file) {
  const auto text = as_text(file);
  std::vector<PemBlock> out;
  for (auto at = find_begin(text, 0); at != std::string_view::npos;) {
    if (out.size() == limits::certificates_of_file) return error("too_many_blocks", at, "more PEM blocks than taken");
    const auto label_at = at + begin_mark.size();
    const auto line_end = text.find_first_of("\r\n", label_at);
    const auto label_end = text.find(dashes, label_at);
    if (line_end == std::string_view::npos || label_end >= line_end)
      return error("bad_pem", at, "a BEGIN line without its end");
    const std::string label(text.substr(label_at, label_end - label_at));
    const auto end_line = std::string(end_mark) + label + std::string(dashes);
    const auto end = text.find(end_mark, line_end);
    if (end == std::string_view::npos || text.substr(end, end_line.size()) != end_line)
      return error("bad_pem", at, "no line " + end_line);
    auto octets = from_base64(text.substr(line_end, end - line_end));
    if (!octets) return error("bad_pem", at, "not base64 between the lines of " + label);
    out.push_back({label, *std::move(octets), at});
    at = find_begin(text, end + end_line.size());
  }
  return out;
}

std::string write_pem(std::string_view label, ByteView octets) {
  std::string out = std::string(begin_mark) + std::string(label) + std::string(dashes) + "\n";
  for (std::size_t at = 0; at < octets.size(); at += 3) {
    const auto part = octets.subspan(at, std::min<std::size_t>(3, octets.size() - at));
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) bits = bits << 8 | (i < part.size() ? part[i] : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= part.size() ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
    if ((at + 3) % line_octets == 0 || at + 3 >= octets.size()) out += '\n';
  }
  return out + std::string(end_mark) + std::string(label) + std::string(dashes) + "\n";
}

}  // namespace longwire::crypto
