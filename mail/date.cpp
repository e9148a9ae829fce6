#include "mail/date.hpp"

#include "base/text.hpp"
#include "mail/mmhs_values.hpp"

#include <array>

namespace longwire::mail {

namespace {

// Cuts tokens off a date: words and numbers, with ',' and ':' as tokens of their own.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : rest_(text) {}

  std::string_view next() {
    skip_space();
    if (rest_.empty()) return {};
    auto end = rest_.find_first_of(" \t,:");
    if (end == 0) end = 1;
    const auto token = rest_.substr(0, end);
    rest_.remove_prefix(token.size());
    return token;
  }
  bool take(char c) {
    skip_space();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool at_end() {
    skip_space();
    return rest_.empty();
  }

 private:
  void skip_space() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) rest_.remove_prefix(1);
  }
  std::string_view rest_;
};

std::optional<int> number(std::string_view digits, std::size_t least, std::size_t most, int top) {
  const auto n = parse_unsigned(digits);
  if (!n || digits.size() < least || digits.size() > most || *n > static_cast<unsigned>(top)) return std::nullopt;
  return static_cast<int>(*n);
}

template <std::size_t n>
std::optional<unsigned> index_of(const std::array<std::string_view, n>& names, std::string_view name) {
  for (std::size_t i = 0; i < n; ++i)
    if (iequals(names.at(i), name)) return static_cast<unsigned>(i);
  return std::nullopt;
}

constexpr std::array<std::string_view, 7> day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<std::chrono::minutes> read_zone(std::string_view z) {
  if (z.size() == 5 && (z[0] == '+' || z[0] == '-')) {
    const auto hours = number(z.substr(1, 2), 2, 2, 99);
    const auto minutes = number(z.substr(3), 2, 2, 59);
    if (!hours || !minutes) return std::nullopt;
    return std::chrono::minutes{(*hours * 60 + *minutes) * (z[0] == '-' ? -1 : 1)};
  }
  struct Named {
    std::string_view name;
    int hours;
  };
  constexpr std::array<Named, 10> named{{{"UT", 0},
                                         {"GMT", 0},
                                         {"EST", -5},
                                         {"EDT", -4},
                                         {"CST", -6},
                                         {"CDT", -5},
                                         {"MST", -7},
                                         {"MDT", -6},
                                         {"PST", -8},
                                         {"PDT", -7}}};
  for (const auto& n : named)
    if (iequals(n.name, z)) return std::chrono::hours{n.hours};
  // RFC 5322 4.3: military letters were used both ways and count as -0000.
  const bool letter = z.size() == 1 && ((z[0] >= 'A' && z[0] <= 'Z') || (z[0] >= 'a' && z[0] <= 'z'));
  return letter && z != "J" && z != "j" ? std::optional(std::chrono::minutes{0}) : std::nullopt;
}

std::optional<int> read_year(std::string_view y) {
  const auto n = number(y, 2, 4, 9999);
  if (!n || y.size() == 4) return n && *n >= 1900 ? n : std::nullopt;
  return y.size() == 2 && *n < 50 ? *n + 2000 : *n + 1900;  // RFC 5322 4.3
}

std::optional<std::chrono::seconds> read_clock(Tokens& tokens) {
  const auto hour = number(tokens.next(), 2, 2, 23);
  if (!hour || !tokens.take(':')) return std::nullopt;
  const auto minute = number(tokens.next(), 2, 2, 59);
  if (!minute) return std::nullopt;
  int second = 0;
  if (tokens.take(':')) {
    const auto s = number(tokens.next(), 2, 2, 60);  // 60: a leap second
    if (!s) return std::nullopt;
    second = *s;
  }
  return std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{second};
}

}  // namespace

std::optional<Time> parse_date(std::string_view text) {
  Tokens tokens(text);
  auto token = tokens.next();
  const auto weekday = index_of(day_names, token);
  if (weekday) {
    if (!tokens.take(',')) return std::nullopt;
    token = tokens.next();
  }
  const auto day = number(token, 1, 2, 31);
  const auto month = index_of(month_names, tokens.next());
  const auto year = read_year(tokens.next());
  if (!day || !month || !year) return std::nullopt;
  const auto clock = read_clock(tokens);
  const auto zone = read_zone(tokens.next());
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{*month + 1},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!clock || !zone || !tokens.at_end() || !date.ok()) return std::nullopt;
  const std::chrono::sys_days midnight{date};
  if (weekday && std::chrono::weekday{midnight}.c_encoding() != *weekday) return std::nullopt;
  return Time{midnight.time_since_epoch() + *clock - *zone};
}

std::optional<Time> parse_date_field(std::string_view unfolded) {
  std::string text;
  while (!unfolded.empty()) {
    const auto gap = skip_cfws(unfolded);
    if (!gap) return std::nullopt;
    if (*gap > 0 && !text.empty()) text += ' ';
    unfolded.remove_prefix(*gap);
    const auto word = unfolded.substr(0, unfolded.find_first_of(" \t("));
    text += word;
    unfolded.remove_prefix(word.size());
  }
  return parse_date(trim(text));
}

}  // namespace longwire::mail
