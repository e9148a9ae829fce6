// X.411 reports and delivery status notifications (RFC 2156 5.1.8, 5.3.8; stanag4406.md 6.10, 6.11).
#include "annexe/gateway/reports.hpp"
#include "mail/dsn.hpp"
#include "mail/parameters.hpp"
#include "tests/unit/gateway/bodies_support.hpp"

namespace longwire::gateway::test {
namespace {

const Time noon = from_unix(1795262400);  // Sat, 21 Nov 2026 12:00:00

x400::MtsId subject_id() { return {{"NO", "TAC", "NO"}, "HQN1.001042"}; }

x400::ReportRecipient failed(int number, int reason, std::optional<int> diagnostic) {
  x400::ReportRecipient r;
  r.actual = or_name("/S=Nansen/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO/");
  r.number = number;
  r.arrival = noon;
  r.outcome = x400::NonDelivered{reason, diagnostic};
  return r;
}
x400::ReportRecipient delivered(int number) {
  auto r = failed(number, 0, {});
  r.actual = or_name("/S=Duty/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO/");
  x400::Delivered outcome;
  outcome.time = noon + std::chrono::minutes(3);
  outcome.user_type = 1;
  r.outcome = outcome;
  return r;
}

x400::Report report_with(std::vector<x400::ReportRecipient> recipients) {
  x400::Report report;
  report.id = {{"NO", "TAC", "NO"}, "R.77"};
  report.destination = or_name("/S=Duty/O=SHIP/PRMD=NO/ADMD=TAC/C=NO/");
  report.trace.push_back({{"NO", "TAC", "NO"}, noon, x400::TraceAction::relayed, {}, {}, {}, 0});
  report.subject = subject_id();
  report.content_id = "SITREP042";
  report.recipients = std::move(recipients);
  return report;
}

SubjectMail own_mail() {
  SubjectMail out;
  out.from = "duty@ship.example";
  out.envid = "QQ+2B1";
  out.message_id = "<42@ship.example>";
  out.arrival = noon;
  mail::Recipient first;
  first.address = "nansen@hqn.example";
  first.orcpt = "rfc822;nansen+2Bops@hqn.example";
  mail::Recipient second;
  second.address = "duty@hqn.example";
  out.recipients = {first, second};
  return out;
}
const FindSubject ours = [](const x400::MtsId& id) {
  return id == subject_id() ? std::optional(own_mail()) : std::nullopt;
};
const FindSubject nobodys = [](const x400::MtsId&) { return std::optional<SubjectMail>{}; };

std::string text_of(const MailItem& item) { return std::string(as_text(item.message)); }

// The whole text, so that nothing changes unseen. Fields of RFC 2156 5.3.8 and RFC 3464 in one.
TEST(ReportToDsn, NegativeReportForMailOfOurs) {
  auto recipient = failed(1, 1, 0);
  recipient.supplementary = "no such user";
  const auto dsn = report_to_dsn(report_with({recipient}), test_settings(), ours, noon).value();
  EXPECT_EQ(dsn.envelope.from, "");
  ASSERT_EQ(dsn.envelope.recipients.size(), 1u);
  EXPECT_EQ(dsn.envelope.recipients[0].address, "duty@ship.example");
  EXPECT_TRUE(dsn.envelope.recipients[0].notify->never);
  auto text = text_of(dsn);
  const auto boundary = mail::parse_content_type(header_value(text, "Content-Type")).value();
  const std::string mark(boundary.parameter("boundary"));
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) text.replace(at, mark.size(), "B");
  EXPECT_EQ(text,
            "X400-Received: by /PRMD=NO/ADMD=TAC/C=NO/; Relayed; Sat, 21 Nov 2026\r\n"
            " 12:00:00 +0000\r\n"
            "X400-MTS-Identifier: [/PRMD=NO/ADMD=TAC/C=NO/;R.77]\r\n"
            "Date: Sat, 21 Nov 2026 12:00:00 +0000\r\n"
            "From: \"X.400 Gateway\" <postmaster@ship.example>\r\n"
            "To: duty@ship.example\r\n"
            "Subject: Delivery-Report (failure) for nansen@hqn.example\r\n"
            "Message-ID: <x400.NOTACNO.R.77@gw.ship.example>\r\n"
            "References: <42@ship.example>\r\n"
            "Message-Type: Delivery Report\r\n"
            "Auto-Submitted: auto-replied\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"B\"\r\n"
            "\r\n"
            "--B\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
            "This report relates to your message:\r\n\tSITREP042\r\n\r\n"
            "of Sat, 21 Nov 2026 12:00:00 +0000\r\n\r\n"
            "Your message was not delivered to:\r\n\tnansen@hqn.example\r\nfor the following reason:\r\n"
            "\tReason 1 (Unable-To-Transfer); Diagnostic 0 (Unrecognised-ORName)\r\n\tno such user\r\n\r\n"
            "The Original Message is not available\r\n\r\n"
            "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Original-Envelope-Id: QQ+1\r\n"
            "Reporting-MTA: x400; mta SHIP-MTA in /PRMD=NO/ADMD=TAC/C=NO/\r\n"
            "DSN-Gateway: dns; gw.ship.example\r\n"
            "Arrival-Date: Sat, 21 Nov 2026 12:00:00 +0000\r\n"
            "X400-Conversion-Date: Sat, 21 Nov 2026 12:00:00 +0000\r\n"
            "X400-Subject-Submission-Identifier: [/PRMD=NO/ADMD=TAC/C=NO/;HQN1.001042]\r\n"
            "X400-Content-Identifier: SITREP042\r\n"
            "\r\n"
            "Original-Recipient: rfc822; nansen+ops@hqn.example\r\n"
            "Final-Recipient: rfc822; nansen@hqn.example\r\n"
            "Action: failed\r\n"
            "Status: 5.1.1\r\n"
            "Diagnostic-Code: x400; Reason 1 (Unable-To-Transfer); Diagnostic 0\r\n (Unrecognised-ORName)\r\n"
            "X400-Last-Trace: Sat, 21 Nov 2026 12:00:00 +0000\r\n"
            "X400-Supplementary-Info: \"no such user\"\r\n"
            "X400-Originally-Specified-Recipient-Number: 1\r\n"
            "\r\n"
            "--B\r\nContent-Type: text/rfc822-headers\r\n\r\n"
            "Message-ID: <42@ship.example>\r\n\r\n"
            "--B--\r\n");
}

// What closes the tracking record: the engine finds the message by these and the recipient by its address.
TEST(ReportToDsn, OurParserFindsWhatTrackingNeeds) {
  const auto dsn = report_to_dsn(report_with({failed(1, 1, 5), delivered(2)}), test_settings(), ours, noon).value();
  const auto parsed = mail::parse_dsn(dsn.message).value();
  EXPECT_EQ(mail::xtext_encode(parsed.original_envid), own_mail().envid);
  EXPECT_EQ("<" + parsed.original_message_id + ">", own_mail().message_id);
  ASSERT_EQ(parsed.recipients.size(), 2u);
  EXPECT_EQ(parsed.recipients[0].final_recipient, "nansen@hqn.example");
  EXPECT_EQ(parsed.recipients[0].action, mail::DsnAction::failed);
  EXPECT_EQ(parsed.recipients[0].status, "4.4.7");
  EXPECT_EQ(parsed.recipients[1].final_recipient, "duty@hqn.example");
  EXPECT_EQ(parsed.recipients[1].action, mail::DsnAction::delivered);
  EXPECT_EQ(parsed.recipients[1].status, "2.0.0");
  EXPECT_EQ(header_value(text_of(dsn), "Subject"), "Delivery-Report (success and failures)");
}

TEST(ReportToDsn, WithoutAnEnvidTheMessageIdCorrelatesAlone) {
  const FindSubject find = [](const x400::MtsId&) {
    auto mail = own_mail();
    mail.envid.clear();
    return std::optional(mail);
  };
  const auto parsed =
      mail::parse_dsn(report_to_dsn(report_with({delivered(2)}), test_settings(), find, noon).value().message).value();
  EXPECT_EQ(parsed.original_envid, "");
  EXPECT_EQ(parsed.original_message_id, "42@ship.example");
}

TEST(ReportToDsn, PositiveReportOfAForeignMessage) {
  const auto text = text_of(report_to_dsn(report_with({delivered(1)}), test_settings(), nobodys, noon).value());
  EXPECT_NE(text.find("Subject: Delivery-Report (success) for "), std::string::npos);
  EXPECT_NE(text.find("Original-Envelope-Id: [/PRMD=NO/ADMD=TAC/C=NO/;HQN1.001042]\r\n"), std::string::npos);
  EXPECT_NE(text.find("\r\nFinal-Recipient: x400; /S=Duty/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO/\r\n"), std::string::npos);
  EXPECT_NE(text.find("\r\nOriginal-Recipient: rfc822; "), std::string::npos);
  EXPECT_NE(text.find("\r\nStatus: 2.0.0\r\n"), std::string::npos);
  EXPECT_NE(text.find("\r\nX400-Delivery-Time: Sat, 21 Nov 2026 12:03:00 +0000\r\n"), std::string::npos);
  EXPECT_NE(text.find("\r\nX400-Type-of-MTS-User: 1 (private)\r\n"), std::string::npos);
}

TEST(ReportToDsn, TheCorrelatorOfMixerGivesTheEnvelopeIdBack) {
  auto report = report_with({failed(1, 1, 0)});
  ber::Writer value;
  value.primitive({ber::TagClass::universal, 22, false}, as_bytes("SMTP/NOTARY ENVID: ABC"));
  x400::ExtensionField correlator;
  correlator.standard = x400::ext_content_correlator;
  correlator.value = value.finish();
  x400::ExtensionField other;
  other.standard = 33;
  report.extensions = {correlator, other};
  const auto text = text_of(report_to_dsn(report, test_settings(), nobodys, noon).value());
  EXPECT_NE(text.find("\r\nOriginal-Envelope-Id: ABC\r\n"), std::string::npos);
  EXPECT_NE(text.find("\r\nX400-Discarded-DR-Extensions: 33\r\n"), std::string::npos);
}

TEST(ReportToDsn, ARedirectionNamesBoth) {
  auto r = failed(1, 1, 4);
  r.intended = or_name("/S=Amundsen/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO/");
  const auto text = text_of(report_to_dsn(report_with({r}), test_settings(), nobodys, noon).value());
  EXPECT_NE(text.find("\r\nFinal-Recipient: x400; /S=Amundsen/"), std::string::npos);
  EXPECT_NE(text.find("\r\nX400-Redirect-Recipient: x400; /S=Nansen/"), std::string::npos);
  EXPECT_NE(text.find("\r\nX400-Mapped-Redirect-Recipient: rfc822; "), std::string::npos);
}

TEST(ReportToDsn, ReturnedContentComesAsAMessage) {
  x400::Ipm ipm;
  std::vector<std::string> notes;
  ipm.heading = subject_only(as_bytes("Subject: SITREP\r\n\r\n"), notes).value();
  ipm.body.emplace_back(x400::body::Ia5{"the text\r\n"});
  auto report = report_with({failed(1, 1, 0)});
  report.returned = x400::encode_p772(ipm);
  auto text = text_of(report_to_dsn(report, test_settings(), nobodys, noon).value());
  EXPECT_NE(text.find("The Original Message follows:\r\n"), std::string::npos);
  EXPECT_NE(text.find("Content-Type: message/rfc822\r\n"), std::string::npos);
  EXPECT_NE(text.find("Subject: SITREP\r\n"), std::string::npos);
  EXPECT_NE(text.find("the text\r\n"), std::string::npos);
  // For a success only the header (RFC 2156 5.3.8.1).
  report.recipients = {delivered(1)};
  text = text_of(report_to_dsn(report, test_settings(), nobodys, noon).value());
  EXPECT_NE(text.find("Content-Type: text/rfc822-headers\r\n"), std::string::npos);
  EXPECT_EQ(text.find("the text\r\n"), std::string::npos);
  // What is no message does not come at all.
  report.returned = to_bytes("nonsense");
  EXPECT_TRUE(mail::parse_dsn(report_to_dsn(report, test_settings(), ours, noon).value().message));
}

TEST(ReportToDsn, TextsFromAfarCannotAddFields) {
  auto r = failed(1, 1, 0);
  r.supplementary = "x\"\r\nAction: delivered\r\n\r\nFinal-Recipient: rfc822; all@hqn.example\r\n--=_lw";
  const auto parsed = mail::parse_dsn(report_to_dsn(report_with({r}), test_settings(), ours, noon).value().message);
  ASSERT_EQ(parsed.value().recipients.size(), 1u);
  EXPECT_EQ(parsed->recipients[0].action, mail::DsnAction::failed);
}

TEST(ReportToDsn, AReportAboutNobodyIsRefused) {
  EXPECT_EQ(report_to_dsn(report_with({}), test_settings(), ours, noon).error().name, "bad_report");
}

// --- DSN -> report ------------------------------------------------------------------------------------

struct Sent {
  mail::Envelope envelope;
  Bytes message;
};
Result<ApduItem> convert(const Sent& sent, const RecipientNumber& number_of = {}) {
  const ToX400 in{sent.envelope, {1}, sent.message, "7F3A", noon, std::nullopt};
  return dsn_to_report(in, test_settings(), number_of);
}

mail::DsnReport node_report(mail::DsnAction action, std::string status) {
  mail::DsnReport out;
  out.reporting_mta = "ship.example";
  out.message_id = "1@ship.example";
  out.to = "duty@hqn.example";
  out.original_envid = mail::xtext_encode("X400-MTS-Identifier: [/PRMD=NO/ADMD=TAC/C=NO/;HQN1.001042]");
  out.arrival = noon;
  out.now = noon;
  mail::DsnRecipient r;
  r.final_recipient = "nansen@ship.example";
  r.action = action;
  r.status = std::move(status);
  r.diagnostic_type = "smtp";
  r.diagnostic = "550 5.1.1 no such user";
  out.recipients.push_back(r);
  return out;
}
Sent sent(const mail::DsnReport& report) {
  Sent out;
  mail::Recipient to;
  to.address = report.to;
  out.envelope.recipients.push_back(to);
  out.message = mail::format_dsn(report, as_bytes("Message-ID: <x@y>\r\nSubject: s\r\n\r\nbody\r\n"));
  return out;
}

TEST(DsnToReport, AFailureOfThisNode) {
  const auto item = convert(sent(node_report(mail::DsnAction::failed, "5.1.1"))).value();
  const auto& report = std::get<x400::Report>(item.apdu);
  EXPECT_EQ(report.id.local, "7F3A");
  EXPECT_EQ(report.subject, subject_id());
  EXPECT_TRUE(report.destination.matches(test_settings().addresses.to_or("duty@hqn.example").value()));
  ASSERT_EQ(report.trace.size(), 1u);
  ASSERT_EQ(report.recipients.size(), 1u);
  const auto& r = report.recipients[0];
  EXPECT_EQ(r.number, 1);
  EXPECT_EQ(r.arrival, noon);
  EXPECT_EQ(std::get<x400::NonDelivered>(r.outcome).reason, 1);
  EXPECT_EQ(std::get<x400::NonDelivered>(r.outcome).diagnostic, 0);
  EXPECT_EQ(r.supplementary, "550 5.1.1 no such user");
  EXPECT_EQ(r.indicators & 0x28, 0x28);
  // RFC 2156 5.1.8.1: the notification itself as returned content.
  ASSERT_TRUE(report.returned);
  EXPECT_EQ(report.content_type->number, x400::content_p22);
  const auto returned = std::get<x400::Ipm>(x400::decode_p772(*report.returned).value());
  EXPECT_EQ(returned.body.size(), 3u);
  ASSERT_EQ(report.extensions.size(), 3u);
  EXPECT_EQ(report.extensions[0].private_oid, "1.3.6.1.7.1.3.3");
  EXPECT_EQ(report.extensions[2].standard, x400::ext_content_correlator);
  EXPECT_EQ(r.extensions.at(0).private_oid, "1.3.6.1.7.1.3.4");
  EXPECT_NE(as_text(r.extensions[0].value).find("Status: 5.1.1"), std::string_view::npos);
}

// A relay reports on a message that came to it as mail: no identifier of X.400 says anything to its sender.
TEST(DsnToReport, TheSenderOfMailFindsTheMessageByItsMessageId) {
  const auto item = convert(sent(node_report(mail::DsnAction::failed, "5.1.1"))).value();
  const auto back = report_to_dsn(std::get<x400::Report>(item.apdu), test_settings(), {}, noon).value();
  const mail::HeaderView header(back.message);
  const auto original = sent(node_report(mail::DsnAction::failed, "5.1.1"));
  const auto returned = mail::parse_dsn(original.message).value();
  ASSERT_FALSE(returned.original_message_id.empty());
  EXPECT_NE(header.value("References").value_or("").find(returned.original_message_id), std::string::npos);
}

TEST(DsnToReport, ADeliveryOfThisNode) {
  const auto item = convert(sent(node_report(mail::DsnAction::delivered, "2.1.5"))).value();
  const auto& report = std::get<x400::Report>(item.apdu);
  EXPECT_EQ(std::get<x400::Delivered>(report.recipients.at(0).outcome).time, noon);
  EXPECT_EQ(report.recipients[0].indicators & 0x50, 0x50);
  EXPECT_FALSE(report.returned);
}

TEST(DsnToReport, OtherActionsAreNoReport) {
  for (const auto action : {mail::DsnAction::delayed, mail::DsnAction::relayed, mail::DsnAction::expanded})
    EXPECT_EQ(convert(sent(node_report(action, "4.4.7"))).error().name, "nothing_to_report");
  auto both = node_report(mail::DsnAction::delayed, "4.4.7");
  both.recipients.push_back(node_report(mail::DsnAction::failed, "5.1.1").recipients[0]);
  const auto item = convert(sent(both)).value();
  EXPECT_EQ(std::get<x400::Report>(item.apdu).recipients.size(), 1u);
  EXPECT_TRUE(noted(item.notes, "delayed"));
}

TEST(DsnToReport, RecipientNumbersAreAskedForOrCounted) {
  auto report = node_report(mail::DsnAction::failed, "5.1.1");
  report.recipients.push_back(report.recipients[0]);
  report.recipients[1].final_recipient = "amundsen@ship.example";
  const auto counted = std::get<x400::Report>(convert(sent(report)).value().apdu);
  EXPECT_EQ(counted.recipients[0].number, 1);
  EXPECT_EQ(counted.recipients[1].number, 2);
  const auto asked = std::get<x400::Report>(convert(sent(report),
                                                    [](const x400::MtsId& id, std::string_view address) {
                                                      EXPECT_EQ(id, subject_id());
                                                      return std::optional(address == "amundsen@ship.example" ? 5 : 9);
                                                    })
                                                .value()
                                                .apdu);
  EXPECT_EQ(asked.recipients[0].number, 9);
  EXPECT_EQ(asked.recipients[1].number, 5);
}

TEST(DsnToReport, ReportsSurviveTheWayThroughMail) {
  auto first = failed(3, 8, 68);
  first.supplementary = "label of another policy";
  auto redirected = failed(4, 0, std::nullopt);
  redirected.intended = or_name("/S=Amundsen/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO/");
  const auto report = report_with({first, delivered(7), redirected});
  const auto dsn = report_to_dsn(report, test_settings(), nobodys, noon).value();
  const auto back = std::get<x400::Report>(convert({dsn.envelope, dsn.message}).value().apdu);
  EXPECT_EQ(back.subject, report.subject);
  EXPECT_EQ(back.content_id, report.content_id);
  EXPECT_TRUE(back.destination.matches(report.destination));
  ASSERT_EQ(back.recipients.size(), 3u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(back.recipients[i].number, report.recipients[i].number);
    EXPECT_EQ(back.recipients[i].arrival, noon);
    EXPECT_EQ(back.recipients[i].supplementary, report.recipients[i].supplementary);
    EXPECT_TRUE(back.recipients[i].actual.matches(report.recipients[i].actual));
    EXPECT_FALSE(back.recipients[i].intended);
  }
  EXPECT_EQ(std::get<x400::NonDelivered>(back.recipients[0].outcome).reason, 8);
  EXPECT_EQ(std::get<x400::NonDelivered>(back.recipients[0].outcome).diagnostic, 68);
  EXPECT_EQ(std::get<x400::Delivered>(back.recipients[1].outcome).time, noon + std::chrono::minutes(3));
  EXPECT_EQ(std::get<x400::NonDelivered>(back.recipients[2].outcome).diagnostic, std::nullopt);
  ASSERT_TRUE(back.recipients[2].intended);
  EXPECT_TRUE(back.recipients[2].intended->matches(*report.recipients[2].intended));
  EXPECT_TRUE(back.recipients[2].actual.matches(report.recipients[2].actual));
}

TEST(DsnToReport, ReportsSurviveTheirOwnEncoding) {
  const auto item = convert(sent(node_report(mail::DsnAction::failed, "5.7.1"))).value();
  const auto again = x400::decode_p1(x400::encode_p1(item.apdu));
  ASSERT_TRUE(again) << again.error().name;
  EXPECT_EQ(std::get<x400::Report>(*again).subject, subject_id());
}

TEST(DsnToReport, AnUnknownSubjectIsNamedByItsMessageId) {
  auto report = node_report(mail::DsnAction::failed, "5.1.1");
  report.original_envid = "whatever";
  EXPECT_EQ(std::get<x400::Report>(convert(sent(report)).value().apdu).subject.local, "x@y");
}

TEST(DsnToReport, BrokenOnesAreRefused) {
  EXPECT_EQ(convert({{}, to_bytes("Subject: x\r\n\r\nx\r\n")}).error().name, "not_a_report");
  auto good = sent(node_report(mail::DsnAction::failed, "5.1.1"));
  const auto without = [&good](std::string_view field) {
    auto text = std::string(as_text(good.message));
    const auto at = text.find(field);
    text.erase(at, text.find("\r\n", at) + 2 - at);
    return Sent{good.envelope, to_bytes(text)};
  };
  for (const auto field : {"Final-Recipient", "Action:", "Status:"})
    EXPECT_EQ(convert(without(field)).error().name, "bad_report") << field;
  EXPECT_EQ(convert({{}, good.message}).error().name, "bad_report");
  EXPECT_TRUE(is_dsn(good.message));
  EXPECT_FALSE(is_mdn(good.message));
}

TEST(DsnToReport, RecipientsEndAtTheLimit) {
  auto report = node_report(mail::DsnAction::failed, "5.1.1");
  report.recipients.resize(limits::recipients, report.recipients[0]);
  EXPECT_EQ(std::get<x400::Report>(convert(sent(report)).value().apdu).recipients.size(), limits::recipients);
  report.recipients.push_back(report.recipients[0]);
  EXPECT_EQ(convert(sent(report)).error().name, "bad_report");
}

}  // namespace
}  // namespace longwire::gateway::test
