#include "node/io/clock.hpp"

#include <gtest/gtest.h>

namespace longwire::io {
namespace {

TEST(Clock, StartsAtTheWallClockAndNeverGoesBack) {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  Clock clock;
  auto last = clock.now();
  EXPECT_LT(std::chrono::abs(last.time_since_epoch() - wall), std::chrono::seconds(1));
  for (int i = 0; i < 1000; ++i) {
    const auto t = clock.now();
    EXPECT_GE(t, last);
    last = t;
  }
  EXPECT_LT(clock.behind(), std::chrono::seconds(1));
}

}  // namespace
}  // namespace longwire::io
