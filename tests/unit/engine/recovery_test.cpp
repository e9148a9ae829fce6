// What must survive: restarts in the middle, dead links, silent peers, failing delivery.
#include "fleet.hpp"

#include <gtest/gtest.h>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;
using Outcome = event::DeliveryResult::PerRecipient::Outcome;

struct Pair {
  explicit Pair(std::uint64_t rate = 9'600) {
    fleet.links.push_back(fleet_link("radio", rate));
    fleet.add("alpha");
    fleet.add("bravo");
    fleet.start();
  }
  Fleet fleet;
  Ship& alpha() { return fleet["alpha"]; }
  Ship& bravo() { return fleet["bravo"]; }
};

mail::Envelope envelope_to(const std::string& address) {
  mail::Envelope e;
  e.from = "ops@alpha.example";
  mail::Recipient r;
  r.address = address;
  e.recipients.push_back(std::move(r));
  return e;
}

const std::string plain = "From: ops@alpha.example\r\nMessage-ID: <p@alpha.example>\r\nSubject: s\r\n\r\nbody\r\n";

TEST(Recovery, SenderRestartsAndDoesNotResendWhatArrived) {
  Pair p;
  ASSERT_EQ(p.fleet.submit("alpha", {"bravo"}, 0, 60'000).code, 250);
  p.fleet.run(30s);
  const auto before = p.alpha().octets_sent;
  ASSERT_GT(before, 20'000u);
  p.fleet.crash("alpha");
  p.fleet.run(20s);
  p.fleet.restart("alpha");
  ASSERT_TRUE(p.fleet.run_until([&] { return p.alpha().count("transfer_acknowledged") == 1; }, 30min));
  EXPECT_EQ(p.bravo().mailbox.size(), 1u);
  // 60 000 octets of hexadecimal text shrink to about 34 000; a second full copy would need twice that.
  EXPECT_LT(p.alpha().octets_sent, 50'000u);
}

TEST(Recovery, ReceiverRestartsAndKeepsItsFragments) {
  Pair p;
  ASSERT_EQ(p.fleet.submit("alpha", {"bravo"}, 0, 60'000).code, 250);
  p.fleet.run(20s);
  p.fleet.crash("bravo");
  p.fleet.run(5s);
  p.fleet.restart("bravo");
  ASSERT_TRUE(p.fleet.run_until([&] { return p.alpha().count("transfer_acknowledged") == 1; }, 30min));
  EXPECT_EQ(p.bravo().mailbox.size(), 1u);
  EXPECT_LT(p.alpha().octets_sent, 55'000u);
}

TEST(Recovery, MailSurvivesTheCrashRightAfterIt) {
  Pair p;
  p.fleet.command("alpha", {{"command", "emcon"}, {"state", "on"}});
  for (int i = 0; i < 3; ++i) ASSERT_EQ(p.fleet.submit("alpha", {"bravo"}).code, 250);
  p.fleet.crash("alpha");
  p.fleet.restart("alpha");
  p.fleet.run(1h);
  EXPECT_EQ(p.alpha().octets_sent, 0u) << "silence is an order that outlives a restart";
  p.fleet.command("alpha", {{"command", "emcon"}, {"state", "off"}});
  p.fleet.run(5min);
  EXPECT_EQ(p.bravo().mailbox.size(), 3u);
}

TEST(Recovery, SubmissionRepeatedAfterALostReplyIsTakenOnce) {
  Pair p;
  p.fleet.command("alpha", {{"command", "emcon"}, {"state", "on"}});
  const auto submit = [&p] { return p.fleet.submit("alpha", envelope_to("u@bravo.example"), plain); };
  const auto queued = [&p] { return p.alpha().store().live_messages().size(); };
  EXPECT_EQ(submit().code, 250);
  EXPECT_EQ(submit().code, 250);
  EXPECT_EQ(queued(), 2u) << "who got both replies meant two messages";
  p.fleet.crash("alpha");
  p.fleet.restart("alpha");
  EXPECT_EQ(submit().code, 250);
  EXPECT_EQ(queued(), 2u);
  EXPECT_EQ(p.alpha().count("duplicate_suppressed"), 1u);
  EXPECT_EQ(p.fleet.submit("alpha", envelope_to("v@bravo.example"), plain).code, 250);
  EXPECT_EQ(queued(), 3u) << "other recipients, another message";
  p.fleet.crash("alpha");
  p.fleet.restart("alpha");
  p.fleet.run(2h);
  EXPECT_EQ(submit().code, 250);
  EXPECT_EQ(queued(), 4u) << "nobody waits that long for a reply";
}

TEST(Recovery, DeliveryIsAskedForAgainUntilAnAnswerIsStored) {
  Pair p;
  auto& node = p.alpha().node();
  const smtp::Client client{"127.0.0.1", "c", "ESMTP", 1};
  ASSERT_EQ(node.on_message(client, envelope_to("u@alpha.example"), to_bytes(plain), p.fleet.now()).code, 250);
  auto first = node.drain(p.fleet.now());
  const auto deliver = [](const std::vector<Action>& actions) {
    std::vector<action::Deliver> out;
    for (const auto& a : actions)
      if (const auto* d = std::get_if<action::Deliver>(&a)) out.push_back(*d);
    return out;
  };
  ASSERT_EQ(deliver(first).size(), 1u);
  const auto old = deliver(first).front();
  p.fleet.crash("alpha");
  p.fleet.restart("alpha");
  const auto again = deliver(p.alpha().node().drain(p.fleet.now()));
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again.front().message, old.message) << "the same Maildir name";
}

TEST(Recovery, TemporaryFailureIsRetriedWithBackOff) {
  Pair p;
  int tries = 0;
  p.bravo().server = [&tries](const mail::Recipient&) {
    return event::DeliveryResult::PerRecipient{++tries < 4 ? Outcome::temporary : Outcome::delivered,
                                               tries < 4 ? "4.2.0" : "2.0.0", "reply", true};
  };
  p.fleet.submit("alpha", {"bravo"});
  p.fleet.run(1min);
  EXPECT_LE(tries, 2);
  p.fleet.run(1h);
  EXPECT_EQ(tries, 4);
  EXPECT_EQ(p.bravo().mailbox.size(), 1u);
}

TEST(Reports, PermanentFailureComesBackAsDsn) {
  Pair p;
  p.bravo().server = [](const mail::Recipient&) {
    return event::DeliveryResult::PerRecipient{Outcome::permanent, "5.1.1", "550 5.1.1 no such user", true};
  };
  ASSERT_EQ(p.fleet.submit("alpha", {"bravo"}, 2).code, 250);
  ASSERT_TRUE(p.fleet.run_until([&] { return !p.alpha().mailbox.empty(); }, 5min));
  const auto& dsn = p.alpha().mailbox.front();
  EXPECT_EQ(dsn.from, "");
  EXPECT_EQ(dsn.recipient, "ops@alpha.example");
  EXPECT_EQ(dsn.mt_priority, 2) << "RFC 6710 4.6";
  EXPECT_NE(dsn.octets.find("Action: failed"), std::string::npos) << dsn.octets;
  EXPECT_NE(dsn.octets.find("Status: 5.1.1"), std::string::npos);
  // The report closes the tracking record of what it speaks of.
  const auto rows = p.alpha().store().find_by_envelope("", "<m1@alpha.example>");
  ASSERT_EQ(rows.size(), 1u);
  bool reported = false;
  for (const auto& t : p.alpha().store().tracking(rows.front().id)) reported = reported || t.event == "reported_failed";
  EXPECT_TRUE(reported);
}

TEST(Reports, NotifySuccessBringsADeliveredReport) {
  Pair p;
  auto e = envelope_to("u@bravo.example");
  e.envid = "QX42";
  e.recipients.front().notify = mail::Notify{false, true, true, false};
  ASSERT_EQ(p.fleet.submit("alpha", e, plain).code, 250);
  ASSERT_TRUE(p.fleet.run_until([&] { return !p.alpha().mailbox.empty(); }, 5min));
  const auto& dsn = p.alpha().mailbox.front().octets;
  EXPECT_NE(dsn.find("Action: delivered"), std::string::npos) << dsn;
  EXPECT_NE(dsn.find("Original-Envelope-Id: QX42"), std::string::npos);
  p.fleet.run(10min);
  EXPECT_EQ(p.alpha().mailbox.size(), 1u);
}

TEST(Reports, NeverMeansNever) {
  Pair p;
  p.bravo().server = [](const mail::Recipient&) {
    return event::DeliveryResult::PerRecipient{Outcome::permanent, "5.1.1", "no", true};
  };
  auto e = envelope_to("u@bravo.example");
  e.recipients.front().notify = mail::Notify{true, false, false, false};
  ASSERT_EQ(p.fleet.submit("alpha", e, plain).code, 250);
  p.fleet.run(1h);
  EXPECT_TRUE(p.alpha().mailbox.empty());
  EXPECT_EQ(p.bravo().count("delivery_failed"), 1u);
}

TEST(Reports, ExpiryOnTheAirFailsWithAReport) {
  Fleet fleet;
  fleet.add("alpha", [](Config& c) { c.default_expiry = 30min; });
  fleet.add("bravo");
  fleet.start();
  fleet.cut = [](const std::string&, const std::string&, BearerIndex) { return true; };
  ASSERT_EQ(fleet.submit("alpha", {"bravo"}, 0).code, 250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["alpha"].mailbox.empty(); }, 45min));
  EXPECT_NE(fleet["alpha"].mailbox.front().octets.find("Action: failed"), std::string::npos);
  EXPECT_TRUE(fleet["alpha"].store().live_messages().empty());
  EXPECT_TRUE(fleet["alpha"].store().transfers().empty());
}

TEST(Reports, DeliverByPassedIsReportedOnceAndTheMessageGoesOn) {
  Pair p;
  p.fleet.command("alpha", {{"command", "minimize"}, {"level", "flash"}});
  auto e = envelope_to("u@bravo.example");
  e.by = mail::DeliverBy{600, false, false};
  ASSERT_EQ(p.fleet.submit("alpha", e, plain).code, 250);
  p.fleet.run(6h);
  ASSERT_EQ(p.alpha().mailbox.size(), 1u);
  EXPECT_NE(p.alpha().mailbox.front().octets.find("Action: delayed"), std::string::npos);
  EXPECT_NE(p.alpha().mailbox.front().octets.find("Deliver-By-Date:"), std::string::npos);
  p.fleet.command("alpha", {{"command", "minimize"}, {"level", "off"}});
  p.fleet.run(5min);
  EXPECT_EQ(p.bravo().mailbox.size(), 1u);
}

TEST(Reports, DeliverByWithReturnFailsAtItsTime) {
  Pair p;
  p.fleet.command("alpha", {{"command", "minimize"}, {"level", "flash"}});
  auto e = envelope_to("u@bravo.example");
  e.by = mail::DeliverBy{600, true, false};
  ASSERT_EQ(p.fleet.submit("alpha", e, plain).code, 250);
  p.fleet.run(9min);
  EXPECT_TRUE(p.alpha().mailbox.empty());
  p.fleet.run(2min);
  ASSERT_EQ(p.alpha().mailbox.size(), 1u);
  EXPECT_NE(p.alpha().mailbox.front().octets.find("Status: 5.4.7"), std::string::npos);
}

TEST(Relay, MailCrossesANodeInTheMiddle) {
  Fleet fleet;
  auto near = fleet_link("near", 64'000);
  auto far = fleet_link("far", 9'600);
  fleet.links = {near, far};
  fleet.add("alpha", [](Config& c) {
    c.peers = {fleet_peer("bravo", 2, {"near"})};
    c.peers.front().domains.emplace_back("*");
  });
  fleet.add("bravo", [](Config& c) {
    c.peers = {fleet_peer("alpha", 1, {"near"}), fleet_peer("charlie", 3, {"far"})};
    c.relay = {"charlie.example", "alpha.example"};
  });
  fleet.add("charlie", [](Config& c) {
    c.peers = {fleet_peer("bravo", 2, {"far"})};
    c.peers.front().domains.emplace_back("*");
  });
  fleet.start();
  auto e = envelope_to("u@charlie.example");
  e.recipients.front().notify = mail::Notify{false, true, false, false};
  ASSERT_EQ(fleet.submit("alpha", e, plain).code, 250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["alpha"].mailbox.empty(); }, 10min));
  ASSERT_EQ(fleet["charlie"].mailbox.size(), 1u);
  const auto& octets = fleet["charlie"].mailbox.front().octets;
  std::size_t hops = 0;
  for (auto at = octets.find("Received:"); at != std::string::npos; at = octets.find("Received:", at + 1)) ++hops;
  EXPECT_EQ(hops, 3u) << octets;
  EXPECT_NE(fleet["alpha"].mailbox.front().octets.find("Action: delivered"), std::string::npos);
  EXPECT_TRUE(fleet["bravo"].mailbox.empty());
}

TEST(Relay, NobodyRelaysWhatItWasNotToldTo) {
  Fleet fleet;
  fleet.add("alpha", [](Config& c) {
    c.peers = {fleet_peer("bravo", 2, {"radio"})};
    c.peers.front().domains.emplace_back("*");
  });
  fleet.add("bravo", [](Config& c) {
    c.peers = {fleet_peer("alpha", 1, {"radio"}), fleet_peer("charlie", 3, {"radio"})};
  });
  fleet.add("charlie", [](Config& c) { c.peers = {fleet_peer("bravo", 2, {"radio"})}; });
  fleet.start();
  ASSERT_EQ(fleet.submit("alpha", {"charlie"}).code, 250);
  fleet.run(10min);
  EXPECT_TRUE(fleet["charlie"].mailbox.empty());
  EXPECT_EQ(fleet["bravo"].count("not_for_us"), 1u);
  EXPECT_EQ(fleet["bravo"].count("message_received"), 0u);
}

struct TwoBearers {
  TwoBearers() {
    fleet.links = {fleet_link("satcom", 64'000), fleet_link("hf", 9'600)};
    fleet.add("alpha");
    fleet.add("bravo");
    fleet.start();
  }
  Fleet fleet;
};

TEST(FailOver, BearerThatIsDownIsLeftForTheNext) {
  TwoBearers t;
  t.fleet["alpha"].node().handle(event::BearerState{0, false}, t.fleet.now());
  ASSERT_EQ(t.fleet.submit("alpha", {"bravo"}).code, 250);
  t.fleet.run(1min);
  EXPECT_EQ(t.fleet["bravo"].mailbox.size(), 1u);
}

TEST(FailOver, BearerThatDiesDuringTheTransfer) {
  TwoBearers t;
  ASSERT_EQ(t.fleet.submit("alpha", {"bravo"}, 0, 60'000).code, 250);
  t.fleet.run(2s);
  t.fleet["alpha"].node().handle(event::BearerState{0, false}, t.fleet.now());
  t.fleet.run(5min);
  EXPECT_EQ(t.fleet["bravo"].mailbox.size(), 1u);
  t.fleet["alpha"].node().handle(event::BearerState{0, true}, t.fleet.now());
  t.fleet.run(1h);
  EXPECT_EQ(t.fleet["bravo"].mailbox.size(), 1u) << "once";
  EXPECT_EQ(t.fleet["alpha"].count("transfer_acknowledged"), 1u);
}

TEST(FailOver, SilentBearerIsLeftAndItsLateCopyIsADuplicate) {
  TwoBearers t;
  bool dead = true;  // nothing comes back over satcom
  t.fleet.cut = [&dead](const std::string& from, const std::string&, BearerIndex b) {
    return b == 0 && from == "bravo" && dead;
  };
  ASSERT_EQ(t.fleet.submit("alpha", {"bravo"}, 0, 5'000).code, 250);
  ASSERT_TRUE(t.fleet.run_until([&] { return t.fleet["alpha"].count("transfer_acknowledged") == 1; }, 2h));
  EXPECT_EQ(t.fleet["alpha"].count("failover"), 1u);
  EXPECT_EQ(t.fleet["bravo"].mailbox.size(), 1u);
  EXPECT_EQ(t.fleet["bravo"].count("duplicate_suppressed"), 1u);
  EXPECT_TRUE(t.fleet["alpha"].store().live_messages().empty());
}

TEST(FailOver, PeerThatWasGivenUpGetsItsMailWhenItIsBack) {
  Pair p(64'000);
  bool dead = true;
  p.fleet.cut = [&dead](const std::string&, const std::string&, BearerIndex) { return dead; };
  for (int i = 0; i < 5; ++i) ASSERT_EQ(p.fleet.submit("alpha", {"bravo"}, 0, 2'000).code, 250);
  p.fleet.run(6h);
  EXPECT_GE(p.alpha().count("peer_unreachable"), 1u);
  EXPECT_TRUE(p.bravo().mailbox.empty());
  dead = false;
  p.fleet.run(2h);
  EXPECT_EQ(p.bravo().mailbox.size(), 5u);
}

}  // namespace
}  // namespace longwire::engine
