// format lines 1-16, read and written.
#include "annexe/acp127/message.hpp"
#include "annexe/acp127/characters.hpp"
#include "annexe/acp127/date_time_group.hpp"
#include "annexe/acp127/format_lines.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace longwire::acp127 {
namespace {

// The examples of stanag4406.md 7.1, put together by hand.
constexpr std::string_view sample =
    "VZCZCABA051\r\r\n"
    "RR RFLSVH RCCPJQ\r\r\n"
    "DE RFLSAA 0042 3251200\r\r\n"
    "ZNR UUUUU\r\r\n"
    "RFLSVH ZOV NORCOMM\r\r\n"
    "O R 211200Z NOV 26 ZFF3 RFLSVH ZEL\r\r\n"
    "FM HQ NORTH\r\r\n"
    "TO RFLSVH/HNOMS NANSEN\r\r\n"
    "RFLSVH/HNOMS OTTO SVERDRUP\r\r\n"
    "INFO RCCPJQ/KNM TOR\r\r\n"
    "XMT KNM STEIL\r\r\n"
    "ACCT NA GR120\r\r\n"
    "BT\r\r\n"
    "UNCLAS\r\r\n"
    "SIC ABC/DEF\r\r\n"
    "\r\r\n"
    "1. FUEL 45 PCT.\r\r\n"
    "BT\r\r\n"
    "C LINE 2 FUEL 54 PCT\r\r\n"
    "#0042\r\r\n"
    "\n\n\n\n\n\n\nNNNN";

Message must_parse(std::string_view text) {
  auto m = parse(text);
  EXPECT_TRUE(m) << m.error().name << ": " << m.error().text;
  return m ? *m : Message{};
}

std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string out(text);
  const auto at = out.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return out.replace(at, what.size(), by);
}

TEST(Acp127Parse, ReadsEveryFormatLine) {
  const auto m = must_parse(sample);
  EXPECT_EQ(m.channel, "ABA051");
  EXPECT_EQ(m.precedence, Precedence::routine);
  EXPECT_EQ(m.routing, (std::vector<std::string>{"RFLSVH", "RCCPJQ"}));
  EXPECT_EQ(identifier(m), "RFLSAA 0042 3251200");
  EXPECT_EQ(m.classification, "UUUUU");
  EXPECT_EQ(m.instructions, (std::vector<std::string>{"RFLSVH ZOV NORCOMM"}));
  EXPECT_EQ(m.action, Precedence::immediate);
  EXPECT_EQ(m.info, Precedence::routine);
  EXPECT_EQ(m.dtg, "211200Z NOV 26");
  EXPECT_EQ(m.date_time, from_unix(1795262400));  // 2026-11-21T12:00:00Z
  EXPECT_EQ(m.signals, (std::vector<std::string>{"ZFF3 RFLSVH", "ZEL"}));
  EXPECT_EQ(m.from, (Addressee{"", "HQ NORTH"}));
  EXPECT_EQ(m.to, (std::vector<Addressee>{{"RFLSVH", "HNOMS NANSEN"}, {"RFLSVH", "HNOMS OTTO SVERDRUP"}}));
  EXPECT_EQ(m.info_to, (std::vector<Addressee>{{"RCCPJQ", "KNM TOR"}}));
  EXPECT_EQ(m.exempted, (std::vector<Addressee>{{"", "KNM STEIL"}}));
  EXPECT_EQ(m.accounting, "NA");
  EXPECT_EQ(m.groups, 120);
  EXPECT_FALSE(m.section);
  EXPECT_EQ(m.text, "UNCLAS\nSIC ABC/DEF\n\n1. FUEL 45 PCT.\n");
  EXPECT_EQ(m.corrections, (std::vector<std::string>{"LINE 2 FUEL 54 PCT"}));
  EXPECT_EQ(m.validation, "0042");
}

TEST(Acp127Parse, LineEndsLetterCaseAndGarbageBeforeTheStartDoNotMatter) {
  const auto expected = must_parse(sample);
  std::string lf, crlf;
  for (const char c : sample) {
    if (c != '\r') lf += c;
    if (c == '\n') crlf += "\r\n";
    else if (c != '\r') crlf += c;
  }
  EXPECT_EQ(must_parse(lf), expected);
  EXPECT_EQ(must_parse(crlf), expected);
  EXPECT_EQ(must_parse("QWX?? NOISE\r\n\x7f\x7f VZ" + std::string(sample)), expected);
  auto lower = must_parse(to_lower(sample));
  EXPECT_EQ(lower.text, to_lower(expected.text));  // the text is not the parser's to change
  lower.text = expected.text;
  EXPECT_EQ(lower, expected);
}

