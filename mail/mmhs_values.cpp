#include "mail/mmhs_values.hpp"

#include "base/precedence.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace longwire::mail {

namespace {

constexpr std::uint64_t highest_precedence = 31;     // RFC 6477 3.8
constexpr std::uint64_t highest_message_type = 255;  // RFC 6477 3.10
constexpr std::array<std::string_view, 4> type_names{"exercise", "operation", "project", "drill"};

bool is_ps(char c) {
  const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alnum || (c != '\0' && std::string_view(" '()+,-./:=?").find(c) != std::string_view::npos);
}

// [";" identifier = "..."]; the space around is taken wherever the grammar has FWS.
bool read_identifier(std::string_view s, std::string& out) {
  constexpr std::string_view keyword = "identifier";
  if (!s.starts_with(';')) return false;
  s = trim(s.substr(1));
  if (!iequals(s.substr(0, keyword.size()), keyword)) return false;
  s = trim(s.substr(keyword.size()));
  if (!s.starts_with('=')) return false;
  s = trim(s.substr(1));
  if (s.size() < 2 || s.front() != '"' || s.back() != '"') return false;
  s = s.substr(1, s.size() - 2);
  out = s;
  return is_military_string(s);
}

}  // namespace

bool is_printable_string(std::string_view s) { return std::all_of(s.begin(), s.end(), is_ps); }

bool is_military_string(std::string_view s, std::size_t least, std::size_t most) {
  return s.size() >= least && s.size() <= most && is_printable_string(s);
}

std::optional<std::vector<std::string>> parse_military_sequence(std::string_view s, std::size_t least,
                                                                std::size_t most) {
  std::vector<std::string> out;
  while (true) {
    const auto semicolon = s.find(';');
    const auto item = trim(s.substr(0, semicolon));
    if (!is_military_string(item, least, most)) return std::nullopt;
    out.emplace_back(item);
    if (semicolon == std::string_view::npos) return out;
    s.remove_prefix(semicolon + 1);
  }
}

std::optional<std::uint64_t> parse_plain_number(std::string_view s) {
  return s.size() > 1 && s[0] == '0' ? std::nullopt : parse_unsigned(s);
}

std::optional<std::size_t> skip_cfws(std::string_view s) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '(') ++depth;
    else if (s[i] == ')' && depth > 0) --depth;
    else if (s[i] == '\\' && depth > 0) ++i;
    else if (depth == 0 && s[i] != ' ' && s[i] != '\t') return i;
  }
  return depth == 0 ? std::optional(s.size()) : std::nullopt;
}

std::optional<std::string_view> take_mmhs_word(std::string_view& s) {
  const auto word = s.substr(0, s.find_first_of(" \t(;"));
  const auto gap = skip_cfws(s.substr(word.size()));
  if (word.empty() || !gap) return std::nullopt;
  s.remove_prefix(word.size() + *gap);
  return word;
}

std::optional<int> parse_mmhs_precedence(std::string_view s) {
  const auto word = take_mmhs_word(s);
  if (!word || !s.empty()) return std::nullopt;
  if (const auto named = parse_precedence(*word)) return row(*named).mmhs;
  const auto n = parse_plain_number(*word);
  return n && *n <= highest_precedence ? std::optional(static_cast<int>(*n)) : std::nullopt;
}

std::string_view mmhs_type_name(int number) {
  return number >= 0 && number < static_cast<int>(type_names.size()) ? type_names.at(static_cast<std::size_t>(number))
                                                                     : std::string_view{};
}

std::optional<MmhsMessageType> parse_mmhs_message_type(std::string_view s) {
  const auto word = take_mmhs_word(s);
  if (!word) return std::nullopt;
  MmhsMessageType out;
  if (const auto n = parse_plain_number(*word)) {
    if (*n > highest_message_type) return std::nullopt;
    out.number = static_cast<int>(*n);
  } else {
    const auto name = std::find(type_names.begin(), type_names.end(), to_lower(*word));
    if (name == type_names.end()) return std::nullopt;
    out.number = static_cast<int>(name - type_names.begin());
  }
  if (!s.empty() && !read_identifier(s, out.identifier)) return std::nullopt;
  return out;
}

}  // namespace longwire::mail
