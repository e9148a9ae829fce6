// Short messages as single datagrams, and what does not fit them.
#include "fleet.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;

void pair(Fleet& fleet, const std::function<void(Config&)>& change = {}) {
  fleet.add("alpha", [&](Config& c) {
    c.peers = {fleet_peer("bravo", 2, {"radio"})};
    c.peers[0].content = Content::dmp;
    if (change) change(c);
  });
  fleet.add("bravo", [&](Config& c) {
    c.peers = {fleet_peer("alpha", 1, {"radio"})};
    c.peers[0].content = Content::dmp;
    if (change) change(c);
  });
  fleet.start();
}

mail::Envelope envelope_to(const std::string& to) {
  mail::Envelope e;
  e.from = "ops@alpha.example";
  e.recipients.push_back({to, std::nullopt, {}, {}});
  return e;
}

std::string note(int number) {
  return "From: ops@alpha.example\r\nTo: u@bravo.example\r\nSubject: note " + std::to_string(number) +
         "\r\nMessage-ID: <note." + std::to_string(number) + "@alpha.example>\r\n\r\nShort and clear.\r\n";
}

std::size_t by_dmp(const Ship& ship) {
  return static_cast<std::size_t>(std::count_if(ship.reports.begin(), ship.reports.end(), [](const action::Report& r) {
    return r.name == "transfer_started" && r.fields.contains("dmp_id");
  }));
}

TEST(Dmp, AShortMessageIsOneDatagramAndOneAnswer) {
  Fleet fleet;
  pair(fleet);
  ASSERT_EQ(fleet.submit("alpha", envelope_to("u@bravo.example"), note(1)).code, 250);
  fleet.run(1min);
  ASSERT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_NE(fleet["bravo"].mailbox[0].octets.find("Short and clear.\r\n"), std::string::npos);
  EXPECT_NE(fleet["bravo"].mailbox[0].octets.find("Subject: note 1\r\n"), std::string::npos);
  EXPECT_EQ(by_dmp(fleet["alpha"]), 1U);
  EXPECT_EQ(fleet["alpha"].datagrams_sent, 1U);
  EXPECT_EQ(fleet["bravo"].datagrams_sent, 1U);
  EXPECT_TRUE(fleet["alpha"].store().live_messages().empty());
  const auto status = fleet.command("alpha", {{"command", "status"}});
  const auto& dmp = status.at("bearers").as_array().at(0).at("dmp");
  EXPECT_EQ(dmp.at("sent"), 1);
  EXPECT_EQ(dmp.at("acknowledged"), 1);
  EXPECT_EQ(dmp.at("waiting"), 0);
}

TEST(Dmp, WhatTheProfileLeavesOutIsToldOnce) {
  Fleet fleet;
  pair(fleet);
  fleet.cut = [](const std::string& from, const std::string&, BearerIndex) { return from == "bravo"; };
  ASSERT_EQ(fleet.submit("alpha", envelope_to("u@bravo.example"), "X-Mailer: quill\r\n" + note(1)).code, 250);
  fleet.run(1min);
  ASSERT_EQ(by_dmp(fleet["alpha"]), 1U);
  fleet.crash("alpha");
  fleet.restart("alpha");
  fleet.cut = {};
  fleet.run(30min);
  std::size_t told = 0;
  for (const auto& r : fleet["alpha"].reports)
    if (r.name == "converted" && boost::json::serialize(r.fields).find("X-Mailer") != std::string::npos) ++told;
  // Once while it runs, and once more by a node that has forgotten what it told.
  EXPECT_GE(told, 1U);
  EXPECT_LE(told, 2U);
}

