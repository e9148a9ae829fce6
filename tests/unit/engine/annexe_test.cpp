// Nodes that exchange STANAG 4406 Annex E: mail in, P1 on the air, mail out, and what has to come back.
#include "annexe/compressed_data.hpp"
#include "annexe/gateway/gateway.hpp"
#include "fleet.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;

// Every ship writes for every other so.
void speak(Fleet& fleet, Content content, const std::vector<std::string>& names) {
  unsigned number = 0;
  for (const auto& name : names)
    fleet.add(name, [&, own = ++number](Config& c) {
      unsigned other = 0;
      for (const auto& n : names)
        if (++other != own) {
          c.peers.push_back(fleet_peer(n, other, {"radio"}));
          c.peers.back().content = content;
        }
    });
  fleet.start();
}

mail::Envelope envelope_to(std::string from, const std::vector<std::string>& to) {
  mail::Envelope e;
  e.from = std::move(from);
  for (const auto& address : to) e.recipients.push_back({address, std::nullopt, {}, {}});
  return e;
}

const std::string formal =
    "From: Duty <ops@alpha.example>\r\nTo: u@bravo.example\r\nSubject: Position report\r\n"
    "Date: Sat, 21 Nov 2026 12:00:00 +0000\r\nMessage-ID: <formal.1@alpha.example>\r\n"
    "MMHS-Primary-Precedence: 3 (immediate)\r\nMMHS-Subject-Indicator-Codes: ABC; XYZ\r\n"
    "MMHS-Extended-Authorisation-Info: Sat, 21 Nov 2026 11:55:00 +0000\r\n\r\nAt anchor.\r\n";

std::size_t found(const Ship& ship, std::string_view text) {
  return static_cast<std::size_t>(std::count_if(ship.mailbox.begin(), ship.mailbox.end(), [text](const Delivered& d) {
    return d.octets.find(text) != std::string::npos;
  }));
}

TEST(AnnexE, MailCrossesAndComesOutAsMail) {
  Fleet fleet;
  speak(fleet, Content::annex_e, {"alpha", "bravo"});
  ASSERT_EQ(fleet.submit("alpha", envelope_to("ops@alpha.example", {"u@bravo.example"}), formal).code, 250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["bravo"].mailbox.empty(); }, 1min));
  const auto& mail = fleet["bravo"].mailbox.front();
  EXPECT_EQ(mail.recipient, "u@bravo.example");
  EXPECT_EQ(mail.from, "ops@alpha.example");
  EXPECT_EQ(mail.mt_priority, 2);
  for (const auto* text : {"Subject: Position report\r\n", "<formal.1@alpha.example>", "MMHS-Primary-Precedence: 3",
                           "ABC; XYZ", "At anchor.\r\n", "ops@alpha.example"})
    EXPECT_NE(mail.octets.find(text), std::string::npos) << text << "\n" << mail.octets;
  fleet.run(1min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_EQ(fleet["alpha"].count("transfer_acknowledged"), 1U);
  EXPECT_TRUE(fleet["alpha"].store().live_messages().empty());
  EXPECT_TRUE(fleet["bravo"].store().live_messages().empty());
}

// What was put on the air is P1 in CompressedData, with our domain in it.
TEST(AnnexE, AMixedGroupGetsOneTransferForEachContent) {
  Fleet fleet;
  fleet.add("alpha", [](Config& c) {
    for (unsigned n = 2; n <= 4; ++n) {
      const std::string names[] = {"bravo", "charlie", "delta"};
      c.peers.push_back(fleet_peer(names[n - 2], n, {"radio"}));
      c.peers.back().content = n == 4 ? Content::mule : Content::annex_e;
    }
  });
  for (const auto* name : {"bravo", "charlie", "delta"}) fleet.add(name);
  fleet.start();
  ASSERT_EQ(fleet.submit("alpha", {"bravo", "charlie", "delta"}, 0, 3000).code, 250);
  fleet.run(2min);
  for (const auto* name : {"bravo", "charlie", "delta"}) EXPECT_EQ(fleet[name].mailbox.size(), 1U) << name;
  EXPECT_EQ(fleet["alpha"].count("transfer_started"), 2U);
  const auto transfers = fleet["alpha"].count("transfer_acknowledged");
  EXPECT_EQ(transfers, 3U);
}

