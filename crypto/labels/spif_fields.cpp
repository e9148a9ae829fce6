#include "crypto/labels/spif_fields.hpp"

#include "base/ber.hpp"
#include "base/did_you_mean.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace longwire::crypto::labels::spif {

namespace {

std::optional<int> to_number(std::string_view text) {
  text = trim(text);
  int out = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end || out < 0) return std::nullopt;
  return out;
}

// xs:dateTime: "2026-01-01T12:00:00[.fff](Z|+hh:mm|-hh:mm)?"; without a zone it is taken as UTC.
std::optional<Time> to_time(std::string_view text) {
  text = trim(text);
  constexpr std::size_t seconds = 19;
  if (text.size() < seconds) return std::nullopt;
  const auto base = parse_utc(std::string(text.substr(0, seconds)) + "Z");
  if (!base) return std::nullopt;
  text.remove_prefix(seconds);
  if (text.starts_with('.')) {
    const auto end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    if (end == 1) return std::nullopt;
    text.remove_prefix(end);
  }
  if (text.empty() || text == "Z") return base;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = parse_unsigned(text.substr(1, 2)), minutes = parse_unsigned(text.substr(4, 2));
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  const Duration shift = std::chrono::minutes{static_cast<int>(*hours * 60 + *minutes)};
  return text[0] == '+' ? *base - shift : *base + shift;
}

}  // namespace

bool is_oid(std::string_view text) {
  ber::Writer out;
  return out.oid(ber::oid_tag, text);
}

void Faults::add(std::size_t offset, std::string_view element, std::string_view attribute, std::string_view why) {
  if (first_) return;
  auto text = "line " + std::to_string(xml::line_of(file_, offset)) + ": " + std::string(element) + ": ";
  if (!attribute.empty()) text += std::string(attribute) + ": ";
  first_ = error("bad_spif", offset, text + std::string(why));
}

const std::string* Fields::take(std::string_view name) {
  known_.push_back(name);
  return element_.attribute(name);
}

std::string Fields::text(std::string_view name) {
  const auto* value = take(name);
  if (value == nullptr) fail(name, "missing");
  else if (trim(*value).empty()) fail(name, "empty");
  else return std::string(trim(*value));
  return {};
}

std::optional<std::string> Fields::option(std::string_view name) {
  const auto* value = take(name);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::string Fields::oid(std::string_view name) {
  auto out = text(name);
  if (!out.empty() && !is_oid(out)) fail(name, "\"" + out + "\" is no OID");
  return out;
}

int Fields::number(std::string_view name) {
  const auto value = text(name);
  const auto out = to_number(value);
  if (!out && !value.empty()) fail(name, "\"" + value + "\" is no number of 0 to 2147483647");
  return out.value_or(0);
}

std::optional<int> Fields::optional_number(std::string_view name) {
  const auto* value = take(name);
  return value == nullptr ? std::nullopt : to_number(*value);
}

bool Fields::flag(std::string_view name) {
  const auto* value = take(name);
  if (value == nullptr) return false;
  const auto word = trim(*value);
  if (word == "true" || word == "1") return true;
  if (word != "false" && word != "0") fail(name, "\"" + *value + "\" is neither true nor false");
  return false;
}

std::optional<std::size_t> Fields::selection(std::string_view name) {
  const auto* value = take(name);
  if (value == nullptr || trim(*value) == "unbounded") return std::nullopt;
  const auto out = to_number(*value);
  if (!out) fail(name, "\"" + *value + "\" is neither a number nor unbounded");
  return out ? std::optional(static_cast<std::size_t>(*out)) : std::nullopt;
}

std::optional<Time> Fields::date_time(std::string_view name) {
  const auto* value = take(name);
  if (value == nullptr) return std::nullopt;
  const auto out = to_time(*value);
  if (!out) fail(name, "\"" + *value + "\" is no dateTime such as 2026-01-01T12:00:00Z");
  return out;
}

std::size_t Fields::word(std::string_view name, const std::vector<std::string_view>& words,
                         std::optional<std::size_t> absent) {
  const auto* value = take(name);
  if (value == nullptr && absent) return *absent;
  const auto given = value == nullptr ? std::string_view{} : trim(*value);
  const auto found = std::find(words.begin(), words.end(), given);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  if (value == nullptr) fail(name, "missing");
  else fail(name, "\"" + std::string(given) + "\" has no meaning here" + did_you_mean(given, words));
  return 0;
}

void Fields::pass_over(const std::vector<std::string_view>& names) {
  known_.insert(known_.end(), names.begin(), names.end());
}

void Fields::finish(const std::vector<std::string_view>& children) {
  for (const auto& attribute : element_.attributes)
    if (attribute.space.empty() && std::find(known_.begin(), known_.end(), attribute.name) == known_.end())
      fail(attribute.name, "an unknown attribute" + did_you_mean(attribute.name, known_));
  for (const auto& child : element_.children)
    if (child.space != spif_space || std::find(children.begin(), children.end(), child.name) == children.end())
      faults_.add(child, "", "has no place in " + element_.name + did_you_mean(child.name, children));
}

}  // namespace longwire::crypto::labels::spif
