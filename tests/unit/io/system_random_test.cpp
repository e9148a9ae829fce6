#include "node/io/system_random.hpp"

#include <gtest/gtest.h>

#include <set>

namespace longwire::io {
namespace {

TEST(SystemRandom, NoTwoGeneratorsAreTheSame) {
  std::set<Bytes> seen;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(crypto::random_octets(*system_random(), 32)).second);
}

}  // namespace
}  // namespace longwire::io
