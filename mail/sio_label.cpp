#include "mail/sio_label.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "mail/base64.hpp"
#include "mail/mime_parameters.hpp"

#include <algorithm>
#include <array>

namespace longwire::mail {

namespace {

using Parameters = std::vector<MimeParameter>;

bool is_ber_type(std::string_view type) { return type == ":ess" || type == ":x411"; }

// RFC 7444 4; it spells one name "fuschia".
bool is_colour(std::string_view text) {
  static constexpr std::array<std::string_view, 18> names{"aqua",  "black",  "blue",   "fuschia", "fuchsia", "gray",
                                                          "green", "lime",   "maroon", "navy",    "olive",   "purple",
                                                          "red",   "silver", "teal",   "white",   "yellow",  "orange"};
  if (text.size() == 7 && text[0] == '#')
    return text.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos;
  return std::find(names.begin(), names.end(), text) != names.end();
}

std::string value_of(const Parameters& parameters, std::string_view prefix, std::string_view name) {
  const auto* found = find_parameter(parameters, std::string(prefix) + std::string(name));
  return found == nullptr ? std::string{} : *found;
}

std::string colour_of(const Parameters& parameters, std::string_view prefix, std::string_view name) {
  auto out = to_lower(value_of(parameters, prefix, name));
  return is_colour(out) ? out : std::string{};
}

Result<Parameters> read_parameters(std::string_view value) {
  // Unfolding took the line ends of a header field; in a value from elsewhere they would begin fields of their own.
  if (std::any_of(value.begin(), value.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 127; }))
    return error("bad_label", 0, "control characters in the field");
  auto parameters = parse_parameters(value);
  if (!parameters) return error("bad_label", parameters.error().offset, parameters.error().text);
  return parameters;
}

std::optional<Error> decode(SioLabel& into) {
  if (!is_ber_type(into.type) && into.type != ":xml") return std::nullopt;  // a URI's own encoding
  const auto octets = octets_of(into);
  if (!octets) return error("bad_label", 0, "the label is no base64");
  if (into.type == ":xml") return std::nullopt;
  auto decoded = decode_label(*octets);
  if (!decoded) return error("bad_label", 0, "the label is no security label: " + std::string(decoded.error().name));
  into.label = *std::move(decoded);
  return std::nullopt;
}

// prefix: "" or "new-". nullopt: none of them is there.
Result<std::optional<SioLabel>> take_label(const Parameters& parameters, std::string_view prefix) {
  const auto find = [&](std::string_view name) {
    return find_parameter(parameters, std::string(prefix) + std::string(name));
  };
  const auto* marking = find("marking");
  const auto* type = find("type");
  const auto* label = find("label");
  if ((type == nullptr) != (label == nullptr)) return error("bad_label", 0, "type and label go together");
  if (marking == nullptr && label == nullptr) return std::optional<SioLabel>{};
  SioLabel out;
  if (marking != nullptr) out.marking = *marking;
  if (!out.marking.empty()) {  // RFC 7444 4: colours only with a marking
    out.foreground = colour_of(parameters, prefix, "fgcolor");
    out.background = colour_of(parameters, prefix, "bgcolor");
  }
  if (type == nullptr) return std::optional(std::move(out));
  out.type = type->starts_with(':') ? to_lower(*type) : *type;
  out.value = *label;
  if (out.type.empty() || out.value.empty()) return error("bad_label", 0, "an empty type or label");
  if (auto bad = decode(out)) return *std::move(bad);
  return std::optional(std::move(out));
}

void append(std::vector<std::string>& pieces, std::string_view name, std::string_view value, Quoting quoting) {
  if (value.empty()) return;
  for (auto& piece : format_parameter(name, value, quoting)) pieces.push_back(std::move(piece));
}

}  // namespace

std::optional<Bytes> octets_of(const SioLabel& label) {
  auto read = base64_decode(label.value);
  if (!read.clean || read.octets.empty()) return std::nullopt;
  return std::move(read.octets);
}

Result<SioLabel> parse_sio_label(std::string_view value) {
  const auto parameters = read_parameters(value);
  if (!parameters) return parameters.error();
  auto out = take_label(*parameters, "");
  if (!out) return out.error();
  if (!*out) return error("bad_label", 0, "neither marking nor label");
  return **std::move(out);
}

Result<std::optional<SioLabel>> read_sio_label(const HeaderView& header) {
  if (header.count(sio_label_field) > 1) return error("duplicate_label", 0, "more than one SIO-Label (RFC 7444 4)");
  const auto value = header.value(sio_label_field);
  if (!value) return std::optional<SioLabel>{};
  auto label = parse_sio_label(*value);
  if (!label) return label.error();
  return std::optional(*std::move(label));
}

SioLabel sio_label_of(const SecurityLabel& label, std::string marking, std::string type) {
  SioLabel out;
  out.marking = std::move(marking);
  out.type = std::move(type);
  out.value = base64_encode(encode_label(label));
  out.label = label;
  return out;
}

std::vector<std::string> sio_label_parameters(const SioLabel& label, std::string_view prefix) {
  std::vector<std::string> out;
  const std::string name(prefix);
  append(out, name + "marking", label.marking, Quoting::quoted);
  if (!label.marking.empty()) {  // RFC 7444 4: colours only with a marking
    append(out, name + "fgcolor", label.foreground, Quoting::token);
    append(out, name + "bgcolor", label.background, Quoting::token);
  }
  append(out, name + "type", label.type, Quoting::quoted);
  append(out, name + "label", label.value, Quoting::quoted);
  return out;
}

std::string format_sio_label(const SioLabel& label) {
  return format_field(sio_label_field, sio_label_parameters(label));
}

std::string format_sio_label_history(const SioLabelChange& change) {
  std::vector<std::string> pieces;
  if (change.before) pieces = sio_label_parameters(*change.before);
  if (change.after)
    for (auto& piece : sio_label_parameters(*change.after, "new-")) pieces.push_back(std::move(piece));
  pieces.emplace_back(!change.before ? "change=add" : change.after ? "change=replace" : "change=delete");
  append(pieces, "changed-by", change.changed_by, Quoting::quoted);
  append(pieces, "changed-at", change.changed_at, Quoting::quoted);
  append(pieces, "changed-comment", change.comment, Quoting::quoted);
  return format_field(sio_label_history_field, pieces);
}

Result<SioLabelChange> parse_sio_label_history(std::string_view value) {
  const auto parameters = read_parameters(value);
  if (!parameters) return parameters.error();
  const auto change = to_lower(value_of(*parameters, "", "change"));
  if (change != "add" && change != "replace" && change != "delete")
    return error("bad_label", 0, "change is not add, replace or delete");
  SioLabelChange out;
  out.changed_by = value_of(*parameters, "", "changed-by");
  out.changed_at = value_of(*parameters, "", "changed-at");
  out.comment = value_of(*parameters, "", "changed-comment");
  if (out.changed_by.empty() || out.changed_at.empty()) return error("bad_label", 0, "no changed-by or changed-at");
  auto before = take_label(*parameters, "");
  if (!before) return before.error();
  auto after = take_label(*parameters, "new-");
  if (!after) return after.error();
  // marking="" alone says as little as nothing.
  const auto says = [](const std::optional<SioLabel>& one) { return one && *one != SioLabel{}; };
  if (change != "add" && says(*before)) out.before = *std::move(before);
  if (change != "delete" && says(*after)) out.after = *std::move(after);
  return out;
}

}  // namespace longwire::mail
