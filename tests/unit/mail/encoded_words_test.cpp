#include "mail/encoded_words.hpp"

#include "base/utf8.hpp"

#include "mail/date.hpp"
#include "mail/mmhs_values.hpp"

#include <gtest/gtest.h>

namespace longwire::mail {
namespace {

// RFC 2047 section 8, and what it says of white space between words.
TEST(EncodedWords, ExamplesOfRfc2047) {
  EXPECT_EQ(decode_words("=?ISO-8859-1?Q?a?="), "a");
  EXPECT_EQ(decode_words("=?ISO-8859-1?Q?a?= b"), "a b");
  EXPECT_EQ(decode_words("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?="), "ab");
  EXPECT_EQ(decode_words("=?ISO-8859-1?Q?a?=   \t=?ISO-8859-1?Q?b?="), "ab");
  EXPECT_EQ(decode_words("=?ISO-8859-1?Q?a_b?="), "a b");
  EXPECT_EQ(decode_words("=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>"), "Keith Moore <moore@cs.utk.edu>");
  EXPECT_EQ(decode_words("=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= =?ISO-8859-1?B?dSB1?="),
            "If you can read this you u");
  EXPECT_EQ(decode_words("=?ISO-8859-1*da?Q?K=F8benhavn?="),
            "K\xC3\xB8"
            "benhavn");  // RFC 2231 5
}

TEST(EncodedWords, WhatDoesNotDecodeStays) {
  for (const auto* text : {"=?KOI8-R?B?4Q==?=", "=?UTF-8?Q?=C3?=", "=?UTF-8?X?a?=", "=?UTF-8?Q?a b?=", "=?UTF-8?Q?=4?=",
                           "=?US-ASCII?Q?=F8?=", "=?", "=?a?", "a=?UTF-8?Q?b?=", "=?windows-1252?Q?=81?="})
    EXPECT_EQ(decode_words(text), text);
}

TEST(EncodedWords, Charsets) {
  EXPECT_EQ(decode_words("=?iso-8859-15?Q?=A4?="), "\xE2\x82\xAC");
  EXPECT_EQ(decode_words("=?windows-1252?Q?=80=E5?="), "\xE2\x82\xAC\xC3\xA5");
}

TEST(EncodedWords, WrittenAndReadAgain) {
  std::string long_latin;
  std::string long_greek;
  for (int i = 0; i < 100; ++i) {
    long_latin += "\xC3\xB8 ";
    long_greek += "\xCE\x91";
  }
  long_latin.pop_back();
  for (const auto& text : {std::string("plain"),
                           std::string("K\xC3\xB8"
                                       "benhavn"),
                           long_latin, long_greek, std::string("\xF0\x9F\x9A\xA2 ship")}) {
    const auto coded = encode_words(text);
    EXPECT_EQ(decode_words(coded), text);
    for (std::size_t at = 0; at < coded.size();) {
      const auto end = std::min(coded.find(' ', at), coded.size());
      EXPECT_LE(end - at, 75U);
      at = end + 1;
    }
  }
  EXPECT_EQ(encode_words("K\xC3\xB8"), "=?ISO-8859-1?Q?K=F8?=");
  EXPECT_EQ(encode_words("=?KOI8-R?B?4Q==?="), "=?KOI8-R?B?4Q==?=");
}

TEST(EncodedWords, Phrases) {
  EXPECT_EQ(encode_phrase("Duty Officer"), "Duty Officer");
  EXPECT_EQ(encode_phrase("Duty, Officer"), "\"Duty, Officer\"");
  EXPECT_EQ(encode_phrase("a\"b\\"), "\"a\\\"b\\\\\"");
  EXPECT_EQ(encode_phrase("two  spaces"), "\"two  spaces\"");
  EXPECT_EQ(encode_phrase(""), "\"\"");
}

TEST(EncodedWords, Latin1) {
  EXPECT_EQ(to_latin1("K\xC3\xB8"), "K\xF8");
  EXPECT_EQ(to_latin1("\xC4\x80"), std::nullopt);
  EXPECT_EQ(to_latin1("\xF8"), std::nullopt);
  EXPECT_EQ(from_latin1("K\xF8"), "K\xC3\xB8");
}

TEST(DateField, CommentsAnywhere) {
  const auto plain = parse_date("Sat, 21 Nov 2026 11:55:00 +0000");
  ASSERT_TRUE(plain);
  for (const auto* text : {"Sat, 21 Nov 2026 11:55:00 +0000 (UTC)", "(x) Sat, (y(z)) 21 Nov 2026 11:55:00 +0000",
                           "  Sat, 21 Nov 2026 11:55:00 +0000"})
    EXPECT_EQ(parse_date_field(text), plain) << text;
  EXPECT_EQ(parse_date_field("Sat, 21 Nov 2026 11:55:00 +0000 (open"), std::nullopt);
  EXPECT_EQ(parse_date_field(""), std::nullopt);
}

TEST(MmhsValues, NumbersAsTheyAre) {
  EXPECT_EQ(parse_mmhs_precedence("deferred"), 0);
  EXPECT_EQ(parse_mmhs_precedence("Override (x)"), 5);
  EXPECT_EQ(parse_mmhs_precedence("31"), 31);
  EXPECT_EQ(parse_mmhs_precedence("32"), std::nullopt);
  EXPECT_EQ(parse_mmhs_precedence("05"), std::nullopt);
  EXPECT_EQ(parse_mmhs_message_type("255")->number, 255);
  EXPECT_FALSE(parse_mmhs_message_type("256"));
  EXPECT_EQ(mmhs_type_name(3), "drill");
  EXPECT_EQ(mmhs_type_name(4), "");
  EXPECT_EQ(parse_military_sequence("A;B ; C")->size(), 3U);
  EXPECT_FALSE(parse_military_sequence("A;;B"));
  EXPECT_FALSE(parse_military_sequence(std::string(70, 'A')));
  EXPECT_TRUE(parse_military_sequence(std::string(69, 'A')));
}

}  // namespace
}  // namespace longwire::mail
