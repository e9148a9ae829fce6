// docs/gateway.md, row by row: mail to the octets of P1 and P772, and back.
#include "mail/base64.hpp"
#include "mail/mime.hpp"
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

// --- bodies -----------------------------------------------------------------------------------------------

// Decoded octets of the parts that hold no others.
std::vector<std::string> contents(ByteView message) {
  std::vector<std::string> out;
  const auto parts = mail::walk_mime(message).value();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& p = parts[i];
    if (i + 1 < parts.size() && parts[i + 1].parent == i) continue;
    const auto raw = as_text(message.subspan(p.body, p.end - p.body));
    auto octets = p.encoding == "base64"             ? mail::base64_decode(raw).octets
                  : p.encoding == "quoted-printable" ? mail::quoted_printable_decode(raw).octets
                                                     : to_bytes(raw);
    out.emplace_back(as_text(octets));
  }
  return out;
}

struct BodyRow {
  std::string type, part, back;
};
void PrintTo(const BodyRow& row, std::ostream* out) { *out << row.type; }

std::vector<BodyRow> body_rows() {
  std::vector<BodyRow> out;
  for (const auto& line : lines_between("bodies")) {
    const auto all = cells(line);
    const auto type = all.size() == 3 ? code(all[0]) : std::nullopt;
    const auto part = all.size() == 3 ? code(all[1]) : std::nullopt;
    const auto back = all.size() == 3 ? code(all[2]) : std::nullopt;
    EXPECT_TRUE(type && part && back) << "a row without a check: " << line;
    if (type && part && back) out.push_back({*type, *part, *back});
  }
  return out;
}

// Fields and body of a message of that type.
std::string sample(const std::string& type) {
  const auto head = "MIME-Version: 1.0\r\nContent-Type: " + type;
  const std::string inner = "Subject: inner\r\n\r\ntext\r\n";
  if (type.starts_with("multipart/")) {
    const auto part = type.starts_with("multipart/digest") ? "\r\n" + inner : "\r\none\r\n";
    return head + "; boundary=b\r\n\r\n--b\r\n" + part + "\r\n--b\r\n" + part + "\r\n--b--\r\n";
  }
  if (type.starts_with("message/")) return head + "\r\n\r\n" + inner;
  if (type.ends_with("us-ascii")) return head + "\r\n\r\nHELLO  \r\n.\r\n";
  if (type.ends_with("utf-8"))
    return head +
           "\r\nContent-Transfer-Encoding: 8bit\r\n\r\nK\xC3\xB8"
           "benhavn\r\n";
  if (type.starts_with("text/")) return head + "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xC1\xD2\r\n";
  return head + "\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC/w==\r\n";
}

class BodyTable : public testing::TestWithParam<BodyRow> {};

TEST_P(BodyTable, IsWhatTheDocumentSays) {
  const auto& row = GetParam();
  auto in = input({"Subject", "SITREP", {}, {}, {}, {}});
  in.message = in.message.substr(0, in.message.find("\r\n\r\n") + 2) + sample(row.type);
  const auto message = to_p1(in);
  const auto view = boost::json::value(x400::to_json(x400::MtsApdu(message)));
  const auto equals = row.part.find(" = ");
  ASSERT_NE(equals, std::string::npos);
  EXPECT_EQ(lookup(view, full_path(row.part.substr(0, equals))), row.part.substr(equals + 3))
      << boost::json::serialize(view);
  const FindSubject nobody = [](const x400::MtsId&) { return std::optional<SubjectMail>{}; };
  const auto item = to_mail(x400::MtsApdu(message), settings(), nobody, noon()).value();
  const auto found = values(item.message, "Content-Type");
  const auto type = mail::parse_content_type(found.empty() ? "text/plain" : found[0]).value();
  const auto wanted = mail::parse_content_type(row.back).value();
  EXPECT_EQ(type.type, wanted.type);
  for (const auto& [name, value] : wanted.parameters) EXPECT_EQ(type.parameter(name), value) << name;
  const auto before = contents(as_bytes(in.message));
  EXPECT_EQ(contents(item.message), before) << as_text(item.message);
}

INSTANTIATE_TEST_SUITE_P(Rows, BodyTable, testing::ValuesIn(body_rows()));

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
