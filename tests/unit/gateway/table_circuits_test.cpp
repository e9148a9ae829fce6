// docs/gateway.md, row by row: the columns of ACP 127 and DMP.
#include "annexe/dmp/dmp_json.hpp"
#include "tests/unit/gateway/table_support.hpp"

#include <set>

namespace longwire::gateway::test::table {
namespace {

class CircuitTable : public testing::TestWithParam<Row> {};

std::set<std::string> lines_of(std::string_view text) {
  std::set<std::string> out;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    while (line.ends_with('\r') || line.ends_with(' ')) line.pop_back();
    out.insert(line);
  }
  return out;
}

// "-": there is nothing to carry. "`line`": a line of the message is exactly that. "own line": no line of ACP 127 has
// it, FL12 has one of its own. "none": it does not cross. But for the last, the other station gives the mail what X.400
// gives it.
TEST_P(CircuitTable, Acp127IsWhatTheDocumentSays) {
  const auto& row = GetParam();
  const auto message = to_p1(input(row));
  Acp127Station station;
  station.routing_indicator = "RFLSVA";
  station.serial = "0042";
  std::vector<std::string> notes;
  const auto made = to_acp127(message, station, settings(), noon(), notes);
  ASSERT_TRUE(made) << made.error().name << ' ' << made.error().text;
  const auto text = acp127::format(*made, station.style);
  const auto claim = code(row.acp127);
  const bool word = row.acp127 == "own line" || row.acp127 == "none" || row.acp127 == "-";
  ASSERT_TRUE(claim || word) << "a cell without a check: " << row.acp127;
  if (claim) {
    EXPECT_TRUE(lines_of(text).contains(*claim)) << text;
  }
  if (row.acp127 == "-") {
    EXPECT_EQ(text.find("SECRET"), std::string::npos) << text;
  }
  const auto parsed = acp127::parse(text);
  ASSERT_TRUE(parsed) << parsed.error().name << '\n' << text;
  const auto back = from_acp127(*parsed, "RFLSVH", "9C01", noon(), settings());
  ASSERT_TRUE(back) << back.error().name << ' ' << back.error().text << '\n' << text;
  const FindSubject nobody = [](const x400::MtsId&) { return std::optional<SubjectMail>{}; };
  const auto item = to_mail(back->apdu, settings(), nobody, noon());
  ASSERT_TRUE(item) << item.error().name;
  const auto straight = to_mail(x400::MtsApdu(message), settings(), nobody, noon());
  const auto wanted = said_back(row, *straight);
  const bool same = said_back(row, *item) == wanted;
  EXPECT_EQ(same, row.acp127 != "none") << said_back(row, *item) << "\nwanted " << wanted << '\n' << text;
}

// "`path = value`": the JSON view of the datagram has it. "Annex E": DMP cannot say it and refuses the message, which
// then goes by Annex E. "named": it is left out and a note says so. "-": there is nothing to carry.
TEST_P(CircuitTable, DmpIsWhatTheDocumentSays) {
  const auto& row = GetParam();
  const auto message = to_p1(input(row));
  std::vector<std::string> notes;
  ToDmp in{message, 4711, 1400, 2, noon(), &notes};
  const auto made = to_dmp(in, settings());
  if (row.dmp == "Annex E") {
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().name, "not_for_dmp") << made.error().text;
    return;
  }
  ASSERT_TRUE(made) << made.error().text;
  if (row.dmp == "named") {
    EXPECT_FALSE(notes.empty());
    return;
  }
  if (row.dmp == "-") {
    EXPECT_EQ(lookup(boost::json::value(dmp::to_json(dmp::Datagram(*made), {})), "recipients.2"), "");
    return;
  }
  const auto octets = dmp::encode(dmp::Datagram(*made));
  ASSERT_TRUE(octets);
  const auto decoded = dmp::decode(*octets, noon());
  ASSERT_TRUE(decoded) << decoded.error().name;
  const auto view = boost::json::value(dmp::to_json(*decoded, noon()));
  const auto claim = code(row.dmp);
  ASSERT_TRUE(claim) << "a cell without a check: " << row.dmp;
  const auto equals = claim->find(" = ");
  ASSERT_NE(equals, std::string::npos);
  EXPECT_EQ(lookup(view, claim->substr(0, equals)), claim->substr(equals + 3)) << boost::json::serialize(view);
}

INSTANTIATE_TEST_SUITE_P(Rows, CircuitTable, testing::ValuesIn(rows()));

}  // namespace
}  // namespace longwire::gateway::test::table