TEST(AnnexE, PositiveReportComesBackAsDsnAndClosesTracking) {
  Fleet fleet;
  speak(fleet, Content::annex_e, {"alpha", "bravo"});
  auto envelope = envelope_to("ops@alpha.example", {"u@bravo.example"});
  envelope.envid = "QQ314";
  envelope.recipients[0].notify = mail::Notify{.success = true, .failure = true};
  ASSERT_EQ(fleet.submit("alpha", envelope, formal).code, 250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["alpha"].mailbox.empty(); }, 5min));
  const auto& report = fleet["alpha"].mailbox.front();
  EXPECT_EQ(report.recipient, "ops@alpha.example");
  EXPECT_EQ(report.from, "");
  for (const auto* text :
       {"multipart/report", "Action: delivered", "Status: 2.0.0", "Original-Envelope-Id: QQ314", "u@bravo.example"})
    EXPECT_NE(report.octets.find(text), std::string::npos) << text << "\n" << report.octets;
  fleet.run(1min);
  EXPECT_EQ(fleet["alpha"].mailbox.size(), 1U);
  EXPECT_EQ(fleet["alpha"].count("dsn_received"), 1U);
}

TEST(AnnexE, RefusedByTheFarServerComesBackAsNegativeReport) {
  Fleet fleet;
  speak(fleet, Content::annex_e, {"alpha", "bravo"});
  fleet["bravo"].server = [](const mail::Recipient&) {
    using Outcome = event::DeliveryResult::PerRecipient::Outcome;
    return event::DeliveryResult::PerRecipient{Outcome::permanent, "5.1.1", "550 5.1.1 no such user", true};
  };
  ASSERT_EQ(fleet.submit("alpha", envelope_to("ops@alpha.example", {"u@bravo.example"}), formal).code, 250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["alpha"].mailbox.empty(); }, 5min));
  const auto& report = fleet["alpha"].mailbox.front();
  for (const auto* text : {"Action: failed", "Status: 5.1.1", "Reason 1", "Diagnostic 0"})
    EXPECT_NE(report.octets.find(text), std::string::npos) << text << "\n" << report.octets;
  fleet.run(1min);
  EXPECT_EQ(fleet["alpha"].count("dsn_received"), 1U) << report.octets;
}

TEST(AnnexE, ARelayWithoutNamesOfItsOwnPassesItOnUntouched) {
  Fleet fleet;
  const auto annexe_peer = [](std::string name, unsigned number, std::vector<std::string> domains) {
    auto p = fleet_peer(std::move(name), number, {"radio"});
    for (auto& d : domains) p.domains.push_back(std::move(d));
    p.content = Content::annex_e;
    return p;
  };
  fleet.add("alpha", [&](Config& c) { c.peers = {annexe_peer("relay", 2, {"bravo.example"})}; });
  fleet.add("relay", [&](Config& c) {
    c.relay = {"*"};
    c.peers = {annexe_peer("alpha", 1, {}), annexe_peer("bravo", 3, {})};
  });
  fleet.add("bravo", [&](Config& c) { c.peers = {annexe_peer("relay", 2, {"alpha.example"})}; });
  fleet.start();
  fleet.cut = [](const std::string& from, const std::string& to, BearerIndex) {
    return (from == "alpha" && to == "bravo") || (from == "bravo" && to == "alpha");
  };
  auto envelope = envelope_to("ops@alpha.example", {"u@bravo.example"});
  envelope.recipients[0].notify = mail::Notify{.success = true, .failure = true};
  ASSERT_EQ(fleet.submit("alpha", envelope, formal).code, 250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["alpha"].mailbox.empty(); }, 10min));
  ASSERT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_NE(fleet["bravo"].mailbox[0].octets.find("At anchor.\r\n"), std::string::npos);
  EXPECT_NE(fleet["alpha"].mailbox[0].octets.find("Action: delivered"), std::string::npos);
  // Both rows of the relay, the message and the report, were MTS-APDUs.
  std::size_t as_p1 = 0;
  for (const auto& r : fleet["relay"].reports)
    if (r.name == "message_received" && r.fields.at("form") == "p1") ++as_p1;
  EXPECT_EQ(as_p1, 2U);
  EXPECT_EQ(fleet["relay"].count("converted"), 0U);
}

