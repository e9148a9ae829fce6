// Mail <-> X.400 <-> DMP: a mail through both gateways comes back the same, or is refused.
#include "tests/unit/gateway/dmp_support.hpp"

namespace longwire::gateway {
namespace {

using namespace test;
using std::chrono::minutes;

// A mail, as a client writes it, through both gateways.
TEST(GatewayDmpMail, MailThereAndBack) {
  auto mail = simple(
      "MMHS-Primary-Precedence: immediate\nMMHS-Subject-Indicator-Codes: ABC; DEF\nX-Mailer: swaks\n"
      "MMHS-Extended-Authorisation-Info: Sat, 21 Nov 2026 11:48:00 +0000\n");
  mail.envelope.recipients[0].address = "bridge@tor.example";
  mail.message = message(
      "From: ops@hq.example\nTo: bridge@tor.example\nDate: Sat, 21 Nov 2026 11:50:00 +0000\n"
      "Message-ID: <1.2@hq.example>\nSubject: Test\nMMHS-Primary-Precedence: immediate\n"
      "MMHS-Subject-Indicator-Codes: ABC; DEF\nX-Mailer: swaks\n"
      "MMHS-Extended-Authorisation-Info: Sat, 21 Nov 2026 11:48:00 +0000\n\nHELLO\n");
  const auto with = with_users();
  const auto apdu = sent(mail, with);
  std::vector<std::string> notes;
  const auto pdu = to_dmp(ToDmp{apdu, 4242, 1400, 2, noon(), &notes}, with);
  ASSERT_TRUE(pdu) << pdu.error().text;
  const auto item = from_dmp(*pdu, "R7.4242", noon(), with);
  ASSERT_TRUE(item);
  const auto arrived = received(item->apdu, with);
  EXPECT_EQ(arrived.envelope.from, "ops@hq.example");
  EXPECT_EQ(arrived.envelope.recipients.at(0).address, "bridge@tor.example");
  EXPECT_EQ(field(arrived, "Subject"), "Test");
  EXPECT_EQ(field(arrived, "MMHS-Subject-Indicator-Codes"), "ABC; DEF");
  EXPECT_NE(field(arrived, "MMHS-Primary-Precedence").find("immediate"), std::string::npos);
  EXPECT_NE(field(arrived, "MMHS-Extended-Authorisation-Info").find("11:48:00"), std::string::npos);
  EXPECT_EQ(body(arrived), "HELLO\r\n");
}

// What ordinary clients write fits too.
TEST(GatewayDmpMail, MailOfOrdinaryClients) {
  const auto with = with_users();
  for (const auto* header :
       {"X-Mailer: swaks v20201014.0 jetmore.org/john/code/swaks/\n",
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"us-ascii\"\nContent-Transfer-Encoding: 7bit\n",
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: 7bit\n",
        "MIME-Version: 1.0\nUser-Agent: Mozilla Thunderbird\nContent-Type: text/plain; charset=UTF-8; format=flowed\n"
        "Content-Transfer-Encoding: 8bit\n",
        "Received: from a.example by b.example with ESMTP; Sat, 21 Nov 2026 11:51:00 +0000\n"}) {
    Mail mail;
    mail.envelope.from = "ops@hq.example";
    mail.envelope.recipients.resize(1);
    mail.envelope.recipients[0].address = "bridge@tor.example";
    mail.message = message(std::string(header) +
                           "From: Ops <ops@hq.example>\nTo: The Bridge <bridge@tor.example>\n"
                           "Date: Sat, 21 Nov 2026 11:50:00 +0000\nMessage-ID: <1.2@hq.example>\nSubject: Test\n\n"
                           "HELLO\n");
    const auto apdu = sent(mail, with);
    std::vector<std::string> notes;
    const auto pdu = to_dmp(ToDmp{apdu, 4242, 1400, 2, noon(), &notes}, with);
    ASSERT_TRUE(pdu) << header << pdu.error().text;
    const auto arrived = received(from_dmp(*pdu, "R7.4242", noon(), with)->apdu, with);
    EXPECT_EQ(field(arrived, "Subject"), "Test");
    EXPECT_NE(body(arrived).find("HELLO"), std::string::npos);
    EXPECT_FALSE(notes.empty());
  }
}

Mail from_ops(const std::string& header) {
  Mail out;
  out.envelope.from = "ops@hq.example";
  out.envelope.recipients.resize(1);
  out.envelope.recipients[0].address = "bridge@tor.example";
  out.message = message("From: ops@hq.example\nTo: bridge@tor.example\nDate: Sat, 21 Nov 2026 11:50:00 +0000\n" +
                        header + "Subject: Test\n\nHELLO\n");
  return out;
}

// mail -> X.400 -> DMP -> X.400 -> mail -> ...: a far server that sends everything back.
TEST(GatewayDmpMail, ALoopThroughMailEnds) {
  const auto with = with_users();
  auto mail = from_ops("Message-ID: <1.2@hq.example>\n");
  int laps = 0;
  for (; laps < 8; ++laps) {
    const auto apdu = to_x400({mail.envelope, {1}, mail.message, "Q7.12", noon(), {}}, with);
    if (!apdu) {
      EXPECT_EQ(apdu.error().name, "mixer_loop");
      break;
    }
    const auto pdu = to_dmp(ToDmp{std::get<x400::Message>(apdu->apdu), 4242, 1400, 2, noon(), nullptr}, with);
    ASSERT_TRUE(pdu) << pdu.error().text;
    EXPECT_EQ(pdu->envelope.hops, laps);
    const auto item = from_dmp(*pdu, "R7.4242", noon(), with);
    ASSERT_TRUE(item);
    auto arrived = received(item->apdu, with);
    mail.envelope = arrived.envelope;
    mail.message = arrived.message;
  }
  EXPECT_EQ(laps, 5);
}

// A relay counts each hop; a message at its last hop can be read all the same.
TEST(GatewayDmpMail, HopsAreCountedInTheTrace) {
  auto pdu = out(plain()).value();
  EXPECT_EQ(pdu.envelope.hops, 0);
  for (std::uint8_t hops = 0; hops <= 7; ++hops) {
    pdu.envelope.hops = hops;
    const auto apdu = back(pdu);
    EXPECT_EQ(apdu.envelope.trace.size(), hops + 2U);
    EXPECT_TRUE(to_mail(apdu, with_users(), {}, noon())) << int{hops};
    const auto again = to_dmp(ToDmp{apdu, 1, 1400, 2, noon(), nullptr}, with_users());
    ASSERT_EQ(again.has_value(), hops < 7) << int{hops};
    if (again) EXPECT_EQ(again->envelope.hops, hops);
    else EXPECT_NE(again.error().text.find("more hops"), std::string::npos);
  }
}

// Civil ones have neither padding nor a name; whichever way they went, the sender knows them again.
TEST(GatewayDmpMail, AShortMessageIdStaysWhatItWas) {
  const auto with = with_users();
  for (const std::string military : {"", "MMHS-Primary-Precedence: routine\n"}) {
    const auto mail = from_ops("Message-ID: <m1@a.example>\nDisposition-Notification-To: ops@hq.example\n" + military);
    const auto pdu = to_dmp(ToDmp{sent(mail, with), 4242, 1400, 2, noon(), nullptr}, with);
    ASSERT_TRUE(pdu) << pdu.error().text;
    const auto apdu = back(*pdu);
    EXPECT_EQ(field(received(apdu, with), "Message-ID"), "<m1@a.example>");
    x400::Ipn ipn;
    ipn.subject = to_ipm_id("<m1@a.example>", with, !military.empty());
    ipn.originator.emplace();
    ipn.originator->formal = bridge();
    ipn.outcome = x400::Receipt{noon() - minutes{1}, false, {}, {}};
    Made answer = plain();
    answer.envelope.originator = bridge();
    answer.envelope.recipients[0].name = ops();
    const x400::Message message{answer.envelope, x400::encode_p772(ipn)};
    const auto notification = to_dmp(ToDmp{message, 77, 1400, 2, noon(), nullptr}, with);
    ASSERT_TRUE(notification) << notification.error().text;
    const auto home = received(back(*notification), with);
    const std::string text(as_text(home.message));
    EXPECT_NE(text.find("Original-Message-ID: <m1@a.example>"), std::string::npos) << text;
  }
}

TEST(GatewayDmpMail, NoMessageTypeIsMadeUpAndNoPrecedenceVanishes) {
  const auto with = with_users();
  const auto typeless = from_ops("MMHS-Primary-Precedence: immediate\nMMHS-Subject-Indicator-Codes: ABC\n");
  const auto pdu = to_dmp(ToDmp{sent(typeless, with), 4242, 1400, 2, noon(), nullptr}, with);
  ASSERT_TRUE(pdu) << pdu.error().text;
  const auto arrived = received(back(*pdu), with);
  EXPECT_EQ(field(arrived, "MMHS-Message-Type"), "(none)");
  EXPECT_EQ(field(arrived, "MMHS-Copy-Precedence"), "(none)");
  const auto pair = from_ops("MMHS-Primary-Precedence: flash\nMMHS-Copy-Precedence: flash\n");
  const auto lost = to_dmp(ToDmp{sent(pair, with), 4242, 1400, 2, noon(), nullptr}, with);
  ASSERT_FALSE(lost);
  EXPECT_NE(lost.error().text.find("copy precedence"), std::string::npos);
}

// A label field in another form than ours says the same; other words than the label's do not.
TEST(GatewayDmpMail, TheFormOfALabelFieldIsNoReason) {
  const auto with = with_users();
  const auto sent_as = [&with](const std::string& label) {
    Mail mail;
    mail.envelope.from = "ops@hq.example";
    mail.envelope.recipients.resize(1);
    mail.envelope.recipients[0].address = "bridge@tor.example";
    mail.message = message(
        "From: ops@hq.example\nTo: bridge@tor.example\nDate: Sat, 21 Nov 2026 11:50:00 +0000\n"
        "Message-ID: <1.2@hq.example>\nSubject: Test\nMMHS-Primary-Precedence: routine\n"
        "MMHS-Extended-Authorisation-Info: Sat, 21 Nov 2026 11:50:00 +0000\n"
        "SIO-Label: " +
        label + "\n\nHELLO\n");
    return to_dmp(ToDmp{sent(mail, with), 4242, 1400, 2, noon(), nullptr}, with);
  };
  const std::string restricted = "type=\":ess\"; label=\"MQoCAQIGBSsaAQMB\"";
  const auto pdu = sent_as("marking=\"NATO RESTRICTED\"; fgcolor=black; bgcolor=gold; " + restricted);
  ASSERT_TRUE(pdu) << pdu.error().text;
  const auto arrived = received(from_dmp(*pdu, "R7.4242", noon(), with)->apdu, with);
  EXPECT_NE(field(arrived, "SIO-Label").find("RESTRICTED"), std::string::npos) << field(arrived, "SIO-Label");
  const auto other = sent_as("marking=\"NATO RESTRICTED RELEASABLE TO NOBODY\"; " + restricted);
  EXPECT_FALSE(other);
}

}  // namespace
}  // namespace longwire::gateway
