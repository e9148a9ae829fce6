// Clock: the node's time. Wall clock when it was made plus the steady time since then: it never
// goes back. A wall clock that is set forward is followed when the owner says so, as whoever counts
// elapsed time has to hear of it; one that is set back is not: expiry times and tracking must not
// run twice over the same hour.
//
// For exercises with simulated modems time can run N times as fast from a common moment on; every
// sleep then lasts real() of what it was meant to.
#pragma once

#include "base/time.hpp"

#include <chrono>
#include <functional>

namespace longwire::io {

struct Speed {
  unsigned factor = 1;  // 1 to 1000
  // When the acceleration began, by the wall clock; a node that is started again, and other nodes of
  // the exercise, must name the same moment. Unset (the epoch): when the clock is made.
  Time since{};

  Time at(Time wall) const { return wall <= since ? wall : since + (wall - since) * static_cast<int>(factor); }
  // How long to sleep so that `d` pass, rounded up.
  std::chrono::microseconds real(Duration d) const {
    return (d + Duration{static_cast<int>(factor) - 1}) / static_cast<int>(factor);
  }
};

class Clock {
 public:
  struct Source {
    std::function<Time()> wall;
    std::function<Duration()> steady;  // since some moment
  };
  explicit Clock(Speed speed = {});
  explicit Clock(Source source, Speed speed = {});

  Time now() const { return speed_.at(real_now()); }
  std::chrono::microseconds real(Duration d) const { return speed_.real(d); }
  // Follows a wall clock that was set forward; how far now() leapt, or 0.
  Duration follow();
  // How far the wall clock was set back since the start, for `status` and the log.
  Duration behind() const { return real_now() - source_.wall(); }

 private:
  Time real_now() const { return start_ + source_.steady() - steady_start_; }

  Source source_;
  Duration steady_start_;
  Time start_;  // by the wall clock
  Speed speed_;
};

}  // namespace longwire::io