TEST(AnnexE, ExpiryOnTheWayIsReportedInX400) {
  Fleet fleet;
  const auto annexe_peer = [](std::string name, unsigned number, std::vector<std::string> domains) {
    auto p = fleet_peer(std::move(name), number, {"radio"});
    for (auto& d : domains) p.domains.push_back(std::move(d));
    p.content = Content::annex_e;
    return p;
  };
  fleet.add("alpha", [&](Config& c) { c.peers = {annexe_peer("relay", 2, {"bravo.example"})}; });
  fleet.add("relay", [&](Config& c) {
    c.relay = {"*"};
    c.default_expiry = 1h;
    c.peers = {annexe_peer("alpha", 1, {}), annexe_peer("bravo", 3, {})};
  });
  fleet.add("bravo");
  fleet.start();
  fleet.cut = [](const std::string& from, const std::string& to, BearerIndex) {
    return from == "bravo" || to == "bravo";
  };
  ASSERT_EQ(fleet.submit("alpha", envelope_to("ops@alpha.example", {"u@bravo.example"}), formal).code, 250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["alpha"].mailbox.empty(); }, 3h));
  const auto& report = fleet["alpha"].mailbox.front();
  for (const auto* text : {"Action: failed", "Status: 4.4.7", "u@bravo.example"})
    EXPECT_NE(report.octets.find(text), std::string::npos) << text << "\n" << report.octets;
  fleet.run(1min);
  EXPECT_EQ(fleet["relay"].count("x400_report_sent"), 1U);
  EXPECT_TRUE(fleet["relay"].store().live_messages().empty());
}

TEST(AnnexE, MailThatCannotBeConvertedFailsWithAReport) {
  Fleet fleet;
  speak(fleet, Content::annex_e, {"alpha", "bravo"});
  // RFC 2156 4.3: an address of more than 512 coded characters has no O/R name.
  const auto address = std::string(600, 'x') + "@bravo.example";
  ASSERT_EQ(fleet.submit("alpha", envelope_to("ops@alpha.example", {address}), formal).code, 250);
  fleet.run(1min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 0U);
  EXPECT_EQ(fleet["alpha"].count("conversion_failed"), 1U);
  EXPECT_EQ(found(fleet["alpha"], "Status: 5.1.3"), 1U);
  EXPECT_TRUE(fleet["alpha"].store().live_messages().empty());
}

TEST(AnnexE, ARestartInTheMiddleLosesNothing) {
  Fleet fleet;
  speak(fleet, Content::annex_e, {"alpha", "bravo"});
  ASSERT_EQ(fleet.submit("alpha", {"bravo"}, 0, 30'000).code, 250);
  fleet.run(2s);
  fleet.crash("alpha");
  fleet.run(5s);
  fleet.restart("alpha");
  fleet.run(2s);
  fleet.crash("bravo");
  fleet.run(5s);
  fleet.restart("bravo");
  fleet.run(10min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_TRUE(fleet["alpha"].store().live_messages().empty());
}

TEST(AnnexE, SilentReceiverReportsOnlyWhenItMaySpeak) {
  Fleet fleet;
  speak(fleet, Content::annex_e, {"alpha", "bravo"});
  fleet.command("bravo", {{"command", "emcon"}, {"state", "on"}});
  fleet.command("alpha", {{"command", "emcon"}, {"state", "on"}, {"peer", "bravo"}});
  auto envelope = envelope_to("ops@alpha.example", {"u@bravo.example"});
  envelope.recipients[0].notify = mail::Notify{.success = true, .failure = true};
  ASSERT_EQ(fleet.submit("alpha", envelope, formal).code, 250);
  fleet.run(2h);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_EQ(fleet["bravo"].octets_sent, 0U);
  EXPECT_EQ(fleet["alpha"].mailbox.size(), 0U) << "no report of a failure while the peer is silent (E-13)";
  fleet.command("bravo", {{"command", "emcon"}, {"state", "off"}});
  fleet.run(5min);
  EXPECT_EQ(found(fleet["alpha"], "Action: delivered"), 1U);
}

}  // namespace
}  // namespace longwire::engine