TEST(Acp127Parse, WithoutFirstLineTheRoutingLineBeginsTheMessage) {
  const auto m = must_parse("NOISE\n" + replaced(sample, "VZCZCABA051\r\r\n", ""));
  EXPECT_EQ(m.channel, "");
  EXPECT_EQ(m.routing.size(), 2U);
}

struct Wrong {
  std::string_view what, by, name;
  std::size_t line;  // the error is told of; 0: the end
};
class Acp127Errors : public ::testing::TestWithParam<Wrong> {};

TEST_P(Acp127Errors, AreNamedWithTheirLine) {
  const auto text = replaced(sample, GetParam().what, GetParam().by);
  const auto m = parse(text);
  ASSERT_FALSE(m);
  EXPECT_EQ(m.error().name, GetParam().name) << m.error().text;
  const auto lines = static_cast<std::size_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(m.error().offset), '\n'));
  if (GetParam().line == 0) EXPECT_EQ(m.error().offset, text.size());
  else EXPECT_EQ(lines + 1, GetParam().line) << m.error().text;
}

INSTANTIATE_TEST_SUITE_P(
    All, Acp127Errors,
    ::testing::Values(Wrong{"RR RFLSVH RCCPJQ\r\r\n", "", "missing_line", 2},
                      Wrong{"DE RFLSAA 0042 3251200\r\r\n", "", "missing_line", 3},
                      Wrong{"O R 211200Z NOV 26 ZFF3 RFLSVH ZEL\r\r\n", "", "missing_line", 6},
                      Wrong{"RCCPJQ", "RC3PJQ", "bad_routing_indicator", 2},
                      Wrong{"DE RFLSAA", "DE XFLSAA", "bad_routing_indicator", 3},
                      Wrong{"0042 3251200", "0042", "bad_line", 3}, Wrong{"3251200", "3251260", "bad_line", 3},
                      Wrong{"3251200", "3671200", "bad_line", 3},
                      Wrong{"ZNR UUUUU", "ZNR UUUU", "bad_classification", 4},
                      Wrong{"ZNR UUUUU", "ZNR SSSSS", "bad_classification", 4},
                      Wrong{"ZNR UUUUU", "ZNY SSSSC", "bad_classification", 4},
                      Wrong{"O R 21", "Q R 21", "bad_precedence", 6}, Wrong{"O R 21", "21", "bad_precedence", 6},
                      Wrong{"211200Z", "2112O0Z", "bad_dtg", 6}, Wrong{"211200Z", "311200Z", "bad_dtg", 6},
                      Wrong{"211200Z NOV", "211200Z NOX", "bad_dtg", 6}, Wrong{"211200Z", "212400Z", "bad_dtg", 6},
                      Wrong{"FM HQ NORTH", "FM", "bad_line", 7}, Wrong{"FM HQ NORTH", "HQ NORTH", "bad_line", 7},
                      Wrong{"GR120", "GR12O", "bad_group_count", 12}, Wrong{"UNCLAS", "UNC\x1a\x02", "garbled", 14},
                      Wrong{"1. FUEL", "BT\r\r\n1. FUEL", "ambiguous", 18}, Wrong{"#0042", "#0043", "ambiguous", 20},
                      Wrong{"NNNN", "", "no_end", 0}, Wrong{"BT\r\r\nC LINE", "C LINE", "missing_line", 27}));

TEST(Acp127Parse, TwoLinesWhereThereIsOneAreAmbiguous) {
  for (const auto* line : {"RR RFLSVH RCCPJQ\r\r\n", "DE RFLSAA 0042 3251200\r\r\n", "ZNR UUUUU\r\r\n",
                           "O R 211200Z NOV 26 ZFF3 RFLSVH ZEL\r\r\n", "FM HQ NORTH\r\r\n"}) {
    const auto twice = parse(replaced(sample, line, std::string(line) + line));
    ASSERT_FALSE(twice) << line;
    EXPECT_EQ(twice.error().name, "ambiguous") << line << twice.error().text;
  }
  EXPECT_TRUE(parse(replaced(sample, "INFO RCCPJQ/KNM TOR\r\r\n", "INFO RCCPJQ/KNM TOR\r\r\nINFO KNM STEIL\r\r\n")));
}

TEST(Acp127Parse, LimitOfOneMessage) {
  std::string text(sample);
  const auto at = text.find("1. FUEL");
  std::string filler;
  while (text.size() + filler.size() < limits::acp127_message_octets) filler += "A\n";
  filler.resize(limits::acp127_message_octets - text.size());
  text.insert(at, filler);
  ASSERT_EQ(text.size(), limits::acp127_message_octets);
  EXPECT_TRUE(parse(text));
  const auto beyond = parse(text + "\n");
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().name, "too_long");
}

