#include "mail/base64.hpp"

namespace longwire::mail {

namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;  // RFC 2045 6.7 note 1: not legal, but read by robust decoders
  return -1;
}

bool ends_line(ByteView octets, std::size_t at, bool text) {
  if (at == octets.size()) return true;
  return text && octets[at] == '\r' && at + 1 < octets.size() && octets[at + 1] == '\n';
}

// One line without its end, white space behind it removed.
void decode_line(std::string_view line, Decoded& out, bool& soft) {
  const auto last = line.find_last_not_of(" \t");
  line = last == std::string_view::npos ? std::string_view{} : line.substr(0, last + 1);
  soft = line.ends_with('=');
  if (soft) line.remove_suffix(1);
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto octet = static_cast<std::uint8_t>(line[i]);
    if (line[i] != '=') {
      out.clean = out.clean && (octet >= ' ' || octet == '\t') && octet < 127;
      out.octets.push_back(octet);
      continue;
    }
    const int high = i + 1 < line.size() ? hex_value(line[i + 1]) : -1;
    const int low = i + 2 < line.size() ? hex_value(line[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out.clean = false;
      out.octets.push_back('=');
      continue;
    }
    out.octets.push_back(static_cast<std::uint8_t>(high << 4 | low));
    i += 2;
  }
}

}  // namespace

std::string quoted_printable_encode(ByteView octets, bool text) {
  std::string out;
  out.reserve(octets.size() + octets.size() / 8);
  std::size_t column = 0;
  for (std::size_t at = 0; at < octets.size(); ++at) {
    const auto octet = octets[at];
    if (text && ends_line(octets, at, true)) {
      out += "\r\n";
      column = 0;
      ++at;
      continue;
    }
    const bool blank = octet == ' ' || octet == '\t';
    const bool plain = blank ? !ends_line(octets, at + 1, text) : octet > ' ' && octet < 127 && octet != '=';
    const std::size_t width = plain ? 1 : 3;
    // The '=' of a soft line break must fit too, unless the line ends here by itself.
    if (column + width + (ends_line(octets, at + 1, text) ? 0 : 1) > encoded_line) {
      out += "=\r\n";
      column = 0;
    }
    if (plain) {
      out += static_cast<char>(octet);
    } else {
      out += '=';
      out += digits[octet >> 4];
      out += digits[octet & 15U];
    }
    column += width;
  }
  return out;
}

Decoded quoted_printable_decode(std::string_view text) {
  Decoded out;
  out.octets.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto lf = text.find('\n', at);
    const auto end = lf == std::string_view::npos ? text.size() : lf;
    auto line = text.substr(at, end - at);
    const bool crlf = lf != std::string_view::npos && line.ends_with('\r');
    if (crlf) line.remove_suffix(1);
    else if (lf != std::string_view::npos) out.clean = false;
    bool soft = false;
    decode_line(line, out, soft);
    if (!soft && lf != std::string_view::npos) {
      out.octets.push_back('\r');
      out.octets.push_back('\n');
    }
    at = lf == std::string_view::npos ? text.size() : lf + 1;
  }
  return out;
}

}  // namespace longwire::mail