TEST(Dmp, WhatIsTooLongGoesAsAnnexEOverPmul) {
  Fleet fleet;
  pair(fleet);
  ASSERT_EQ(fleet.submit("alpha", {"bravo"}, 0, 20'000).code, 250);
  fleet.run(2min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_EQ(by_dmp(fleet["alpha"]), 0U);
  EXPECT_EQ(fleet["alpha"].count("dmp_not_possible"), 1U);
}

TEST(Dmp, LossIsRepairedAndNothingComesTwice) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Fleet fleet(seed);
    pair(fleet);
    fleet.loss = 0.3;
    for (int i = 0; i < 10; ++i) ASSERT_EQ(fleet.submit("alpha", envelope_to("u@bravo.example"), note(i)).code, 250);
    fleet.run(2h);
    EXPECT_EQ(fleet["bravo"].mailbox.size(), 10U) << seed;
    EXPECT_EQ(by_dmp(fleet["alpha"]), 10U) << seed;
    EXPECT_TRUE(fleet["alpha"].store().live_messages().empty()) << seed;
  }
}

TEST(Dmp, ARestartOfEitherEndDeliversOnce) {
  Fleet fleet;
  pair(fleet);
  // The answers are lost: bravo has the message, alpha does not know.
  fleet.cut = [](const std::string& from, const std::string&, BearerIndex) { return from == "bravo"; };
  ASSERT_EQ(fleet.submit("alpha", envelope_to("u@bravo.example"), note(1)).code, 250);
  fleet.run(1min);
  ASSERT_EQ(fleet["bravo"].mailbox.size(), 1U);
  fleet.crash("alpha");
  fleet.crash("bravo");
  fleet.run(1min);
  fleet.restart("bravo");
  fleet.restart("alpha");
  fleet.run(1min);
  fleet.cut = {};
  fleet.run(30min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U) << "the repetition after both restarts is the same datagram";
  EXPECT_GE(fleet["bravo"].count("duplicate_suppressed"), 1U);
  EXPECT_TRUE(fleet["alpha"].store().live_messages().empty());
}

TEST(Dmp, ASilentPeerGetsItByPmul) {
  Fleet fleet;
  pair(fleet);
  fleet.command("bravo", {{"command", "emcon"}, {"state", "on"}});
  fleet.command("alpha", {{"command", "emcon"}, {"state", "on"}, {"peer", "bravo"}});
  ASSERT_EQ(fleet.submit("alpha", envelope_to("u@bravo.example"), note(1)).code, 250);
  fleet.run(1h);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_EQ(by_dmp(fleet["alpha"]), 0U);
  EXPECT_EQ(fleet["bravo"].octets_sent, 0U);
}

TEST(Dmp, WhatBeganByPmulStaysThere) {
  Fleet fleet;
  pair(fleet);
  fleet.command("alpha", {{"command", "emcon"}, {"state", "on"}, {"peer", "bravo"}});
  fleet.cut = [](const std::string&, const std::string&, BearerIndex) { return true; };
  ASSERT_EQ(fleet.submit("alpha", envelope_to("u@bravo.example"), note(1)).code, 250);
  fleet.run(1min);
  fleet.command("alpha", {{"command", "emcon"}, {"state", "off"}, {"peer", "bravo"}});
  fleet.run(6h);  // it is given up and begun again
  EXPECT_GE(fleet["alpha"].count("transfer_failed"), 1U);
  fleet.cut = {};
  fleet.run(3h);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_EQ(by_dmp(fleet["alpha"]), 0U);
}

TEST(Dmp, NothingLeavesUnderSilenceAndAnswersAreOwed) {
  Fleet fleet;
  pair(fleet);
  fleet.command("bravo", {{"command", "emcon"}, {"state", "on"}});  // and alpha does not know
  ASSERT_EQ(fleet.submit("alpha", envelope_to("u@bravo.example"), note(1)).code, 250);
  fleet.run(10min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_EQ(fleet["bravo"].octets_sent, 0U);
  fleet.command("bravo", {{"command", "emcon"}, {"state", "off"}});
  fleet.run(1min);
  EXPECT_TRUE(fleet["alpha"].store().live_messages().empty());
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
}

TEST(Dmp, HoldCancelAndExpiry) {
  Fleet fleet;
  pair(fleet, [](Config& c) { c.default_expiry = 1h; });
  fleet.cut = [](const std::string&, const std::string&, BearerIndex) { return true; };
  for (int i = 1; i <= 3; ++i) ASSERT_EQ(fleet.submit("alpha", envelope_to("u@bravo.example"), note(i)).code, 250);
  fleet.run(1min);
  auto live = fleet["alpha"].store().live_messages();
  ASSERT_EQ(live.size(), 3U);
  fleet.command("alpha", {{"command", "hold"}, {"id", live[0].tracking_id}});
  fleet.command("alpha", {{"command", "cancel"}, {"id", live[1].tracking_id}});
  fleet.cut = {};
  const auto sent = fleet["alpha"].octets_sent;
  fleet.run(20min);
  ASSERT_EQ(fleet["bravo"].mailbox.size(), 1U) << "the third only";
  EXPECT_NE(fleet["bravo"].mailbox[0].octets.find("note 3"), std::string::npos);
  EXPECT_GT(fleet["alpha"].octets_sent, sent);
  fleet.command("alpha", {{"command", "release"}, {"id", live[0].tracking_id}});
  fleet.run(1min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 2U);
  fleet.cut = [](const std::string&, const std::string&, BearerIndex) { return true; };
  ASSERT_EQ(fleet.submit("alpha", envelope_to("u@bravo.example"), note(4)).code, 250);
  fleet.run(2h);
  EXPECT_TRUE(fleet["alpha"].store().live_messages().empty());
  EXPECT_EQ(fleet["alpha"].count("message_expired"), 1U);
}

TEST(Dmp, ReportsComeBackAndNameTheMessage) {
  Fleet fleet;
  pair(fleet);
  auto envelope = envelope_to("u@bravo.example");
  envelope.recipients[0].notify = mail::Notify{.success = true, .failure = true};
  ASSERT_EQ(fleet.submit("alpha", envelope, note(1)).code, 250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["alpha"].mailbox.empty(); }, 5min));
  EXPECT_NE(fleet["alpha"].mailbox[0].octets.find("Action: delivered"), std::string::npos)
      << fleet["alpha"].mailbox[0].octets;
  fleet.run(1min);
  EXPECT_EQ(fleet["alpha"].count("dsn_received"), 1U);
  EXPECT_EQ(by_dmp(fleet["bravo"]), 1U) << "the report was a datagram too";
  for (const auto& r : fleet["bravo"].reports)
    if (r.name == "dmp_not_possible") ADD_FAILURE() << boost::json::serialize(r.fields);
}

