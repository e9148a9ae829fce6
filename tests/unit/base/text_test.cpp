#include "base/text.hpp"
#include "base/ids.hpp"
#include "base/precedence.hpp"

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

TEST(Text, SizesAtTheirLimits) {
  EXPECT_EQ(parse_size("0"), 0u);
  EXPECT_EQ(parse_size("9000000G"), 9'000'000'000'000'000u);
  EXPECT_EQ(parse_size("9000001G"), std::nullopt);
  EXPECT_EQ(parse_size("64K"), 64'000u);
  EXPECT_EQ(parse_size(" 3k "), 3000u);
  EXPECT_EQ(parse_size("0.001k"), 1u);
  for (const auto* bad : {"0.0001k", "1.5", "k", ".5k", "1.2.3k", "1 k b", "1m", "0x10", "1e3", "nan", "+1"})
    EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
}

TEST(Text, DurationsAtTheirLimits) {
  EXPECT_EQ(parse_duration("0"), Duration{0});
  EXPECT_EQ(parse_duration("1us"), Duration{1us});
  EXPECT_EQ(parse_duration("0.5s"), Duration{500ms});
  EXPECT_EQ(parse_duration("34722d"), Duration{34722 * 24h});
  EXPECT_EQ(parse_duration("34723d"), std::nullopt);  // beyond 3e15 microseconds
  for (const auto* bad : {"", "s", "-1s", "1 w", "1h30m", "1S"}) EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  for (const auto d : {Duration{0}, Duration{1ms}, Duration{1s}, Duration{61s}, Duration{90min}, Duration{48h}})
    EXPECT_EQ(parse_duration(format_duration(d)), d) << format_duration(d);
}

TEST(Text, UnsignedNumbers) {
  EXPECT_EQ(parse_unsigned("18446744073709551615"), 18'446'744'073'709'551'615u);
  for (const auto* bad : {"", "18446744073709551616", "-1", "+1", " 1", "1 ", "1.0", "x"})
    EXPECT_EQ(parse_unsigned(bad), std::nullopt) << bad;
}

TEST(Text, Hex) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0x7F, 0xFF}), "007fff");
  EXPECT_EQ(from_hex("00 7F\nff"), (Bytes{0x00, 0x7F, 0xFF}));
  EXPECT_EQ(from_hex(""), Bytes{});
  for (const auto* bad : {"0", "0 0", "0g", "00x", "0x00"}) EXPECT_EQ(from_hex(bad), std::nullopt) << bad;
}

TEST(Text, CaseIsAsciiOnly) {
  EXPECT_EQ(to_lower("AZ[\xC4"), "az[\xC4");
  EXPECT_TRUE(iequals("MT-Priority", "mt-PRIORITY"));
  EXPECT_FALSE(iequals("a", "ab"));
  EXPECT_FALSE(iequals("@", "`"));
  EXPECT_EQ(trim(" \t\r\n x y \n"), "x y");
  EXPECT_EQ(trim(" \t "), "");
}

TEST(Text, UtcIsReadBack) {
  EXPECT_EQ(parse_utc("2026-11-21T12:00:01Z"), from_unix(1'795'262'401));
  EXPECT_EQ(parse_utc("1970-01-01T00:00:00Z"), from_unix(0));
  for (const std::int64_t t : {0LL, 951'782'400LL, 1'795'262'400LL, 4'102'444'799LL})
    EXPECT_EQ(parse_utc(format_utc(from_unix(t))), from_unix(t));
  for (const auto* wrong :
       {"", "2026-11-21", "2026-11-21T12:00:00", "2026-02-29T00:00:00Z", "2026-11-21 12:00:00Z", "2026-11-21T24:00:00Z",
        "2026-11-21T12:60:00Z", "2026-11-21T12:00:0xZ", "+026-11-21T12:00:00Z"})
    EXPECT_FALSE(parse_utc(wrong)) << wrong;
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

TEST(Ids, PmulIds) {
  EXPECT_EQ(parse_pmul_id("10.0.0.1")->value, 0x0A000001u);
  EXPECT_EQ(parse_pmul_id("4294967295")->value, 0xFFFFFFFFu);
  for (const auto* bad : {"", "4294967296", "-1", "1.2.3", "10.0.0.256", "7 "})
    EXPECT_EQ(parse_pmul_id(bad), std::nullopt) << bad;
  EXPECT_TRUE(parse_ipv4("224.0.0.0")->is_multicast());
  EXPECT_TRUE(parse_ipv4("239.255.255.255")->is_multicast());
  EXPECT_FALSE(parse_ipv4("223.255.255.255")->is_multicast());
  EXPECT_FALSE(parse_ipv4("240.0.0.0")->is_multicast());
}

TEST(Precedence, EveryRowAgreesWithItself) {
  for (int i = 0; i < precedence_levels; ++i) {
    const auto level = static_cast<Precedence>(i);
    const auto& r = row(level);
    EXPECT_EQ(r.level, level);
    EXPECT_EQ(parse_precedence(r.name), level);
    EXPECT_EQ(from_mt_priority(r.mt_priority), level);
    EXPECT_EQ(from_mmhs(r.mmhs), level);
    EXPECT_EQ(r.pmul, pmul_priority(r.mt_priority));
    EXPECT_EQ(r.s5066, 15 - r.pmul);
  }
  EXPECT_EQ(parse_precedence("Flash"), Precedence::flash);
  EXPECT_EQ(parse_precedence("flashy"), std::nullopt);
  EXPECT_EQ(parse_precedence(""), std::nullopt);
}

TEST(Precedence, Table) {
  EXPECT_EQ(from_mt_priority(4), Precedence::flash);
  EXPECT_EQ(from_mt_priority(3), Precedence::flash);
  EXPECT_EQ(from_mt_priority(5), Precedence::override_);
  EXPECT_EQ(from_mt_priority(-1), Precedence::priority);
  EXPECT_EQ(from_mt_priority(-5), Precedence::deferred);
  EXPECT_EQ(from_mt_priority(9), Precedence::override_);
  EXPECT_EQ(from_mt_priority(-9), Precedence::deferred);
  EXPECT_EQ(pmul_priority(4), 2);
  EXPECT_EQ(pmul_priority(9), 0);
  EXPECT_EQ(pmul_priority(-9), 15);
  EXPECT_EQ(from_mmhs(5), Precedence::override_);
}

}  // namespace
}  // namespace longwire