TEST(Acp127Format, WritesWhatItReads) {
  const auto m = must_parse(sample);
  const auto text = format(m, {});
  EXPECT_EQ(must_parse(text), m);
  EXPECT_EQ(format(must_parse(text), {}), text);
  for (const auto line : {"VZCZCABA051\r\r\n", "RR RFLSVH RCCPJQ\r\r\n", "O R 211200Z NOV 26 ZFF3 RFLSVH ZEL\r\r\n",
                          "INFO RCCPJQ/KNM TOR\r\r\n", "#0042\r\r\nNNNN\r\r\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
}

TEST(Acp127Format, LongItemsAreFoldedAndComeBack) {
  auto m = must_parse(sample);
  m.to.push_back({"", "INFO CENTRE OF THE NORTHERN COMMAND WITH A NAME THAT IS AS LONG AS THE STANDARD LETS IT BE"});
  m.to.push_back({"", "UNIT/A"});  // reads like an indicator
  m.to.push_back({"RFLSVH", ""});
  m.instructions.emplace_back(
      "RFLSVH ZOV NORCOMM AND A REMARK THAT DOES NOT FIT INTO THE SIXTY NINE COLUMNS OF A LINE");
  m.corrections.emplace_back("A CORRECTION THAT DOES NOT FIT INTO THE SIXTY NINE COLUMNS OF A LINE OF TAPE EITHER");
  for (int i = 0; i < 30; ++i) m.routing.emplace_back("RFLSV" + std::string(1, static_cast<char>('A' + i % 26)));
  const auto text = format(m, {});
  EXPECT_EQ(must_parse(text), m);
  std::size_t begin = 0;
  for (auto end = text.find("\r\r\n"); end != std::string::npos; begin = end + 3, end = text.find("\r\r\n", begin))
    EXPECT_LE(end - begin, 69U) << text.substr(begin, end - begin);
}

TEST(Acp127Format, NoLineIsLongerThanTheCircuitTakes) {
  for (std::size_t before = 50; before < 75; ++before) {
    auto m = must_parse(sample);
    m.to = {{"", std::string(before, 'A') + " " + std::string(100, 'B')}};
    const auto text = format(m, {});
    std::size_t begin = 0;
    for (auto end = text.find("\r\r\n"); end != std::string::npos; begin = end + 3, end = text.find("\r\r\n", begin))
      EXPECT_LE(end - begin, Style{}.line) << before << ' ' << text.substr(begin, end - begin);
  }
}

TEST(Acp127Format, TextThatWouldEndTheMessageDoesNot) {
  auto m = must_parse(sample);
  m.text = "UNCLAS\nBT\nNNNN\nlower; \"case\" @ home\n" + std::string(150, 'A') + "\n";
  const auto back = must_parse(format(m, {}));
  EXPECT_EQ(back.text, "UNCLAS\nB T\nNN NN\nLOWER, (Q)CASE(Q) (A) HOME\n" + std::string(69, 'A') + "\n" +
                           std::string(69, 'A') + "\n" + std::string(12, 'A') + "\n");
}

TEST(Acp127Format, OverrideIsYWhereTheCircuitSaysSo) {
  auto m = must_parse(sample);
  m.precedence = m.action = Precedence::override_;
  m.info = Precedence::deferred;
  EXPECT_NE(format(m, {}).find("ZZ RFLSVH"), std::string::npos);
  Style y;
  y.override_as_y = true;
  const auto text = format(m, y);
  EXPECT_NE(text.find("YY RFLSVH"), std::string::npos);
  EXPECT_NE(text.find("Y R 211200Z"), std::string::npos);
  EXPECT_EQ(must_parse(text).action, Precedence::override_);
}

TEST(Acp127Times, GroupsAndZones) {
  EXPECT_EQ(format_dtg(from_unix(1795262400)), "211200Z NOV 26");
  EXPECT_EQ(format_filing_time(from_unix(1795262400)), "3251200");
  EXPECT_EQ(parse_dtg({"211300A", "NOV", "26"}), from_unix(1795262400));
  EXPECT_EQ(parse_dtg({"211100N", "NOV", "2026"}), from_unix(1795262400));
  EXPECT_EQ(parse_dtg({"290000Z", "FEB", "28"}), from_unix(1835395200));
  EXPECT_FALSE(parse_dtg({"290000Z", "FEB", "27"}));
  EXPECT_FALSE(parse_dtg({"211200J", "NOV", "26"}));  // J is local time: of whom?
  EXPECT_TRUE(is_filing_time("211200Z"));
  EXPECT_FALSE(is_filing_time("321200Z"));
  EXPECT_FALSE(is_filing_time("0001200"));
}

TEST(Acp127Table, EveryLineHasARowAndFourteenHasNone) {
  std::vector<int> numbers;
  for (const auto& row : format_lines()) numbers.push_back(row.number);
  EXPECT_EQ(numbers, (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 15, 16}));
}

}  // namespace
}  // namespace longwire::acp127
