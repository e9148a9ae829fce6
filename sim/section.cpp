#include "sim/section.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace longwire::sim {

void Section::error(const toml::source_region& where, std::string text) {
  problems_.push_back(config::problem_at(where, file_, std::move(text)));
}

void Section::error_at(std::string_view key, std::string text) {
  const auto* found = table_.get(key);
  error(found != nullptr ? found->source() : table_.source(), std::move(text));
}

const toml::node* Section::node(std::string_view key) {
  known_.push_back(key);
  return table_.get(key);
}

std::optional<std::string_view> Section::string(std::string_view key, std::string_view wanted) {
  const auto* value = node(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* text = value->as_string()) return std::string_view(text->get());
  error(*value, std::string(key) + " must be " + std::string(wanted));
  return std::nullopt;
}

void Section::text(std::string_view key, std::string& out) {
  const auto value = string(key, "a string");
  if (!value) return;
  if (value->empty()) return error_at(key, std::string(key) + " must not be empty");
  out = *value;
}

void Section::texts(std::string_view key, std::vector<std::string>& out) {
  const auto* value = node(key);
  if (value == nullptr) return;
  if (const auto* one = value->as_string()) {
    out.push_back(one->get());
    return;
  }
  const auto* array = value->as_array();
  if (array == nullptr) return error(*value, std::string(key) + " must be a string or a list of strings");
  for (const auto& element : *array) {
    if (const auto* text = element.as_string()) out.push_back(text->get());
    else error(element, std::string(key) + " must be a string or a list of strings");
  }
}

void Section::flag(std::string_view key, bool& out) {
  std::optional<bool> value;
  flag(key, value);
  if (value) out = *value;
}

void Section::flag(std::string_view key, std::optional<bool>& out) {
  const auto* value = node(key);
  if (value == nullptr) return;
  if (const auto* flag = value->as_boolean()) out = flag->get();
  else error(*value, std::string(key) + " must be true or false");
}

void Section::on_off(std::string_view key, std::optional<bool>& out) {
  const auto* value = node(key);
  if (value == nullptr) return;
  if (const auto* flag = value->as_boolean()) out = flag->get();
  else if (value->value<std::string_view>() == "on") out = true;
  else if (value->value<std::string_view>() == "off") out = false;
  else error(*value, std::string(key) + " must be true, false, \"on\" or \"off\"");
}

void Section::size(std::string_view key, std::uint64_t& out, std::uint64_t least, std::uint64_t most) {
  const auto* value = node(key);
  if (value == nullptr) return;
  std::optional<std::uint64_t> parsed;
  if (const auto* text = value->as_string()) {
    parsed = parse_size(text->get());
  } else if (const auto* integer = value->as_integer(); integer != nullptr && integer->get() >= 0) {
    parsed = static_cast<std::uint64_t>(integer->get());
  }
  if (!parsed) return error(*value, std::string(key) + " must be a number such as 4000 or \"4k\"");
  if (*parsed < least || *parsed > most)
    return error(*value, std::string(key) + " must be from " + std::to_string(least) + " to " + std::to_string(most));
  out = *parsed;
}

void Section::number(std::string_view key, std::uint64_t& out, std::uint64_t least, std::uint64_t most) {
  const auto* value = node(key);
  if (value == nullptr) return;
  const auto* integer = value->as_integer();
  const auto number = integer != nullptr ? integer->get() : -1;
  if (number < 0 || static_cast<std::uint64_t>(number) < least || static_cast<std::uint64_t>(number) > most)
    return error(*value,
                 std::string(key) + " must be a number from " + std::to_string(least) + " to " + std::to_string(most));
  out = static_cast<std::uint64_t>(number);
}

void Section::duration(std::string_view key, Duration& out) {
  std::optional<Duration> value;
  duration(key, value);
  if (value) out = *value;
}

void Section::duration(std::string_view key, std::optional<Duration>& out) {
  const auto text = string(key, "a time such as \"30s\"");
  if (!text) return;
  // Far beyond any run, and far from the end of 64-bit microseconds.
  constexpr Duration longest = std::chrono::hours{24 * 365 * 10};
  const auto parsed = parse_duration(*text);
  if (!parsed) return error_at(key, std::string(key) + " must be a time such as \"250ms\", \"30s\", \"5m\", \"6h\"");
  if (*parsed > longest) return error_at(key, std::string(key) + " must be at most ten years");
  out = *parsed;
}

void Section::probability(std::string_view key, double& out) {
  const auto* value = node(key);
  if (value == nullptr) return;
  const auto number = value->value<double>();
  if (!number || !(*number >= 0 && *number <= 1))
    return error(*value, std::string(key) + " must be a number from 0 to 1");
  out = *number;
}

void Section::decibel(std::string_view key, std::optional<double>& out) {
  const auto* value = node(key);
  if (value == nullptr) return;
  const auto number = value->value<double>();
  if (!number || !(*number >= -60 && *number <= 90))
    return error(*value, std::string(key) + " must be a number of dB from -60 to 90");
  out = *number;
}

