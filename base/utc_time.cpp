#include "base/utc_time.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace longwire {

namespace {

// Two decimal digits at `at`, or -1.
int two_digits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size()) return -1;
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -1; };
  if (digit(at) < 0 || digit(at + 1) < 0) return -1;
  return digit(at) * 10 + digit(at + 1);
}

// "Z", "+hhmm" or "-hhmm" in minutes east of Greenwich.
std::optional<int> zone_minutes(std::string_view text) {
  if (text == "Z") return 0;
  if (text.size() != 5 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int hours = two_digits(text, 1);
  const int minutes = two_digits(text, 3);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

std::optional<Time> parse_utc_time(std::string_view text, int first_year) {
  using namespace std::chrono;
  std::array<int, 5> field{};  // YY MM DD hh mm
  for (std::size_t i = 0; i < field.size(); ++i)
    if ((field[i] = two_digits(text, 2 * i)) < 0) return std::nullopt;
  int second = 0;
  std::size_t at = 10;
  if (two_digits(text, at) >= 0) {
    second = two_digits(text, at);
    at += 2;
  }
  const auto zone = at <= text.size() ? zone_minutes(text.substr(at)) : std::nullopt;
  const auto [yy, mm, dd, hh, min] = field;
  const year_month_day date{year{yy + (yy >= first_year ? 1900 : 2000)}, month{static_cast<unsigned>(mm)},
                            day{static_cast<unsigned>(dd)}};
  if (!zone || !date.ok() || hh > 23 || min > 59 || second > 59) return std::nullopt;
  const auto since = sys_days{date}.time_since_epoch() + hours{hh} + minutes{min - *zone} + seconds{second};
  return Time{duration_cast<Duration>(since)};
}

std::string format_utc_time(Time t) {
  using namespace std::chrono;
  // What two digits of a year can say: 1980 to 2079.
  constexpr auto first = sys_days{year{1980} / 1 / 1}.time_since_epoch();
  constexpr auto last = sys_days{year{2080} / 1 / 1}.time_since_epoch() - seconds{1};
  const auto whole = std::clamp<seconds>(floor<seconds>(t.time_since_epoch()), first, last);
  const auto days_since = floor<days>(whole);
  const year_month_day date{sys_days{days_since}};
  const hh_mm_ss clock{whole - days_since};
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%02d%02u%02u%02d%02d%02dZ", static_cast<int>(date.year()) % 100,
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return out.data();
}

}  // namespace longwire
