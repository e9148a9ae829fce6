#include "node/io/clock.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace longwire::io {

namespace {

// Below, it is the time between two looks at two clocks, or a clock that is being slewed.
constexpr Duration least_step = std::chrono::milliseconds{100};

Time wall_now() {
  return Time{std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
}

Duration steady_now() {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

Clock::Clock(Speed speed) : Clock(Source{wall_now, steady_now}, speed) {}

Clock::Clock(Source source, Speed speed)
    : source_(std::move(source)),
      steady_start_(source_.steady()),
      start_(source_.wall()),
      speed_{std::clamp(speed.factor, 1U, 1000U), speed.since == Time{} ? start_ : speed.since} {}

Duration Clock::follow() {
  const auto before = real_now();
  const auto step = source_.wall() - before;
  if (step < least_step) return Duration{0};
  start_ += step;
  return speed_.at(before + step) - speed_.at(before);
}

}  // namespace longwire::io
