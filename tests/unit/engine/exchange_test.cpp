// Two and three nodes exchange mail: the main job, end to end, in memory.
#include "fleet.hpp"

#include <gtest/gtest.h>

#include <set>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;

TEST(Exchange, UnicastFromSubmissionToMailbox) {
  Fleet fleet;
  fleet.add("alpha");
  fleet.add("bravo");
  fleet.start();
  const auto reply = fleet.submit("alpha", {"bravo"});
  EXPECT_EQ(reply.code, 250) << reply.text;
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["bravo"].mailbox.empty(); }, 1min));
  const auto& mail = fleet["bravo"].mailbox.front();
  EXPECT_EQ(mail.recipient, "u@bravo.example");
  EXPECT_EQ(mail.octets.rfind("Return-Path: <ops@alpha.example>\r\n", 0), 0u) << mail.octets;
  EXPECT_NE(mail.octets.find("Subject: number 1\r\n"), std::string::npos);
  fleet.run(1min);
  EXPECT_EQ(fleet["alpha"].count("transfer_acknowledged"), 1u);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1u);
  EXPECT_EQ(fleet["bravo"].count("delivered"), 1u);
  EXPECT_TRUE(fleet["alpha"].store().live_messages().empty());
  EXPECT_TRUE(fleet["bravo"].store().live_messages().empty());
}

TEST(Exchange, OneMulticastServesThree) {
  Fleet fleet;
  for (const auto* name : {"alpha", "bravo", "charlie", "delta"}) fleet.add(name);
  fleet.start();
  ASSERT_EQ(fleet.submit("alpha", {"bravo", "charlie", "delta"}, 0, 20'000).code, 250);
  fleet.run(3min);
  for (const auto* name : {"bravo", "charlie", "delta"}) EXPECT_EQ(fleet[name].mailbox.size(), 1u) << name;
  EXPECT_EQ(fleet["alpha"].count("transfer_started"), 1u);
  EXPECT_EQ(fleet["alpha"].count("transfer_acknowledged"), 3u);
  // One copy on the air, not three: hexadecimal text compresses to a little over half.
  EXPECT_LT(fleet["alpha"].octets_sent, 20'000u);
}

TEST(Exchange, LossIsRepaired) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Fleet fleet(seed);
    for (const auto* name : {"alpha", "bravo", "charlie"}) fleet.add(name);
    fleet.start();
    fleet.loss = 0.2;
    for (int i = 0; i < 10; ++i) ASSERT_EQ(fleet.submit("alpha", {"bravo", "charlie"}, 0, 3'000).code, 250);
    fleet.run(30min);
    EXPECT_EQ(fleet["bravo"].mailbox.size(), 10u) << seed;
    EXPECT_EQ(fleet["charlie"].mailbox.size(), 10u) << seed;
    EXPECT_TRUE(fleet["alpha"].store().live_messages().empty()) << seed;
  }
}

TEST(Exchange, SilentReceiverAnswersLateInOneBurst) {
  Fleet fleet;
  fleet.add("alpha");
  fleet.add("bravo");
  fleet.start();
  EXPECT_TRUE(fleet.command("bravo", {{"command", "emcon"}, {"state", "on"}}).at("ok").as_bool());
  EXPECT_TRUE(fleet.command("alpha", {{"command", "emcon"}, {"state", "on"}, {"peer", "bravo"}}).at("ok").as_bool());
  for (int i = 0; i < 5; ++i) ASSERT_EQ(fleet.submit("alpha", {"bravo"}).code, 250);
  fleet.run(1h);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 5u) << "delivered while silent";
  EXPECT_EQ(fleet["bravo"].octets_sent, 0u);
  EXPECT_EQ(fleet["alpha"].count("transfer_acknowledged"), 0u);
  fleet.command("bravo", {{"command", "emcon"}, {"state", "off"}});
  fleet.run(2min);
  EXPECT_EQ(fleet["alpha"].count("transfer_acknowledged"), 5u);
  EXPECT_LE(fleet["bravo"].datagrams_sent, 2u) << "all in one Ack_PDU";
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 5u);
}

TEST(Exchange, SilentSenderKeepsItsMail) {
  Fleet fleet;
  fleet.add("alpha", [](Config& c) { c.emcon = true; });
  fleet.add("bravo");
  fleet.start();
  ASSERT_EQ(fleet.submit("alpha", {"bravo"}).code, 250);
  fleet.run(1h);
  EXPECT_EQ(fleet["alpha"].octets_sent, 0u);
  fleet.command("alpha", {{"command", "emcon"}, {"state", "off"}});
  fleet.run(1min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1u);
}

TEST(Exchange, FlashOvertakesRoutine) {
  Fleet fleet;
  fleet.links.push_back(fleet_link("hf", 2'400));
  fleet.add("alpha");
  fleet.add("bravo");
  fleet.start();
  ASSERT_EQ(fleet.submit("alpha", {"bravo"}, -2, 100'000).code, 250);
  fleet.run(10s);
  const auto submitted = fleet.now();
  ASSERT_EQ(fleet.submit("alpha", {"bravo"}, 4, 300).code, 250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["bravo"].mailbox.empty(); }, 10min));
  EXPECT_EQ(fleet["bravo"].mailbox.front().mt_priority, 4);
  // One PDU of 548 octets on the air is 2 s; the flash itself is about 2.5 s with its Address_PDU.
  EXPECT_LT(fleet.now() - submitted, 8s);
  ASSERT_TRUE(fleet.run_until([&] { return fleet["bravo"].mailbox.size() == 2; }, 30min));
}

TEST(Exchange, SameSeedSameTrace) {
  const auto trace = [] {
    Fleet fleet(7);
    for (const auto* name : {"alpha", "bravo", "charlie"}) fleet.add(name);
    fleet.start();
    fleet.loss = 0.1;
    for (int i = 0; i < 6; ++i) fleet.submit(i % 2 == 0 ? "alpha" : "bravo", {"charlie"}, i % 3, 2'000);
    fleet.run(10min);
    std::string out;
    for (const auto* name : {"alpha", "bravo", "charlie"})
      for (const auto& r : fleet[name].reports)
        out += std::to_string(r.time.time_since_epoch().count()) + " " + std::string(r.name) + " " +
               boost::json::serialize(r.fields) + "\n";
    return out;
  };
  const auto first = trace();
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, trace());
}

}  // namespace
}  // namespace longwire::engine
