// The bodies of MMHS header fields (RFC 6477 4), one reader a grammar rule. Values are unfolded and trimmed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::mail {

inline constexpr std::size_t military_string_octets = 69;
inline constexpr std::size_t least_sic = 3;
inline constexpr std::size_t most_sic = 8;

// PrintableString (RFC 2156 3.3.3). Parentheses are data, never comments.
bool is_printable_string(std::string_view s);
bool is_military_string(std::string_view s, std::size_t least = 1, std::size_t most = military_string_octets);
// Items between semicolons, trimmed; nullopt: one of them has a wrong length or character.
std::optional<std::vector<std::string>> parse_military_sequence(std::string_view s, std::size_t least = 1,
                                                                std::size_t most = military_string_octets);
std::optional<std::uint64_t> parse_plain_number(std::string_view s);  // no sign, no leading zero
// A number 0..31 (0-15 NATO, 16-31 national) or a keyword, then comments.
std::optional<int> parse_mmhs_precedence(std::string_view s);
struct MmhsMessageType {
  int number = 0;          // 0-127 NATO, 128-255 national
  std::string identifier;  // may be empty
};
std::optional<MmhsMessageType> parse_mmhs_message_type(std::string_view s);
std::string_view mmhs_type_name(int number);  // "exercise" .. "drill", else empty

// Octets of the comments and spaces at the start; nullopt: a comment does not end.
std::optional<std::size_t> skip_cfws(std::string_view s);
// Cuts a number or keyword off and the comments behind it; the rest stays in `s`.
std::optional<std::string_view> take_mmhs_word(std::string_view& s);

}  // namespace longwire::mail
