#include "mail/mmhs.hpp"

#include <gtest/gtest.h>

namespace longwire::mail {
namespace {

Result<MmhsFields> read(std::string_view header) { return read_mmhs(HeaderView(as_bytes(header))); }

std::string failure(std::string_view header) {
  const auto r = read(header);
  return r ? "" : std::string(r.error().name) + '@' + std::to_string(r.error().offset);
}

std::optional<Precedence> primary(const std::string& value) {
  const auto r = read("MMHS-Primary-Precedence:" + value + "\r\n\r\n");
  return r ? r->primary_precedence : std::nullopt;
}

TEST(Mmhs, AllFieldsTogether) {
  const auto r = read(
      "From: a@b\r\n"
      "MMHS-Exempted-Address: Bridge TOR <bridge@tor.example>, ops@tor.example\r\n"
      "MMHS-Extended-Authorisation-Info: Sat, 21 Nov 2026 11:55:00 +0000\r\n"
      "MMHS-Subject-Indicator-Codes: ABC; XYZ1\r\n"
      "MMHS-Handling-Instructions: RFLSVH ZOV NORCOMM\r\n"
      "MMHS-Message-Instructions: MINIMIZE CONSIDERED;\r\n NO DISTRIBUTION\r\n"
      "MMHS-Codress-Message-Indicator: 14\r\n"
      "MMHS-Originator-Reference: OPS 12/26\r\n"
      "MMHS-Primary-Precedence: 3 (immediate)\r\n"
      "MMHS-Copy-Precedence: routine\r\n"
      "MMHS-Message-Type: 0 (exercise); identifier=\"COLD TEST 26\"\r\n"
      "MMHS-Other-Recipients-Indicator-To: RCCPJQ; KNM TOR\r\n"
      "MMHS-Other-Recipients-Indicator-CC: CTG 507.01\r\n"
      "MMHS-Acp127-Message-Identifier: RFLSVH 0042 3251200\r\n"
      "MMHS-Originator-PLAD: NORCOMM NORTH\r\n"
      "MMHS-Authorizing-Users: Commander <cdr@hqn.example>\r\n"
      "MT-Priority: -3 (low)\r\n\r\n");
  ASSERT_TRUE(r) << r.error().text;
  EXPECT_TRUE(r->is_military);
  EXPECT_EQ(r->primary_precedence, Precedence::immediate);
  EXPECT_EQ(r->copy_precedence, Precedence::routine);
  EXPECT_EQ(r->message_type, "exercise");
  EXPECT_EQ(r->message_type_identifier, "COLD TEST 26");
  EXPECT_EQ(r->subject_indicator_codes, "ABC; XYZ1");
  EXPECT_EQ(r->handling_instructions, "RFLSVH ZOV NORCOMM");
  EXPECT_EQ(r->originator_reference, "OPS 12/26");
  EXPECT_EQ(r->dtg, "Sat, 21 Nov 2026 11:55:00 +0000");
  EXPECT_EQ(r->acp127_message_identifier, "RFLSVH 0042 3251200");
  EXPECT_EQ(r->mt_priority, -3);
}

TEST(Mmhs, NoneAtAll) {
  const auto r = read("From: a@b\r\nSubject: x\r\n\r\n");
  ASSERT_TRUE(r);
  EXPECT_FALSE(r->is_military);
  EXPECT_EQ(r->primary_precedence, std::nullopt);
}

TEST(Mmhs, Precedence) {
  EXPECT_EQ(primary("0"), Precedence::deferred);
  EXPECT_EQ(primary(" 1"), Precedence::routine);
  EXPECT_EQ(primary(" priority (two (nested) \\( )"), Precedence::priority);
  EXPECT_EQ(primary(" FLASH"), Precedence::flash);
  EXPECT_EQ(primary(" 5 "), Precedence::override_);
  EXPECT_EQ(primary("\r\n 4"), Precedence::flash);
  EXPECT_EQ(primary(" 31"), Precedence::override_);  // a higher number is handled first
  for (const auto* bad :
       {"", " ", " 32", " 03", " -1", " +1", " urgent", " 3 3", " 3 (open", " (3) 3", " 3;", " 99999999999999999999"})
    EXPECT_EQ(failure("MMHS-Primary-Precedence:" + std::string(bad) + "\r\n\r\n"), "bad_mmhs_field@0") << bad;
}

TEST(Mmhs, MessageType) {
  const auto type = [](const std::string& v) { return read("MMHS-Message-Type: " + v + "\r\n\r\n"); };
  EXPECT_EQ(type("Drill")->message_type, "drill");
  EXPECT_EQ(type("2")->message_type, "project");
  EXPECT_EQ(type("255")->message_type, "255");
  EXPECT_EQ(type("operation (x) ; identifier = \"A(B)\"")->message_type_identifier, "A(B)");
  for (const auto* bad :
       {"256", "war", "1; name=\"x\"", "1; identifier=x", "1; identifier=\"\"", "1; identifier=\"a;b\"", "1;"})
    EXPECT_FALSE(type(bad)) << bad;
}

TEST(Mmhs, StringsAndSequences) {
  const auto ok = [](const std::string& line) { return failure(line + "\r\n\r\n").empty(); };
  EXPECT_TRUE(ok("MMHS-Subject-Indicator-Codes: ABC;DEF;GHI;JKL;MNO;PQR;STU;VWX;YZ1"));  // more than 8 are legal
  EXPECT_TRUE(ok("MMHS-Subject-Indicator-Codes: ABCDEFGH"));
  EXPECT_FALSE(ok("MMHS-Subject-Indicator-Codes: AB"));
  EXPECT_FALSE(ok("MMHS-Subject-Indicator-Codes: ABCDEFGHI"));
  EXPECT_FALSE(ok("MMHS-Subject-Indicator-Codes: ABC;;DEF"));
  EXPECT_FALSE(ok("MMHS-Subject-Indicator-Codes: ABC;"));
  EXPECT_FALSE(ok("MMHS-Subject-Indicator-Codes:"));
  EXPECT_TRUE(ok("MMHS-Originator-Reference: " + std::string(69, 'x')));
  EXPECT_FALSE(ok("MMHS-Originator-Reference: " + std::string(70, 'x')));
  EXPECT_TRUE(ok("MMHS-Originator-Reference: A (B) '+,-./:=?"));
  for (const auto* bad :
       {"a&b", "a@b", "a_b", "a#b", "a%b", "a*b", "a\"b", "a!b", "a<b", "a\xC3\xA4", "=?utf-8?Q?x_y?="})
    EXPECT_FALSE(ok("MMHS-Originator-Reference: " + std::string(bad))) << bad;
  EXPECT_TRUE(ok("MMHS-Codress-Message-Indicator: 0"));
  for (const auto* bad : {"", "01", "-1", "x"})
    EXPECT_FALSE(ok("MMHS-Codress-Message-Indicator: " + std::string(bad))) << bad;
  EXPECT_FALSE(ok("MMHS-Extended-Authorisation-Info: tomorrow"));
  EXPECT_FALSE(ok("MMHS-Exempted-Address:"));
  EXPECT_FALSE(ok("MMHS-Handling-Instructions: a;;b"));
  EXPECT_FALSE(ok("MMHS-Message-Instructions: a\"b"));
  EXPECT_FALSE(ok("MMHS-Other-Recipients-Indicator-To: ;"));
  EXPECT_FALSE(ok("MMHS-Other-Recipients-Indicator-CC:"));
  EXPECT_FALSE(ok("MMHS-Acp127-Message-Identifier: a;b"));
  EXPECT_FALSE(ok("MMHS-Originator-PLAD: @"));
  EXPECT_FALSE(ok("MMHS-Authorizing-Users: "));
}

TEST(Mmhs, EachFieldOnce) {
  EXPECT_EQ(failure("MMHS-Copy-Precedence: 1\r\nX: y\r\nmmhs-copy-precedence: 1\r\n\r\n"), "duplicate_mmhs_field@31");
}

TEST(Mmhs, MtPriorityFieldIsNeverAnError) {
  const auto priority = [](const std::string& header) { return read(header + "\r\n")->mt_priority; };
  EXPECT_EQ(priority("MT-Priority: 4 (ultra)\r\n"), 4);
  EXPECT_EQ(priority("MT-Priority: (c) -9\r\n"), -9);
  EXPECT_EQ(priority("MT-Priority: 0\r\n"), 0);
  EXPECT_EQ(priority("MT-Priority: 4\r\nMT-Priority: 4\r\n"), std::nullopt);
  for (const auto* bad : {"", "-0", "+1", "10", "x", "4 4", "4 (open"})
    EXPECT_EQ(priority("MT-Priority: " + std::string(bad) + "\r\n"), std::nullopt) << bad;
}

}  // namespace
}  // namespace longwire::mail
