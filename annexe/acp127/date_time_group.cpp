#include "annexe/acp127/date_time_group.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace longwire::acp127 {

namespace {

namespace ch = std::chrono;

constexpr std::array<std::string_view, 12> months{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                  "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::string_view zones_east = "ABCDEFGHIKLM";
constexpr std::string_view zones_west = "NOPQRSTUVWXY";

bool all_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int number(std::string_view digits) { return static_cast<int>(parse_unsigned(digits).value_or(0)); }

std::optional<int> hours_of_zone(char zone) {
  if (zone == 'Z') return 0;
  if (const auto at = zones_east.find(zone); at != std::string_view::npos) return static_cast<int>(at) + 1;
  if (const auto at = zones_west.find(zone); at != std::string_view::npos) return -static_cast<int>(at) - 1;
  return std::nullopt;
}

std::optional<int> year_of(std::string_view word) {
  if (!all_digits(word)) return std::nullopt;
  if (word.size() == 4) return number(word);
  if (word.size() != 2) return std::nullopt;
  const int y = number(word);
  return y < 80 ? 2000 + y : 1900 + y;
}

bool is_clock(std::string_view hhmm) { return number(hhmm.substr(0, 2)) < 24 && number(hhmm.substr(2)) < 60; }

struct Civil {
  ch::year_month_day date;
  int hour = 0, minute = 0, day_of_year = 0;
};

Civil civil(Time t) {
  const auto days = ch::floor<ch::days>(t.time_since_epoch());
  const auto minutes = ch::floor<ch::minutes>(t.time_since_epoch() - days);
  const ch::sys_days day{days};
  const ch::year_month_day date{day};
  const ch::sys_days new_year{date.year() / ch::January / 1};
  return {date, static_cast<int>(minutes.count() / 60), static_cast<int>(minutes.count() % 60),
          static_cast<int>((day - new_year).count()) + 1};
}

std::string printed(const char* format, int a, int b, int c) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), format, a, b, c);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

bool looks_like_dtg(std::string_view word) {
  return word.size() == 7 && all_digits(word.substr(0, 6)) && word[6] >= 'A' && word[6] <= 'Z';
}

std::optional<Time> parse_dtg(const std::vector<std::string>& words) {
  if (words.size() != 3 || !looks_like_dtg(words[0])) return std::nullopt;
  const std::string_view group = words[0];
  const auto* month = std::find(months.begin(), months.end(), words[1]);
  const auto year = year_of(words[2]);
  const auto zone = hours_of_zone(group[6]);
  if (month == months.end() || !year || !zone || !is_clock(group.substr(2, 4))) return std::nullopt;
  const ch::year_month_day date{ch::year{*year}, ch::month{static_cast<unsigned>(month - months.begin()) + 1},
                                ch::day{static_cast<unsigned>(number(group.substr(0, 2)))}};
  if (!date.ok()) return std::nullopt;
  return Time{ch::sys_days{date}.time_since_epoch() + ch::hours{number(group.substr(2, 2)) - *zone} +
              ch::minutes{number(group.substr(4, 2))}};
}

std::string format_dtg(Time t) {
  const auto c = civil(t);
  const auto day = static_cast<int>(static_cast<unsigned>(c.date.day()));
  const auto month = static_cast<unsigned>(c.date.month());
  const int year = static_cast<int>(c.date.year());
  return printed("%02d%02d%02dZ ", day, c.hour, c.minute) + std::string(months.at(month - 1)) +
         printed(" %02d", ((year % 100) + 100) % 100, 0, 0);
}

bool is_filing_time(std::string_view word) {
  if (word.size() != 7) return false;
  if (looks_like_dtg(word)) {
    const int day = number(word.substr(0, 2));
    return day >= 1 && day <= 31 && is_clock(word.substr(2, 4)) && hours_of_zone(word[6]).has_value();
  }
  if (!all_digits(word)) return false;
  const int day = number(word.substr(0, 3));
  return day >= 1 && day <= 366 && is_clock(word.substr(3));
}

std::string format_filing_time(Time t) {
  const auto c = civil(t);
  return printed("%03d%02d%02d", c.day_of_year, c.hour, c.minute);
}

}  // namespace longwire::acp127
