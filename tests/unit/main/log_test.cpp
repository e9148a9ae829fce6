#include "node/main/log.hpp"
#include "node/main/pretty.hpp"
#include "node/main/table.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <sstream>

namespace longwire::commands {
namespace {

TEST(Log, OneLineWithPlainAndQuotedValues) {
  const engine::action::Report report{Time{std::chrono::microseconds{1'795'262'400'250'999}},
                                      "notice",
                                      "message_accepted",
                                      {{"id", 7},
                                       {"to", "a@b.example"},
                                       {"text", "two words"},
                                       {"held", false},
                                       {"empty", ""},
                                       {"peers", boost::json::array{"x"}}}};
  EXPECT_EQ(
      log_line(report),
      "2026-11-21T12:00:00.250Z notice message_accepted id=7 to=a@b.example text=\"two words\" held=false empty=\"\" "
      "peers=[\"x\"]");
}

TEST(Log, NoValueCanForgeALine) {
  const engine::action::Report report{
      from_unix(0), "info", "x", {{"subject", "a\r\n1970 alert forged \x1b[2J \" \\ \xc2\x9b"}}};
  const auto line = log_line(report);
  EXPECT_EQ(line.find_first_of("\r\n\x1b"), std::string::npos) << line;
  EXPECT_NE(line.find(R"(\r\n1970)"), std::string::npos) << line;
}

TEST(Printable, ControlCharactersDoNotReachTheTerminal) {
  EXPECT_EQ(printable("plain \xc3\xa4"), "plain \xc3\xa4");
  EXPECT_EQ(printable("a\x1b[2J\nb\x7f"), "a?[2J?b?");
  EXPECT_EQ(printable("\xc2\x9bK"), "\xc2?K");
}

TEST(Pretty, ColumnsLineUp) {
  std::ostringstream out;
  const auto rows = boost::json::parse(R"([{"a": "x", "b": 12}, {"a": "long\u0007er", "b": ["p", "q"]}, {"b": null}])");
  print_table(out, rows.as_array(), {{"a", "A"}, {"b", "B"}}, "none");
  EXPECT_EQ(out.str(), "A        B\nx        12\nlong?er  p, q\n         \n");
  std::ostringstream empty;
  print_table(empty, {}, {{"a", "A"}}, "nothing here");
  EXPECT_EQ(empty.str(), "nothing here\n");
}

TEST(Pretty, MembersWithoutAValueAreLeftOut) {
  std::ostringstream out;
  print_members(out, boost::json::parse(R"({"a": "x", "long": 1, "none": null})").as_object(),
                {{"a", "a"}, {"long", "long"}, {"none", "none"}, {"missing", "missing"}});
  EXPECT_EQ(out.str(), "a        x\nlong     1\n");
}

}  // namespace
}  // namespace longwire::commands
