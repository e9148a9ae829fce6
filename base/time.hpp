// Time as every core sees it. There is no now() here: node/io and the simulator
// pass the time in, so that a core runs the same in the field and in a test.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace longwire {

struct NodeClock {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<NodeClock, duration>;
  static constexpr bool is_steady = true;
};

using Duration = NodeClock::duration;

// Microseconds since 1970-01-01T00:00:00Z as this node believes it. The caller
// guarantees that it never goes back while the node runs.
using Time = NodeClock::time_point;

inline constexpr Time never = Time::max();

constexpr Time from_unix(std::int64_t seconds) { return Time{std::chrono::seconds{seconds}}; }

// Whole seconds since 1970, clamped to the 32 unsigned bits of the P_MUL Expiry_Time.
constexpr std::uint32_t to_unix32(Time t) {
  const auto s = std::chrono::floor<std::chrono::seconds>(t.time_since_epoch()).count();
  if (s < 0) return 0;
  constexpr std::int64_t top = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(s > top ? top : s);
}

constexpr double to_seconds(Duration d) { return static_cast<double>(d.count()) / 1e6; }
constexpr Duration from_seconds(double s) { return Duration{static_cast<std::int64_t>(s * 1e6)}; }

// Time that `octets` take on a line of `bits_per_second` (> 0), rounded up to a microsecond.
constexpr Duration air_time(std::uint64_t octets, std::uint64_t bits_per_second) {
  return Duration{static_cast<std::int64_t>((octets * 8 * 1'000'000 + bits_per_second - 1) / bits_per_second)};
}

}  // namespace longwire
