// Coded text and the structure of FL12.
#include "annexe/acp127/characters.hpp"
#include "annexe/acp127/coded_text.hpp"
#include "annexe/acp127/text_fields.hpp"
#include "base/rng.hpp"

#include <gtest/gtest.h>

namespace longwire::acp127 {
namespace {

std::string round_trip(const std::string& octets, std::size_t width) {
  const auto lines = encode_coded(octets, width);
  for (const auto& line : lines) {
    EXPECT_LE(line.size(), width) << line;
    EXPECT_TRUE(is_circuit_text(line)) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
    EXPECT_EQ(line.find("NNNN"), std::string::npos);
    EXPECT_EQ(line.find("ZCZC"), std::string::npos);
    EXPECT_NE(line, "BT");
  }
  const auto back = decode_coded(lines);
  EXPECT_TRUE(back) << back.error().text;
  return back ? *back : std::string{};
}

TEST(CodedText, PeopleCanReadIt) {
  EXPECT_EQ(encode_coded("Fuel for NATO ships is at 45%.\r\n", 69),
            (std::vector<std::string>{"+FUEL FOR ++NATO ++SHIPS IS AT 45=25."}));
  EXPECT_EQ(encode_coded("Fuel for NATO\r\n", 69), (std::vector<std::string>{"+FUEL FOR ++NATO"}));
  EXPECT_EQ(encode_coded("a+b=c\r\n", 69), (std::vector<std::string>{"A=2BB=3DC"}));
  EXPECT_EQ(encode_coded("no end", 69), (std::vector<std::string>{"NO END="}));
  EXPECT_EQ(encode_coded("end \r\n", 69), (std::vector<std::string>{"END=20"}));
  EXPECT_EQ(encode_coded("bt\r\nnnnn\r\nZCZC\r\n", 69), (std::vector<std::string>{"=62T", "NNN=6E", "++ZCZ=43"}));
}

TEST(CodedText, LinesBreakAtSpaces) {
  EXPECT_EQ(encode_coded("one two three four five six seven eight nine\r\n", 20),
            (std::vector<std::string>{"ONE TWO THREE FOUR =", "FIVE SIX SEVEN =", "EIGHT NINE"}));
}

TEST(CodedText, EveryOctetComesBack) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(round_trip(all, 69), all);
  EXPECT_EQ(round_trip("", 69), "");
  EXPECT_EQ(round_trip("\r\n\r\n", 69), "\r\n\r\n");
  EXPECT_EQ(round_trip("\n\r\r\n", 69), "\n\r\r\n");
  EXPECT_EQ(round_trip(std::string(1000, 'n'), 69), std::string(1000, 'n'));
  EXPECT_EQ(round_trip(std::string(1000, 'N'), 41), std::string(1000, 'N'));
  EXPECT_EQ(round_trip(std::string(1000, ' ') + "\r\n", 69), std::string(1000, ' ') + "\r\n");
}

TEST(CodedText, RandomTextsComeBack) {
  Rng rng(7);
  constexpr std::string_view letters = "aBtNnZzCc +=.\r\n  12bT";
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    const auto size = rng.below(300);
    for (std::uint64_t k = 0; k < size; ++k) text += letters[rng.below(letters.size())];
    ASSERT_EQ(round_trip(text, 40 + rng.below(30)), text);
  }
}

TEST(CodedText, BadCodesAreNamedWithTheirPlace) {
  for (const auto* line : {"AB=G1", "AB=4", "AB+", "AB+1"}) {
    const auto decoded = decode_coded({"OK", line});
    ASSERT_FALSE(decoded) << line;
    EXPECT_EQ(decoded.error().name, "bad_code");
    EXPECT_EQ(decoded.error().offset, 5U) << line;
  }
}

TEST(PlainBody, OnlyWhatComesBackAsItStands) {
  EXPECT_TRUE(is_plain_body("", 69));
  EXPECT_TRUE(is_plain_body("1. FUEL 45\r\n\r\n  INDENTED\r\n", 69));
  for (const auto* bad :
       {"FUEL", "FUEL \r\n", "fuel\r\n", "BT\r\n", " BT\r\n", "XNNNN\r\n", "ZCZC\r\n", "A\tB\r\n", "A@B\r\n"})
    EXPECT_FALSE(is_plain_body(bad, 69)) << bad;
  EXPECT_TRUE(is_plain_body(std::string(69, 'A') + "\r\n", 69));
  EXPECT_FALSE(is_plain_body(std::string(70, 'A') + "\r\n", 69));
}

TEST(StructuredText, PlainAndCodedFieldsComeBack) {
  StructuredText text;
  text.classification = "NATO UNCLASSIFIED";
  text.fields = {{"SIC", "ABC/DEF"},
                 {"EXERCISE", "COLD TEST 26"},
                 {"SUBJ", "FUEL STATE"},
                 {"SUBJ", "Fuel state (north)"},
                 {"EMPTY", ""},
                 {"ODD", " ends with blanks "},
                 {"LONG", std::string(300, 'x') + "\r\nnext"},
                 {"DRILL", "lower case"},
                 {"NOTE", "NNNN"}};
  for (const auto kind : {BodyKind::text, BodyKind::mime, BodyKind::data}) {
    for (const std::string body : {"1. FUEL 45 PCT.\r\n", "1. Fuel 45%\r\n", "", "no line end", "\r\n\r\n"}) {
      text.kind = kind;
      text.body = body;
      const auto written = write_structured(text, {});
      const auto read = read_structured(written);
      ASSERT_TRUE(read) << read.error().text << "\n" << written;
      EXPECT_EQ(read->classification, text.classification);
      EXPECT_EQ(read->fields, text.fields) << written;
      EXPECT_EQ(read->kind, kind);
      EXPECT_EQ(read->body, body);
    }
  }
}

TEST(StructuredText, LooksAsDocumented) {
  StructuredText text;
  text.classification = "NATO UNCLASSIFIED";
  text.fields = {{"SIC", "ABC/DEF"}, {"SUBJ", "Fuel state"}};
  text.body = "1. FUEL 45 PCT.\r\n";
  EXPECT_EQ(write_structured(text, {}),
            "NATO UNCLASSIFIED\nSIC ABC/DEF\nSUBJ (CODED): +FUEL STATE\nTEXT: PLAIN\n1. FUEL 45 PCT.\n");
}

TEST(StructuredText, ForeignTextIsTheBodyAndItsLinesAreFound) {
  const auto read = read_structured("UNCLAS\nSIC ABC/DEF\nSUBJ: FUEL STATE\n1. TEXT: NONE\nTEXT: SEE BELOW\n");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kind, BodyKind::foreign);
  EXPECT_EQ(read->classification, "UNCLAS");
  ASSERT_NE(read->find("SIC"), nullptr);
  EXPECT_EQ(*read->find("SIC"), "ABC/DEF");
  EXPECT_EQ(*read->find("SUBJ"), "FUEL STATE");
  EXPECT_EQ(read->body, "UNCLAS\r\nSIC ABC/DEF\r\nSUBJ: FUEL STATE\r\n1. TEXT: NONE\r\nTEXT: SEE BELOW\r\n");
}

TEST(StructuredText, BadCodeIsNamed) {
  const auto read = read_structured("UNCLAS\nTEXT: CODED\nFUEL =ZZ\n");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().name, "bad_code");
  EXPECT_EQ(read_structured("UNCLAS\nSUBJ (CODED): +\nTEXT: PLAIN\n").error().name, "bad_code");
}

}  // namespace
}  // namespace longwire::acp127
