#include "base/ids.hpp"
#include "base/precedence.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace longwire {
namespace {

using namespace std::chrono_literals;

TEST(Text, SizesAndDurations) {
  EXPECT_EQ(parse_size("64k"), 64'000u);
  EXPECT_EQ(parse_size("1.5M"), 1'500'000u);
  EXPECT_EQ(parse_size("75"), 75u);
  EXPECT_EQ(parse_size("64q"), std::nullopt);
  EXPECT_EQ(parse_size(""), std::nullopt);
  EXPECT_EQ(parse_size("-1"), std::nullopt);
  EXPECT_EQ(parse_duration("250ms"), Duration{250ms});
  EXPECT_EQ(parse_duration("6h"), Duration{6h});
  EXPECT_EQ(parse_duration("90"), Duration{90s});
  EXPECT_EQ(parse_duration("2 parsecs"), std::nullopt);
  EXPECT_EQ(format_duration(90s), "90s");
  EXPECT_EQ(format_duration(2h), "2h");
}

TEST(Text, Dates) {
  EXPECT_EQ(format_rfc5322(from_unix(1'800'000'000)), "Fri, 15 Jan 2027 08:00:00 +0000");
  EXPECT_EQ(format_utc(from_unix(0)), "1970-01-01T00:00:00Z");
}

TEST(Ids, Ipv4IsStrict) {
  EXPECT_EQ(parse_ipv4("10.66.0.1")->value, 0x0A420001u);
  for (const auto* bad : {"", "10.66.0", "10.66.0.256", "10.66.0.01", "10.66.0.1 ", "a.b.c.d", "10.66.0.1.2"})
    EXPECT_EQ(parse_ipv4(bad), std::nullopt) << bad;
  EXPECT_EQ(to_string(*parse_ipv4("239.66.0.1")), "239.66.0.1");
}

TEST(Precedence, Table) {
  EXPECT_EQ(from_mt_priority(4), Precedence::flash);
  EXPECT_EQ(from_mt_priority(3), Precedence::immediate);
  EXPECT_EQ(from_mt_priority(9), Precedence::override_);
  EXPECT_EQ(from_mt_priority(-9), Precedence::deferred);
  EXPECT_EQ(pmul_priority(4), 2);
  EXPECT_EQ(pmul_priority(9), 0);
  EXPECT_EQ(pmul_priority(-9), 15);
  EXPECT_EQ(from_mmhs(5), Precedence::override_);
}

}  // namespace
}  // namespace longwire
