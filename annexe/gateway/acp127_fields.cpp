// Header fields <-> format lines and keyword lines: one table.
#include "annexe/acp127/characters.hpp"
#include "annexe/gateway/acp127.hpp"
#include "base/text.hpp"
#include "mail/address_list.hpp"
#include "mail/message.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

using acp127::Message;
using acp127::StructuredText;

struct Source {
  const Message& m;
  const StructuredText& text;
  const Settings& settings;
};
using Values = std::vector<std::string>;

constexpr std::size_t military_string = 69;  // stanag4406.md 5: mstr
constexpr std::size_t codress_group = 5;

// Military strings are made of the characters circuits have.
std::string military(std::string_view text) {
  auto out = acp127::to_circuit(text);
  std::erase(out, '#');
  return std::string(trim(std::string_view(out).substr(0, military_string)));
}

Values joined(const std::vector<std::string>& items) {
  std::vector<std::string> good;
  for (const auto& i : items)
    if (auto m = military(i); !m.empty()) good.push_back(std::move(m));
  return good.empty() ? Values{} : Values{acp127::join(good, "; ")};
}

// --- addressees ---------------------------------------------------------------------------------------

bool is_unlisted(const acp127::Addressee& a, const Source& in) {
  const auto* names = in.text.find(keyword::unlisted);
  if (names == nullptr) return false;
  std::string_view rest = *names;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(", "), rest.size());
    if (iequals(rest.substr(0, end), a.plad)) return true;
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return false;
}

Values addresses_of(const std::vector<acp127::Addressee>& all, const Source& in) {
  std::string out;
  for (const auto& a : all)
    if (const auto* user = in.settings.addresses.by_plad(a.plad);
        user != nullptr && !user->address.empty() && !is_unlisted(a, in))
      out += (out.empty() ? "" : ", ") + user->address;
  return out.empty() ? Values{} : Values{out};
}

Values others_of(const std::vector<acp127::Addressee>& all, const Source& in) {
  std::vector<std::string> out;
  for (const auto& a : all)
    if (const auto* user = in.settings.addresses.by_plad(a.plad); user == nullptr || user->address.empty())
      out.push_back(a.plad.empty() ? a.routing_indicator : a.plad);
  return joined(out);
}

Values from(const Source& in) {
  if (in.m.from == acp127::Addressee{}) return {};
  const auto* user = in.settings.addresses.by_plad(in.m.from.plad);
  if (user != nullptr && !user->address.empty()) return {user->address};
  return {in.settings.addresses.to_rfc822(address_of_plad(in.m.from, in.settings))};
}

Values exempted(const Source& in) {
  std::string out;
  for (const auto& a : in.m.exempted) {
    const auto* user = in.settings.addresses.by_plad(a.plad);
    out += (out.empty() ? "" : ", ") + (user != nullptr && !user->address.empty()
                                            ? user->address
                                            : in.settings.addresses.to_rfc822(address_of_plad(a, in.settings)));
  }
  return out.empty() ? Values{} : Values{out};
}

// --- the other format lines ---------------------------------------------------------------------------

std::string level(Precedence p) { return std::to_string(row(p).mmhs) + " (" + std::string(to_string(p)) + ")"; }

Values copy_precedence(const Source& in) {
  if (in.m.info) return {level(*in.m.info)};
  return in.m.info_to.empty() ? Values{} : Values{level(in.m.action)};
}

Values handling(const Source& in) {
  std::vector<std::string> all = in.m.pilots;
  all.insert(all.end(), in.m.instructions.begin(), in.m.instructions.end());
  if (!in.m.security_suffix.empty()) all.push_back("ZNY " + in.m.classification + in.m.security_suffix);
  return joined(all);
}

