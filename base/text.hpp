// Small text helpers shared by every module: hex, numbers with units, ASCII case.
#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace longwire {

std::string to_hex(ByteView octets);
// Pairs of hex digits; white space between pairs is skipped. nullopt on anything else.
std::optional<Bytes> from_hex(std::string_view text);

std::string to_lower(std::string_view ascii);
bool iequals(std::string_view a, std::string_view b);
std::string_view trim(std::string_view s);

// Decimal digits only, no sign; nullopt on overflow.
std::optional<std::uint64_t> parse_unsigned(std::string_view s);
// "64k", "1.5M", "75": decimal multiples (k = 1000, M, G). Whole result, >= 0.
std::optional<std::uint64_t> parse_size(std::string_view s);
// "250ms", "2s", "90", "5m", "6h", "2d"; a bare number is seconds. >= 0.
std::optional<Duration> parse_duration(std::string_view s);
// The shortest of the same forms that is exact to a millisecond: "1h 30m" is "90m".
std::string format_duration(Duration d);
// "2026-11-21T12:00:00Z"
std::string format_utc(Time t);
// The same read back: exactly that form, a day of the calendar. nullopt otherwise.
std::optional<Time> parse_utc(std::string_view text);
// RFC 5322 date-time, always +0000: "Sat, 21 Nov 2026 12:00:00 +0000"
std::string format_rfc5322(Time t);

}  // namespace longwire
