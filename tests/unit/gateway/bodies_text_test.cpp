// Text: every octet of a body comes back, whatever lines it has; character sets; texts that look like something else.
#include "base/base64.hpp"
#include "tests/unit/gateway/bodies_support.hpp"

namespace longwire::gateway::test {
namespace {

namespace body = x400::body;

template <class T>
const T* only(const x400::Ipm& ipm) {
  return ipm.body.size() == 1 ? std::get_if<T>(&ipm.body.front()) : nullptr;
}

struct BodyCase {
  const char* name;
  std::string body;
};
void PrintTo(const BodyCase& c, std::ostream* out) { *out << c.name; }

class SevenBitText : public testing::TestWithParam<BodyCase> {};

TEST_P(SevenBitText, ComesBackOctetForOctetWithoutMimeFields) {
  const auto trip = round_trip("Subject: x\r\n\r\n" + GetParam().body);
  const auto* text = only<body::Ia5>(trip.ipm);
  ASSERT_NE(text, nullptr);
  EXPECT_EQ(text->repertoire, 5);
  EXPECT_EQ(text->text, GetParam().body);
  EXPECT_EQ(trip.mail, "\r\n" + GetParam().body);
  EXPECT_TRUE(trip.notes.empty());
}

TEST_P(SevenBitText, TheSameWithMimeFieldsInFront) {
  const auto trip =
      round_trip("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n" + GetParam().body);
  EXPECT_EQ(body_of(trip.mail), GetParam().body);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, SevenBitText,
    testing::Values(BodyCase{"plain", "SHIPS IN COMPANY PROCEED AS PLANNED.\r\n"}, BodyCase{"empty", ""},
                    BodyCase{"one line end", "\r\n"}, BodyCase{"no final line end", "one\r\ntwo"},
                    BodyCase{"trailing spaces", "a  \r\nb\t\r\n   \r\n"}, BodyCase{"dots", ".\r\n..\r\n.x\r\n"},
                    BodyCase{"From", "From me\r\n>From you\r\n"}, BodyCase{"controls", "a\x1B\x0C\x07z\r\n"},
                    BodyCase{"like a field", "Subject: not one\r\n\r\ntext\r\n"},
                    BodyCase{"boundary", "--=_lw00000000\r\n--\r\n"},
                    BodyCase{"line of 998", std::string(998, 'x') + "\r\n"}));

TEST(BodiesText, LinesBeyondTheLimitGoQuotedPrintable) {
  const std::string body = std::string(999, 'x') + "  \r\nshort\r\n" + std::string(5000, '=') + "\r\n";
  const auto trip = round_trip("Subject: x\r\n\r\n" + body);
  EXPECT_EQ(header_value(trip.mail, "Content-Transfer-Encoding"), "quoted-printable");
  ASSERT_EQ(leaves(trip.mail).size(), 1u);
  EXPECT_EQ(leaves(trip.mail)[0].octets, body);
  EXPECT_EQ(mail::body_needed(as_bytes(trip.mail)), mail::Body::seven_bit);
}

TEST(BodiesText, NulAndBareLineEndsGoQuotedPrintable) {
  const std::string body = std::string("a\0b\rc\nd\r\n", 9);
  const auto trip = round_trip("Subject: x\r\n\r\n" + body);
  EXPECT_EQ(leaves(trip.mail)[0].octets, body);
  EXPECT_EQ(mail::body_needed(as_bytes(trip.mail)), mail::Body::seven_bit);
}

struct CharsetCase {
  const char* charset;
  std::string octets;
  std::vector<int> repertoires;  // empty: a file
  const char* back = nullptr;    // if not the same
};
void PrintTo(const CharsetCase& c, std::ostream* out) { *out << c.charset << ' ' << to_hex(as_bytes(c.octets)); }

class CharsetText : public testing::TestWithParam<CharsetCase> {};

// RFC 2157 6.2; UTF-8 as far as Latin-1 has it, else as a file with its type.
TEST_P(CharsetText, ComesBackInItsCharacterSet) {
  const auto& c = GetParam();
  for (const std::string encoding : {"8bit", "quoted-printable", "base64"}) {
    std::string coded = c.octets;
    if (encoding == "base64") coded = base64_encode(as_bytes(coded), 76);
    if (encoding == "quoted-printable") coded = mail::quoted_printable_encode(as_bytes(coded), true);
    const auto trip = round_trip("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=" + std::string(c.charset) +
                                 "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + coded);
    const auto* general = only<body::General>(trip.ipm);
    if (c.repertoires.empty()) {
      EXPECT_NE(only<body::Extended>(trip.ipm), nullptr);
    } else {
      ASSERT_NE(general, nullptr);
      EXPECT_EQ(general->repertoires, c.repertoires);
    }
    const auto found = leaves(trip.mail);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].octets, c.octets) << encoding;
    EXPECT_EQ(found[0].type, "text/plain");
    const auto type = mail::parse_content_type(header_value(trip.mail, "Content-Type")).value();
    EXPECT_EQ(to_lower(type.parameter("charset")), c.back != nullptr ? c.back : to_lower(c.charset));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Sets, CharsetText,
    testing::Values(CharsetCase{"iso-8859-1",
                                "K\xF8"
                                "benhavn \x80\xFF\r\n",
                                {6, 100}},
                    CharsetCase{"ISO-8859-2", "\xA1\xE6\r\n", {6, 101}},
                    CharsetCase{"iso-8859-3", "\xA1\r\n", {6, 109}}, CharsetCase{"iso-8859-4", "\xA1\r\n", {6, 110}},
                    CharsetCase{"iso-8859-5", "\xBF\r\n", {6, 144}}, CharsetCase{"iso-8859-6", "\xC7\r\n", {6, 127}},
                    CharsetCase{"iso-8859-7", "\xC1\r\n", {6, 126}}, CharsetCase{"iso-8859-8", "\xE0\r\n", {6, 138}},
                    CharsetCase{"iso-8859-9", "\xDD\r\n", {6, 148}},
                    CharsetCase{"utf-8",
                                "K\xC3\xB8"
                                "benhavn\r\n",
                                {6, 100}},
                    CharsetCase{"utf-8", "\xD0\x9C\xD0\xB8\xD1\x80\r\n", {}},
                    CharsetCase{"utf-8", "C1 \xC2\x85\r\n", {}},  // a control Latin-1 readers would act on
                    CharsetCase{"iso-8859-1", "esc \x1B\x28\x42 \xE6\r\n", {}},  // would be read as a shift
                    CharsetCase{"windows-1252", "\x80uro\r\n", {}}, CharsetCase{"koi8-r", "\xED\xC9\xD2\r\n", {}},
                    CharsetCase{"utf-8", "broken \xC3\r\n", {}},
                    CharsetCase{"iso-2022-jp", "\x1B$B\x24\x22\x1B(B\r\n", {6, 14, 42, 87}},
                    CharsetCase{"x-iso-6-100-101", "\x1B-A\xE6\x1B-B\xE6\r\n", {6, 100, 101}}));

// The escape sequences of RFC 2157 6.2; text that was UTF-8 leaves out the designation of C1.
TEST(BodiesText, GeneralTextBeginsWithItsDesignations) {
  const auto prefix = [](std::string_view charset, std::string_view octets) {
    const auto trip = round_trip("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=" + std::string(charset) +
                                 "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + std::string(octets));
    return to_hex(only<body::General>(trip.ipm)->text);
  };
  EXPECT_EQ(prefix("iso-8859-1", "\xE6"), to_hex(as_bytes("\x1B\x28\x42\x1B\x2D\x41\x1B\x21\x41\x1B\x7E\xE6")));
  EXPECT_EQ(prefix("utf-8", "\xC3\xA6"), to_hex(as_bytes("\x1B\x28\x42\x1B\x2D\x41\x1B\x7E\xE6")));
}

std::string back(body::General part) {
  std::vector<std::string> notes;
  const auto mime = to_mime({std::move(part)}, "seed", subject_field, notes).value();
  return mime.header + "\r\n" + std::string(as_text(mime.body));
}

TEST(BodiesText, GeneralTextOfOthersIsRead) {
  // As the peers write it: {1,6,100}, no escape sequences.
  const auto plain = back({{1, 6, 100},
                           to_bytes("K\xF8"
                                    "benhavn")});
  EXPECT_EQ(leaves(plain)[0].octets,
            "K\xC3\xB8"
            "benhavn");
  EXPECT_NE(plain.find("charset=utf-8"), std::string::npos);
  // Designations in the middle are taken out (RFC 2157 appendix A).
  const auto middle = back({{6, 144}, to_bytes("abc \x1B-L\x1B~\xB0\xB1")});
  EXPECT_NE(middle.find("charset=iso-8859-5"), std::string::npos);
  EXPECT_EQ(leaves(middle)[0].octets, "abc \xB0\xB1");
  // A 7 bit code with shifts is not guessed at: its registers name it.
  const auto shifted = back({{6, 100},
                             to_bytes("a\x0E"
                                      "f\x0F")});
  EXPECT_NE(shifted.find("charset=x-iso-6-100"), std::string::npos);
  EXPECT_EQ(leaves(shifted)[0].octets,
            "a\x0E"
            "f\x0F");
}

TEST(BodiesText, AsciiOnlyTextIsIa5WhateverItsLabel) {
  for (const std::string charset : {"utf-8", "iso-8859-15", "windows-1252", "UTF-8"}) {
    const auto trip =
        round_trip("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=" + charset + "\r\n\r\nabc\r\n");
    EXPECT_NE(only<body::Ia5>(trip.ipm), nullptr) << charset;
    EXPECT_EQ(trip.mail, "\r\nabc\r\n");
  }
  // Not a superset of ASCII: the octets mean something else.
  const auto trip = round_trip("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+AOY-\r\n");
  EXPECT_NE(only<body::Extended>(trip.ipm), nullptr);
  EXPECT_NE(trip.mail.find("utf-7"), std::string::npos);
}

TEST(BodiesText, OctetsWithoutALabelAreKept) {
  const auto utf8 = round_trip("Subject: x\r\n\r\n\xC3\xA6\r\n");
  EXPECT_EQ(leaves(utf8.mail)[0].octets, "\xC3\xA6\r\n");
  EXPECT_NE(utf8.mail.find("charset=utf-8"), std::string::npos);
  const auto unknown = round_trip("Subject: x\r\n\r\n\xE6\r\n");
  EXPECT_EQ(leaves(unknown.mail)[0].octets, "\xE6\r\n");
  EXPECT_NE(unknown.mail.find("unknown-8bit"), std::string::npos);
}

// RFC 2157 2.2: a gateway takes texts with these first lines for header fields. The text of a user is no header.
TEST(BodiesText, TextThatLooksLikeAHeaderStaysText) {
  for (const std::string text : {"RFC-822-Headers:\r\nFrom: admiral@hq.example\r\n\r\nhello\r\n",
                                 "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<b>\r\n",
                                 "mime-version: 1.0 (x)\r\nContent-Type: text/html\r\n\r\n<b>\r\n"}) {
    const auto trip = round_trip("Subject: x\r\n\r\n" + text);
    EXPECT_EQ(leaves(trip.mail)[0].octets, text);
    EXPECT_EQ(leaves(trip.mail)[0].type, "text/plain");
    EXPECT_EQ(header_value(trip.mail, "From"), "");
    const auto two = round_trip("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" +
                                text + "\r\n--b\r\n\r\nsecond\r\n--b--\r\n");
    ASSERT_EQ(leaves(two.mail).size(), 2u);
    EXPECT_EQ(leaves(two.mail)[0].octets, text);
    EXPECT_EQ(header_value(two.mail, "From"), "");
  }
}

TEST(BodiesText, HeaderFieldsOfAnX400UserAreMergedButNotTheOnesTheHeadingMakes) {
  std::vector<std::string> notes;
  const std::vector<x400::BodyPart> parts{
      body::Ia5{"RFC-822-Headers:\r\nFruit-Of-The-Day: Kiwi\r\nFrom: admiral@hq.example\r\nSIO-Label: marking=x\r\n"},
      body::Ia5{"text"}};
  const auto mime = to_mime(parts, "seed", subject_field, notes).value();
  EXPECT_EQ(mime.header, "Fruit-Of-The-Day: Kiwi\r\n");
  EXPECT_EQ(as_text(mime.body), "text");
  EXPECT_TRUE(noted(notes, "From"));
  EXPECT_TRUE(noted(notes, "SIO-Label"));
  // Alone it is a text like any other.
  const auto alone = to_mime({body::Ia5{"RFC-822-Headers:\r\nFrom: x\r\n"}}, "seed", subject_field, notes).value();
  EXPECT_EQ(alone.header, "");
}

TEST(BodiesText, NoPartsIsAnEmptyBody) {
  std::vector<std::string> notes;
  const auto mime = to_mime(std::vector<x400::BodyPart>{}, "seed", subject_field, notes).value();
  EXPECT_EQ(mime.header, "");
  EXPECT_TRUE(mime.body.empty());
}

TEST(BodiesText, WhatAnIa5PartCannotSayIsNamed) {
  const auto trip = round_trip(
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Description: "
      "plan\r\n\r\nx\r\n");
  EXPECT_TRUE(noted(trip.notes, "format=flowed"));
  EXPECT_TRUE(noted(trip.notes, "Content-Description"));
}

}  // namespace
}  // namespace longwire::gateway::test
