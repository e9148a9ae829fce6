// base64 and quoted-printable (RFC 2045 6.7, 6.8).
#include "mail/base64.hpp"

#include "base/base64.hpp"
#include "base/rng.hpp"

#include <gtest/gtest.h>

namespace longwire::mail {
namespace {

std::string text(const Decoded& d) { return std::string(as_text(d.octets)); }

TEST(Base64, SamplesOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> samples{{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : samples) {
    EXPECT_EQ(base64_encode(as_bytes(plain)), coded);
    EXPECT_EQ(text(base64_decode(coded)), plain);
    EXPECT_TRUE(base64_decode(coded).clean);
  }
}

TEST(Base64, LinesAreNoLongerThanAsked) {
  const Bytes octets(100, 0xFF);
  const auto lines = base64_encode(octets, encoded_line);
  EXPECT_EQ(lines.find("\r\n"), encoded_line);
  EXPECT_TRUE(lines.ends_with("\r\n"));
  EXPECT_EQ(base64_decode(lines).octets, octets);
  EXPECT_TRUE(base64_decode(lines).clean);
  EXPECT_EQ(base64_encode(Bytes(57, 0), encoded_line).size(), encoded_line + 2) << "one full line, one end";
}

TEST(Base64, WhatIsNotCleanIsReadAsFarAsItGoes) {
  for (const std::string coded : {"Zg", "Zg=", "Zg===", "Z", "Zm9v!", "Zh==", "=", "Zg==Zg==", "Zm9vYmFy="})
    EXPECT_FALSE(base64_decode(coded).clean) << coded;
  EXPECT_EQ(text(base64_decode("Zm!9v")), "foo");
  EXPECT_EQ(text(base64_decode("Zg==Zg==")), "f");
  EXPECT_TRUE(base64_decode(" Z g\r\n=\t= ").clean);
}

TEST(QuotedPrintable, TextKeepsItsLineEndsAndNothingElseUnsaid) {
  EXPECT_EQ(quoted_printable_encode(as_bytes("K\xC3\xB8"
                                             "b = x \r\ny\t\r\n"),
                                    true),
            "K=C3=B8b =3D x=20\r\ny=09\r\n");
  EXPECT_EQ(quoted_printable_encode(as_bytes("a\r\n"), false), "a=0D=0A");
  EXPECT_EQ(quoted_printable_encode(as_bytes("a\rb\nc "), true), "a=0Db=0Ac=20");
}

TEST(QuotedPrintable, LinesEndSoftlyBeforeTheLimit) {
  for (std::size_t length = 70; length < 160; ++length) {
    const auto coded = quoted_printable_encode(as_bytes(std::string(length, 'x') + "\r\n"), true);
    for (std::size_t at = 0; at < coded.size();) {
      const auto end = coded.find("\r\n", at);
      EXPECT_LE(end - at, encoded_line);
      at = end + 2;
    }
    EXPECT_EQ(text(quoted_printable_decode(coded)), std::string(length, 'x') + "\r\n");
  }
}

TEST(QuotedPrintable, SpacesBehindALineAreTransport) {
  EXPECT_EQ(text(quoted_printable_decode("a \t\r\nb=20 \r\nc= \r\nd")), "a\r\nb \r\ncd");
  EXPECT_TRUE(quoted_printable_decode("a \t\r\nb=20").clean);
}

TEST(QuotedPrintable, BrokenEscapesStayAndAreNotClean) {
  for (const std::string coded : {"=", "a=Zb", "=4", "\xC3\xB8", "a\nb", "a\x01"}) {
    const auto decoded = quoted_printable_decode(coded);
    EXPECT_EQ(decoded.clean, coded == "=") << coded;
  }
  EXPECT_EQ(text(quoted_printable_decode("a=ZZb=3d")), "a=ZZb=");
}

TEST(TransferEncodings, GiveBackAnyOctets) {
  Rng rng(7);
  for (int i = 0; i < 500; ++i) {
    Bytes octets(rng.below(200));
    for (auto& o : octets) {
      constexpr std::string_view often = "\r\n =\t.x";
      o = rng.below(2) == 0 ? static_cast<std::uint8_t>(often[rng.below(often.size())])
                            : static_cast<std::uint8_t>(rng.below(256));
    }
    for (const bool as_text_lines : {true, false}) {
      const auto decoded = quoted_printable_decode(quoted_printable_encode(octets, as_text_lines));
      EXPECT_EQ(decoded.octets, octets);
      EXPECT_TRUE(decoded.clean);
    }
    EXPECT_EQ(base64_decode(base64_encode(octets, encoded_line)).octets, octets);
  }
}

}  // namespace
}  // namespace longwire::mail
