// Clock: the node's time. Wall clock when it was made plus the steady time since then: it never
// goes back. A wall clock that is set forward is followed, one that is set back is not: expiry
// times and tracking must not run twice over the same hour.
//
// For exercises with simulated modems time can run N times as fast from a common moment on; every
// sleep then lasts real() of what it was meant to.
#pragma once

#include "base/time.hpp"

#include <chrono>

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
  explicit Clock(Speed speed = {});
  Time now();
  std::chrono::microseconds real(Duration d) const { return speed_.real(d); }
  // How far the wall clock was set back since the start, for `status` and the log.
  Duration behind() const { return behind_; }

 private:
  std::chrono::steady_clock::time_point steady_start_;
  Time start_;  // by the wall clock
  Time last_real_;
  Time last_{};
  Duration behind_{0};
  Speed speed_;
};

}  // namespace longwire::io
