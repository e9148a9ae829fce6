#include "bearers/s5066/s_pdu.hpp"

#include <algorithm>

namespace longwire::s5066 {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using SystemDays = std::chrono::sys_days;

// Day of the year, 1-366 (footnote 3 of A.3.1.1), as far as an S_PDU tells it.
std::uint8_t julian_day_of(SystemDays day) {
  const std::chrono::year_month_day date{day};
  const SystemDays new_year{date.year() / std::chrono::January / 1};
  return static_cast<std::uint8_t>(((day - new_year).count() + 1) % 16);
}

SystemDays day_of(Time t) { return SystemDays{std::chrono::floor<days>(t.time_since_epoch())}; }

Time instant(SystemDays day, TimeToDie ttd) { return Time{day.time_since_epoch() + seconds{2 * ttd.two_seconds}}; }

}  // namespace

TimeToDie to_time_to_die(Time t) {
  const auto day = day_of(t);
  const auto of_day = std::chrono::floor<seconds>(t.time_since_epoch() - day.time_since_epoch()).count();
  return {julian_day_of(day), static_cast<std::uint16_t>(of_day / 2)};
}

Time from_time_to_die(TimeToDie ttd, Time now) {
  const auto today = day_of(now);
  Time past = Time::min(), future = never;
  for (int offset = -31; offset <= 31; ++offset) {  // at new year the day numbers jump by up to 14
    const auto day = today + days{offset};
    if (julian_day_of(day) != (ttd.julian_day & 15U)) continue;
    const auto at = instant(day, ttd);
    if (at <= now) past = std::max(past, at);
    if (at > now) future = std::min(future, at);
  }
  const bool in_reach = future <= now + days{15};
  if (past > now - days{1} && !in_reach) return past;
  if (in_reach) return future;
  return future - now < now - past ? future : past;
}

}  // namespace longwire::s5066
