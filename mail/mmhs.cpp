#include "mail/mmhs.hpp"

#include "base/text.hpp"
#include "mail/date.hpp"
#include "mail/mmhs_values.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace longwire::mail {

namespace {

// A higher number is handled first, so 6 and above count as override.
std::optional<Precedence> read_precedence(std::string_view s) {
  const auto number = parse_mmhs_precedence(s);
  return number ? std::optional(from_mmhs(*number)) : std::nullopt;
}

bool is_sequence(std::string_view s, std::size_t least = 1, std::size_t most = military_string_octets) {
  return parse_military_sequence(s, least, most).has_value();
}

bool read_message_type(std::string_view s, MmhsFields& out) {
  const auto type = parse_mmhs_message_type(s);
  if (!type) return false;
  const auto name = mmhs_type_name(type->number);
  out.message_type = name.empty() ? std::to_string(type->number) : std::string(name);
  out.message_type_identifier = type->identifier;
  return true;
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
     [](std::string_view v, MmhsFields& out) { return keep(parse_date_field(v).has_value(), v, out.dtg); }},
    {"MMHS-Subject-Indicator-Codes",
     [](std::string_view v, MmhsFields& out) {
       return keep(is_sequence(v, least_sic, most_sic), v, out.subject_indicator_codes);
     }},
    {"MMHS-Handling-Instructions",
     [](std::string_view v, MmhsFields& out) { return keep(is_sequence(v), v, out.handling_instructions); }},
    {"MMHS-Message-Instructions", any_sequence},
    {"MMHS-Codress-Message-Indicator",
     [](std::string_view v, MmhsFields&) { return parse_plain_number(v).has_value(); }},
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
  const auto word = take_mmhs_word(s);
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
