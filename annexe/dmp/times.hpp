// Times of DMP (stanag4406.md 4.1): a submission time of 15 bits that repeats every 18 h 12 min, and one octet
// codes on three scales. Codes are exact on the way in; on the way out the caller says which way to round.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>

namespace longwire::dmp {

// --- submission time: (UTC seconds / 2) mod submission_period ---------------------------------------
inline constexpr std::uint16_t submission_period = 0x7FF8;  // units of 2 s; 7FF8-7FFF are reserved
inline constexpr std::uint16_t submission_future = 450;     // units: up to 15 min ahead of the receiver's clock
// How old a submission time may be when it is read and still be told from the period before.
inline constexpr Duration submission_age_most = std::chrono::seconds{2 * (submission_period - submission_future - 1)};

std::uint16_t submission_code(Time t);  // the 2 s step that t lies in
// The time nearest to `now` by the rule above. code < submission_period.
Time resolve_submission(std::uint16_t code, Time now);

// --- one octet ---------------------------------------------------------------------------------------
enum class Rounding : std::uint8_t {
  up,      // expiry: a message must not be thrown away before its time
  nearest  // points in time: least wrong; a tie goes to the smaller
};

// nullopt: reserved, or no code is that long. Durations are not negative.
std::optional<Duration> read_time_difference(std::uint8_t code);
std::optional<std::uint8_t> time_difference_code(Duration d, Rounding rounding);
// Expiry, receipt and delivery times. Code 0 is 0 s; where it stands for "not present" the caller looks first, and
// least = 1 keeps it from being written.
std::optional<Duration> read_age(std::uint8_t code);
std::optional<std::uint8_t> age_code(Duration d, Rounding rounding, std::uint8_t least = 0);
// DTG, relative to submission, negative = before. Code 0 (absent) is the caller's; it reads as nullopt.
std::optional<Duration> read_dtg(std::uint8_t code);
std::optional<std::uint8_t> dtg_code(Duration d);  // nearest

}  // namespace longwire::dmp
