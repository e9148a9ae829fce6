#include "node/io/clock.hpp"

#include <algorithm>

namespace longwire::io {

namespace {

Time wall_now() {
  return Time{std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
}

}  // namespace

Clock::Clock() : steady_start_(std::chrono::steady_clock::now()), start_(wall_now()), last_(start_) {}

Time Clock::now() {
  const auto elapsed = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - steady_start_);
  const auto wall = wall_now();
  if (wall > start_ + elapsed) start_ = wall - elapsed;
  last_ = std::max(last_, start_ + elapsed);
  behind_ = last_ - wall;
  return last_;
}

}  // namespace longwire::io
