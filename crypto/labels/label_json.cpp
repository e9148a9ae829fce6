#include "crypto/labels/label_json.hpp"

#include "base/text.hpp"
#include "crypto/labels/categories.hpp"
#include "crypto/labels/stanag4774.hpp"
#include "mail/sio_label.hpp"

#include <boost/json/array.hpp>

namespace longwire::crypto::labels {

namespace {

namespace json = boost::json;
using Kind = TagValues::Kind;

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::restrictive:
      return "restrictive";
    case Kind::enumerated_permissive:
      return "enumerated permissive";
    case Kind::enumerated_restrictive:
      return "enumerated restrictive";
    case Kind::permissive:
      return "permissive";
    case Kind::informative:
      return "informative";
    case Kind::enumerated:
      return "enumerated";
  }
  return {};
}

json::array categories_json(const std::vector<SecurityCategory>& categories) {
  json::array out;
  for (const auto& category : categories) {
    const auto tags = tag_values(category);
    if (!tags) {  // kept as it came, shown as it came
      out.push_back(json::object{{"type", category.type}, {"value_hex", to_hex(category.value)}});
      continue;
    }
    for (const auto& tag : *tags) {
      json::object one{{"type", category.type}, {"tag_set", tag.tag_set}, {"kind", kind_name(tag.kind)}};
      if (tag.level) one["level"] = *tag.level;
      one["values"] = json::array(tag.values.begin(), tag.values.end());
      out.push_back(std::move(one));
    }
  }
  return out;
}

json::value text_or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::object words_json(const Words4774& words) {
  json::object out{{"form", words.clearance ? "4774 clearance" : "4774 label"},
                   {"policy_name", text_or_null(words.policy)},
                   {"policy_uri", text_or_null(words.policy_uri)}};
  if (words.clearance) out["classifications"] = json::array(words.classifications.begin(), words.classifications.end());
  else out["classification"] = words.classifications.front();
  if (!words.clearance) out["privacyMark"] = text_or_null(words.mark);
  json::array categories;
  for (const auto& one : words.categories)
    categories.push_back(json::object{{"tag_name", text_or_null(one.tag_name)},
                                      {"uri", text_or_null(one.uri)},
                                      {"kind", to_lower(one.type)},
                                      {"values", json::array(one.values.begin(), one.values.end())}});
  out["categories"] = std::move(categories);
  return out;
}

void put(json::object& into, std::string_view name, const std::string& text) {
  if (!text.empty()) into[name] = text;
}

// The parameters, and what the label in them says.
json::object field_json(const mail::SioLabel& field) {
  json::object out;
  put(out, "marking", field.marking);
  put(out, "fgcolor", field.foreground);
  put(out, "bgcolor", field.background);
  put(out, "type", field.type);
  put(out, "label", field.value);
  if (field.label) out["security_label"] = to_json(*field.label);
  if (field.type != ":xml") return out;
  const auto words = read_4774_words(mail::octets_of(field).value_or(Bytes{}));
  if (words) out["security_label"] = words_json(*words);
  return out;
}

json::object history_json(const mail::SioLabelChange& change) {
  json::object out{{"form", "SIO-Label-History"},
                   {"change", !change.before ? "add"
                              : change.after ? "replace"
                                             : "delete"},
                   {"changed-by", change.changed_by},
                   {"changed-at", change.changed_at}};
  put(out, "changed-comment", change.comment);
  if (change.before) out["before"] = field_json(*change.before);
  if (change.after) out["after"] = field_json(*change.after);
  return out;
}

Result<json::object> decode_field(std::string_view text) {
  const auto message = std::string(trim(text)) + "\r\n\r\n";
  const mail::HeaderView header(as_bytes(message));
  if (const auto value = header.value(mail::sio_label_history_field)) {
    const auto change = mail::parse_sio_label_history(*value);
    if (!change) return change.error();
    return history_json(*change);
  }
  const auto value = header.value(mail::sio_label_field);
  const auto field = mail::parse_sio_label(value ? *value : mail::unfold(trim(text)));
  if (!field) return field.error();
  auto out = field_json(*field);
  out["form"] = "SIO-Label";
  return out;
}

}  // namespace

json::object to_json(const SecurityLabel& label) {
  return {{"policy", text_or_null(label.policy)},
          {"class", label.classification ? json::value(*label.classification) : json::value(nullptr)},
          {"privacyMark", text_or_null(label.mark)},
          {"categories", categories_json(label.categories)}};
}

json::object to_json(const Clearance& clearance) {
  return {{"policy", clearance.policy},
          {"classes", json::array(clearance.classes.begin(), clearance.classes.end())},
          {"categories", categories_json(clearance.categories)}};
}

Result<json::object> decode_label_json(ByteView octets) {
  constexpr std::uint8_t set = 0x31, sequence = 0x30;
  if (octets.empty()) return error("truncated", 0, "no octets");
  if (octets[0] == set) {
    const auto label = decode_label(octets);
    if (!label) return label.error();
    auto out = to_json(*label);
    out["form"] = "label";
    return out;
  }
  if (octets[0] == sequence) {
    const auto clearance = decode_clearance(octets);
    if (!clearance) return clearance.error();
    auto out = to_json(*clearance);
    out["form"] = "clearance";
    return out;
  }
  const auto text = trim(as_text(octets));
  if (!text.starts_with('<') && !text.starts_with("\xEF\xBB\xBF<")) return decode_field(text);
  const auto words = read_4774_words(octets);
  if (!words) return words.error();
  return words_json(*words);
}

}  // namespace longwire::crypto::labels
