// The small parts: times, packed text, SICs, checksum.
#include "annexe/dmp/checksum.hpp"
#include "annexe/dmp/packed_text.hpp"
#include "annexe/dmp/security.hpp"
#include "annexe/dmp/sic.hpp"
#include "annexe/dmp/times.hpp"
#include "base/rng.hpp"
#include "tests/unit/dmp/samples.hpp"

namespace longwire::dmp {
namespace {

using namespace test;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(DmpChecksum, CheckValue) {
  EXPECT_EQ(checksum(as_bytes("123456789")), 0x29B1);
  EXPECT_EQ(checksum({}), 0xFFFF);
}

TEST(DmpTimes, SubmissionTimeOfTheVectors) {
  EXPECT_EQ(submission_code(noon), 0x1C20);
  EXPECT_EQ(resolve_submission(0x1C20, noon), noon);
}

TEST(DmpTimes, SubmissionTimeIsFoundAgainInItsPeriod) {
  // 15 min ahead to just under 18 h back (4.1), in steps of 2 s, wherever the period begins.
  for (const auto now : {noon, noon + seconds{51}, noon + hours{9}, noon + hours{17}, Time{} + seconds{3}})
    for (std::int64_t ahead = submission_future; ahead > std::int64_t{submission_future} - submission_period; --ahead) {
      const auto t = std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<2>>>(now) + seconds{2 * ahead};
      const auto code = submission_code(t);
      ASSERT_LT(code, submission_period);
      ASSERT_EQ(resolve_submission(code, now), t) << ahead;
    }
  EXPECT_EQ(submission_age_most, seconds{2 * 32'309});
}

// Every code both ways: what a code says is written with that code, by either rounding.
template <class Read, class Write>
int every_code(Read read, Write write, int first, int last) {
  Duration before = seconds{-1};
  int good = 0;
  for (int code = first; code <= last; ++code) {
    const auto value = read(static_cast<std::uint8_t>(code));
    if (!value) continue;
    EXPECT_GT(*value, before) << code;
    before = *value;
    for (const auto rounding : {Rounding::up, Rounding::nearest}) EXPECT_EQ(write(*value, rounding), code) << code;
    ++good;
  }
  return good;
}

TEST(DmpTimes, TimeDifferenceCodes) {
  EXPECT_EQ(every_code(read_time_difference, time_difference_code, 0, 255), 0xF7 - 0x02 + 1);
  EXPECT_FALSE(read_time_difference(0x00));
  EXPECT_FALSE(read_time_difference(0x01));
  EXPECT_FALSE(read_time_difference(0xF8));
  EXPECT_EQ(read_time_difference(0x1D), seconds{58});
  EXPECT_EQ(read_time_difference(0x1E), minutes{1});
  EXPECT_EQ(read_time_difference(0x92), minutes{30});
  EXPECT_EQ(read_time_difference(0xDF), hours{6} + minutes{55});
  EXPECT_EQ(read_time_difference(0xE0), hours{7});
  EXPECT_EQ(read_time_difference(0xF7), hours{18} + minutes{30});
}

TEST(DmpTimes, AgeCodes) {
  const auto write = [](Duration d, Rounding r) { return age_code(d, r); };
  EXPECT_EQ(every_code(read_age, write, 0, 255), 0xFE + 1);
  EXPECT_FALSE(read_age(0xFF));
  EXPECT_EQ(read_age(0x91), minutes{29} + seconds{45});
  EXPECT_EQ(read_age(0x92), minutes{30});
  EXPECT_EQ(read_age(0xBB), hours{3} + minutes{55});
  EXPECT_EQ(read_age(0xBC), hours{4});
  EXPECT_EQ(read_age(0xE3), hours{23} + minutes{30});
  EXPECT_EQ(read_age(0xE4), hours{24});
  EXPECT_EQ(read_age(0xFE), hours{76});
}

TEST(DmpTimes, DtgCodes) {
  for (int code = 0; code < 256; ++code) {
    const auto value = read_dtg(static_cast<std::uint8_t>(code));
    const int low = code & 0x7F;
    ASSERT_EQ(value.has_value(), low != 0 && low != 0x7F) << code;
    if (!value) continue;
    EXPECT_EQ(dtg_code(*value), low == 1 ? 1 : code);
  }
  EXPECT_EQ(read_dtg(0x01), Duration::zero());
  EXPECT_EQ(read_dtg(0x3C), -minutes{59});
  EXPECT_EQ(read_dtg(0xBD), hours{1});
  EXPECT_EQ(read_dtg(0x64), -(hours{10} + minutes{45}));
  EXPECT_EQ(read_dtg(0x65), -hours{11});
  EXPECT_EQ(read_dtg(0xFE), hours{36});
  EXPECT_FALSE(dtg_code(hours{36} + minutes{31}));
}

TEST(DmpTimes, Rounding) {
  EXPECT_EQ(age_code(seconds{59}, Rounding::up), 0x1E);
  EXPECT_EQ(age_code(seconds{59}, Rounding::nearest), 0x1D);  // a tie: the smaller
  EXPECT_EQ(age_code(seconds{60} + Duration{1}, Rounding::up), 0x1F);
  EXPECT_EQ(age_code(seconds{60} + Duration{1}, Rounding::nearest), 0x1E);
  EXPECT_EQ(age_code(Duration::zero(), Rounding::up, 1), 1);
  EXPECT_EQ(age_code(hours{76}, Rounding::up), 0xFE);
  EXPECT_FALSE(age_code(hours{76} + seconds{1}, Rounding::up));
  EXPECT_EQ(dtg_code(-seconds{29}), 1);
  EXPECT_EQ(dtg_code(seconds{31}), 0x82);
}

TEST(DmpPackedText, BothWays) {
  EXPECT_EQ(to_hex(pack_text("A").value()), "82");
  EXPECT_EQ(to_hex(pack_text("1042 261121120000Z").value()), "62c1a3240c9b3162c98b164c18306168");
  for (std::size_t n = 0; n <= 80; ++n) {
    std::string text;
    for (std::size_t i = 0; i < n; ++i) text.push_back(static_cast<char>(1 + (i * 37 + n) % 127));
    const auto packed = pack_text(text);
    ASSERT_TRUE(packed);
    EXPECT_EQ(packed->size(), (n * 7 + 7) / 8);
    EXPECT_EQ(unpack_text(*packed), text);
  }
  EXPECT_FALSE(pack_text("\xC3\xA5"));
  EXPECT_FALSE(pack_text(std::string_view("a\0b", 3)));
  EXPECT_FALSE(unpack_text(Bytes{0, 0}));
}

std::string sics_hex(const std::vector<std::string>& sics) {
  ByteWriter out;
  return write_sics(out, sics) ? to_hex(out.view()) : "";
}

Result<std::vector<std::string>> sics_of(ByteView octets) {
  ByteReader in(octets);
  auto out = read_sics(in);
  if (out) {
    EXPECT_TRUE(in.at_end());
  }
  return out;
}

TEST(DmpSics, SingleOfThree) {
  EXPECT_EQ(sics_hex({}), "fe");
  EXPECT_EQ(sics_hex({"ABC"}), "3438");
  EXPECT_EQ(sics_hex({"000"}), "0000");
  EXPECT_EQ(sics_hex({"ZZZ"}), "b63f");
  // Base 74: B7 + bits 18-16 of the number.
  EXPECT_EQ(sics_hex({"00a"}), "b70024");
  EXPECT_EQ(sics_hex({"   "}), "bd2ee7");  // 74^3 - 1 = 62EE7
}

TEST(DmpSics, Lists) {
  EXPECT_EQ(sics_hex({"ABC", "DEF"}).substr(0, 2), "c1");
  EXPECT_EQ(sics_hex({"ABC", "DEF"}).size(), 2U * 5);
  EXPECT_EQ(sics_hex({"ABC", "abc"}).substr(0, 4), "c9b7");
  EXPECT_EQ(sics_hex({"ABC", "abc"}).size(), 2U * 7);
  EXPECT_EQ(sics_hex({"ABC", "WXYZ", "LONGSIC1"}),
            "d26034"
            "38d773fbb18ba6b7d7d1");
  EXPECT_EQ(sics_hex({"ABCD"}).substr(0, 4), "d080");
}

TEST(DmpSics, EveryLengthAndAlphabetBothWays) {
  constexpr std::string_view narrow = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view wide = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+,-./:=? ";
  Rng rng(11);
  for (int round = 0; round < 20'000; ++round) {
    const auto letters = rng.chance(0.5) ? narrow : wide;
    std::vector<std::string> sics(rng.below(sics_most + 1));
    for (auto& sic : sics) {
      sic.resize(rng.chance(0.3) ? 3 : 3 + rng.below(6));
      // The last and first letters give the largest and smallest numbers.
      const auto style = rng.below(4);
      for (auto& c : sic)
        c = style == 0 ? letters.back() : style == 1 ? letters.front() : letters[rng.below(letters.size())];
    }
    ByteWriter out;
    ASSERT_TRUE(write_sics(out, sics));
    const auto read = sics_of(out.view());
    ASSERT_TRUE(read) << to_hex(out.view());
    EXPECT_EQ(*read, sics);
    for (std::size_t n = 0; n < out.size(); ++n) {
      ByteReader cut(out.view().first(n));
      const auto short_one = read_sics(cut);
      ASSERT_FALSE(short_one);
      EXPECT_EQ(short_one.error().name, "truncated");
    }
  }
}

TEST(DmpSics, Bounds) {
  EXPECT_TRUE(valid_sic("ABC"));
  EXPECT_FALSE(valid_sic("AB"));
  EXPECT_TRUE(valid_sic("ABCDEFGH"));
  EXPECT_FALSE(valid_sic("ABCDEFGHI"));
  EXPECT_FALSE(valid_sic("AB_"));
  EXPECT_NE(sics_hex(std::vector<std::string>(8, "ABC")), "");
  EXPECT_EQ(sics_hex(std::vector<std::string>(9, "ABC")), "");
  // Numbers that no SIC has, and reserved first octets.
  for (const auto* hex : {"b640", "bd2ee8", "be00", "bf00", "e000", "ff", "c0b700", "c8b60000", "d080dfffff",
                          "d08081bf1000", "d88084437ea0"})
    EXPECT_EQ(sics_of(from_hex(hex).value()).error().name, "bad_sic") << hex;
}

TEST(DmpSecurity, Nations) {
  EXPECT_EQ(nation_name(0x11), "nor");
  EXPECT_EQ(nation_name(0x3C), "ISAF");
  EXPECT_EQ(nation_name(0x00), "");
  EXPECT_EQ(nation_name(0x3F), "");
}

}  // namespace
}  // namespace longwire::dmp
