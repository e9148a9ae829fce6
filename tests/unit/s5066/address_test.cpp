#include "bearers/s5066/address.hpp"

#include <gtest/gtest.h>

namespace longwire::s5066 {
namespace {

TEST(Address, IsWrittenAsFourNumbers) {
  EXPECT_EQ(to_string(Address{0x1020304}), "1.2.3.4");
  EXPECT_EQ(to_string(Address{0xFFFFFFF}), "15.255.255.255");
  EXPECT_EQ(to_string(Address{0, true}), "16.0.0.0");
  EXPECT_EQ(to_string(all_stations), "31.255.255.255");
}

TEST(Address, ReadsTheDottedFormOnly) {
  EXPECT_EQ(parse_address("1.2.3.4"), (Address{0x1020304}));
  EXPECT_EQ(parse_address("16.0.0.1"), (Address{1, true}));
  EXPECT_EQ(parse_address("31.255.255.255"), all_stations);
  for (const auto* text : {"", "32.0.0.0", "1.2.3", "1.2.3.256", "1.2.3.4 ", "0x1.2.3.4", "17109764"})
    EXPECT_FALSE(parse_address(text)) << text;
}

TEST(Address, ItsSizeFieldIsNoPartOfTheName) {
  EXPECT_EQ((Address{5, false, 2}), (Address{5, false, 7}));
  EXPECT_LT((Address{5, false, 7}), (Address{6, false, 2}));
  EXPECT_LT((Address{5}), (Address{5, true}));
}

TEST(Address, TakesTheFormOfOtherBearers) {
  EXPECT_EQ(to_bearer_address(all_stations).value, 0x1FFF'FFFFU);
  EXPECT_EQ(from_bearer_address(to_bearer_address(Address{0xABCDEF, true})), (Address{0xABCDEF, true}));
  EXPECT_EQ(from_bearer_address(Ipv4{0x0102'0304}), (Address{0x1020304}));
}

}  // namespace
}  // namespace longwire::s5066
