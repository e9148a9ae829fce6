// docs/gateway.md, row by row: mail to the octets of P1 and P772, and back.
#include "tests/unit/gateway/table_support.hpp"

namespace longwire::gateway::test::table {
namespace {

class GatewayTable : public testing::TestWithParam<Row> {};

// "`path = value`": the JSON view of the decoded message has that value there. "kept": the field itself rides in
// rfc-822-field-list. "none": it is nowhere.
void check_x400(const Row& row, const x400::Message& message) {
  const auto view = boost::json::value(x400::to_json(x400::MtsApdu(message)));
  if (row.x400 == "kept") {
    const auto list = to_hex(as_bytes(row.field + ": "));
    EXPECT_NE(lookup(view, "message.ipms.mm.heading.other_extensions").find(list), std::string::npos);
    return;
  }
  if (row.x400 == "none") {
    EXPECT_EQ(to_hex(message.content).find(to_hex(as_bytes(row.example))), std::string::npos);
    return;
  }
  const auto claim = code(row.x400);
  ASSERT_TRUE(claim) << "a cell without a check: " << row.x400;
  const auto equals = claim->find(" = ");
  ASSERT_NE(equals, std::string::npos) << *claim;
  EXPECT_EQ(lookup(view, full_path(claim->substr(0, equals))), claim->substr(equals + 3))
      << boost::json::serialize(view);
}

// "same", "none", or what it becomes.
void check_back(const Row& row, const x400::Message& message) {
  const FindSubject nobody = [](const x400::MtsId&) { return std::optional<SubjectMail>{}; };
  const auto item = to_mail(x400::MtsApdu(message), settings(), nobody, noon());
  ASSERT_TRUE(item) << item.error().name << ' ' << item.error().text;
  const auto said = said_back(row, *item);
  if (row.back == "same") {
    EXPECT_EQ(said, row.example) << as_text(item->message);
    return;
  }
  if (row.back == "none") {
    EXPECT_EQ(said, "");
    return;
  }
  const auto claim = code(row.back);
  ASSERT_TRUE(claim) << "a cell without a check: " << row.back;
  EXPECT_EQ(said, *claim);
}

TEST_P(GatewayTable, IsWhatTheDocumentSays) {
  const auto message = to_p1(input(GetParam()));
  check_x400(GetParam(), message);
  check_back(GetParam(), message);
}

INSTANTIATE_TEST_SUITE_P(Rows, GatewayTable, testing::ValuesIn(rows()));

TEST(GatewayDocument, HasARowForEveryFieldThatIsConverted) {
  const auto all = rows();
  for (const std::string name : {"From",
                                 "Sender",
                                 "To",
                                 "Cc",
                                 "Bcc",
                                 "Reply-To",
                                 "Subject",
                                 "Date",
                                 "Message-ID",
                                 "In-Reply-To",
                                 "References",
                                 "Supersedes",
                                 "Expires",
                                 "Reply-By",
                                 "Importance",
                                 "Sensitivity",
                                 "Autoforwarded",
                                 "Autosubmitted",
                                 "Incomplete-Copy",
                                 "Content-Language",
                                 "Disposition-Notification-To",
                                 "MMHS-Exempted-Address",
                                 "MMHS-Extended-Authorisation-Info",
                                 "MMHS-Subject-Indicator-Codes",
                                 "MMHS-Handling-Instructions",
                                 "MMHS-Message-Instructions",
                                 "MMHS-Codress-Message-Indicator",
                                 "MMHS-Originator-Reference",
                                 "MMHS-Primary-Precedence",
                                 "MMHS-Copy-Precedence",
                                 "MMHS-Message-Type",
                                 "MMHS-Other-Recipients-Indicator-To",
                                 "MMHS-Other-Recipients-Indicator-CC",
                                 "MMHS-Acp127-Message-Identifier",
                                 "MMHS-Originator-PLAD",
                                 "MMHS-Authorizing-Users",
                                 "SIO-Label",
                                 "SIO-Label-History",
                                 "Comments",
                                 "Keywords",
                                 "MAIL MT-PRIORITY",
                                 "MAIL RET",
                                 "MAIL ENVID",
                                 "MAIL BY",
                                 "RCPT NOTIFY",
                                 "RCPT ORCPT"})
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&name](const Row& r) { return r.field == name; })) << name;
}

}  // namespace
}  // namespace longwire::gateway::test::table
