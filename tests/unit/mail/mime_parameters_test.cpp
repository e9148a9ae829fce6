// Parameters with the continuations and character sets of RFC 2231.
#include "mail/mime_parameters.hpp"

#include <gtest/gtest.h>

namespace longwire::mail {
namespace {

std::string read(std::string_view text, std::string_view name) {
  const auto list = parse_parameters(text);
  EXPECT_TRUE(list) << text;
  const auto* value = list ? find_parameter(*list, name) : nullptr;
  return value == nullptr ? "(none)" : *value;
}

TEST(MimeParameters, SamplesOfRfc2231) {
  EXPECT_EQ(
      read("access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"", "url"),
      "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar");
  EXPECT_EQ(read("title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "title"), "This is ***fun***");
  EXPECT_EQ(read("title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; "
                 "title*2=\"isn't it!\"",
                 "title"),
            "This is even more ***fun*** isn't it!");
}

TEST(MimeParameters, SpacesCommentsAndQuotes) {
  EXPECT_EQ(read(" a = b (c;\\)) ; \tD=\"x\\\"y;z\" ;", "d"), "x\"y;z");
  EXPECT_EQ(read("a=b;c=d", "c"), "d");
  EXPECT_EQ(read("a=\"\"", "a"), "");
  EXPECT_EQ(parse_parameters("")->size(), 0u);
}

TEST(MimeParameters, CharacterSetsBecomeUtf8) {
  EXPECT_EQ(read("a*=iso-8859-1''%E6", "a"), "\xC3\xA6");
  EXPECT_EQ(read("a*=utf-8''%C3%A6", "a"), "\xC3\xA6");
  EXPECT_EQ(read("a*=utf-8''%E6", "a"), "\xC3\xA6") << "not what it says: read as the neighbour";
  EXPECT_EQ(read("a*='%41", "a"), "'A") << "no character set at all";
  EXPECT_EQ(read("a*=us-ascii''50%", "a"), "50%");
}

TEST(MimeParameters, BrokenOnesAreNamed) {
  for (const std::string_view text :
       {"a", "a=", "=b", "a=b c=d", "a=\"b", "a*x=b", "a*1000=b", "a*1=b", "a*0=b; a*2=c"})
    EXPECT_EQ(parse_parameters(text).error().name, "bad_parameter") << text;
  for (const std::string_view text : {"a=b; A=c", "a*0=b; a*0=c", "a*=x''y; a=z"})
    EXPECT_EQ(parse_parameters(text).error().name, "duplicate_parameter") << text;
  EXPECT_TRUE(parse_parameters("a*0=b; a*1=c"));
}

TEST(MimeParameters, WhatIsWrittenIsReadBack) {
  for (const std::string& value : {std::string(), std::string("x"), std::string("two words"), std::string("a\"b\\c;d"),
                                   std::string("\xC3\xA6 \xE2\x82\xAC"), std::string(300, 'y'), std::string(1, '\n'),
                                   "\xC3\xA6" + std::string(500, '%')}) {
    std::string joined;
    for (const auto quoting : {Quoting::quoted, Quoting::token}) {
      joined.clear();
      for (const auto& piece : format_parameter("name", value, quoting)) {
        EXPECT_LE(piece.size(), 76u);
        for (const char c : piece) EXPECT_TRUE(c >= ' ' && c < 127) << piece;
        joined += (joined.empty() ? "" : "; ") + piece;
      }
      EXPECT_EQ(read(joined, "name"), value);
    }
  }
  EXPECT_EQ(format_parameter("n", "red", Quoting::token).at(0), "n=red");
  EXPECT_EQ(format_parameter("n", "red", Quoting::quoted).at(0), "n=\"red\"");
}

TEST(MimeParameters, FieldsFoldBetweenTheirPieces) {
  EXPECT_EQ(format_field("X", {"a", "b=c"}), "X: a; b=c\r\n");
  const auto field = format_field("X", std::vector<std::string>(20, "name=\"0123456789\""));
  for (std::size_t at = 0; at < field.size();) {
    const auto end = field.find("\r\n", at);
    EXPECT_LE(end - at, 78u);
    at = end + 2;
  }
}

TEST(Utf8, Latin1BothWays) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(to_latin1(from_latin1(all)), all);
  EXPECT_FALSE(to_latin1("\xE2\x82\xAC"));
  EXPECT_FALSE(to_latin1("\xC3"));
}

}  // namespace
}  // namespace longwire::mail
