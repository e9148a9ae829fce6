// encode and decode undo each other for whatever the profile can say, and damage never goes unnamed.
#include "tests/unit/dmp/random_pdus.hpp"
#include "tests/unit/dmp/samples.hpp"

namespace longwire::dmp {
namespace {

using namespace test;

TEST(DmpRandom, WhatIsWrittenIsReadAndWrittenAgain) {
  RandomPdus random(4406, false);
  for (int round = 0; round < 4000; ++round) {
    const auto datagram = random.datagram(noon);
    const auto octets = encode(datagram);
    ASSERT_TRUE(octets) << round;
    const auto decoded = decode(*octets, noon + std::chrono::hours{1});
    ASSERT_TRUE(decoded) << round << " " << decoded.error().name << " " << to_hex(*octets);
    EXPECT_EQ(*decoded, datagram) << to_hex(*octets);
    EXPECT_EQ(encode(*decoded), octets);
  }
}

TEST(DmpRandom, DamageIsAnErrorOrAnotherDatagram) {
  RandomPdus random(4407, false);
  Rng rng(1);
  for (int round = 0; round < 4000; ++round) {
    auto octets = encode(random.datagram(noon)).value();
    for (auto hits = 1 + rng.below(4); hits > 0; --hits)
      octets[rng.below(octets.size())] = static_cast<std::uint8_t>(rng.below(256));
    if (rng.chance(0.3)) octets.resize(rng.below(octets.size() + 1));
    const auto decoded = decode(octets, noon);
    if (!decoded) {
      EXPECT_FALSE(decoded.error().name.empty());
      EXPECT_LE(decoded.error().offset, octets.size());
      continue;
    }
    const auto again = encode(*decoded);
    ASSERT_TRUE(again) << to_hex(octets);
    EXPECT_EQ(decode(*again, noon).value(), *decoded) << to_hex(octets);
  }
}

}  // namespace
}  // namespace longwire::dmp
