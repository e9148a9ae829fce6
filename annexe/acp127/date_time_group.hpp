// Date-time groups (FL5, "211200Z NOV 26") and filing times (FL3, day of the year with hour and minute).
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::acp127 {

// "211200Z", "NOV", "26" (or "2026"). Two-digit years: 80-99 = 19xx (RFC 2156 3.3.5). Zones are letters of ACP 121:
// Z is UTC, A to M without J are east of it, N to Y west. nullopt: no such time.
std::optional<Time> parse_dtg(const std::vector<std::string>& words);
std::string format_dtg(Time t);  // minutes, zone Z

// Six digits and a zone letter: shaped like the first word of a date-time group, whatever the numbers.
bool looks_like_dtg(std::string_view word);
// "3251200" (day of the year, hour, minute) or "211200Z" (day of the month), numbers in range.
bool is_filing_time(std::string_view word);
std::string format_filing_time(Time t);  // "3251200"

}  // namespace longwire::acp127
