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
  EXPECT_GE(ahead, std::chrono::seconds{99 * 10 - 1});  // a clock may be slewed back between two looks
  EXPECT_LT(ahead, std::chrono::seconds{99 * 10 + 500});
  Clock other({100, now - std::chrono::seconds{10}});  // started later, same time
  EXPECT_LT(std::chrono::abs(other.now() - fast.now()), std::chrono::seconds{100});
  EXPECT_EQ(fast.real(std::chrono::seconds{1}), std::chrono::milliseconds{10});
  EXPECT_EQ(fast.real(Duration{1}), std::chrono::microseconds{1});
  EXPECT_EQ(plain.real(std::chrono::seconds{1}), std::chrono::seconds{1});
  Clock later({100, now + std::chrono::hours{1}});  // not yet
  EXPECT_LT(later.now() - now, std::chrono::minutes{1});
}

TEST(Clock, FollowsAStepForwardWhenToldToAndTellsHowFarItWas) {
  using namespace std::chrono_literals;
  Time wall = from_unix(1'800'000'000);
  Duration steady{12'345};
  Clock clock({[&] { return wall; }, [&] { return steady; }});
  const auto pass = [&](Duration d) {
    wall += d;
    steady += d;
  };
  pass(10s);
  EXPECT_EQ(clock.follow(), Duration{0});
  EXPECT_EQ(clock.now(), from_unix(1'800'000'010));
  wall += 1h;
  EXPECT_EQ(clock.now(), from_unix(1'800'000'010)) << "not behind the owner's back";
  EXPECT_EQ(clock.follow(), Duration{1h});
  EXPECT_EQ(clock.now(), wall);
  wall -= 2h;
  pass(5s);
  EXPECT_EQ(clock.follow(), Duration{0});
  EXPECT_EQ(clock.now(), from_unix(1'800'003'615)) << "never back";
  EXPECT_EQ(clock.behind(), Duration{2h});
  wall += 2h + 99ms;
  EXPECT_EQ(clock.follow(), Duration{0});
  wall += 1ms;
  EXPECT_EQ(clock.follow(), Duration{100ms});
}

TEST(Clock, AFollowedStepIsAsLongAsTheTimeItMakesPass) {
  using namespace std::chrono_literals;
  Time wall = from_unix(1'800'000'000);
  Duration steady{0};
  Clock fast({[&] { return wall; }, [&] { return steady; }}, {100, {}});
  wall += 5s;
  steady += 5s;
  EXPECT_EQ(fast.follow(), Duration{0});
  const auto before = fast.now();
  EXPECT_EQ(before, from_unix(1'800'000'500));
  wall += 10s;
  EXPECT_EQ(fast.follow(), Duration{1000s});
  EXPECT_EQ(fast.now(), before + 1000s);
}

}  // namespace
}  // namespace longwire::io
