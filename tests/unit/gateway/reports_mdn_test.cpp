// Notifications of X.400 users and disposition notifications (stanag4406.md 6.13; RFC 8098).
#include "annexe/gateway/headings.hpp"
#include "annexe/gateway/reports.hpp"
#include "tests/unit/gateway/bodies_support.hpp"

namespace longwire::gateway::test {
namespace {

const Time noon = from_unix(1795262400);  // Sat, 21 Nov 2026 12:00:00

x400::MessageEnvelope envelope() {
  x400::MessageEnvelope out;
  out.id = {{"NO", "TAC", "NO"}, "N.9"};
  out.originator = test_settings().addresses.to_or("nansen@hqn.example").value();
  x400::Recipient to;
  to.name = test_settings().addresses.to_or("duty@ship.example").value();
  to.number = 1;
  out.recipients.push_back(to);
  auto other = to;
  other.responsibility = false;
  out.recipients.push_back(other);
  return out;
}

x400::Ipn ipn(decltype(x400::Ipn::outcome) outcome) {
  x400::Ipn out;
  out.subject.user = or_name("/S=Duty/O=SHIP/PRMD=NO/ADMD=TAC/C=NO/");
  out.subject.local = "1042 261121120000Z";
  out.originator.emplace();
  out.originator->formal = envelope().originator;
  out.outcome = std::move(outcome);
  return out;
}

x400::Receipt receipt(bool automatic, std::string supplementary = {}) {
  x400::Receipt out;
  out.time = noon - std::chrono::hours(1);
  out.automatic = automatic;
  out.supplementary = std::move(supplementary);
  return out;
}
x400::NonReceipt none(int reason, std::optional<int> discard = {}, std::string comment = {}) {
  x400::NonReceipt out;
  out.reason = reason;
  out.discard = discard;
  out.comment = std::move(comment);
  return out;
}
x400::OtherNotification acp127(std::uint8_t type) {
  x400::Acp127Response response;
  response.type = type;
  response.time = noon;
  response.recipient = "RFLSVH/HNOMS NANSEN";
  response.supplementary = "SENT BY CIRCUIT A";
  x400::AddressList list;
  list.type = 1;
  list.name.formal = test_settings().addresses.to_or("list@hqn.example").value();
  list.notification = 2;
  list.reply = 0;
  response.lists.push_back(list);
  x400::OtherNotification out;
  out.acp127 = response;
  return out;
}

std::string mdn_of(const x400::Ipn& n) {
  return std::string(as_text(ipn_to_mdn(envelope(), n, test_settings(), noon).value().message));
}
std::string status_field(const std::string& mail, std::string_view name) {
  return header_value(leaves(mail).at(1).octets, name);
}

struct Row {
  const char* name;
  decltype(x400::Ipn::outcome) outcome;
  const char* disposition;
  const char* subject;
  const char* words;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
class MdnTable : public testing::TestWithParam<Row> {};

// Every row of 6.13, there and back.
TEST_P(MdnTable, Row) {
  const auto& row = GetParam();
  const auto before = ipn(row.outcome);
  const auto item = ipn_to_mdn(envelope(), before, test_settings(), noon).value();
  const std::string mail(as_text(item.message));
  EXPECT_EQ(item.envelope.from, "");
  ASSERT_EQ(item.envelope.recipients.size(), 1u) << "the one that is our responsibility";
  EXPECT_EQ(item.envelope.recipients[0].address, "duty@ship.example");
  EXPECT_EQ(header_value(mail, "From"), "nansen@hqn.example");
  EXPECT_EQ(header_value(mail, "To"), "duty@ship.example");
  EXPECT_EQ(header_value(mail, "Subject"), row.subject);
  EXPECT_EQ(header_value(mail, "Message-Type"), "InterPersonal Notification");
  const auto type = mail::parse_content_type(header_value(mail, "Content-Type")).value();
  EXPECT_EQ(type.type, "multipart/report");
  EXPECT_EQ(type.parameter("report-type"), "disposition-notification");
  const auto parts = leaves(mail);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].type, "text/plain");
  EXPECT_NE(parts[0].octets.find("Your message to: nansen@hqn.example\r\n"), std::string::npos);
  EXPECT_NE(parts[0].octets.find(row.words), std::string::npos) << parts[0].octets;
  EXPECT_EQ(parts[1].type, "message/disposition-notification");
  EXPECT_EQ(status_field(mail, "Disposition"), row.disposition);
  EXPECT_EQ(status_field(mail, "MDN-Gateway"), "dns; gw.ship.example");
  EXPECT_EQ(status_field(mail, "Final-Recipient"), "rfc822; nansen@hqn.example");
  EXPECT_EQ(status_field(mail, "Original-Message-ID"), header_value(mail, "References"));
  EXPECT_TRUE(is_mdn(item.message));
  const auto after = mdn_to_ipn(item.message, test_settings(), noon);
  ASSERT_TRUE(after) << after.error().text;
  EXPECT_EQ(after->subject, before.subject);
  EXPECT_TRUE(after->originator->formal->matches(*before.originator->formal));
  EXPECT_EQ(after->outcome, before.outcome);
}

INSTANTIATE_TEST_SUITE_P(
    Table613, MdnTable,
    testing::Values(
        Row{"RN manual", receipt(false), "manual-action/MDN-sent-manually; displayed",
            "X.400 Inter-Personal Notification",
            "was received at Sat, 21 Nov 2026 11:00:00 +0000\r\n\r\nThis notification was generated Manually\r\n"},
        Row{"RN manual, more", receipt(false, "read by the watch"), "manual-action/MDN-sent-manually; displayed",
            "X.400 Inter-Personal Notification",
            "The following extra information was given:\r\n\tread by the watch\r\n"},
        Row{"RN automatic", receipt(true), "automatic-action/MDN-sent-automatically; processed",
            "X.400 Inter-Personal Notification", "generated Automatically\r\n"},
        Row{"NRN discarded", none(0), "automatic-action/MDN-sent-automatically; deleted",
            "X.400 Inter-Personal Notification (failure)", "following reason:\r\n\tIPM Deleted\r\n"},
        Row{"NRN expired", none(0, 0), "automatic-action/MDN-sent-automatically; deleted",
            "X.400 Inter-Personal Notification (failure)", "\tExpired\r\n"},
        Row{"NRN obsoleted", none(0, 1), "automatic-action/MDN-sent-automatically; deleted",
            "X.400 Inter-Personal Notification (failure)", "\tObsoleted\r\n"},
        Row{"NRN unsubscribed", none(0, 2), "automatic-action/MDN-sent-automatically; deleted",
            "X.400 Inter-Personal Notification (failure)", "\tUser Subscription Terminated\r\n"},
        Row{"NRN forwarded", none(1, {}, "gone ashore"), "automatic-action/MDN-sent-automatically; dispatched",
            "X.400 Inter-Personal Notification (failure)",
            "was automatically forwarded.\r\nThe following comment was made:\r\n\tgone ashore\r\n"},
        Row{"ON transferred", acp127(0x20), "automatic-action/MDN-sent-automatically; dispatched",
            "X.400 Inter-Personal Notification", "was transferred to ACP 127 at "},
        Row{"ON positive", acp127(0x60), "automatic-action/MDN-sent-automatically; dispatched",
            "X.400 Inter-Personal Notification", "was received by ACP 127 at "},
        Row{"ON negative", acp127(0x80), "automatic-action/MDN-sent-automatically; processed/error",
            "X.400 Inter-Personal Notification", "was not transferred by ACP 127 at "}));

TEST(IpnToMdn, AnIntendedRecipientIsTheOriginalOne) {
  auto n = ipn(receipt(false));
  n.intended.emplace();
  n.intended->formal = test_settings().addresses.to_or("amundsen@hqn.example").value();
  const auto mail = mdn_of(n);
  EXPECT_EQ(status_field(mail, "Original-Recipient"), "rfc822; amundsen@hqn.example");
  EXPECT_NE(leaves(mail)[0].octets.find("Your message to: amundsen@hqn.example"), std::string::npos);
  const auto back = mdn_to_ipn(as_bytes(mail), test_settings(), noon).value();
  ASSERT_TRUE(back.intended);
  EXPECT_TRUE(back.intended->formal->matches(*n.intended->formal));
}

TEST(IpnToMdn, AReturnedMessageIsTheThirdPart) {
  auto outcome = none(0, 0);
  std::vector<std::string> notes;
  x400::Ipm returned;
  returned.heading = subject_only(as_bytes("Subject: SITREP\r\n\r\n"), notes).value();
  returned.body.emplace_back(x400::body::Ia5{"the text\r\n"});
  outcome.returned.push_back(returned);
  const auto mail = mdn_of(ipn(outcome));
  const auto parts = mail::walk_mime(as_bytes(mail)).value();
  EXPECT_EQ(parts.at(3).content_type.type, "message/rfc822");
  EXPECT_NE(mail.find("The Original Message follows:\r\n"), std::string::npos);
  EXPECT_NE(mail.find("Subject: SITREP\r\n"), std::string::npos);
  const auto back = std::get<x400::NonReceipt>(mdn_to_ipn(as_bytes(mail), test_settings(), noon).value().outcome);
  ASSERT_EQ(back.returned.size(), 1u);
  EXPECT_EQ(back.returned[0].heading.subject, "SITREP");
  EXPECT_EQ(back.returned[0].body, returned.body);
}

TEST(IpnToMdn, ExtensionsAreNamed) {
  auto n = ipn(receipt(false));
  n.extensions.push_back({"1.2.3", {}});
  EXPECT_EQ(header_value(mdn_of(n), "Discarded-X400-IPMS-Extensions"), "1.2.3");
}

// --- from mail clients ----------------------------------------------------------------------------------

std::string client_mdn(std::string_view disposition, std::string_view more = "") {
  return "From: nansen@hqn.example\r\nTo: duty@ship.example\r\nDate: Sat, 21 Nov 2026 12:34:00 +0100\r\n"
         "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
         "--b\r\n\r\nread\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
         "Reporting-UA: hqn.example; Mail 1.0\r\nFinal-Recipient: rfc822;nansen@hqn.example\r\n"
         "Original-Message-ID: <42@ship.example>\r\nDisposition: " +
         std::string(disposition) + "\r\n" + std::string(more) + "\r\n--b--\r\n";
}

TEST(MdnToIpn, DispositionsOfMailClients) {
  const auto read = [](std::string_view disposition) {
    return mdn_to_ipn(as_bytes(client_mdn(disposition)), test_settings(), noon).value();
  };
  const auto manual = std::get<x400::Receipt>(read("manual-action/MDN-sent-manually; displayed").outcome);
  EXPECT_FALSE(manual.automatic);
  EXPECT_EQ(manual.time, from_unix(1795260840)) << "the Date of the notification";
  EXPECT_EQ(manual.supplementary, "");
  const auto automatic = std::get<x400::Receipt>(read("automatic-action/MDN-sent-automatically;displayed").outcome);
  EXPECT_TRUE(automatic.automatic);
  const auto processed = std::get<x400::Receipt>(read("automatic-action/MDN-sent-automatically; Processed").outcome);
  EXPECT_TRUE(processed.automatic);
  EXPECT_EQ(processed.supplementary, "processed");
  EXPECT_EQ(std::get<x400::NonReceipt>(read("manual-action/MDN-sent-manually; deleted").outcome).reason, 0);
  EXPECT_EQ(std::get<x400::NonReceipt>(read("automatic-action/MDN-sent-automatically; dispatched").outcome).reason, 1);
  EXPECT_EQ(read("manual-action/MDN-sent-manually; displayed").subject,
            to_ipm_id("<42@ship.example>", test_settings()));
}

TEST(MdnToIpn, OthersAreRefusedByName) {
  const auto name = [](const std::string& mail) {
    return mdn_to_ipn(as_bytes(mail), test_settings(), noon).error().name;
  };
  EXPECT_EQ(name(client_mdn("manual-action/MDN-sent-manually; denied")), "nothing_to_report");
  EXPECT_EQ(name(client_mdn("automatic-action/MDN-sent-automatically; processed/error")), "nothing_to_report");
  EXPECT_EQ(name(client_mdn("displayed")), "nothing_to_report");
  EXPECT_EQ(name(client_mdn("")), "bad_report");
  auto without = client_mdn("manual-action/MDN-sent-manually; displayed");
  without.erase(without.find("Original-Message-ID"),
                std::string_view("Original-Message-ID: <42@ship.example>\r\n").size());
  EXPECT_EQ(name(without), "bad_report");
  EXPECT_EQ(name("Subject: x\r\n\r\nx"), "not_a_report");
}

TEST(MdnToIpn, FieldsOfACarelessPeerDoNoHarm) {
  const auto n = mdn_to_ipn(as_bytes(client_mdn("automatic-action/MDN-sent-automatically; deleted",
                                                "X400-Discard-Reason: 77\r\nX400-Auto-Forward-Comment: \x01\xFF\r\n")),
                            test_settings(), noon)
                     .value();
  EXPECT_FALSE(std::get<x400::NonReceipt>(n.outcome).discard);
  EXPECT_EQ(std::get<x400::NonReceipt>(n.outcome).comment, "??");
  const auto strange =
      mdn_to_ipn(as_bytes(client_mdn("manual-action/MDN-sent-manually; displayed", "X400-Acp127-Notification: xx\r\n")),
                 test_settings(), noon);
  EXPECT_TRUE(std::holds_alternative<x400::Receipt>(strange.value().outcome));
}

}  // namespace
}  // namespace longwire::gateway::test
