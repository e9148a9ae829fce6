#include "annexe/dmp/times.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace longwire::dmp {

namespace {

using std::chrono::seconds;

// Codes first..last stand for (code - first + start) * unit seconds.
struct Piece {
  unsigned first, last;
  int start, unit;
};

// The dissector computes the last piece from 8 half hours on but says "7 hours - 18 hours 30 min" beside it, where
// the piece before ends at 6 h 55 min: the words are taken, since the other two scales have no step back either.
constexpr std::array time_difference_scale{
    Piece{0x02, 0x1D, 2, 2},
    Piece{0x1E, 0x91, 4, 15},
    Piece{0x92, 0xDF, 6, 300},
    Piece{0xE0, 0xF7, 14, 1800},
};
constexpr std::array age_scale{
    Piece{0x00, 0x1D, 0, 2},    Piece{0x1E, 0x91, 4, 15},    Piece{0x92, 0xBB, 6, 300},
    Piece{0xBC, 0xE3, 8, 1800}, Piece{0xE4, 0xFE, 12, 7200},
};
constexpr std::array dtg_scale{
    Piece{0x01, 0x3C, 0, 60},
    Piece{0x3D, 0x64, 4, 900},
    Piece{0x65, 0x7E, 11, 3600},
};
constexpr std::uint8_t dtg_future = 0x80;

std::optional<Duration> read(std::span<const Piece> scale, unsigned code) {
  for (const auto& p : scale)
    if (code >= p.first && code <= p.last) return seconds{(static_cast<int>(code - p.first) + p.start) * p.unit};
  return std::nullopt;
}

// The scales rise, so the first code that is not below d and its predecessor are the two that count.
std::optional<std::uint8_t> write(std::span<const Piece> scale, Duration d, Rounding rounding, unsigned least) {
  std::optional<unsigned> below;
  for (unsigned code = std::max(least, scale.front().first); code <= scale.back().last; ++code) {
    const auto value = *read(scale, code);
    if (value < d) {
      below = code;
      continue;
    }
    const bool down = rounding == Rounding::nearest && below && d - *read(scale, *below) <= value - d;
    return static_cast<std::uint8_t>(down ? *below : code);
  }
  return std::nullopt;
}

// Whole 2 s steps since 1970, also before it.
std::int64_t steps(Time t) {
  return std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<2>>>(t.time_since_epoch()).count();
}

std::int64_t modulo(std::int64_t v) { return (v % submission_period + submission_period) % submission_period; }

}  // namespace

std::uint16_t submission_code(Time t) { return static_cast<std::uint16_t>(modulo(steps(t))); }

Time resolve_submission(std::uint16_t code, Time now) {
  const auto here = steps(now);
  const auto ahead = modulo(code - here);
  return Time{seconds{2 * (here + ahead - (ahead <= submission_future ? 0 : submission_period))}};
}

std::optional<Duration> read_time_difference(std::uint8_t code) { return read(time_difference_scale, code); }

std::optional<std::uint8_t> time_difference_code(Duration d, Rounding rounding) {
  return write(time_difference_scale, d, rounding, 0);
}

std::optional<Duration> read_age(std::uint8_t code) { return read(age_scale, code); }

std::optional<std::uint8_t> age_code(Duration d, Rounding rounding, std::uint8_t least) {
  return write(age_scale, d, rounding, least);
}

std::optional<Duration> read_dtg(std::uint8_t code) {
  const auto value = read(dtg_scale, code & 0x7FU);
  if (!value) return std::nullopt;
  return (code & dtg_future) != 0 ? *value : -*value;
}

std::optional<std::uint8_t> dtg_code(Duration d) {
  const auto code = write(dtg_scale, d < Duration::zero() ? -d : d, Rounding::nearest, 0);
  if (!code) return std::nullopt;
  // "Now" is written as the past: the sign of zero says nothing.
  const bool future = d > Duration::zero() && *code != dtg_scale.front().first;
  return future ? static_cast<std::uint8_t>(*code | dtg_future) : *code;
}

}  // namespace longwire::dmp
