// The MMHS part of the heading table: RFC 6477 section 3 and RFC 7912 section 4 with the rules of RFC 6477 6.
#include "annexe/gateway/descriptors.hpp"
#include "annexe/gateway/heading_fields.hpp"
#include "base/precedence.hpp"
#include "base/text.hpp"
#include "mail/date.hpp"
#include "mail/mmhs_values.hpp"

#include <array>

namespace longwire::gateway {

namespace {

using Values = std::vector<std::string>;

constexpr std::size_t most_sics = 8;  // P772, MMSUpperBounds

// --- strings -----------------------------------------------------------------------------------------

// What a peer put into a PrintableString need not be one; an item must not hold the separator (RFC 6477 4).
std::string clean_item(std::string_view s) {
  return std::string(trim(printable_text(trim(s), mail::military_string_octets)));
}

Values write_string(std::string_view s) {
  auto item = clean_item(s);
  return item.empty() ? Values{} : Values{std::move(item)};
}

Values write_sequence(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items)
    if (const auto clean = clean_item(item); !clean.empty()) out += (out.empty() ? "" : "; ") + clean;
  return out.empty() ? Values{} : Values{out};
}

bool read_string(std::string_view value, std::string& out) {
  if (!mail::is_military_string(value)) return false;
  out = value;
  return true;
}

bool read_sequence(std::string_view value, std::vector<std::string>& out) {
  auto items = mail::parse_military_sequence(value);
  if (items) out = *std::move(items);
  return items.has_value();
}

// --- numbers -----------------------------------------------------------------------------------------

bool read_precedence(std::string_view value, std::optional<int>& out) {
  out = mail::parse_mmhs_precedence(value);
  return out.has_value();
}

// "3 (immediate)": number and name, as RFC 6477 3.8 shows it; national ones have no name.
Values write_precedence(std::optional<int> value) {
  constexpr int highest = 31;
  if (!value || *value < 0 || *value > highest) return {};
  const bool named = *value < precedence_levels;
  return {std::to_string(*value) + (named ? " (" + std::string(to_string(from_mmhs(*value))) + ')' : "")};
}

bool read_type(HeadingReader& in, std::string_view value) {
  const auto type = mail::parse_mmhs_message_type(value);
  if (type) in.heading.mmhs.message_type = x400::MessageType{type->number, type->identifier};
  return type.has_value();
}

Values write_type(const HeadingWriter& out) {
  constexpr int highest = 255;
  const auto& type = out.heading.mmhs.message_type;
  if (!type || type->type < 0 || type->type > highest) return {};
  auto text = std::to_string(type->type);
  if (const auto name = mail::mmhs_type_name(type->type); !name.empty()) text += " (" + std::string(name) + ')';
  if (const auto id = clean_item(type->identifier); !id.empty()) text += "; identifier=\"" + id + '"';
  return {text};
}

bool read_sics(HeadingReader& in, std::string_view value) {
  auto sics = mail::parse_military_sequence(value, mail::least_sic, mail::most_sic);
  if (!sics) return false;
  if (sics->size() > most_sics) {
    // RFC 6477 4: the surplus may be lost towards P772. It stays in the field that is kept beside it.
    in.notes.push_back("P772 carries " + std::to_string(most_sics) + " of " + std::to_string(sics->size()) +
                       " subject indicator codes; all stay in rfc-822-field-list");
    in.lossy = true;
    sics->resize(most_sics);
  }
  in.heading.mmhs.sics = *std::move(sics);
  return true;
}

Values write_sics(const HeadingWriter& out) {
  std::vector<std::string> good;
  for (const auto& sic : out.heading.mmhs.sics)
    if (const auto clean = clean_item(sic).substr(0, mail::most_sic); clean.size() >= mail::least_sic)
      good.push_back(clean);
  return write_sequence(good);
}

bool read_codress(HeadingReader& in, std::string_view value) {
  constexpr std::uint64_t highest = 1'000'000'000;  // groups of one message; bounds the INTEGER
  const auto n = mail::parse_plain_number(value);
  if (!n || *n > highest) return false;
  in.heading.mmhs.codress = static_cast<std::int64_t>(*n);
  return true;
}

Values write_codress(const HeadingWriter& out) {
  const auto n = out.heading.mmhs.codress;
  return n && *n >= 0 ? Values{std::to_string(*n)} : Values{};
}

// --- others ------------------------------------------------------------------------------------------

bool read_others(HeadingReader& in, std::string_view value, int type) {
  std::vector<std::string> names;
  if (!read_sequence(value, names)) return false;
  for (auto& name : names) in.heading.mmhs.other_recipients.push_back({type, std::move(name)});
  return true;
}

Values write_others(const HeadingWriter& out, int type) {
  std::vector<std::string> names;
  for (const auto& other : out.heading.mmhs.other_recipients)
    if ((other.type == 1) == (type == 1)) names.push_back(other.designator);
  return write_sequence(names);
}

bool read_authorizing(HeadingReader& in, std::string_view value) {
  in.authorizing_field = true;
  return read_descriptors(in, value, in.authorizing_users);
}

Values write_authorizing(const HeadingWriter& out) {
  const auto& h = out.heading;
  if (!h.mmhs.any() || h.authorizing.empty()) return {};
  return {write_descriptors(h.authorizing, out.settings)};
}

const std::array<FieldRow, 15> rows{{
    {"MMHS-Exempted-Address",
     [](HeadingReader& in, std::string_view v) { return read_descriptors(in, v, in.heading.mmhs.exempted); },
     [](const HeadingWriter& w) {
       return w.heading.mmhs.exempted.empty() ? Values{}
                                              : Values{write_descriptors(w.heading.mmhs.exempted, w.settings)};
     },
     true},
    {"MMHS-Extended-Authorisation-Info",
     [](HeadingReader& in, std::string_view v) {
       in.heading.mmhs.authorisation_time = mail::parse_date_field(v);
       return in.heading.mmhs.authorisation_time.has_value();
     },
     [](const HeadingWriter& w) {
       const auto& t = w.heading.mmhs.authorisation_time;
       return t ? Values{format_rfc5322(*t)} : Values{};
     },
     true},
    {"MMHS-Subject-Indicator-Codes", read_sics, write_sics, true},
    {"MMHS-Handling-Instructions",
     [](HeadingReader& in, std::string_view v) { return read_sequence(v, in.heading.mmhs.handling); },
     [](const HeadingWriter& w) { return write_sequence(w.heading.mmhs.handling); }, true},
    {"MMHS-Message-Instructions",
     [](HeadingReader& in, std::string_view v) { return read_sequence(v, in.heading.mmhs.instructions); },
     [](const HeadingWriter& w) { return write_sequence(w.heading.mmhs.instructions); }, true},
    {"MMHS-Codress-Message-Indicator", read_codress, write_codress, true},
    {"MMHS-Originator-Reference",
     [](HeadingReader& in, std::string_view v) { return read_string(v, in.heading.mmhs.originator_reference); },
     [](const HeadingWriter& w) { return write_string(w.heading.mmhs.originator_reference); }, true},
    {"MMHS-Primary-Precedence",
     [](HeadingReader& in, std::string_view v) { return read_precedence(v, in.heading.mmhs.primary_precedence); },
     [](const HeadingWriter& w) { return write_precedence(w.heading.mmhs.primary_precedence); }, true},
    {"MMHS-Copy-Precedence",
     [](HeadingReader& in, std::string_view v) { return read_precedence(v, in.heading.mmhs.copy_precedence); },
     [](const HeadingWriter& w) { return write_precedence(w.heading.mmhs.copy_precedence); }, true},
    {"MMHS-Message-Type", read_type, write_type, true},
    {"MMHS-Other-Recipients-Indicator-To", [](HeadingReader& in, std::string_view v) { return read_others(in, v, 0); },
     [](const HeadingWriter& w) { return write_others(w, 0); }, true},
    {"MMHS-Other-Recipients-Indicator-CC", [](HeadingReader& in, std::string_view v) { return read_others(in, v, 1); },
     [](const HeadingWriter& w) { return write_others(w, 1); }, true},
    {"MMHS-Acp127-Message-Identifier",
     [](HeadingReader& in, std::string_view v) { return read_string(v, in.heading.mmhs.acp127_id); },
     [](const HeadingWriter& w) { return write_string(w.heading.mmhs.acp127_id); }, true},
    {"MMHS-Originator-PLAD",
     [](HeadingReader& in, std::string_view v) { return read_string(v, in.heading.mmhs.originator_plad); },
     [](const HeadingWriter& w) { return write_string(w.heading.mmhs.originator_plad); }, true},
    {"MMHS-Authorizing-Users", read_authorizing, write_authorizing, true},
}};

}  // namespace

std::span<const FieldRow> mmhs_rows() { return rows; }

}  // namespace longwire::gateway
