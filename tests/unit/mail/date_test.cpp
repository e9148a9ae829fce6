#include "mail/date.hpp"

#include "base/rng.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace longwire::mail {
namespace {

TEST(Date, GoodOnes) {
  const auto noon = from_unix(1'795'262'400);
  ASSERT_EQ(format_rfc5322(noon), "Sat, 21 Nov 2026 12:00:00 +0000");
  for (const auto* text : {"Sat, 21 Nov 2026 12:00:00 +0000", "21 nov 2026 12:00 GMT",
                           "sat , 21 Nov 2026 13:30:00 +0130", "Sat, 21 Nov 26 07:00:00 EST", "21 Nov 2026 12:00:00 Z",
                           "21 Nov 126 12:00:00 -0000", "Sat,21 Nov 2026 12:00:00 UT"})
    EXPECT_EQ(parse_date(text), noon) << text;
  EXPECT_EQ(parse_date("Thu, 1 Jan 1970 00:00:00 +0000"), from_unix(0));
  EXPECT_EQ(parse_date("31 Dec 2016 23:59:60 +0000"), from_unix(1'483'228'800));  // leap second
}

TEST(Date, BadOnes) {
  for (const auto* text : {"",
                           "Sat",
                           "Sat 21 Nov 2026 12:00:00 +0000",
                           "Sun, 21 Nov 2026 12:00:00 +0000",
                           "31 Feb 2026 12:00:00 +0000",
                           "0 Nov 2026 12:00:00 +0000",
                           "21 Nov 2026 24:00:00 +0000",
                           "21 Nov 2026 12:60:00 +0000",
                           "21 Nov 2026 12:00:61 +0000",
                           "21 Nov 2026 12:00:00",
                           "21 Nov 2026 12:00:00 +000",
                           "21 Nov 2026 12:00:00 +0060",
                           "21 Nov 2026 12:00:00 J",
                           "21 Nov 2026 12:00:00 +0000 x",
                           "21 Foo 2026 12:00:00 +0000",
                           "21 Nov 1899 12:00:00 +0000",
                           "21 Nov 2 12:00:00 +0000",
                           "21 Nov 20266 12:00:00 +0000",
                           "-1 Nov 2026 12:00:00 +0000",
                           "21 Nov 2026 1:00:00 +0000",
                           "2026-11-21T12:00:00Z"})
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
}

TEST(Date, ReadsWhatWeWrite) {
  Rng rng(3);
  for (int i = 0; i < 2000; ++i) {
    const auto t = from_unix(static_cast<std::int64_t>(rng.below(7'000'000'000ULL)));
    EXPECT_EQ(parse_date(format_rfc5322(t)), t);
  }
}

}  // namespace
}  // namespace longwire::mail
