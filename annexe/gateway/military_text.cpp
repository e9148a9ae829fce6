// adatp3, corrections and acp127-data (stanag4406.md 3.4) as text/plain whose type names the body part, so that the
// reader sees text and the way back is exact.
#include "annexe/gateway/mime_entity.hpp"
#include "annexe/x400/body_parts.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

namespace body = x400::body;

struct Kind {
  std::string_view oid;
  std::string_view description;
};
constexpr std::array kinds{
    Kind{body::et_adatp3, "ADatP-3 message"},
    Kind{body::et_corrections, "Corrections"},
    Kind{body::et_acp127_data, "ACP 127 data"},
};
constexpr std::string_view line_end = "\r\n";

struct Text {
  std::string text;
  int parameters = 0;
  bool sets = false;
};

std::string join(const std::vector<std::string>& sets) {
  std::string out;
  for (std::size_t i = 0; i < sets.size(); ++i) out += (i == 0 ? "" : std::string(line_end)) + sets[i];
  return out;
}
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  for (;;) {
    const auto at = text.find(line_end);
    out.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + line_end.size());
  }
}

std::optional<Text> read(const body::Extended& part) {
  if (part.data_oid == body::et_adatp3) {
    const auto value = body::read_adatp3(part);
    if (!value) return std::nullopt;
    return Text{join(value->sets), value->parameters, value->set_oriented};
  }
  const auto value =
      part.data_oid == body::et_corrections ? body::read_corrections(part) : body::read_acp127_data(part);
  if (!value) return std::nullopt;
  return Text{value->text, value->parameters, false};
}

body::Extended make(std::string_view oid, const Text& text) {
  if (oid == body::et_adatp3)
    return body::make_adatp3({text.sets, text.sets ? split(text.text) : std::vector{text.text}, text.parameters});
  const body::Ia5Data data{text.text, text.parameters};
  return oid == body::et_corrections ? body::make_corrections(data) : body::make_acp127_data(data);
}

}  // namespace

std::optional<Entity> from_military(const body::Extended& part) {
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& k) { return k.oid == part.data_oid; });
  if (kind == kinds.end()) return std::nullopt;
  const auto text = read(part);
  if (!text || !(make(kind->oid, *text) == part)) return std::nullopt;
  Entity out;
  out.header = "Content-Type: text/plain; charset=us-ascii;\r\n bp-type=\"" + std::string(kind->oid) +
               "\"; bp-parameters=" + std::to_string(text->parameters) + (text->sets ? "; bp-form=sets" : "") +
               "\r\nContent-Description: " + std::string(kind->description) + "\r\n";
  set_body(out, "text/plain", as_bytes(text->text));
  return out;
}

std::optional<body::Extended> to_military(const mail::ContentType& type, ByteView octets) {
  const auto oid = type.parameter("bp-type");
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [oid](const Kind& k) { return k.oid == oid; });
  if (kind == kinds.end() || type.type != "text/plain") return std::nullopt;
  if (std::any_of(octets.begin(), octets.end(), [](auto o) { return o > 127; })) return std::nullopt;
  Text text;
  text.text = as_text(octets);
  text.sets = iequals(type.parameter("bp-form"), "sets");
  if (const auto n = parse_unsigned(type.parameter("bp-parameters")); n && *n <= 0x7FFFFFFF)
    text.parameters = static_cast<int>(*n);
  return make(kind->oid, text);
}

}  // namespace longwire::gateway
