#include "mail/encoded_words.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "mail/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace longwire::mail {

namespace {

constexpr std::size_t most_word = 75;  // RFC 2047 2

bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_printable(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void put_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t octet) { out += static_cast<char>(static_cast<unsigned char>(octet)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

// 0x80..0x9F of windows-1252; 0 = no character.
constexpr std::array<std::uint16_t, 32> windows_1252{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                     0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                     0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                     0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// Where iso-8859-15 differs from iso-8859-1.
std::uint32_t latin9(std::uint8_t octet) {
  switch (octet) {
    case 0xA4:
      return 0x20AC;
    case 0xA6:
      return 0x0160;
    case 0xA8:
      return 0x0161;
    case 0xB4:
      return 0x017D;
    case 0xB8:
      return 0x017E;
    case 0xBC:
      return 0x0152;
    case 0xBD:
      return 0x0153;
    case 0xBE:
      return 0x0178;
    default:
      return octet;
  }
}

std::optional<std::string> to_utf8(std::string_view charset, std::string_view octets) {
  if (iequals(charset, "utf-8")) return is_utf8(octets) ? std::optional(std::string(octets)) : std::nullopt;
  const bool ascii = iequals(charset, "us-ascii");
  const bool windows = iequals(charset, "windows-1252");
  const bool nine = iequals(charset, "iso-8859-15");
  if (!ascii && !windows && !nine && !iequals(charset, "iso-8859-1")) return std::nullopt;
  std::string out;
  for (const char c : octets) {
    const auto octet = static_cast<std::uint8_t>(c);
    std::uint32_t code = octet;
    if (octet >= 0x80 && ascii) return std::nullopt;
    if (nine) code = latin9(octet);
    if (windows && octet >= 0x80 && octet < 0xA0) code = windows_1252.at(octet - 0x80U);
    if (code == 0 && octet != 0) return std::nullopt;
    put_utf8(out, code);
  }
  return out;
}

std::optional<std::string> decode_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      out += ' ';
    } else if (text[i] == '=') {
      const auto octet = i + 2 < text.size() ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
      if (!octet || octet->size() != 1) return std::nullopt;
      out += static_cast<char>(octet->front());
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

struct Word {
  std::string text;      // UTF-8
  std::size_t size = 0;  // octets it took
};

// "=?charset[*language]?encoding?text?=" at the start.
std::optional<Word> read_word(std::string_view s) {
  if (!s.starts_with("=?")) return std::nullopt;
  const auto second = s.find('?', 2);
  if (second == std::string_view::npos || second + 3 >= s.size() || s[second + 2] != '?') return std::nullopt;
  const auto end = s.find("?=", second + 3);
  if (end == std::string_view::npos) return std::nullopt;
  const auto coded = s.substr(second + 3, end - second - 3);
  if (coded.find_first_of(" \t?") != std::string_view::npos) return std::nullopt;
  auto charset = s.substr(2, second - 2);
  charset = charset.substr(0, charset.find('*'));  // RFC 2231 5
  const char encoding = s[second + 1];
  std::optional<std::string> octets;
  if (encoding == 'Q' || encoding == 'q') octets = decode_q(coded);
  if (encoding == 'B' || encoding == 'b') octets = std::string(as_text(base64_decode(coded).octets));
  if (!octets) return std::nullopt;
  auto text = to_utf8(charset, *octets);
  if (!text) return std::nullopt;
  return Word{*std::move(text), end + 2};
}

std::string q_word(std::string_view octets) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : octets) {
    const auto octet = static_cast<std::uint8_t>(c);
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c == ' ') out += '_';
    else if (alnum || c == '-' || c == '!' || c == '*' || c == '+' || c == '/') out += c;  // RFC 2047 5 (3)
    else (((out += '=') += digits[octet >> 4]) += digits[octet & 15U]);
  }
  return out;
}

// A character of UTF-8 must not be cut in two words (RFC 2047 5).
std::size_t whole_characters(std::string_view utf8, std::size_t most) {
  if (utf8.size() <= most) return utf8.size();
  while (most > 1 && (static_cast<std::uint8_t>(utf8[most]) & 0xC0U) == 0x80) --most;
  return most;
}

std::string as_words(std::string_view utf8) {
  std::string out;
  const auto latin1 = to_latin1(utf8);
  const std::string_view octets = latin1 ? std::string_view(*latin1) : utf8;
  constexpr std::size_t latin1_piece = (most_word - 17) / 3;    // =?ISO-8859-1?Q??= with every octet in three
  constexpr std::size_t utf8_piece = (most_word - 12) / 4 * 3;  // =?UTF-8?B??=
  for (std::size_t at = 0; at < octets.size();) {
    const auto take =
        latin1 ? std::min(latin1_piece, octets.size() - at) : whole_characters(octets.substr(at), utf8_piece);
    if (!out.empty()) out += ' ';
    const auto piece = octets.substr(at, take);
    out += latin1 ? "=?ISO-8859-1?Q?" + q_word(piece) : "=?UTF-8?B?" + base64_encode(as_bytes(piece));
    out += "?=";
    at += take;
  }
  return out;
}

bool is_atom_text(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c != '\0' && std::string_view(" !#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos);
}

}  // namespace

std::string decode_words(std::string_view text) {
  std::string out;
  std::size_t gap = std::string::npos;  // where the space behind the last word starts in `out`
  for (std::size_t i = 0; i < text.size();) {
    const bool at_start = i == 0 || is_space(text[i - 1]) || text[i - 1] == '(' || gap == out.size();
    const auto word = at_start && text[i] == '=' ? read_word(text.substr(i)) : std::nullopt;
    if (word) {
      if (gap != std::string::npos) out.resize(gap);  // white space between two words is not text (RFC 2047 6.2)
      out += word->text;
      i += word->size;
      gap = out.size();
      continue;
    }
    if (!is_space(text[i])) gap = std::string::npos;
    out += text[i++];
  }
  return out;
}

std::string encode_words(std::string_view utf8) { return is_printable(utf8) ? std::string(utf8) : as_words(utf8); }

std::string encode_phrase(std::string_view utf8) {
  if (!is_printable(utf8)) return as_words(utf8);
  // Words that would not decode here stay words: quoted they would be plain text for the reader.
  const bool words = utf8.find("=?") != std::string_view::npos;
  const bool outer_space = !utf8.empty() && (utf8.front() == ' ' || utf8.back() == ' ');
  const bool atoms = std::all_of(utf8.begin(), utf8.end(), is_atom_text) && !outer_space &&
                     utf8.find("  ") == std::string_view::npos && !utf8.empty();
  if (atoms) return std::string(utf8);
  if (words && !outer_space && utf8.find_first_of("()<>[]:;@\\,.\"") == std::string_view::npos)
    return std::string(utf8);
  std::string out = "\"";
  for (const char c : utf8) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace longwire::mail
