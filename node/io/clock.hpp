// Clock: the node's time. Wall clock when it was made plus the steady time since then: it never
// goes back. A wall clock that is set forward is followed, one that is set back is not: expiry
// times and tracking must not run twice over the same hour.
#pragma once

#include "base/time.hpp"

#include <chrono>

namespace longwire::io {

class Clock {
 public:
  Clock();
  Time now();
  // How far the wall clock was set back since the start, for `status` and the log.
  Duration behind() const { return behind_; }

 private:
  std::chrono::steady_clock::time_point steady_start_;
  Time start_;
  Time last_;
  Duration behind_{0};
};

}  // namespace longwire::io