// A count belongs to every plain message too; only encrypted groups make it a codress message.
Values codress(const Source& in) {
  if (!in.m.groups || in.text.kind != acp127::BodyKind::foreign) return {};
  const auto groups = acp127::words([&] {
    auto flat = in.m.text;
    std::replace(flat.begin(), flat.end(), '\n', ' ');
    return flat;
  }());
  const bool encrypted =
      std::all_of(groups.begin(), groups.end(), [](const auto& g) { return g.size() == codress_group; });
  if (!encrypted || groups.size() != static_cast<std::size_t>(*in.m.groups)) return {};
  return {std::to_string(*in.m.groups)};
}

Values subject(const Source& in) {
  for (const auto* word : {"SUBJ", "SUBJECT"})
    if (const auto* value = in.text.find(word)) return {*value};
  return {};
}

// "SIC ABC/DEF", or on the line of the classification: "UNCLAS SIC ABC".
Values sics(const Source& in) {
  std::string codes;
  if (const auto* value = in.text.find("SIC")) codes = *value;
  const auto behind = in.text.classification.find(" SIC ");
  if (codes.empty() && behind != std::string::npos) codes = in.text.classification.substr(behind + 5);
  std::vector<std::string> good;
  constexpr std::size_t least = 3, most = 8;
  while (!codes.empty()) {
    const auto end = std::min(codes.find_first_of("/; "), codes.size());
    auto code = military(codes.substr(0, end));
    if (code.size() >= least && code.size() <= most) good.push_back(std::move(code));
    codes.erase(0, std::min(end + 1, codes.size()));
  }
  return good.empty() ? Values{} : Values{acp127::join(good, "; ")};
}

struct TypeWord {
  std::string_view keyword;
  std::string_view value;
};
constexpr std::array types{TypeWord{"EXERCISE", "0 (exercise)"}, TypeWord{"OPERATION", "1 (operation)"},
                           TypeWord{"PROJECT", "2 (project)"}, TypeWord{"DRILL", "3 (drill)"}};

Values message_type(const Source& in) {
  for (const auto& t : types)
    if (const auto* name = in.text.find(t.keyword)) {
      const auto identifier = military(*name);
      return {std::string(t.value) + (identifier.empty() ? "" : "; identifier=\"" + identifier + "\"")};
    }
  return {};
}

Values date_time(const Source& in) { return in.m.date_time ? Values{format_rfc5322(*in.m.date_time)} : Values{}; }

// Fields that format lines or everybody's lines of the text stand for, with the keyword of the line that says what
// those cannot. Without `read` there is only that line.
enum class Form : std::uint8_t {
  text,   // as it is
  blind,  // letter case means nothing: upper case, so that it need not be coded
  items,  // separated by semicolons, which circuits lack: a line each
};
struct Row {
  std::string_view field;
  std::string_view keyword;
  Values (*read)(const Source& in);
  Form form = Form::text;
};
constexpr std::array rows{
    Row{"From", "FROM", from},
    Row{"To", "TO", [](const Source& in) { return addresses_of(in.m.to, in); }},
    Row{"Cc", "INFO", [](const Source& in) { return addresses_of(in.m.info_to, in); }},
    Row{"Subject", "SUBJ", subject},
    Row{"MMHS-Exempted-Address", "EXEMPTED", exempted},
    Row{"MMHS-Extended-Authorisation-Info", "RELEASED", date_time, Form::blind},
    Row{"MMHS-Subject-Indicator-Codes", "SIC CODES", sics, Form::items},
    Row{"MMHS-Handling-Instructions", "HANDLING", handling, Form::items},
    Row{"MMHS-Message-Instructions", "INSTRUCTIONS", [](const Source& in) { return joined(in.m.signals); },
        Form::items},
    Row{"MMHS-Codress-Message-Indicator", "CODRESS", codress},
    Row{"MMHS-Originator-Reference", "ORIGINATOR REF", nullptr},
    Row{"MMHS-Primary-Precedence", "PRIMARY PRECEDENCE", [](const Source& in) { return Values{level(in.m.action)}; },
        Form::blind},
    Row{"MMHS-Copy-Precedence", "COPY PRECEDENCE", copy_precedence, Form::blind},
    Row{"MMHS-Message-Type", "MESSAGE TYPE", message_type},
    Row{"MMHS-Other-Recipients-Indicator-To", "OTHER TO", [](const Source& in) { return others_of(in.m.to, in); },
        Form::items},
    Row{"MMHS-Other-Recipients-Indicator-CC", "OTHER INFO",
        [](const Source& in) { return others_of(in.m.info_to, in); }, Form::items},
    Row{"MMHS-Acp127-Message-Identifier", "ACP127 ID",
        [](const Source& in) { return Values{military(identifier(in.m))}; }},
    Row{"MMHS-Originator-PLAD", "ORIGINATOR PLAD", [](const Source& in) { return joined({in.m.from.plad}); }},
    Row{"MMHS-Authorizing-Users", "AUTHORIZED BY", nullptr},
    Row{"Message-ID", "MESSAGE ID", nullptr},
    Row{"In-Reply-To", "IN REPLY TO", nullptr},
    Row{"References", "REFERENCES", nullptr},
    Row{"Reply-To", "REPLY TO", nullptr},
    Row{"Reply-By", "REPLY BY", nullptr, Form::blind},
    Row{"Expires", "EXPIRES", nullptr, Form::blind},
    Row{"Supersedes", "SUPERSEDES", nullptr},
};

}  // namespace

