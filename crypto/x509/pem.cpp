#include "crypto/x509/pem.hpp"

#include "base/base64.hpp"
#include "base/limits.hpp"

#include <optional>

namespace longwire::crypto {

namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view dashes = "-----";
constexpr std::size_t line_characters = 64;  // RFC 7468 2

// One stray character in a certificate is a damaged file, not something to read around.
std::optional<Bytes> from_lines(std::string_view text) {
  std::string base64(text);
  std::erase_if(base64, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return base64_strict(base64);
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
    auto octets = from_lines(text.substr(line_end, end - line_end));
    if (!octets) return error("bad_pem", at, "not base64 between the lines of " + label);
    out.push_back({label, *std::move(octets), at});
    at = find_begin(text, end + end_line.size());
  }
  return out;
}

std::string write_pem(std::string_view label, ByteView octets) {
  std::string out = std::string(begin_mark) + std::string(label) + std::string(dashes) + "\n";
  const auto base64 = base64_encode(octets);
  for (std::size_t at = 0; at < base64.size(); at += line_characters) out += base64.substr(at, line_characters) + '\n';
  return out + std::string(end_mark) + std::string(label) + std::string(dashes) + "\n";
}

}  // namespace longwire::crypto
