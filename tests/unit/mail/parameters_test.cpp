#include "mail/parameters.hpp"
#include "base/limits.hpp"

#include <gtest/gtest.h>

namespace longwire::mail {
namespace {

std::string mail_error(std::string_view text, Dialect dialect = Dialect::smtp) {
  const auto r = parse_mail_arguments(text, dialect);
  return r ? "" : std::string(r.error().name) + '@' + std::to_string(r.error().offset);
}

std::string rcpt_error(std::string_view text) {
  const auto r = parse_rcpt_arguments(text);
  return r ? "" : std::string(r.error().name) + '@' + std::to_string(r.error().offset);
}

Envelope good(std::string_view parameter) {
  const auto r = parse_mail_arguments("<a@b.example> " + std::string(parameter));
  EXPECT_TRUE(r) << parameter;
  return r ? *r : Envelope{};
}

bool bad(std::string_view parameter) { return mail_error("<a@b> " + std::string(parameter)) == "bad_parameter@6"; }

TEST(Path, WhatIsTaken) {
  for (const auto* address :
       {"a@b", "first.last@sub.ship-a.example", "\"two words\"@b", "\"a\\\"b>c@d\"@b", "x@[10.1.2.3]", "x@[IPv6:::1]",
        "!#$%&'*+-/=?^_`{|}~@b", "\"/C=NO/A= /P=MIL/O=HQ/S=Duty/\"@gw.example", "a@123.example"}) {
    const auto r = parse_mail_arguments('<' + std::string(address) + '>');
    ASSERT_TRUE(r) << address;
    EXPECT_EQ(r->from, address);
  }
  EXPECT_EQ(parse_mail_arguments("<>")->from, "");
  EXPECT_EQ(parse_mail_arguments("<@a.example,@b.example:c@d.example>")->from, "c@d.example");
  EXPECT_EQ(parse_rcpt_arguments("<PostMaster>")->address, "PostMaster");
}

TEST(Path, WhatIsRefused) {
  for (const auto* path : {"",        "a@b",        "<a@b",      "a@b>",         "<a>",          "<@b>",
                           "<a@>",    "<a@b.>",     "<a@.b>",    "<a@-b>",       "<a@b->",       "<a@b_c>",
                           "<.a@b>",  "<a.@b>",     "<a..b@c>",  "<a b@c>",      "<\"a@b>",      "<\"a\nb\"@c>",
                           "<a@b@c>", "<a@[]>",     "<a@[1 2]>", "<a@[1]2]>",    "<@a.example>", "<@a.example:>",
                           "<@:a@b>", "<@a,b:c@d>", " <a@b>",    "<postmaster>", "<a\x80@b>",    "<a@b\xC3\xA4>"})
    EXPECT_EQ(mail_error(path), "bad_path@0") << path;
  for (const auto* path : {"<>", "<user>", "<@a.example:postmaster>"})
    EXPECT_EQ(rcpt_error(path), "bad_path@0") << path;
  EXPECT_EQ(mail_error(std::string_view("<a\0@b>", 6)), "bad_path@0");
}

TEST(Path, LengthLimit) {
  const std::string domain = "@b.example";
  const auto path_of = [&](std::size_t octets) {
    return '<' + std::string(octets - domain.size() - 2, 'x') + domain + '>';
  };
  EXPECT_TRUE(parse_rcpt_arguments(path_of(limits::path)));
  EXPECT_EQ(rcpt_error(path_of(limits::path + 1)), "bad_path@0");
  const auto labels = [](std::size_t last) {  // 3 * 64 octets and the last label
    return "<a@" + std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') + '.' +
           std::string(last, 'd') + '>';
  };
  EXPECT_TRUE(parse_rcpt_arguments(labels(63)));  // 255 octets
  EXPECT_EQ(rcpt_error(labels(64)), "bad_path@0");
}

TEST(MailParameters, Size) {
  EXPECT_EQ(good("SIZE=0").size, 0u);
  EXPECT_EQ(good("size=18446744073709551615").size, 18446744073709551615u);
  EXPECT_EQ(good("SIZE=00000000000000000012").size, 12u);
  for (const auto* p :
       {"SIZE", "SIZE=", "SIZE=-1", "SIZE=+1", "SIZE=1k", "SIZE=18446744073709551616", "SIZE=000000000000000000012"})
    EXPECT_TRUE(bad(p)) << p;
}

TEST(MailParameters, Body) {
  EXPECT_EQ(good("BODY=7BIT").body, Body::seven_bit);
  EXPECT_EQ(good("Body=8bitmime").body, Body::eight_bit);
  EXPECT_EQ(good("BODY=BINARYMIME").body, Body::binary);
  for (const auto* p : {"BODY", "BODY=", "BODY=8BIT", "BODY=BINARY"}) EXPECT_TRUE(bad(p)) << p;
  EXPECT_EQ(parse_mail_arguments("<> BODY=BINARY", Dialect::mule)->body, Body::binary);  // RFC 8494
}

TEST(MailParameters, Ret) {
  EXPECT_EQ(good("RET=FULL").ret, Ret::full);
  EXPECT_EQ(good("ret=hdrs").ret, Ret::headers);
  EXPECT_EQ(good("SIZE=1").ret, Ret::unset);
  for (const auto* p : {"RET", "RET=", "RET=ALL", "RET=FULL,HDRS"}) EXPECT_TRUE(bad(p)) << p;
}

TEST(MailParameters, Envid) {
  EXPECT_EQ(good("ENVID=QX42").envid, "QX42");
  EXPECT_EQ(good("ENVID=a+2Bb+3D+20c").envid, "a+2Bb+3D+20c");  // kept as received
  EXPECT_EQ(good("ENVID=" + std::string(100, 'x')).envid.size(), 100u);
  for (const std::string& p :
       {std::string("ENVID"), std::string("ENVID="), std::string("ENVID=a+2b"), std::string("ENVID=a+"),
        std::string("ENVID=a+2"), std::string("ENVID=a=b"), std::string("ENVID=a+0D+0A"), std::string("ENVID=+C3+A4"),
        "ENVID=" + std::string(101, 'x')})
    EXPECT_TRUE(bad(p)) << p;
}

TEST(MailParameters, MtPriority) {
  for (int n = -9; n <= 9; ++n) EXPECT_EQ(good("MT-PRIORITY=" + std::to_string(n)).mt_priority, n);
  for (const auto* p : {"MT-PRIORITY", "MT-PRIORITY=", "MT-PRIORITY=+3", "MT-PRIORITY=-0", "MT-PRIORITY=03",
                        "MT-PRIORITY=10", "MT-PRIORITY=-", "MT-PRIORITY=x"})
    EXPECT_TRUE(bad(p)) << p;
}

TEST(MailParameters, DeliverBy) {
  auto by = good("BY=1800;N").by;
  EXPECT_EQ(by->seconds, 1800);
  EXPECT_FALSE(by->return_if_late);
  EXPECT_FALSE(by->trace);
  by = good("BY=+999999999;rt").by;
  EXPECT_EQ(by->seconds, 999'999'999);
  EXPECT_TRUE(by->return_if_late);
  EXPECT_TRUE(by->trace);
  EXPECT_EQ(good("BY=-999999999;NT").by->seconds, -999'999'999);
  EXPECT_EQ(good("BY=0;N").by->seconds, 0);
  EXPECT_EQ(good("BY=1;R").by->seconds, 1);
  for (const auto* p : {"BY", "BY=", "BY=1", "BY=1;", "BY=;N", "BY=1;X", "BY=1;NX", "BY=1;NTT", "BY=1N", "BY=0;R",
                        "BY=-5;R", "BY=1000000000;N", "BY=+-1;N", "BY=1;N;T"})
    EXPECT_TRUE(bad(p)) << p;
}

TEST(MailParameters, Auth) {
  EXPECT_EQ(good("AUTH=<>").auth, "<>");
  EXPECT_EQ(good("AUTH=e+3Dmc2@example.com").auth, "e+3Dmc2@example.com");
  const std::string longest = std::string(500 - 10, 'x') + "@b.example";
  EXPECT_EQ(good("AUTH=" + longest).auth, longest);
  for (const std::string& p : {std::string("AUTH"), std::string("AUTH="), std::string("AUTH=nobody"),
                               std::string("AUTH=a+0D@b"), std::string("AUTH=a+zz@b"), "AUTH=x" + longest})
    EXPECT_TRUE(bad(p)) << p;
}

TEST(MailParameters, MtrkIsCheckedAndPassedOn) {
  EXPECT_EQ(good("MTRK=QUJDRA==:86400").other, std::vector<std::string>{"MTRK=QUJDRA==:86400"});
  EXPECT_EQ(good("MTRK=QUJD").other.size(), 1u);
  for (const auto* p : {"MTRK", "MTRK=", "MTRK=QUJ", "MTRK=QUJD:", "MTRK=QUJD:1234567890", "MTRK=Q===", "MTRK=QU-D",
                        "MTRK=====", "MTRK=:1"})
    EXPECT_TRUE(bad(p)) << p;
}

TEST(MailParameters, UnknownOnesAreKeptAsWritten) {
  const auto e = good("RRVS=2026 X-foo Submitter=a@b");
  EXPECT_EQ(e.other, (std::vector<std::string>{"RRVS=2026", "X-foo", "Submitter=a@b"}));
}

TEST(MailParameters, SpacingAndForm) {
  EXPECT_EQ(mail_error("<a@b>  SIZE=1"), "bad_parameter@6");
  EXPECT_EQ(mail_error("<a@b> SIZE=1  RET=FULL"), "bad_parameter@13");
  EXPECT_EQ(mail_error("<a@b>SIZE=1"), "bad_parameter@5");
  EXPECT_EQ(mail_error("<a@b>\tSIZE=1"), "bad_parameter@5");
  EXPECT_EQ(mail_error("<a@b> =1"), "bad_parameter@6");
  EXPECT_EQ(mail_error("<a@b> -X=1"), "bad_parameter@6");
  EXPECT_EQ(mail_error("<a@b> X_Y=1"), "bad_parameter@6");
  EXPECT_EQ(mail_error("<a@b> X=a\tb"), "bad_parameter@6");
  EXPECT_EQ(mail_error("<a@b> X=\xC3\xA4"), "bad_parameter@6");
  EXPECT_EQ(mail_error("<a@b> X=1=2"), "bad_parameter@6");
  EXPECT_EQ(mail_error("<a@b> SIZE=1  "), "");  // RFC 5321 4.1.1: space at the end is tolerated
}

TEST(MailParameters, TwiceIsRefusedWhateverTheCase) {
  EXPECT_EQ(mail_error("<a@b> SIZE=1 size=1"), "duplicate_parameter@13");
  EXPECT_EQ(mail_error("<a@b> X-new X-NEW=2"), "duplicate_parameter@12");
  EXPECT_EQ(rcpt_error("<a@b> NOTIFY=NEVER NOTIFY=NEVER"), "duplicate_parameter@19");
}

TEST(RcptParameters, Notify) {
  const auto n = parse_rcpt_arguments("<a@b> NOTIFY=success,FAILURE,Delay")->notify;
  EXPECT_TRUE(n->success && n->failure && n->delay && !n->never);
  EXPECT_TRUE(parse_rcpt_arguments("<a@b> NOTIFY=never")->notify->never);
  EXPECT_FALSE(parse_rcpt_arguments("<a@b>")->notify);
  for (const auto* p : {"NOTIFY", "NOTIFY=", "NOTIFY=,", "NOTIFY=SUCCESS,", "NOTIFY=,DELAY", "NOTIFY=NEVER,DELAY",
                        "NOTIFY=DELAY,NEVER", "NOTIFY=ALWAYS"})
    EXPECT_EQ(rcpt_error("<a@b> " + std::string(p)), "bad_parameter@6") << p;
}

TEST(RcptParameters, Orcpt) {
  EXPECT_EQ(parse_rcpt_arguments("<a@b> ORCPT=rfc822;Bob+2Bx@ent.example.net")->orcpt,
            "rfc822;Bob+2Bx@ent.example.net");
  EXPECT_EQ(parse_rcpt_arguments("<a@b> orcpt=X400;/C=NO/").has_value(), false);  // '=' must be coded
  EXPECT_EQ(parse_rcpt_arguments("<a@b> ORCPT=X400;/C+3DNO/")->orcpt, "X400;/C+3DNO/");
  const std::string longest = "rfc822;" + std::string(493, 'x');
  EXPECT_EQ(parse_rcpt_arguments("<a@b> ORCPT=" + longest)->orcpt, longest);
  for (const std::string& p :
       {std::string("ORCPT"), std::string("ORCPT="), std::string("ORCPT=a@b"), std::string("ORCPT=;a@b"),
        std::string("ORCPT=rfc.822;a@b"), std::string("ORCPT=rfc822;a+2b"), std::string("ORCPT=rfc822;a+0D+0AX"),
        std::string("ORCPT=rfc822;+C3"), "ORCPT=" + longest + 'x'})
    EXPECT_EQ(rcpt_error("<a@b> " + p), "bad_parameter@6") << p;
}

TEST(Xtext, BothWays) {
  EXPECT_EQ(xtext_encode("a+b=c d\x80"), "a+2Bb+3Dc+20d+80");
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(*xtext_decode(xtext_encode(all)), all);
  EXPECT_EQ(*xtext_decode("+41B"), "AB");  // coding more than needed is allowed
  const auto r = xtext_decode("ab+2b");
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().name, "bad_xtext");
  EXPECT_EQ(r.error().offset, 2u);
  for (const auto* s : {"+", "+4", "a b", "a=b", "+4g", "\x7F"}) EXPECT_FALSE(xtext_decode(s)) << s;
}

TEST(Format, EachHopGetsWhatItKnows) {
  const auto e =
      *parse_mail_arguments("<a@b> MT-PRIORITY=4 SIZE=10 BODY=BINARYMIME RET=HDRS ENVID=V1 BY=60;NT AUTH=<> X-NEW=7");
  EXPECT_EQ(format_mail_arguments(e, Extensions::mule()),
            "<a@b> MT-PRIORITY=4 SIZE=10 BODY=BINARYMIME RET=HDRS ENVID=V1 BY=60;NT AUTH=<> X-NEW=7");
  EXPECT_EQ(format_mail_arguments(e, Extensions{}), "<a@b>");
  Extensions some;
  some.dsn = some.eight_bit = true;
  EXPECT_EQ(format_mail_arguments(e, some), "<a@b> RET=HDRS ENVID=V1");
  const auto r = *parse_rcpt_arguments("<c@d> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;c@d RRVS=1");
  EXPECT_EQ(format_rcpt_arguments(r, Extensions::mule()), "<c@d> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;c@d RRVS=1");
  EXPECT_EQ(format_rcpt_arguments(r, some), "<c@d> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;c@d");
  EXPECT_EQ(format_rcpt_arguments(r, Extensions{}), "<c@d>");
}

TEST(Format, NothingCanEndTheLine) {
  Envelope e;
  e.from = "a@b>\r\nRCPT TO:<x@y";
  e.envid = "1\r\nDATA";
  e.other = {"X=1 Y=2\n"};
  const auto line = format_mail_arguments(e, Extensions::mule());
  EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos) << line;
  EXPECT_NE(line.find(" X=1Y=2"), std::string::npos) << line;
}

TEST(Envelope, Parts) {
  EXPECT_EQ(domain_of("a@B.Example"), "b.example");
  EXPECT_EQ(domain_of("\"x@y\"@Z"), "z");
  EXPECT_EQ(domain_of("postmaster"), "");
  EXPECT_EQ(local_part_of("\"x@y\"@z"), "\"x@y\"");
  EXPECT_EQ(local_part_of("postmaster"), "postmaster");
}

}  // namespace
}  // namespace longwire::mail
