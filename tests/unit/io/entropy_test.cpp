#include "node/io/entropy.hpp"

#include <gtest/gtest.h>

#include <set>

namespace longwire::io {
namespace {

TEST(Entropy, IsOfTheLengthAskedForAndNeverTheSame) {
  EXPECT_TRUE(system_entropy(0).empty());
  EXPECT_EQ(system_entropy(1000).size(), 1000U);
  std::set<Bytes> seen;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(system_entropy(seed_octets)).second);
}

}  // namespace
}  // namespace longwire::io