// bravo's table has its own user alone: alpha's is known to it by a number and nothing else.
TEST(Dmp, ReportsAndAnswersFindANumberThatIsInNoTable) {
  Fleet fleet;
  const auto user = [](std::string address, std::uint32_t number) {
    gateway::UserEntry out;
    out.address = std::move(address);
    out.dmp = number;
    return out;
  };
  pair(fleet, [&](Config& c) {
    c.gateway.addresses.users.push_back(user("u@bravo.example", 17));
    if (c.peers[0].name == "bravo") c.gateway.addresses.users.push_back(user("ops@alpha.example", 5));
  });
  auto envelope = envelope_to("u@bravo.example");
  envelope.recipients[0].notify = mail::Notify{.success = true, .failure = true};
  ASSERT_EQ(fleet.submit("alpha", envelope, note(1)).code, 250);
  fleet.run(2min);
  ASSERT_EQ(fleet["bravo"].mailbox.size(), 1U);
  ASSERT_EQ(fleet["alpha"].mailbox.size(), 1U);
  EXPECT_NE(fleet["alpha"].mailbox[0].octets.find("Action: delivered"), std::string::npos);
  const auto back = fleet["bravo"].mailbox[0].from;
  EXPECT_TRUE(back.ends_with("@alpha.x400.invalid")) << back;
  for (const auto& r : fleet["bravo"].reports)
    if (r.name == "dmp_not_possible") ADD_FAILURE() << boost::json::serialize(r.fields);
}

// Annex E on one side, DMP on the other, and a relay that has no names of its own between them.
TEST(Dmp, ARelayTakesItFromAnnexEAndBringsTheReportBack) {
  Fleet fleet;
  const auto peer = [](std::string name, unsigned number, Content content, std::vector<std::string> domains) {
    auto p = fleet_peer(std::move(name), number, {"radio"});
    for (auto& d : domains) p.domains.push_back(std::move(d));
    p.content = content;
    return p;
  };
  fleet.add("alpha", [&](Config& c) { c.peers = {peer("relay", 3, Content::annex_e, {"bravo.example"})}; });
  fleet.add("bravo", [&](Config& c) { c.peers = {peer("relay", 3, Content::dmp, {"alpha.example"})}; });
  fleet.add("relay", [&](Config& c) {
    c.relay = {"*"};
    c.peers = {peer("alpha", 1, Content::annex_e, {}), peer("bravo", 2, Content::dmp, {})};
  });
  fleet.start();
  fleet.cut = [](const std::string& from, const std::string& to, BearerIndex) {
    return from != "relay" && to != "relay";
  };
  auto envelope = envelope_to("u@bravo.example");
  envelope.recipients[0].notify = mail::Notify{.success = true, .failure = true};
  ASSERT_EQ(fleet.submit("alpha", envelope, note(1)).code, 250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["alpha"].mailbox.empty(); }, 10min));
  fleet.run(1min);
  ASSERT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_NE(fleet["bravo"].mailbox[0].octets.find("Short and clear.\r\n"), std::string::npos);
  EXPECT_EQ(fleet["bravo"].mailbox[0].from, "ops@alpha.example");
  EXPECT_EQ(by_dmp(fleet["relay"]), 1U);
  EXPECT_EQ(by_dmp(fleet["bravo"]), 1U);
  ASSERT_EQ(fleet["alpha"].mailbox.size(), 1U);
  EXPECT_NE(fleet["alpha"].mailbox[0].octets.find("Action: delivered"), std::string::npos)
      << fleet["alpha"].mailbox[0].octets;
  EXPECT_EQ(fleet["alpha"].count("dsn_received"), 1U);
  for (const auto* name : {"alpha", "bravo", "relay"}) EXPECT_TRUE(fleet[name].store().live_messages().empty()) << name;
}

TEST(Dmp, StrangersAndRubbishAreCountedAndNotAnswered) {
  Fleet fleet;
  pair(fleet);
  const auto send = [&](Ipv4 from, Bytes octets) {
    fleet["bravo"].node().handle(event::DatagramIn{0, {from, 5031, std::move(octets)}}, fleet.now());
  };
  send(Ipv4{0x0A420063}, {0xE9, 0x00});  // no peer
  send(Ipv4{0x0A420001}, {0xE9});
  send(Ipv4{0x0A420001}, {});
  send(Ipv4{0x0A420001}, {0x30, 0x03, 0x01});  // CompressedData that is none
  fleet.run(1min);
  EXPECT_EQ(fleet["bravo"].octets_sent, 0U);
  const auto status = fleet.command("bravo", {{"command", "status"}});
  const auto& rejected = status.at("bearers").as_array().at(0).at("rejected").as_object();
  EXPECT_TRUE(rejected.contains("dmp:unknown_source")) << boost::json::serialize(rejected);
  EXPECT_GE(rejected.size(), 3U) << boost::json::serialize(rejected);
}

}  // namespace
}  // namespace longwire::engine
