#include "annexe/gateway/labels.hpp"

#include "base/text.hpp"
#include "mail/mime_parameters.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

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
  const bool named = kept.size() > mail::sio_label_field.size() && kept[mail::sio_label_field.size()] == ':' &&
                     iequals(kept.substr(0, mail::sio_label_field.size()), mail::sio_label_field);
  return std::string(trim(named ? kept.substr(mail::sio_label_field.size() + 1) : kept));
}

mail::SioLabel header_label(const SecurityLabel& label, const Settings& settings) {
  return mail::sio_label_of(label, marking_of(label, settings), ":x411");
}

}  // namespace

std::optional<SecurityLabel> label_of(const mail::SioLabel& field) {
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
  return mail::format_sio_label(header_label(label, settings));
}

std::optional<std::string> label_field_to_keep(const mail::HeaderView& header, const Settings& settings) {
  const auto value = header.value(mail::sio_label_field);
  if (!value) return std::nullopt;
  const auto field = mail::parse_sio_label(*value);
  if (field && field->label) {
    const auto made = format_sio_label(*field->label, settings);
    if (value_of(mail::unfold(made)) == *value) return std::nullopt;
  }
  std::string out = std::string(mail::sio_label_field) + ": ";
  const auto pieces = ascii_pieces(*value);
  for (std::size_t i = 0; i < pieces.size(); ++i) out += (i == 0 ? "" : "; ") + pieces[i];
  return out;
}

std::string label_fields(const std::optional<SecurityLabel>& label, std::string_view kept, const Settings& settings,
                         Time now) {
  const auto value = value_of(kept);
  const auto old = kept.empty() ? Result<mail::SioLabel>(error("bad_label")) : mail::parse_sio_label(value);
  if (old && (!label || label_of(*old) == label)) return mail::format_field(mail::sio_label_field, ascii_pieces(value));
  if (!label) return {};
  const auto field = format_sio_label(*label, settings);
  if (kept.empty()) return field;
  mail::SioLabelChange change;
  if (old) change.before = *old;
  change.after = header_label(*label, settings);
  change.changed_by = settings.host;
  change.changed_at = format_rfc5322(now);
  change.comment = "label of the X.400 envelope";
  return field + mail::format_sio_label_history(change);
}

}  // namespace longwire::gateway
