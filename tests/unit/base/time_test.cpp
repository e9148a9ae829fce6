#include "base/time.hpp"

#include <gtest/gtest.h>

namespace longwire {
namespace {

using namespace std::chrono_literals;

TEST(Time, Unix32IsClampedAndRoundsDown) {
  EXPECT_EQ(to_unix32(from_unix(0)), 0u);
  EXPECT_EQ(to_unix32(from_unix(1'800'000'000) + 999'999us), 1'800'000'000u);
  EXPECT_EQ(to_unix32(from_unix(4'294'967'295)), 4'294'967'295u);
  EXPECT_EQ(to_unix32(from_unix(4'294'967'296)), 4'294'967'295u);
  EXPECT_EQ(to_unix32(from_unix(-1)), 0u);
  EXPECT_EQ(to_unix32(never), 4'294'967'295u);
}

TEST(Time, AirTimeRoundsUp) {
  EXPECT_EQ(air_time(0, 75), 0us);
  EXPECT_EQ(air_time(75, 75), 8s);
  EXPECT_EQ(air_time(1, 3), 2'666'667us);
  EXPECT_EQ(air_time(16 * 1024 * 1024, 75), Duration{1'789'569'706'667});  // the largest message, the slowest radio
}

TEST(Time, Seconds) {
  EXPECT_DOUBLE_EQ(to_seconds(1500ms), 1.5);
  EXPECT_EQ(from_seconds(0.25), 250ms);
}

}  // namespace
}  // namespace longwire
