#include "base/result.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>

namespace longwire {
namespace {

Result<std::string> text(bool good) {
  if (!good) return error("truncated", 7, "why");
  std::string s = "value";
  return s;
}

TEST(Result, OfAStringIsNoError) {
  ASSERT_TRUE(text(true));
  EXPECT_EQ(*text(true), "value");
  ASSERT_FALSE(text(false));
  EXPECT_EQ(text(false).error().name, "truncated");
  EXPECT_EQ(text(false).error().offset, 7u);
  EXPECT_EQ(text(false).error().text, "why");
  EXPECT_THROW((void)text(false).value(), std::logic_error);
}

// splitmix64 with seed 1234567, as its author publishes it.
TEST(Rng, KnownSequence) {
  Rng rng(1234567);
  for (const auto value : {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                           4593380528125082431ULL, 16408922859458223821ULL})
    EXPECT_EQ(rng.next(), value);
}

TEST(Rng, Ranges) {
  Rng rng(1);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LT(rng.below(3), 3u);
    const auto u = rng.uniform();
    EXPECT_GE(u, 0.0);
    EXPECT_LT(u, 1.0);
    EXPECT_FALSE(rng.chance(0.0));
    EXPECT_TRUE(rng.chance(1.0));
  }
}

}  // namespace
}  // namespace longwire
