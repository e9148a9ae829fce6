// Envelopes, trace, refusals: the rows E-07 .. E-12, X-04, X-05, M-05 of the compliance table.
#include "annexe/gateway/message_ids.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "annexe/gateway/trace.hpp"
#include "tests/unit/gateway/fixtures.hpp"
#include "tests/unit/vectors.hpp"

namespace longwire::gateway {
namespace {

using test::field;
using test::fields;
using test::settings;
using test::simple;

x400::Message plain() { return test::sent(simple("MMHS-Primary-Precedence: 1\n"), settings()); }

TEST(Envelope, NotifyAndReportBits) {
  struct Row {
    mail::Notify notify;
    x400::ReportRequest request;
    std::string back;
  };
  const std::vector<Row> rows{{{true, false, false, false}, x400::ReportRequest::none, "never"},
                              {{false, true, false, false}, x400::ReportRequest::delivery, "success failure"},
                              {{false, false, true, false}, x400::ReportRequest::non_delivery, "failure"},
                              {{false, true, true, true}, x400::ReportRequest::both, "success failure"}};
  for (const auto& r : rows) {
    auto mail = simple();
    mail.envelope.recipients[0].notify = r.notify;
    const auto message = test::sent(mail, settings());
    EXPECT_EQ(message.envelope.recipients[0].report, r.request);
    const auto back = *test::received(message, settings()).envelope.recipients[0].notify;
    const std::string text = std::string(back.never ? "never" : "") + (back.success ? "success" : "") +
                             (back.success && back.failure ? " " : "") + (back.failure ? "failure" : "");
    EXPECT_EQ(text, r.back);
  }
  EXPECT_EQ(test::sent(simple(), settings()).envelope.recipients[0].report, x400::ReportRequest::non_delivery);
  auto null_sender = simple();
  null_sender.envelope.from.clear();
  EXPECT_EQ(test::sent(null_sender, settings()).envelope.recipients[0].report, x400::ReportRequest::none);
}

TEST(Envelope, OriginalRecipientBecomesARedirection) {
  auto mail = simple();
  mail.envelope.recipients[0].orcpt = "rfc822;watch@list.example";
  const auto message = test::sent(mail, settings());
  ASSERT_EQ(message.envelope.recipients[0].extensions.size(), 1U);
  EXPECT_EQ(test::received(message, settings()).envelope.recipients[0].orcpt, "rfc822;watch@list.example");
  mail.envelope.recipients[0].orcpt = "x400;/S+3DDuty/O+3DX/ADMD+3DA/C+3DNO/";
  EXPECT_EQ(test::received(test::sent(mail, settings()), settings()).envelope.recipients[0].orcpt,
            "x400;/S+3DDuty/O+3DX/ADMD+3DA/C+3DNO/");
  mail.envelope.recipients[0].orcpt = "rfc822;duty@ship.example";  // the same: nothing to tell
  EXPECT_TRUE(test::sent(mail, settings()).envelope.recipients[0].extensions.empty());
}

TEST(Envelope, EnvidAndCorrelator) {
  const auto correlator = [](const x400::Message& m) {
    const auto* e = find_extension(m.envelope.extensions, x400::ext_content_correlator);
    return e != nullptr ? text_value(*e).value_or("?") : std::string();
  };
  auto mail = simple();
  EXPECT_EQ(correlator(test::sent(mail, settings())),
            "Subject: Test\r\nMessage-ID: <1.2@hq.example>\r\nDate: Sat, 21 Nov 2026 11:50:00 +0000\r\n"
            "To: duty@ship.example\r\n");
  mail.envelope.envid = "QQ+2B1";
  EXPECT_EQ(correlator(test::sent(mail, settings())), "SMTP/NOTARY ENVID: QQ+1");
  auto quiet = settings();
  quiet.text_correlator = false;
  EXPECT_EQ(correlator(test::sent(simple(), quiet)), "");
  const auto back = test::received(test::sent(mail, settings()), settings());
  EXPECT_EQ(back.envelope.envid, "X400-MTS-Identifier:+20[/PRMD+3DGW/ADMD+3D+20/C+3DNO/;Q1.0001]");
  // Longer than RFC 3461 5.4 allows: left out.
  auto message = test::sent(mail, settings());
  message.envelope.id.domain.prmd = std::string(16, 'P');
  message.envelope.id.local = std::string(32, '<');
  EXPECT_EQ(test::received(message, settings()).envelope.envid, "");
}

TEST(Envelope, IdentifiersOfTheMessage) {
  const auto envelope = test::sent(simple(), settings()).envelope;
  EXPECT_EQ(envelope.id.local, "Q1.0001");
  EXPECT_EQ(envelope.id.domain, settings().domain);
  EXPECT_EQ(envelope.content_id, "Test");
  auto long_subject = simple();
  long_subject.message = test::message("From: a@b.example\nSubject: Seventeen letters_\n\nx\n");
  EXPECT_EQ(test::sent(long_subject, settings()).envelope.content_id, "Seventeen let...");
}

TEST(Envelope, TimesAndProhibitions) {
  const auto mail = simple(
      "Conversion: Prohibited\nConversion-With-Loss: Prohibited\nDeferred-Delivery: Sat, 21 Nov 2026 11:00:00 +0000\n"
      "Latest-Delivery-Time: Sat, 21 Nov 2026 13:00:00 +0000\nOriginator-Return-Address: back@hq.example\n"
      "DL-Expansion-History: second@list.example; Sat, 21 Nov 2026 11:20:00 +0000;\n"
      "DL-Expansion-History: first@list.example; Sat, 21 Nov 2026 11:10:00 +0000;\n");
  const auto message = test::sent(mail, settings());
  EXPECT_TRUE(message.envelope.indicators.implicit_conversion_prohibited);
  EXPECT_TRUE(message.envelope.indicators.alternate_recipient_allowed);
  EXPECT_FALSE(message.envelope.indicators.disclosure_of_other_recipients);
  const auto* history = find_extension(message.envelope.extensions, x400::ext_dl_expansion_history);
  ASSERT_NE(history, nullptr);
  EXPECT_EQ(settings().addresses.to_rfc822(history_value(*history)->front().name), "first@list.example");
  const auto back = test::received(message, settings());
  for (const auto* name : {"Conversion", "Conversion-With-Loss", "Deferred-Delivery", "Latest-Delivery-Time",
                           "Originator-Return-Address", "DL-Expansion-History"})
    EXPECT_EQ(fields(back, name), fields(mail, name)) << name;
  EXPECT_EQ(back.envelope.by->seconds, 3600);
}

TEST(Envelope, ReturnOfContentOnlyWhenAskedFor) {
  for (const auto ret : {mail::Ret::unset, mail::Ret::full, mail::Ret::headers}) {
    auto mail = simple();
    mail.envelope.ret = ret;
    const auto back = test::received(test::sent(mail, settings()), settings()).envelope.ret;
    EXPECT_EQ(back, ret == mail::Ret::full ? mail::Ret::full : mail::Ret::headers);
  }
}

TEST(Envelope, AddressErrorsNameTheAddress) {
  auto mail = simple();
  mail.envelope.recipients[0].address = std::string(520, 'a') + "@x.example";
  const auto item = test::convert(mail, settings());
  ASSERT_FALSE(item);
  EXPECT_EQ(item.error().name, "address_too_long");
  EXPECT_NE(item.error().text.find("aaa@x.example"), std::string::npos);
}

// Who else got it is told only if the originator allows it; a blind copy never (RFC 2156 4.6.2.2).
TEST(Envelope, DisclosureOfRecipients) {
  auto mail = simple();
  mail.envelope.recipients.resize(2);
  mail.envelope.recipients[1].address = "other@ship.example";
  auto message = test::sent(mail, settings());
  EXPECT_EQ(field(test::received(message, settings()), "X400-Recipients"), "(none)");
  message.envelope.indicators.disclosure_of_other_recipients = true;
  EXPECT_EQ(field(test::received(message, settings()), "X400-Recipients"), "duty@ship.example, other@ship.example");
  x400::ExtensionField blind;
  blind.standard = ext_blind_copy_recipients;
  ber::Writer value;
  value.begin(ber::sequence_tag);
  x400::write(value, x400::or_name_tag, message.envelope.recipients[1].name);
  value.end();
  blind.value = value.finish();
  message.envelope.extensions.push_back(blind);
  EXPECT_EQ(field(test::received(message, settings()), "X400-Recipients"), "duty@ship.example");
}

TEST(Envelope, E12_OnlyRecipientsWithResponsibility) {
  auto mail = simple();
  mail.envelope.recipients.resize(2);
  mail.envelope.recipients[1].address = "other@ship.example";
  auto message = test::sent(mail, settings());
  message.envelope.recipients[0].responsibility = false;
  const auto back = test::received(message, settings());
  ASSERT_EQ(back.envelope.recipients.size(), 1U);
  EXPECT_EQ(back.envelope.recipients[0].address, "other@ship.example");
  message.envelope.recipients[1].responsibility = false;
  EXPECT_EQ(to_mail(message, settings(), test::nothing_known(), test::noon()).error().name, "no_recipient");
}

TEST(Envelope, X05_CriticalExtensionsThatMeanNothingHere) {
  for (const auto& [number, bits, refused] : {std::tuple{16, 0x40, true},
                                              {16, 0x20, true},
                                              {16, 0x80, false},
                                              {16, 0, false},
                                              {3, 0x60, false},
                                              {99, 0x60, true}}) {
    auto message = plain();
    x400::ExtensionField e;
    e.standard = number;
    e.criticality = static_cast<std::uint8_t>(bits);
    e.value = {5, 0};
    message.envelope.extensions.push_back(e);
    const auto item = to_mail(message, settings(), test::nothing_known(), test::noon());
    EXPECT_EQ(!item, refused) << number << " " << bits;
    if (!item) {
      EXPECT_EQ(item.error().name, "critical_extension");
      EXPECT_NE(item.error().text.find("extension " + std::to_string(number)), std::string::npos);
    } else if (number == 16) {
      EXPECT_EQ(field({item->envelope, item->message}, "Discarded-X400-MTS-Extensions"), "16");
      EXPECT_FALSE(item->notes.empty());
    }
  }
}

TEST(Envelope, PrivateExtensionsAreNamedAndKept) {
  auto message = plain();
  x400::ExtensionField e;
  e.private_oid = "1.2.3.4";
  e.value = {4, 3, 'a', 'b', 'c'};
  message.envelope.extensions.push_back(e);
  const auto mail = test::received(message, settings());
  EXPECT_EQ(field(mail, "Discarded-X400-MTS-Extensions"), "1.2.3.4");
  const auto again = test::sent(mail, settings()).envelope.extensions;
  EXPECT_NE(std::find(again.begin(), again.end(), e), again.end());
}

// Content that is no IPMS is an attachment and goes back as it was.
TEST(Envelope, OtherContentIsOpaque) {
  auto message = plain();
  message.envelope.content_type = {0, "1.2.840.113549.1.9.16.1.6"};
  message.content = {0x30, 3, 2, 1, 7};
  const auto mail = test::received(message, settings());
  const auto again = test::sent(mail, settings());
  EXPECT_EQ(again.envelope.content_type, message.envelope.content_type);
  EXPECT_EQ(again.content, message.content);
}

// Mail that a user typed so keeps its heading: the octets are a file of it.
TEST(Envelope, OnlyGatewaysMakeOpaqueContent) {
  for (const std::string type : {"application/pkcs7-mime; smime-type=signed-x400; name=smime.p7m",
                                 "application/x400-content; content-type=35"}) {
    const auto typed = "MMHS-Primary-Precedence: 3\nContent-Type: " + type + "\nContent-Transfer-Encoding: base64\n";
    const auto message = test::sent(simple(typed, "MAMCAQc=\n"), settings());
    EXPECT_EQ(message.envelope.content_type.oid, x400::content_p772_oid);
    const auto back = test::received(message, settings());
    EXPECT_EQ(field(back, "Subject"), "Test");
    EXPECT_EQ(field(back, "To"), "duty@ship.example");
    EXPECT_EQ(field(back, "Message-ID"), "<1.2@hq.example>");
    EXPECT_EQ(field(back, "MMHS-Primary-Precedence"), "3 (immediate)");
    EXPECT_NE(as_text(back.message).find("MAMCAQc="), std::string_view::npos);
    // One of the two fields alone is no gateway's work.
    EXPECT_EQ(
        test::sent(simple("X400-Content-Type: (35)\n" + typed, "MAMCAQc=\n"), settings()).envelope.content_type.oid,
        x400::content_p772_oid);
    // What a gateway made, and somebody changed: every field that has no place is named.
    const auto made = simple("X400-Content-Type: (35)\nX400-MTS-Identifier: [/C=NO/;1]\n" + typed, "MAMCAQc=\n");
    const auto item = test::convert(made, settings());
    ASSERT_TRUE(item);
    EXPECT_EQ(std::get<x400::Message>(item->apdu).content, (Bytes{0x30, 3, 2, 1, 7}));
    for (const std::string name : {"To", "Subject", "Message-ID", "MMHS-Primary-Precedence"})
      EXPECT_EQ(std::count(item->notes.begin(), item->notes.end(),
                           "discarded, the content is no message with a heading: " + name),
                1)
          << name;
  }
}

// RFC 5322 3.6.6: like Bcc, only for the one it names.
TEST(Envelope, ResentBccIsForTheOneItNames) {
  const auto spy = simple("Resent-Bcc: spy@secret.example\n");
  const auto item = test::convert(spy, settings());
  ASSERT_TRUE(item);
  EXPECT_NE(std::find(item->notes.begin(), item->notes.end(),
                      "Resent-Bcc not passed on: its addresses are not for these recipients"),
            item->notes.end());
  const auto message = std::get<x400::Message>(item->apdu);
  EXPECT_EQ(as_text(message.content).find("spy@secret"), std::string_view::npos);
  auto to_spy = spy;
  to_spy.envelope.recipients[0].address = "spy@secret.example";
  auto sent = test::sent(to_spy, settings());
  EXPECT_EQ(field(test::received(sent, settings()), "Resent-Bcc"), "spy@secret.example");
  // A gateway that passed it on to more than one of ours.
  sent.envelope.recipients.push_back(message.envelope.recipients[0]);
  EXPECT_EQ(field(test::received(sent, settings()), "Resent-Bcc"), "(none)");
}

TEST(Envelope, OneLevelInEveryQueue) {
  auto message = plain();
  x400::set_precedence(message.envelope, Precedence::flash);
  EXPECT_EQ(mt_priority_of(message.envelope, settings()), 4);
  message.envelope.content_type = {x400::content_p22, {}};  // six levels: its sender knows the qualifier (P-01)
  EXPECT_EQ(mt_priority_of(message.envelope, settings()), 4);
  EXPECT_EQ(test::received(message, settings()).envelope.mt_priority, 4);
  std::erase_if(message.envelope.extensions, [](const auto& e) { return e.standard < 0; });
  message.envelope.priority = x400::Priority::urgent;
  EXPECT_EQ(mt_priority_of(message.envelope, settings()), 2);
  EXPECT_EQ(test::received(message, settings()).envelope.mt_priority, 2);
}

// The bits of the MTAs are no request of the user.
TEST(Envelope, ReportsForMtasAloneAreNotTheOriginators) {
  auto message = plain();
  auto& r = message.envelope.recipients[0];
  r.mta_report = x400::ReportRequest::both;
  r.report = x400::ReportRequest::none;
  EXPECT_FALSE(refuse(message, {r.number}, {1, 0, "no"}, settings(), "R1", test::noon()));
  r.report = x400::ReportRequest::non_delivery;
  EXPECT_TRUE(refuse(message, {r.number}, {1, 0, "no"}, settings(), "R1", test::noon()));
}

TEST(Envelope, BrokenContentIsANamedError) {
  auto message = plain();
  message.content.resize(message.content.size() / 2);
  EXPECT_EQ(to_mail(message, settings(), test::nothing_known(), test::noon()).error().name, "truncated");
}

// --- trace -------------------------------------------------------------------------------------------

TEST(Trace, ExamplesOfRfc2156) {
  const auto simple_one =
      parse_x400_received("by /PRMD=UK.AC/ADMD=Gold 400/C=GB/ ; Relayed ; Tue, 20 Jun 89 19:25:11 +0100");
  ASSERT_TRUE(simple_one);
  EXPECT_EQ(simple_one->element.domain, (x400::GlobalDomainId{"GB", "Gold 400", "UK.AC"}));
  const auto complex_one = parse_x400_received(
      "by mta \"UK.AC.UCL.CS\" in /PRMD=UK.AC/ADMD=Gold 400/C=GB/ ; deferred until  Tue, 20 Jun 89 14:24:22 +0100 ; "
      "converted (undefined, g3-fax) ; attempted MD /ADMD=Foo/C=GB/ ; Relayed, Expanded, Redirected ; "
      "Tue, 20 Jun 89 19:25:11 +0100");
  ASSERT_TRUE(complex_one);
  EXPECT_EQ(complex_one->mta, "UK.AC.UCL.CS");
  EXPECT_EQ(complex_one->element.other_actions, 0xC0);
  EXPECT_EQ(complex_one->element.converted->builtin, 0x9000);
  EXPECT_EQ(complex_one->element.attempted->admd, "Foo");
  ASSERT_TRUE(complex_one->element.deferred);
  for (const auto* bad : {"", "by x; Relayed; Tue, 20 Jun 89 19:25:11 +0100", "by /C=GB/; Relayed",
                          "by /C=GB/; Sent; x", "by /C=GB/; Lost; Tue, 20 Jun 89 19:25:11 +0100"})
    EXPECT_FALSE(parse_x400_received(bad)) << bad;
}

// Of our own domain, whatever the host stands for: mail of ship.example for ship.example that came by SMTP is no loop
// there, nor is what a client writes.
TEST(Trace, ReceivedLinesBecomeElements) {
  const auto mail = test::message(
      "Received: from a by gw.example with SMTP id 3; Sat, 21 Nov 2026 11:59:00 +0000\n"
      "Received: from b by mail.ship.example with SMTP id 2; Sat, 21 Nov 2026 11:58:00 +0000\n"
      "Received: from c by mx.ship.example with SMTP id 1; Sat, 21 Nov 2026 11:57:00 +0000\n"
      "Date: Sat, 21 Nov 2026 11:50:00 +0000\n\n");
  const auto trace = trace_of(mail::HeaderView(mail), {}, settings(), test::noon());
  ASSERT_EQ(trace.size(), 2U);
  EXPECT_EQ(trace[0].domain, settings().domain);
  EXPECT_EQ(trace[0].arrival, from_unix(1795262400 - 600));  // the Date
  EXPECT_EQ(trace[1].domain, settings().domain);
  EXPECT_EQ(trace[1].arrival, test::noon());
  EXPECT_EQ(trace[1].converted->extended, std::vector<std::string>{"1.3.6.1.7.1.3.5"});
  EXPECT_FALSE(looped(trace, {"NO", " ", "SHIP"}));
  // Behind a hop of X.400 they show that it came back to us.
  const auto passed = test::message(
      "Received: from b by mail.ship.example with SMTP id 2; Sat, 21 Nov 2026 11:58:00 +0000\n"
      "X400-Received: by /PRMD=ALLY/ADMD=TAC/C=GB/; Relayed; Sat, 21 Nov 2026 11:57:00 +0000\n\n");
  const auto behind = trace_of(mail::HeaderView(passed), {}, settings(), test::noon());
  ASSERT_EQ(behind.size(), 3U);
  EXPECT_EQ(behind[0].domain.prmd, "ALLY");
  EXPECT_EQ(behind[1].domain, settings().domain);
  EXPECT_EQ(behind[1].arrival, from_unix(1795262400 - 120));
}

// five conversions in one direction pass, six are a loop.
TEST(Trace, X04_MoreThanFiveConversions) {
  auto mail = simple();
  for (int i = 1; i <= 5; ++i) {
    const auto item = test::convert(mail, settings());
    ASSERT_TRUE(item) << i << ": " << item.error().text;
    mail = test::received(item->apdu, settings());
  }
  EXPECT_EQ(test::convert(mail, settings()).error().name, "mixer_loop");
}

TEST(Trace, E09_OwnDomainInTheTrace) {
  x400::TraceElement element;
  element.domain = {"NO", "TAC", "RELAY"};
  EXPECT_FALSE(looped({element}, settings().domain));
  auto own = element;
  own.domain = {"no", "", "gw"};  // as X.400 compares
  EXPECT_TRUE(looped({element, own, element}, settings().domain));
  EXPECT_FALSE(looped({}, settings().domain));
}

// --- reports of our own ---------------------------------------------------------------------------------

TEST(Refusal, E08_ReportHasSubjectNumberTraceAndCodes) {
  auto mail = simple();
  mail.envelope.envid = "E1";
  mail.envelope.ret = mail::Ret::full;
  mail.envelope.recipients.resize(3);
  mail.envelope.recipients[1].address = "other@ship.example";
  mail.envelope.recipients[2].address = "third@ship.example";
  const auto message = test::sent(mail, settings());
  const auto report = refuse(message, {1, 3}, {1, 18, "extension 16 (critical)\n"}, settings(), "R1", test::noon());
  ASSERT_TRUE(report);
  const auto wire = test::over_the_wire(*report);
  ASSERT_TRUE(wire) << wire.error().name;
  const auto& r = std::get<x400::Report>(*wire);
  EXPECT_EQ(r.id.local, "R1");
  EXPECT_EQ(r.subject, message.envelope.id);
  EXPECT_EQ(r.destination, message.envelope.originator);
  ASSERT_EQ(r.recipients.size(), 2U);
  EXPECT_EQ(r.recipients[0].number, 1);
  EXPECT_EQ(r.recipients[1].number, 3);
  EXPECT_EQ(r.recipients[1].arrival, test::noon());
  EXPECT_EQ(r.recipients[0].supplementary, "extension 16 (critical)?");
  const auto& failed = std::get<x400::NonDelivered>(r.recipients[0].outcome);
  EXPECT_EQ(failed.reason, 1);
  EXPECT_EQ(failed.diagnostic, 18);
  EXPECT_EQ(r.returned, message.content);
  ASSERT_EQ(r.trace.size(), 1U);
  EXPECT_EQ(r.trace[0].domain, settings().domain);
  EXPECT_EQ(text_value(r.extensions.front()), "SMTP/NOTARY ENVID: E1");
}

TEST(Refusal, E11_NoReportWithoutRequestBits) {
  auto mail = simple();
  mail.envelope.recipients[0].notify = mail::Notify{true, false, false, false};
  EXPECT_FALSE(refuse(test::sent(mail, settings()), {1}, {}, settings(), "R1", test::noon()));
  auto message = plain();
  EXPECT_TRUE(refuse(message, {1}, {}, settings(), "R1", test::noon()));
  EXPECT_FALSE(refuse(message, {2}, {}, settings(), "R1", test::noon()));
  message.envelope.recipients[0].responsibility = false;
  EXPECT_FALSE(refuse(message, {1}, {}, settings(), "R1", test::noon()));
}

TEST(Refusal, E07_ProbesAreAnsweredAndNeverDelivered) {
  x400::Probe probe;
  probe.envelope = plain().envelope;
  probe.envelope.recipients.push_back(probe.envelope.recipients[0]);
  probe.envelope.recipients[1].number = 2;
  EXPECT_EQ(to_mail(probe, settings(), test::nothing_known(), test::noon()).error().name, "probe");
  const auto report = answer_probe(probe, {1}, settings(), "R2", test::noon());
  ASSERT_EQ(report.recipients.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<x400::Delivered>(report.recipients[0].outcome));
  EXPECT_TRUE(std::holds_alternative<x400::NonDelivered>(report.recipients[1].outcome));
  EXPECT_NE(report.recipients[0].supplementary.find("gateway gw.example"), std::string::npos);
}

// E-10 is the caller's choice of codes: the error says what it is about.
TEST(Refusal, E10_CriticalExtensionBecomesReport1_18) {
  auto message = plain();
  x400::ExtensionField e;
  e.standard = 99;
  e.criticality = x400::critical_for_transfer;
  message.envelope.extensions.push_back(e);
  const auto failure = to_mail(message, settings(), test::nothing_known(), test::noon());
  ASSERT_FALSE(failure);
  const auto report = refuse(message, {1}, {1, 18, failure.error().text}, settings(), "R3", test::noon());
  ASSERT_TRUE(report);
  EXPECT_NE(report->recipients[0].supplementary.find("extension 99"), std::string::npos);
}

// --- identifiers ------------------------------------------------------------------------------------------

TEST(MessageIds, M05_FifteenCharactersAndAnORName) {
  const auto id = to_ipm_id("<1@x.example>", settings());
  EXPECT_EQ(id.local, "1(a)x.example  ");
  EXPECT_EQ(id.local.size(), 15U);
  ASSERT_TRUE(id.user);
  EXPECT_EQ(to_message_id(id, settings()), "<1@x.example>");
  const auto civil = to_ipm_id("<1@x.example>", settings(), false);
  EXPECT_EQ(civil.local, "1(a)x.example");
  EXPECT_FALSE(civil.user);
  EXPECT_EQ(to_message_id(civil, settings()), "<1@x.example>");
}

TEST(MessageIds, X03_X400IdentifiersComeBackExactly) {
  for (const auto& [local, user] :
       {std::pair<std::string, std::string>{"1042 261121120000Z", "/G=Officer/S=Duty/O=HQ NORTH/ADMD= /C=NO/"},
        {"147", "/S=Dietrich/O=Siemens/ADMD=DBP/C=DE/"},
        {"7", ""},
        {"a b  ", ""},
        {"x(a)y", "/S=A/ADMD=B/C=DE/"}}) {
    x400::IpmId id{std::nullopt, local};
    if (!user.empty()) id.user = test::name(user);
    const auto text = to_message_id(id, settings());
    EXPECT_TRUE(text.ends_with("@MHS>")) << text;
    for (const bool military : {false, true}) EXPECT_EQ(to_ipm_id(text, settings(), military), id) << text;
  }
  EXPECT_EQ(to_message_id({test::name("/S=Dietrich/O=Siemens/ADMD=DBP/C=DE/"), "147"}, settings()),
            "<147*/S=Dietrich/O=Siemens/ADMD=DBP/C=DE/@MHS>");
}

TEST(MessageIds, X03_LongOnesGoOnInTheORName) {
  for (const std::size_t size : {50U, 51U, 52U, 53U, 180U, 400U}) {
    const auto id = '<' + std::string(size, 'i') + "@host.example>";
    for (const bool military : {false, true}) {
      const auto ipm = to_ipm_id(id, settings(), military);
      EXPECT_LE(ipm.local.size(), 64U);
      for (const auto& dda : ipm.user.value_or(x400::OrName{}).domain_defined) EXPECT_LE(dda.second.size(), 128U);
      EXPECT_EQ(to_message_id(ipm, settings()), id);
    }
  }
}

}  // namespace
}  // namespace longwire::gateway
