// Header fields in the first body part, as systems of 1984 send them (RFC 2156 appendix B, RFC 2157 2.2), through the
// whole gateway.
#include "tests/unit/gateway/table_support.hpp"

namespace longwire::gateway::test::table {
namespace {

std::string mail_of(std::vector<x400::BodyPart> body) {
  auto message = to_p1(input({"Subject", "SITREP", {}, {}, {}, {}}));
  auto ipm = std::get<x400::Ipm>(x400::decode_p772(message.content).value());
  ipm.body = std::move(body);
  message.content = x400::encode_p772(ipm);
  const FindSubject nobody = [](const x400::MtsId&) { return std::optional<SubjectMail>{}; };
  return std::string(as_text(to_mail(x400::MtsApdu(message), settings(), nobody, noon()).value().message));
}

const std::string part =
    "RFC-822-Headers:\r\nFruit-Of-The-Day: Kiwi\r\nFrom: admiral@hqn.example\r\n"
    "SIO-Label: marking=\"UNCLASSIFIED\"\r\nMMHS-Primary-Precedence: 5 (override)\r\n";

TEST(HeadersPart, GivesFieldsThatTheHeadingDoesNotContradict) {
  const auto mail = mail_of({x400::body::Ia5{part}, x400::body::Ia5{"text\r\n"}});
  EXPECT_EQ(values(as_bytes(mail), "Fruit-Of-The-Day"), std::vector<std::string>{"Kiwi"});
  EXPECT_EQ(values(as_bytes(mail), "From"), std::vector<std::string>{"ops@ship.example"});
  EXPECT_EQ(values(as_bytes(mail), "MMHS-Primary-Precedence"), std::vector<std::string>{"2 (priority)"});
  EXPECT_TRUE(values(as_bytes(mail), "SIO-Label").empty());
  EXPECT_TRUE(mail.ends_with("\r\n\r\ntext\r\n"));
}

TEST(HeadersPart, AloneIsTheTextOfTheMessage) {
  const auto mail = mail_of({x400::body::Ia5{part}});
  EXPECT_TRUE(mail.ends_with("\r\n\r\n" + part));
  EXPECT_TRUE(values(as_bytes(mail), "Fruit-Of-The-Day").empty());
}

}  // namespace
}  // namespace longwire::gateway::test::table
