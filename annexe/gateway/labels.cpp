#include "annexe/gateway/labels.hpp"

#include "base/text.hpp"
#include "mail/base64.hpp"
#include "mail/mime_parameters.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

constexpr std::string_view field_name = "SIO-Label";

// `label` of a message is for :ess and :x411 the same SET (RFC 7444 4).
bool is_ber_type(std::string_view type) { return iequals(type, ":ess") || iequals(type, ":x411"); }

std::vector<std::string> label_pieces(std::string_view prefix, std::string_view marking, std::string_view type,
                                      std::string_view label) {
  std::vector<std::string> out;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    for (auto& piece : mail::format_parameter(std::string(prefix) + std::string(name), value, mail::Quoting::quoted))
      out.push_back(std::move(piece));
  };
  add("marking", marking);
  add("type", type);
  add("label", label);
  return out;
}

// A value cut behind the semicolons that stand outside quoted strings, to be folded there.
std::vector<std::string> parameter_texts(std::string_view value) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '"') quoted = !quoted;
    if (c == ';' && !quoted) {
      out.emplace_back();
      continue;
    }
    if (out.back().empty() && (c == ' ' || c == '\t')) continue;
    out.back() += c;
    if (c == '\\' && quoted && i + 1 < value.size()) out.back() += value[++i];
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

// The parameters of a readable value as they stand, or, where it holds other characters than ASCII, written anew.
std::vector<std::string> ascii_pieces(std::string_view value) {
  const bool ascii = std::all_of(value.begin(), value.end(), [](char c) { return static_cast<std::uint8_t>(c) < 128; });
  const auto parameters = mail::parse_parameters(value);
  if (ascii || !parameters) return parameter_texts(value);
  std::vector<std::string> out;
  for (const auto& p : *parameters)
    for (auto& piece : mail::format_parameter(p.name, p.value, mail::Quoting::token)) out.push_back(std::move(piece));
  return out;
}

// With or without the name in front: a field list gives either.
std::string value_of(std::string_view kept) {
  const bool named = kept.size() > field_name.size() && kept[field_name.size()] == ':' &&
                     iequals(kept.substr(0, field_name.size()), field_name);
  return std::string(trim(named ? kept.substr(field_name.size() + 1) : kept));
}

void append_as(std::vector<std::string>& pieces, std::string_view name, std::string_view value) {
  for (auto& piece : mail::format_parameter(name, value, mail::Quoting::quoted)) pieces.push_back(std::move(piece));
}

// RFC 7444 5: the old label under its own names, the new one under "new-".
std::string history(const HeaderLabel* old, const SecurityLabel& label, const Settings& settings, Time now) {
  std::vector<std::string> pieces;
  if (old != nullptr) {
    const auto ber = old->label ? mail::base64_encode(encode_label(*old->label)) : std::string{};
    pieces = label_pieces("", old->marking, ber.empty() ? "" : ":x411", ber);
  }
  for (auto& piece :
       label_pieces("new-", marking_of(label, settings), ":x411", mail::base64_encode(encode_label(label))))
    pieces.push_back(std::move(piece));
  pieces.push_back(old != nullptr ? "change=replace" : "change=add");
  append_as(pieces, "changed-by", settings.host);
  append_as(pieces, "changed-at", format_rfc5322(now));
  append_as(pieces, "changed-comment", "label of the X.400 envelope");
  return mail::format_field("SIO-Label-History", pieces);
}

}  // namespace

Result<HeaderLabel> parse_sio_label(std::string_view value) {
  // Unfolding took the line ends of a header field; in a value from elsewhere they would begin fields of their own.
  if (std::any_of(value.begin(), value.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 127; }))
    return error("bad_label", 0, "control characters in the field");
  const auto parameters = mail::parse_parameters(value);
  if (!parameters) return error("bad_label", parameters.error().offset, parameters.error().text);
  const auto* marking = mail::find_parameter(*parameters, "marking");
  const auto* type = mail::find_parameter(*parameters, "type");
  const auto* label = mail::find_parameter(*parameters, "label");
  if ((type == nullptr) != (label == nullptr)) return error("bad_label", 0, "type and label go together");
  if (marking == nullptr && label == nullptr) return error("bad_label", 0, "neither marking nor label");
  HeaderLabel out;
  if (marking != nullptr) out.marking = *marking;
  if (type == nullptr) return out;
  out.type = type->starts_with(':') ? to_lower(*type) : *type;
  if (out.type.empty() || label->empty()) return error("bad_label", 0, "an empty type or label");
  if (!is_ber_type(out.type) && out.type != ":xml") return out;  // a URI's own encoding
  const auto octets = mail::base64_decode(*label);
  if (!octets.clean || octets.octets.empty()) return error("bad_label", 0, "the label is no base64");
  if (out.type == ":xml") return out;
  auto decoded = decode_label(octets.octets);
  if (!decoded) return error("bad_label", 0, "the label is no security label: " + std::string(decoded.error().name));
  out.label = *std::move(decoded);
  return out;
}

Result<std::optional<HeaderLabel>> read_sio_label(const mail::HeaderView& header) {
  if (header.count(field_name) > 1) return error("duplicate_label", 0, "more than one SIO-Label (RFC 7444 4)");
  const auto value = header.value(field_name);
  if (!value) return std::optional<HeaderLabel>{};
  auto label = parse_sio_label(*value);
  if (!label) return label.error();
  return std::optional(*std::move(label));
}

std::optional<SecurityLabel> label_of(const HeaderLabel& field) {
  if (field.label) return field.label;
  if (!field.type.empty()) return std::nullopt;
  const auto classification = classification_of_words(field.marking);
  if (!classification) return std::nullopt;
  constexpr std::size_t mark_limit = 128;  // ub-privacy-mark-length
  SecurityLabel out;
  out.classification = classification;
  for (const char c : field.marking.substr(0, mark_limit)) out.mark += c >= ' ' && c < 127 ? c : '?';
  return out;
}

std::string format_sio_label(const SecurityLabel& label, const Settings& settings) {
  return mail::format_field(
      field_name, label_pieces("", marking_of(label, settings), ":x411", mail::base64_encode(encode_label(label))));
}

std::optional<std::string> label_field_to_keep(const mail::HeaderView& header, const Settings& settings) {
  const auto value = header.value(field_name);
  if (!value) return std::nullopt;
  const auto field = parse_sio_label(*value);
  if (field && field->label) {
    const auto made = format_sio_label(*field->label, settings);
    if (value_of(mail::unfold(made)) == *value) return std::nullopt;
  }
  std::string out = std::string(field_name) + ": ";
  const auto pieces = ascii_pieces(*value);
  for (std::size_t i = 0; i < pieces.size(); ++i) out += (i == 0 ? "" : "; ") + pieces[i];
  return out;
}

std::string label_fields(const std::optional<SecurityLabel>& label, std::string_view kept, const Settings& settings,
                         Time now) {
  const auto value = value_of(kept);
  const auto old = kept.empty() ? Result<HeaderLabel>(error("bad_label")) : parse_sio_label(value);
  if (old && (!label || label_of(*old) == label)) return mail::format_field(field_name, ascii_pieces(value));
  if (!label) return {};
  const auto field = format_sio_label(*label, settings);
  if (kept.empty()) return field;
  return field + history(old ? &*old : nullptr, *label, settings, now);
}

}  // namespace longwire::gateway
