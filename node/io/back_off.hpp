// BackOff: how long to wait before a port is opened again.
#pragma once

#include <algorithm>
#include <chrono>

namespace longwire::io {

class BackOff {
 public:
  // Doubles with every failure in a row, so that a modem that is switched off is not hammered.
  std::chrono::microseconds next() {
    const auto pause = pause_;
    pause_ = std::min(2 * pause_, longest);
    return pause;
  }
  // It was open for a while.
  void reset() { pause_ = shortest; }

  static constexpr std::chrono::milliseconds shortest{200};
  static constexpr std::chrono::milliseconds longest{10'000};

 private:
  std::chrono::milliseconds pause_ = shortest;
};

}  // namespace longwire::io
