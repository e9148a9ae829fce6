#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace longwire {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// A decimal number with an optional fraction in front of a unit: "1.5M" -> {1.5, "M"}.
struct Quantity {
  double number;
  std::string_view unit;
};

std::optional<Quantity> parse_quantity(std::string_view s) {
  s = trim(s);
  const auto end = std::find_if(s.begin(), s.end(), [](char c) { return !(c == '.' || (c >= '0' && c <= '9')); });
  const auto digits = s.substr(0, static_cast<std::size_t>(end - s.begin()));
  if (digits.empty() || digits.front() == '.') return std::nullopt;
  double number = 0;
  const auto [stop, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (ec != std::errc{} || stop != digits.data() + digits.size()) return std::nullopt;
  return Quantity{number, trim(s.substr(digits.size()))};
}

struct Civil {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::seconds> clock;
  unsigned weekday;
};

Civil civil(Time t) {
  const auto sys = std::chrono::sys_seconds{std::chrono::floor<std::chrono::seconds>(t.time_since_epoch())};
  const auto day = std::chrono::floor<std::chrono::days>(sys);
  return {day, std::chrono::hh_mm_ss{sys - day}, std::chrono::weekday{day}.c_encoding()};
}

}  // namespace

std::string to_hex(ByteView octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(octets.size() * 2);
  for (const auto o : octets) {
    out += digits[o >> 4];
    out += digits[o & 15];
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  Bytes out;
  for (std::size_t i = 0; i < text.size();) {
    if (is_space(text[i])) {
      ++i;
      continue;
    }
    if (i + 1 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
    i += 2;
  }
  return out;
}

std::string to_lower(std::string_view ascii) {
  std::string out(ascii);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool iequals(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
  return s;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view s) {
  std::uint64_t v = 0;
  const auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), v);
  if (s.empty() || ec != std::errc{} || end != s.data() + s.size()) return std::nullopt;
  return v;
}

std::optional<std::uint64_t> parse_size(std::string_view s) {
  const auto q = parse_quantity(s);
  if (!q) return std::nullopt;
  double factor = 1;
  if (iequals(q->unit, "k")) factor = 1e3;
  else if (q->unit == "M") factor = 1e6;
  else if (q->unit == "G") factor = 1e9;
  else if (!q->unit.empty()) return std::nullopt;
  const double value = q->number * factor;
  if (value > 9e15 || std::floor(value) != value) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

std::optional<Duration> parse_duration(std::string_view s) {
  const auto q = parse_quantity(s);
  if (!q) return std::nullopt;
  double seconds = 0;
  if (q->unit.empty() || q->unit == "s") seconds = 1;
  else if (q->unit == "us") seconds = 1e-6;
  else if (q->unit == "ms") seconds = 1e-3;
  else if (q->unit == "m" || q->unit == "min") seconds = 60;
  else if (q->unit == "h") seconds = 3600;
  else if (q->unit == "d") seconds = 86400;
  else return std::nullopt;
  const double value = q->number * seconds * 1e6;
  if (value > 3e15) return std::nullopt;  // a century; keeps sums with Time in range
  return Duration{std::llround(value)};
}

std::string format_duration(Duration d) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
  struct Unit {
    std::int64_t ms;
    const char* name;
  };
  constexpr std::array<Unit, 4> units{{{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}}};
  for (const auto& u : units)
    if (ms != 0 && ms % u.ms == 0) return std::to_string(ms / u.ms) + u.name;
  return std::to_string(ms) + "ms";
}

std::string format_utc(Time t) {
  const auto c = civil(t);
  std::array<char, 40> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(c.date.year()),
                static_cast<unsigned>(c.date.month()), static_cast<unsigned>(c.date.day()),
                static_cast<int>(c.clock.hours().count()), static_cast<int>(c.clock.minutes().count()),
                static_cast<int>(c.clock.seconds().count()));
  return out.data();
}

std::optional<Time> parse_utc(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00Z";
  if (text.size() != form.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return std::nullopt;
  const auto number = [text](std::size_t at, std::size_t digits) {
    return static_cast<unsigned>(*parse_unsigned(text.substr(at, digits)));
  };
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(number(0, 4))},
                                         std::chrono::month{number(5, 2)}, std::chrono::day{number(8, 2)}};
  const auto hours = number(11, 2);
  const auto minutes = number(14, 2);
  const auto seconds = number(17, 2);
  if (!date.ok() || hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch();
  return Time{days + std::chrono::hours{hours} + std::chrono::minutes{minutes} + std::chrono::seconds{seconds}};
}

std::string format_rfc5322(Time t) {
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto c = civil(t);
  std::array<char, 48> out{};
  std::snprintf(out.data(), out.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000", days.at(c.weekday),
                static_cast<unsigned>(c.date.day()), months.at(static_cast<unsigned>(c.date.month()) - 1),
                static_cast<int>(c.date.year()), static_cast<int>(c.clock.hours().count()),
                static_cast<int>(c.clock.minutes().count()), static_cast<int>(c.clock.seconds().count()));
  return out.data();
}

}  // namespace longwire
