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

TEST(Clock, RunsFasterFromACommonMoment) {
  Clock plain;
  const auto now = plain.now();
  Clock fast({100, now - std::chrono::seconds{10}});
  const auto ahead = fast.now() - now;
  EXPECT_GE(ahead, std::chrono::seconds{99 * 10});
  EXPECT_LT(ahead, std::chrono::seconds{99 * 10 + 500});
  Clock other({100, now - std::chrono::seconds{10}});  // started later, same time
  EXPECT_LT(std::chrono::abs(other.now() - fast.now()), std::chrono::seconds{100});
  EXPECT_EQ(fast.real(std::chrono::seconds{1}), std::chrono::milliseconds{10});
  EXPECT_EQ(fast.real(Duration{1}), std::chrono::microseconds{1});
  EXPECT_EQ(plain.real(std::chrono::seconds{1}), std::chrono::seconds{1});
  Clock later({100, now + std::chrono::hours{1}});  // not yet
  EXPECT_LT(later.now() - now, std::chrono::minutes{1});
}

}  // namespace
}  // namespace longwire::io
