#include "mail/mmhs.hpp"

#include "base/text.hpp"
#include "mail/date.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace longwire::mail {

namespace {

constexpr std::uint64_t highest_precedence = 31;     // RFC 6477 3.8: 0-15 NATO, 16-31 national
constexpr std::uint64_t highest_message_type = 255;  // RFC 6477 3.10: 0-127 NATO, 128-255 national
constexpr std::size_t military_string_octets = 69;   // RFC 6477 4

// PrintableString (RFC 2156 3.3.3). Parentheses are data here, never comments.
bool is_ps(char c) {
  const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alnum || (c != '\0' && std::string_view(" '()+,-./:=?").find(c) != std::string_view::npos);
}

bool is_military_string(std::string_view s, std::size_t least = 1, std::size_t most = military_string_octets) {
  return s.size() >= least && s.size() <= most && std::all_of(s.begin(), s.end(), is_ps);
}

// Items between semicolons, each `least` to `most` octets behind trimming.
bool is_sequence(std::string_view s, std::size_t least = 1, std::size_t most = military_string_octets) {
  while (true) {
    const auto semicolon = s.find(';');
    if (!is_military_string(trim(s.substr(0, semicolon)), least, most)) return false;
    if (semicolon == std::string_view::npos) return true;
    s.remove_prefix(semicolon + 1);
  }
}

// nonneg-integer = "0" / NZ-DIGIT *DIGIT
std::optional<std::uint64_t> plain_number(std::string_view s) {
  return s.size() > 1 && s[0] == '0' ? std::nullopt : parse_unsigned(s);
}

// Octets of the comments and spaces at the start; nullopt: a comment does not end.
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

// Cuts a number or keyword off and the comments behind it; the rest stays in `s`.
std::optional<std::string_view> take_word(std::string_view& s) {
  const auto word = s.substr(0, s.find_first_of(" \t(;"));
  const auto gap = skip_cfws(s.substr(word.size()));
  if (word.empty() || !gap) return std::nullopt;
  s.remove_prefix(word.size() + *gap);
  return word;
}

std::optional<Precedence> read_precedence(std::string_view s) {
  const auto word = take_word(s);
  if (!word || !s.empty()) return std::nullopt;
  if (const auto named = parse_precedence(*word)) return named;
  const auto n = plain_number(*word);
  if (!n || *n > highest_precedence) return std::nullopt;
  return from_mmhs(static_cast<int>(*n));  // a higher number is handled first, so 6 and above count as override
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

bool read_message_type(std::string_view s, MmhsFields& out) {
  constexpr std::array<std::string_view, 4> names{"exercise", "operation", "project", "drill"};
  const auto word = take_word(s);
  if (!word) return false;
  const auto n = plain_number(*word);
  if (n) {
    if (*n > highest_message_type) return false;
    out.message_type = *n < names.size() ? std::string(names.at(*n)) : std::to_string(*n);
  } else {
    out.message_type = to_lower(*word);
    if (std::find(names.begin(), names.end(), out.message_type) == names.end()) return false;
  }
  return s.empty() || read_identifier(s, out.message_type_identifier);
}

// Keeps a checked value as written.
bool keep(bool valid, std::string_view value, std::string& out) {
  if (valid) out = value;
  return valid;
}

struct Row {
  std::string_view name;
  bool (*read)(std::string_view value, MmhsFields& out);
};

// Addresses are for users and gateways: here they only must not be empty.
bool any_text(std::string_view v, MmhsFields&) { return !v.empty(); }
bool any_sequence(std::string_view v, MmhsFields&) { return is_sequence(v); }

// RFC 6477 3.1 to 3.14 and RFC 7912 4.
constexpr std::array<Row, 15> rows{{
    {"MMHS-Exempted-Address", any_text},
    {"MMHS-Extended-Authorisation-Info",
     [](std::string_view v, MmhsFields& out) { return keep(parse_date(v).has_value(), v, out.dtg); }},
    {"MMHS-Subject-Indicator-Codes",
     [](std::string_view v, MmhsFields& out) { return keep(is_sequence(v, 3, 8), v, out.subject_indicator_codes); }},
    {"MMHS-Handling-Instructions",
     [](std::string_view v, MmhsFields& out) { return keep(is_sequence(v), v, out.handling_instructions); }},
    {"MMHS-Message-Instructions", any_sequence},
    {"MMHS-Codress-Message-Indicator", [](std::string_view v, MmhsFields&) { return plain_number(v).has_value(); }},
    {"MMHS-Originator-Reference",
     [](std::string_view v, MmhsFields& out) { return keep(is_military_string(v), v, out.originator_reference); }},
    {"MMHS-Primary-Precedence",
     [](std::string_view v, MmhsFields& out) { return (out.primary_precedence = read_precedence(v)).has_value(); }},
    {"MMHS-Copy-Precedence",
     [](std::string_view v, MmhsFields& out) { return (out.copy_precedence = read_precedence(v)).has_value(); }},
    {"MMHS-Message-Type", read_message_type},
    {"MMHS-Other-Recipients-Indicator-To", any_sequence},
    {"MMHS-Other-Recipients-Indicator-CC", any_sequence},
    {"MMHS-Acp127-Message-Identifier",
     [](std::string_view v, MmhsFields& out) { return keep(is_military_string(v), v, out.acp127_message_identifier); }},
    {"MMHS-Originator-PLAD", [](std::string_view v, MmhsFields&) { return is_military_string(v); }},
    {"MMHS-Authorizing-Users", any_text},
}};

// RFC 6758 4: [CFWS] priority-value [CFWS]
std::optional<int> read_mt_priority(std::string_view s) {
  const auto start = skip_cfws(s);
  if (!start) return std::nullopt;
  s.remove_prefix(*start);
  const auto word = take_word(s);
  if (!word || !s.empty()) return std::nullopt;
  const bool negative = word->starts_with('-');
  const auto digit = word->substr(negative ? 1 : 0);
  if (digit.size() != 1 || digit[0] < (negative ? '1' : '0') || digit[0] > '9') return std::nullopt;
  return negative ? -(digit[0] - '0') : digit[0] - '0';
}

}  // namespace

Result<MmhsFields> read_mmhs(const HeaderView& header) {
  MmhsFields out;
  std::array<bool, rows.size()> seen{};
  for (const auto& field : header.fields()) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return iequals(r.name, field.name); });
    if (row == rows.end()) continue;
    auto& before = seen.at(static_cast<std::size_t>(row - rows.begin()));
    if (before) return error("duplicate_mmhs_field", field.offset, std::string(row->name) + " stands twice");
    before = true;
    if (!row->read(trim(unfold(field.raw_value)), out))
      return error("bad_mmhs_field", field.offset, "bad value of " + std::string(row->name));
  }
  out.is_military = std::find(seen.begin(), seen.end(), true) != seen.end();
  if (header.count("MT-Priority") == 1) out.mt_priority = read_mt_priority(*header.value("MT-Priority"));
  return out;
}

}  // namespace longwire::mail