HeaderLines header_lines(std::string_view header) {
  HeaderLines out;
  const auto octets = to_bytes(std::string(header) + "\r\n");
  const mail::HeaderView view(octets);
  for (const auto& field : view.fields())
    out.push_back({std::string(field.name), std::string(trim(mail::unfold(field.raw_value)))});
  return out;
}

std::string header_text(const HeaderLines& lines) {
  std::string out;
  for (const auto& line : lines) out += mail::fold_field(line.name, line.value);
  return out;
}

std::vector<std::string> values_of(const HeaderLines& lines, std::string_view name) {
  std::vector<std::string> out;
  for (const auto& line : lines)
    if (iequals(line.name, name)) out.push_back(line.value);
  return out;
}

std::vector<acp127::TextField> to_text_fields(const HeaderLine& line) {
  const auto* row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return iequals(r.field, line.name); });
  if (row == rows.end()) return {{std::string(keyword::field), line.name + ": " + line.value}};
  const std::string word(row->keyword);
  switch (row->form) {
    case Form::text:
      return {{word, line.value}};
    case Form::blind:
      return {{word, acp127::to_upper(line.value)}};
    case Form::items:
      break;
  }
  std::vector<acp127::TextField> out;
  std::string_view rest = line.value;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    out.push_back({word, std::string(trim(rest.substr(0, end)))});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (out.empty()) out.push_back({word, ""});
  return out;
}

HeaderLines to_header_lines(const std::vector<acp127::TextField>& fields, std::vector<std::string>& unknown) {
  HeaderLines out;
  for (const auto& field : fields) {
    const auto colon = field.value.find(": ");
    if (field.keyword == keyword::field && colon != std::string::npos && !mail::field_name(field.value).empty()) {
      out.push_back({field.value.substr(0, colon), field.value.substr(colon + 2)});
      continue;
    }
    const auto* row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.keyword == field.keyword; });
    if (row == rows.end()) {
      unknown.push_back(field.keyword);
      continue;
    }
    const auto same = [row](const HeaderLine& l) { return l.name == row->field; };
    const auto at = row->form == Form::items ? std::find_if(out.begin(), out.end(), same) : out.end();
    if (at == out.end()) out.push_back({std::string(row->field), field.value});
    else at->value += "; " + field.value;
  }
  return out;
}

HeaderLines fields_of_lines(const Message& m, const StructuredText& text, const Settings& settings) {
  const Source in{m, text, settings};
  HeaderLines out;
  for (const auto& row : rows) {
    if (row.read == nullptr) continue;
    for (auto& value : row.read(in)) out.push_back({std::string(row.field), std::move(value)});
  }
  return out;
}

}  // namespace longwire::gateway
