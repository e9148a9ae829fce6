#include "mail/dsn.hpp"

#include "base/limits.hpp"
#include "mail/dsn_format.hpp"
#include "mail/message.hpp"
#include "mail/mime.hpp"

#include <gtest/gtest.h>

namespace longwire::mail {
namespace {

// 2026-11-21T12:00:00Z
const Time noon = from_unix(1'795'262'400);
Time noon_plus(int seconds) { return noon + std::chrono::seconds{seconds}; }

const std::string original =
    "From: ops@hqn.example\r\n"
    "Subject: SITREP 042\r\n"
    "Message-ID: <042.20261121@hqn.example>\r\n"
    "\r\n"
    "SHIPS IN COMPANY PROCEED AS PLANNED.\r\n";

DsnReport relayed() {
  DsnReport r;
  r.reporting_mta = "gw.ship.example";
  r.message_id = "r1.20261121120431@gw.ship.example";
  r.to = "ops@hqn.example";
  r.original_envid = "QX42";
  r.arrival = noon_plus(238);
  r.now = noon_plus(271);
  DsnRecipient b;
  b.final_recipient = "bridge@tor.example";
  b.orcpt = "rfc822;bridge@tor.example";
  b.action = DsnAction::relayed;
  b.status = "2.0.0";
  b.remote_mta = "mail.tor.example";
  b.diagnostic_type = "smtp";
  b.diagnostic = "250 2.1.5 recipient ok";
  r.recipients.push_back(b);
  return r;
}

std::string format(const DsnReport& r, std::string_view message = original) {
  return std::string(as_text(format_dsn(r, as_bytes(message))));
}

std::string boundary_of(std::string_view dsn) {
  return std::string(walk_mime(as_bytes(dsn))->front().content_type.parameter("boundary"));
}

// smtp-edge.md section 5, first example, octet for octet but for the boundary.
TEST(Dsn, RelayedAsInTheSpecification) {
  const auto dsn = format(relayed());
  const auto b = boundary_of(dsn);
  EXPECT_EQ(dsn,
            "Date: Sat, 21 Nov 2026 12:04:31 +0000\r\n"
            "From: Mail System <postmaster@gw.ship.example>\r\n"
            "To: ops@hqn.example\r\n"
            "Subject: Relayed: delivery status for bridge@tor.example\r\n"
            "Message-ID: <r1.20261121120431@gw.ship.example>\r\n"
            "Auto-Submitted: auto-replied\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: multipart/report; report-type=delivery-status;\r\n"
            " boundary=\"" +
                b +
                "\"\r\n"
                "\r\n"
                "--" +
                b +
                "\r\n"
                "Content-Type: text/plain; charset=us-ascii\r\n"
                "\r\n"
                "Your message was passed to a mail system that does not confirm delivery.\r\n"
                "You will hear again only if delivery fails.\r\n"
                "\r\n"
                "--" +
                b +
                "\r\n"
                "Content-Type: message/delivery-status\r\n"
                "\r\n"
                "Original-Envelope-Id: QX42\r\n"
                "Reporting-MTA: dns; gw.ship.example\r\n"
                "Arrival-Date: Sat, 21 Nov 2026 12:03:58 +0000\r\n"
                "\r\n"
                "Original-Recipient: rfc822;bridge@tor.example\r\n"
                "Final-Recipient: rfc822;bridge@tor.example\r\n"
                "Action: relayed\r\n"
                "Status: 2.0.0\r\n"
                "Remote-MTA: dns; mail.tor.example\r\n"
                "Diagnostic-Code: smtp; 250 2.1.5 recipient ok\r\n"
                "\r\n"
                "--" +
                b +
                "\r\n"
                "Content-Type: text/rfc822-headers\r\n"
                "\r\n"
                "From: ops@hqn.example\r\n"
                "Subject: SITREP 042\r\n"
                "Message-ID: <042.20261121@hqn.example>\r\n"
                "\r\n"
                "--" +
                b + "--\r\n");
}

// Second example: two recipients, the whole message back.
TEST(Dsn, FailedAsInTheSpecification) {
  auto r = relayed();
  r.reporting_mta = "gw.hqn.example";
  r.arrival = noon_plus(2);
  r.return_full = true;
  r.recipients[0] = {
      "guest@coalition.example", "rfc822;guest@coalition.example", DsnAction::failed, "5.7.1", "", "", "", "", {}, {}};
  r.recipients.push_back({"nobody@tor.example", "", DsnAction::failed, "5.1.1", "", "mail.tor.example", "smtp",
                          "550-5.1.1 no such user\r\n550 5.1.1 see directory", noon_plus(20), noon_plus(99)});
  EXPECT_EQ(dsn_text(r),
            "Your message could not be delivered to\r\n"
            "  guest@coalition.example  (not authorized)\r\n"
            "  nobody@tor.example       (no such user)\r\n");
  EXPECT_EQ(dsn_status(r),
            "Original-Envelope-Id: QX42\r\n"
            "Reporting-MTA: dns; gw.hqn.example\r\n"
            "Arrival-Date: Sat, 21 Nov 2026 12:00:02 +0000\r\n"
            "\r\n"
            "Original-Recipient: rfc822;guest@coalition.example\r\n"
            "Final-Recipient: rfc822;guest@coalition.example\r\n"
            "Action: failed\r\n"
            "Status: 5.7.1\r\n"
            "\r\n"
            "Final-Recipient: rfc822;nobody@tor.example\r\n"
            "Action: failed\r\n"
            "Status: 5.1.1\r\n"
            "Remote-MTA: dns; mail.tor.example\r\n"
            "Diagnostic-Code: smtp; 550-5.1.1 no such user\r\n"
            " 550 5.1.1 see directory\r\n"
            "Last-Attempt-Date: Sat, 21 Nov 2026 12:00:20 +0000\r\n");
  const auto dsn = format(r);
  EXPECT_NE(dsn.find("Subject: Failed: delivery status of your message\r\n"), std::string::npos);
  const auto tail = "Content-Type: message/rfc822\r\n\r\n" + original + "\r\n--" + boundary_of(dsn) + "--\r\n";
  EXPECT_EQ(dsn.substr(dsn.size() - tail.size()), tail);
}

TEST(Dsn, DelayedAsInTheSpecification) {
  auto r = relayed();
  r.reporting_mta = "gw.hqn.example";
  r.arrival = noon_plus(2);
  r.deliver_by = noon_plus(1802);
  r.recipients[0].action = DsnAction::delayed;
  r.recipients[0].status = "4.4.7";
  r.recipients[0].status_comment = "delivery time expired";
  r.recipients[0].remote_mta.clear();
  r.recipients[0].diagnostic_type.clear();
  r.recipients[0].last_attempt = noon_plus(9);
  r.recipients[0].will_retry_until = noon_plus(86402);
  EXPECT_EQ(dsn_status(r),
            "Original-Envelope-Id: QX42\r\n"
            "Reporting-MTA: dns; gw.hqn.example\r\n"
            "Arrival-Date: Sat, 21 Nov 2026 12:00:02 +0000\r\n"
            "Deliver-By-Date: Sat, 21 Nov 2026 12:30:02 +0000\r\n"
            "\r\n"
            "Original-Recipient: rfc822;bridge@tor.example\r\n"
            "Final-Recipient: rfc822;bridge@tor.example\r\n"
            "Action: delayed\r\n"
            "Status: 4.4.7 (delivery time expired)\r\n"
            "Last-Attempt-Date: Sat, 21 Nov 2026 12:00:09 +0000\r\n"
            "Will-Retry-Until: Sun, 22 Nov 2026 12:00:02 +0000\r\n");
}

TEST(Dsn, FieldsThatMustNotAppear) {
  auto r = relayed();
  r.original_envid.clear();
  r.recipients[0].orcpt.clear();
  r.recipients[0].will_retry_until = noon;  // not for relayed: RFC 3464 2.3.9
  const auto status = dsn_status(r);
  EXPECT_EQ(status.find("Original-"), std::string::npos);
  EXPECT_EQ(status.find("Will-Retry"), std::string::npos);
}

TEST(Dsn, DecodesWhatCameAsXtext) {
  auto r = relayed();
  r.original_envid = "A+2BB+20C";
  r.recipients[0].orcpt = "X400;/C+3DNO/";
  const auto status = dsn_status(r);
  EXPECT_NE(status.find("Original-Envelope-Id: A+B C\r\n"), std::string::npos);
  EXPECT_NE(status.find("Original-Recipient: X400;/C=NO/\r\n"), std::string::npos);
}

TEST(Dsn, StatusIsAlwaysWellFormed) {
  auto r = relayed();
  const auto status_of = [&](const std::string& s) {
    r.recipients[0].status = s;
    const auto text = dsn_status(r);
    const auto at = text.find("Status: ") + 8;
    return text.substr(at, text.find("\r\n", at) - at);
  };
  EXPECT_EQ(status_of("5.1.10"), "5.1.10");
  for (const auto* bad : {"", "5.1", "5.01.1", "3.0.0", "5.1.1.1", "5.1.x", "5.1.1\r\nX: y", "05.1.1", "5.1.1000"})
    EXPECT_EQ(status_of(bad), "2.0.0") << bad;
  r.recipients[0].action = DsnAction::failed;
  EXPECT_EQ(status_of("bad"), "5.0.0");
  r.recipients[0].action = DsnAction::delayed;
  EXPECT_EQ(status_of("bad"), "4.0.0");
  r.recipients[0].status_comment = "a ) b ( c \\";
  EXPECT_EQ(status_of("4.4.1"), "4.4.1 (a \\) b \\( c \\\\)");
}

TEST(Dsn, HostileStringsInjectNothing) {
  const std::string evil = "x\r\nBcc: victim@z\r\n\r\n--b\r\nX: y\n\rZ: \x01\xFF";
  auto r = relayed();
  r.reporting_mta = "gw.example" + evil;
  r.message_id = evil;
  r.to = "a@b" + evil;
  r.original_envid = "x+0D+0ABcc:y";
  auto& b = r.recipients[0];
  b.final_recipient = "c@d" + evil;
  b.orcpt = "rfc822;a+0D+0A+0D+0ABcc:+20y" + evil;
  b.status_comment = b.remote_mta = b.diagnostic_type = b.diagnostic = evil;
  const auto dsn = format(r);
  const HeaderView header(as_bytes(dsn));
  EXPECT_EQ(header.fields().size(), 8u);
  EXPECT_EQ(header.count("Bcc"), 0u);
  EXPECT_EQ(body_needed(as_bytes(dsn)), Body::seven_bit);
  const auto parts = *walk_mime(as_bytes(dsn));
  ASSERT_EQ(parts.size(), 4u);
  const auto parsed = parse_dsn(as_bytes(dsn));
  ASSERT_TRUE(parsed) << parsed.error().text;
  EXPECT_EQ(parsed->recipients.size(), 1u);
}

TEST(Dsn, LinesStayWithinTheLimit) {
  auto r = relayed();
  auto& b = r.recipients[0];
  b.final_recipient = std::string(limits::path - 12, 'x') + "@tor.example";
  b.orcpt = "rfc822;" + std::string(493, 'y');
  b.diagnostic = std::string(5000, 'd') + ' ' + std::string(2000, 'e') + "\r\n" + std::string(1500, 'f');
  b.status_comment = std::string(3000, 'c');
  b.remote_mta = "a." + std::string(2000, 'm');
  r.to = b.final_recipient;
  r.message_id = r.reporting_mta = std::string(3000, 'h');
  b.action = DsnAction::failed;
  const auto dsn = format(r, "Subject: " + std::string(3000, 's') + "\r\n\r\n");
  for (std::size_t at = 0, end = 0; (end = dsn.find("\r\n", at)) != std::string::npos; at = end + 2)
    EXPECT_LE(end - at, limits::text_line) << dsn.substr(at, 60);
  EXPECT_EQ(body_needed(as_bytes(dsn)), Body::seven_bit);
  EXPECT_EQ(parse_dsn(as_bytes(dsn))->recipients[0].final_recipient, b.final_recipient);
}

TEST(Dsn, BoundaryDoesNotOccurInTheMessage) {
  auto r = relayed();
  r.return_full = true;
  const auto first = boundary_of(format(r));
  // A message that holds the boundary the report would have taken, and the report itself again and again.
  auto message = original + "--" + first + "\r\n";
  for (int i = 0; i < 5; ++i) {
    const auto dsn = format(r, message);
    const auto b = boundary_of(dsn);
    EXPECT_EQ(message.find("--" + b), std::string::npos);
    EXPECT_EQ(parse_dsn(as_bytes(dsn))->original_message_id, "042.20261121@hqn.example");
    message += dsn;
  }
}

TEST(Dsn, WhatIsReturned) {
  auto r = relayed();
  r.return_full = true;
  const auto eight = format(r, "Subject: x\r\n\r\nbl\xC3\xA5\r\n");
  EXPECT_NE(eight.find("\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--"), std::string::npos);
  EXPECT_NE(eight.find("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"), std::string::npos);
  // Not fit for DATA: the header alone goes back.
  const auto binary = format(r, "Subject: x\r\n\r\na\nb");
  EXPECT_NE(binary.find("text/rfc822-headers\r\n\r\nSubject: x\r\n\r\n--"), std::string::npos);
  EXPECT_EQ(returned_header(as_bytes("A: 1\nB: 2\r 3\n\nbody")), "A: 1\r\nB: 2\r\n 3\r\n");
  EXPECT_EQ(returned_header(as_bytes("")), "");
  EXPECT_EQ(returned_header(as_bytes("no header at all")), "");
  EXPECT_NE(format(r, "").find("message/rfc822\r\n\r\n\r\n--"), std::string::npos);
}

TEST(Dsn, ReadsItsOwn) {
  auto r = relayed();
  r.original_envid = "A+2BB";
  r.recipients.push_back({"x@y", "", DsnAction::expanded, "2.0.0", "", "", "X-PMUL", "3 (no acknowledgement)", {}, {}});
  r.recipients.push_back({"\"two words\"@y", "", DsnAction::failed, "5.4.7", "too late", "", "", "", {}, {}});
  const auto p = parse_dsn(as_bytes(format(r)));
  ASSERT_TRUE(p);
  EXPECT_EQ(p->original_envid, "A+B");
  EXPECT_EQ(p->original_message_id, "042.20261121@hqn.example");
  ASSERT_EQ(p->recipients.size(), 3u);
  EXPECT_EQ(p->recipients[0].original_recipient, "rfc822;bridge@tor.example");
  EXPECT_EQ(p->recipients[0].final_recipient, "bridge@tor.example");
  EXPECT_EQ(p->recipients[0].action, DsnAction::relayed);
  EXPECT_EQ(p->recipients[0].diagnostic, "smtp; 250 2.1.5 recipient ok");
  EXPECT_EQ(p->recipients[1].diagnostic, "X-PMUL; 3 (no acknowledgement)");
  EXPECT_EQ(p->recipients[2].final_recipient, "\"two words\"@y");
  EXPECT_EQ(p->recipients[2].status, "5.4.7");
}

std::string report_with(const std::string& status) {
  return "Content-Type: multipart/report; report-type=Delivery-Status; boundary=b\r\n\r\n"
         "--b\r\n\r\nhello\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" +
         status + "\r\n--b--\r\n";
}

TEST(Dsn, ReadsWhatOthersWrite) {
  const auto p = parse_dsn(as_bytes(report_with(
      "\r\nReporting-MTA: dns;x\r\n\r\n\r\nfinal-recipient: RFC822 ; a@b\r\naction: Delivered (to mailbox)\r\n"
      "Status:\r\n 2.1.5 (ok)\r\n\r\n\r\n")));
  ASSERT_TRUE(p) << p.error().text;
  EXPECT_EQ(p->recipients[0].final_recipient, "a@b");
  EXPECT_EQ(p->recipients[0].action, DsnAction::delivered);
  EXPECT_EQ(p->recipients[0].status, "2.1.5");
  EXPECT_EQ(p->original_message_id, "");
}

TEST(Dsn, NamedErrors) {
  const auto name = [](std::string_view m) {
    const auto r = parse_dsn(as_bytes(m));
    return r ? std::string() : std::string(r.error().name);
  };
  const std::string about = "Reporting-MTA: dns;x\r\n\r\n";
  const std::string one = "Final-Recipient: rfc822;a@b\r\nAction: failed\r\nStatus: 5.0.0\r\n\r\n";
  EXPECT_EQ(name(report_with(about + one)), "");
  EXPECT_EQ(name(""), "not_a_report");
  EXPECT_EQ(name(original), "not_a_report");
  EXPECT_EQ(name("Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nx"),
            "not_a_report");
  EXPECT_EQ(
      name("Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" +
           about + one),
      "not_a_report");
  EXPECT_EQ(name(report_with("")), "bad_report");
  EXPECT_EQ(name(report_with(about)), "bad_report");
  EXPECT_EQ(name(report_with(about + "junk\r\n" + one)), "bad_report");
  EXPECT_EQ(name(report_with(about + "Action: failed\r\nStatus: 5.0.0\r\n")), "bad_report");
  EXPECT_EQ(name(report_with(about + "Final-Recipient: a@b\r\nAction: failed\r\nStatus: 5.0.0\r\n")), "bad_report");
  EXPECT_EQ(name(report_with(about + "Final-Recipient: rfc822;a@b\r\nStatus: 5.0.0\r\n")), "bad_report");
  EXPECT_EQ(name(report_with(about + "Final-Recipient: rfc822;a@b\r\nAction: lost\r\nStatus: 5.0.0\r\n")),
            "bad_report");
  EXPECT_EQ(name(report_with(about + "Final-Recipient: rfc822;a@b\r\nAction: failed\r\n")), "bad_report");
  std::string many = about;
  for (std::size_t i = 0; i < limits::recipients; ++i) many += one;
  EXPECT_EQ(name(report_with(many)), "");
  EXPECT_EQ(name(report_with(many + one)), "bad_report");
}

}  // namespace
}  // namespace longwire::mail
