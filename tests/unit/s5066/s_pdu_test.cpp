#include "bearers/s5066/s_pdu.hpp"

#include "base/text.hpp"
#include "bearers/s5066/udop.hpp"

#include <gtest/gtest.h>

namespace longwire::s5066 {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

template <class T>
std::string outcome(const Result<T>& decoded) {
  return decoded ? "accepted" : std::string(decoded.error().name) + "@" + std::to_string(decoded.error().offset);
}
std::string s_pdu(std::string_view text) { return outcome(decode_s_pdu(*from_hex(text))); }
std::string c_pdu(std::string_view text) { return outcome(decode_c_pdu(*from_hex(text))); }

TEST(SPdu, ErrorsAreNamedWithTheirPlace) {
  EXPECT_EQ(s_pdu(""), "truncated@0");
  EXPECT_EQ(s_pdu("00"), "truncated@1");
  EXPECT_EQ(s_pdu("0019"), "truncated@2");
  EXPECT_EQ(s_pdu("001900"), "accepted");  // an empty U_PDU
  EXPECT_EQ(s_pdu("0019400a"), "truncated@4");
  EXPECT_EQ(s_pdu("001940a8bf"), "accepted");  // 43199: the last two seconds of the day
  EXPECT_EQ(s_pdu("001940a8c0"), "bad_field@3");
  EXPECT_EQ(s_pdu("10"), "truncated@1");
  EXPECT_EQ(s_pdu("1099"), "accepted");
  EXPECT_EQ(s_pdu("21"), "truncated@1");
  EXPECT_EQ(s_pdu("3b"), "truncated@1");
  EXPECT_EQ(s_pdu("3b65"), "accepted");
  EXPECT_EQ(s_pdu("3c65"), "bad_field@0");  // link type 3
  EXPECT_EQ(s_pdu("3b6500"), "trailing_octets@2");
  for (const auto* one : {"40", "51", "61", "70"}) {
    EXPECT_EQ(s_pdu(one), "accepted");
    EXPECT_EQ(s_pdu(std::string(one) + "00"), "trailing_octets@1");
  }
  EXPECT_EQ(s_pdu("80"), "unknown_type@0");
  EXPECT_EQ(s_pdu("f0"), "unknown_type@0");
}

TEST(SPdu, BitsNotUsedAreNotLookedAt) {
  const auto decoded = decode_s_pdu(*from_hex("05193fab"));  // reserved bits, and a day that is not valid
  ASSERT_TRUE(decoded);
  EXPECT_EQ(to_hex(encode(*decoded)), "051900ab");
  EXPECT_EQ(to_hex(encode(*decode_s_pdu(*from_hex("4f")))), "40");
}

TEST(CPdu, ErrorsAreNamedWithTheirPlace) {
  EXPECT_EQ(c_pdu(""), "truncated@0");
  EXPECT_EQ(c_pdu("00"), "accepted");
  EXPECT_EQ(c_pdu("60"), "unknown_type@0");
  EXPECT_EQ(c_pdu("f0"), "unknown_type@0");
  for (const auto* one : {"10", "20", "30", "40", "50"}) {
    EXPECT_EQ(c_pdu(one), "accepted");
    EXPECT_EQ(c_pdu(std::string(one) + "00"), "trailing_octets@1");
  }
  EXPECT_EQ(to_hex(encode(*decode_c_pdu(*from_hex("1f")))), "11");
}

TEST(Udop, NeedsItsHeader) {
  EXPECT_EQ(outcome(decode_udop(*from_hex("300100001002"))), "accepted");
  EXPECT_EQ(outcome(decode_udop(*from_hex("3001000010"))), "truncated@5");
  const auto unit = decode_udop(*from_hex("3f010000100b"));
  ASSERT_TRUE(unit);
  EXPECT_EQ(to_hex(encode(*unit)), "30010000100b");  // reserved bits are sent 0
}

// --- time to die

Time at(int year, unsigned month, unsigned day, int hour = 0) {
  const std::chrono::sys_days date{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)};
  return Time{date.time_since_epoch() + hours{hour}};
}

TEST(TimeToDie, IsTheDayOfTheYearAndHalfTheSeconds) {
  EXPECT_EQ(to_time_to_die(at(2026, 1, 1)), (TimeToDie{1, 0}));
  EXPECT_EQ(to_time_to_die(at(2026, 1, 16)), (TimeToDie{0, 0}));
  EXPECT_EQ(to_time_to_die(at(2026, 12, 31)), (TimeToDie{365 % 16, 0}));
  EXPECT_EQ(to_time_to_die(at(2024, 12, 31, 23)), (TimeToDie{366 % 16, 23 * 1800}));
  EXPECT_EQ(to_time_to_die(at(2026, 5, 1) + seconds{86'399}).two_seconds, 43'199);
}

TEST(TimeToDie, IsReadExactlyFromADayBackTo15DaysAhead) {
  for (int month = 2; month <= 11; ++month) {
    const auto now = at(2026, static_cast<unsigned>(month), 17, 13);
    for (auto t = now - days{1} + seconds{2}; t <= now + days{15}; t += seconds{3'598})
      ASSERT_EQ(from_time_to_die(to_time_to_die(t), now), t) << month;
  }
}

TEST(TimeToDie, AroundNewYearNothingLiveIsTakenForDead) {
  for (const int year : {2023, 2024, 2026}) {
    for (int step = 0; step < 40 * 24; step += 5) {
      const auto now = at(year, 12, 10) + hours{step};
      for (int ahead = 1; ahead <= 15 * 24; ahead += 7) {
        const auto t = now + hours{ahead};
        const auto read = from_time_to_die(to_time_to_die(t), now);
        ASSERT_EQ(to_time_to_die(read), to_time_to_die(t));
        ASSERT_GT(read, now);
        ASSERT_LE(read, t);  // the nearest future instant that reads so
      }
    }
  }
}

// 31 December 2026 and 13 January 2027 read alike: better late than lost.
TEST(TimeToDie, AcrossNewYearTheFutureReadingWins) {
  const auto now = at(2027, 1, 1, 1);
  EXPECT_EQ(from_time_to_die(to_time_to_die(at(2026, 12, 31, 23)), now), at(2027, 1, 13, 23));
}

TEST(TimeToDie, EveryReadingGivesAnInstantThatReadsSo) {
  const auto now = at(2026, 12, 31, 23);
  for (unsigned day = 0; day < 16; ++day) {
    const TimeToDie ttd{static_cast<std::uint8_t>(day), 21'600};
    EXPECT_EQ(to_time_to_die(from_time_to_die(ttd, now)), ttd);
  }
}

}  // namespace
}  // namespace longwire::s5066
