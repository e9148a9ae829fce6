// UTCTime of X.409 and X.680 as text.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace longwire {

// X.400 reads years 80-99 as 19xx (RFC 2156 3.3.5), X.509 and CMS 50-99 (RFC 5280 4.1.2.5.1, RFC 5652 11.3).
inline constexpr int x400_first_year = 80;
inline constexpr int cms_first_year = 50;

// "YYMMDDhhmm[ss](Z|+hhmm)"; years from first_year to 99 = 19xx. nullopt: no valid time.
std::optional<Time> parse_utc_time(std::string_view text, int first_year = x400_first_year);
std::string format_utc_time(Time t);  // with seconds and Z; outside of 1980 to 2079: the nearer end

}  // namespace longwire
