#include "node/io/clock.hpp"

#include <algorithm>

namespace longwire::io {

namespace {

Time wall_now() {
  return Time{std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
}

}  // namespace

Clock::Clock(Speed speed)
    : steady_start_(std::chrono::steady_clock::now()),
      start_(wall_now()),
      last_real_(start_),
      speed_{std::clamp(speed.factor, 1U, 1000U), speed.since == Time{} ? start_ : speed.since} {}

Time Clock::now() {
  const auto elapsed = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - steady_start_);
  const auto wall = wall_now();
  if (wall > start_ + elapsed) start_ = wall - elapsed;
  last_real_ = std::max(last_real_, start_ + elapsed);
  behind_ = last_real_ - wall;
  last_ = std::max(last_, speed_.at(last_real_));
  return last_;
}

}  // namespace longwire::io