void Section::numbers(std::string_view key, std::vector<std::uint64_t>& out) {
  const auto* value = node(key);
  if (value == nullptr) return;
  const auto* array = value->as_array();
  if (array == nullptr) return error(*value, std::string(key) + " must be a list of numbers");
  for (const auto& element : *array) {
    const auto number = element.value<std::int64_t>();
    if (!number || *number < 0) return error(element, std::string(key) + " must be a list of numbers");
    out.push_back(static_cast<std::uint64_t>(*number));
  }
}

void Section::precedence(std::string_view key, Precedence& out) {
  const auto text = string(key, "a precedence");
  if (!text) return;
  if (const auto level = parse_precedence(*text)) out = *level;
  else
    error_at(key, "unknown precedence \"" + std::string(*text) +
                      "\": override, flash, immediate, priority, routine or deferred");
}

void Section::loss(std::string_view key, LossModel& out) {
  const auto* value = node(key);
  if (value == nullptr) return;
  if (const auto* table = value->as_table()) {
    Section inner(*table, file_, problems_);
    inner.required("mean");
    inner.probability("mean", out.mean);
    inner.duration("burst", out.burst);
    inner.finish();
    return;
  }
  out = {};
  probability(key, out.mean);
}

void Section::ipv4(std::string_view key, Ipv4& out) {
  const auto text = string(key, "an IPv4 address");
  if (!text) return;
  if (const auto address = parse_ipv4(*text)) out = *address;
  else error_at(key, std::string(key) + " must be an IPv4 address");
}

void Section::hex(std::string_view key, Bytes& out) {
  const auto text = string(key, "hex digits");
  if (!text) return;
  if (auto octets = from_hex(*text); octets && !octets->empty()) out = std::move(*octets);
  else error_at(key, std::string(key) + " must be pairs of hex digits");
}

std::optional<std::size_t> Section::choice(std::string_view key, const std::vector<std::string_view>& words) {
  const auto text = string(key, "a string");
  if (!text) return std::nullopt;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == *text) return i;
  std::string known;
  for (const auto word : words) known += (known.empty() ? ": " : ", ") + std::string(word);
  error_at(key, "unknown " + std::string(key) + " \"" + std::string(*text) + "\"" + config::did_you_mean(*text, words) +
                    known);
  return std::nullopt;
}

std::optional<std::size_t> Section::lookup(const toml::node& where, std::string_view what, std::string_view name,
                                           const std::vector<std::string>& names) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  error(where, "unknown " + std::string(what) + " \"" + std::string(name) + "\"" +
                   config::did_you_mean(name, std::vector<std::string_view>(names.begin(), names.end())));
  return std::nullopt;
}

std::optional<std::size_t> Section::reference(std::string_view key, std::string_view what,
                                              const std::vector<std::string>& names) {
  const auto text = string(key, "the name of a " + std::string(what));
  if (!text) return std::nullopt;
  return lookup(*table_.get(key), what, *text, names);
}

std::vector<const toml::table*> Section::tables(std::string_view key, std::size_t most) {
  std::vector<const toml::table*> out;
  const auto* value = node(key);
  if (value == nullptr) return out;
  const auto* array = value->as_array();
  if (array == nullptr || (!array->empty() && !array->is_array_of_tables())) {
    error(*value, std::string(key) + " must be written [[" + std::string(key) + "]], once for each");
    return out;
  }
  if (array->size() > most) {
    error(*value, "more than " + std::to_string(most) + " [[" + std::string(key) + "]]");
    return out;
  }
  for (const auto& element : *array) out.push_back(element.as_table());
  return out;
}

void Section::required(std::string_view key) {
  if (!table_.contains(key)) error(table_.source(), "missing key " + std::string(key));
}

namespace {

// Words people try, and what is meant.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> other_words{{
    {"latency", "propagation"},
    {"delay", "propagation"},
    {"fades", "fade"},
    {"outages", "outage"},
    {"receivers", "receiver"},
    {"emitted_under_emcon", "silence"},
    {"emitted", "silence"},
    {"max_bytes", "max_bytes_on_air"},
    {"priority", "precedence"},
    {"expires", "by"},
}};

}  // namespace

void Section::finish() {
  for (const auto& [key, value] : table_) {
    if (std::ranges::count(known_, key.str()) > 0) continue;
    const auto* word = std::ranges::find(other_words, key.str(), [](const auto& w) { return w.first; });
    if (word != other_words.end() && std::ranges::count(known_, word->second) > 0) {
      error(key.source(), "unknown key \"" + std::string(key.str()) + "\"; it is called " + std::string(word->second));
      continue;
    }
    error(key.source(), "unknown key \"" + std::string(key.str()) + "\"" + config::did_you_mean(key.str(), known_));
  }
}

}  // namespace longwire::sim
