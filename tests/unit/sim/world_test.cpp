// The world around real nodes: what it must notice, and that a run repeats.
#include "sim/world.hpp"
#include "sim/report.hpp"
#include "sim/run.hpp"
#include "sim/verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace longwire::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Scenario scenario(const std::string& rest, const std::string& loss) {
  auto parsed = parse_scenario(R"(
duration = "1h"
[[link]]
name = "air"
kind = "half-duplex"
rate = 9600
loss = )" + loss + R"(
[[node]]
name = "a"
links = ["air"]
[[node]]
name = "b"
links = ["air"]
)" + rest,
                               "test.toml", "");
  for (const auto& problem : parsed.problems) ADD_FAILURE() << to_string(problem);
  return std::move(parsed.scenario.value());
}

const std::string one_message = "[[message]]\nname = \"m\"\nat = \"10s\"\nfrom = \"a\"\nto = \"b\"\nsize = 4000\n";

struct Played {
  explicit Played(const std::string& rest, std::uint64_t seed = 1, const std::string& loss = "0.0")
      : plan(scenario(rest, loss)) {
    WorldOptions options;
    options.seed = seed;
    options.trace = &trace;
    options.pcap = &pcap;
    world.emplace(plan, std::move(options));
    world->run();
    failed = judge(*world);
  }
  const RecipientOutcome& recipient() const { return world->scoreboard().outcomes().at(0).recipients.at(0); }

  Scenario plan;
  std::ostringstream trace, pcap;
  std::optional<World> world;
  std::vector<std::string> failed;
};

TEST(World, MailGoesFromSmtpToTheMailboxOctetByOctet) {
  Played run(one_message + "[expect]\ndelivered = \"all\"\n");
  EXPECT_THAT(run.failed, ElementsAre());
  ASSERT_TRUE(run.recipient().delivered);
  EXPECT_FALSE(run.recipient().corrupted);
  EXPECT_EQ(run.recipient().node, "b");
  EXPECT_EQ(run.world->scoreboard().outcomes()[0].octets, 4'000U);
  EXPECT_GT(run.world->octets_on_air(), 4'000U);
}

TEST(World, ARunRepeatsAndAnotherSeedDiffers) {
  const std::string lossy =
      one_message + "[[event]]\nat = \"12s\"\nnode = \"b\"\nkill = true\ntorn = true\nrestart_after = \"20s\"\n";
  Played first(lossy, 3, "0.3"), second(lossy, 3, "0.3"), other(lossy, 4, "0.3");
  EXPECT_TRUE(first.trace.str() == second.trace.str());
  EXPECT_TRUE(first.pcap.str() == second.pcap.str());
  EXPECT_EQ(first.world->trace().hash(), fnv1a(std::string_view(first.trace.view())));
  EXPECT_FALSE(first.trace.str() == other.trace.str());
}

TEST(World, EveryMissedExpectationIsToldWithItsReason) {
  Played run(
      one_message +
      "within = \"1s\"\n[[message]]\nname = \"lost\"\nfrom = \"a\"\nto = \"b\"\nat = \"59m\"\nsize = 100000\nexpect = "
      "\"delivered\"\n[expect]\nmax_bytes_on_air = 100\ndelivered = 5\nsettled = true\n");
  EXPECT_THAT(
      run.failed,
      testing::Contains(testing::MatchesRegex("m to ops@b.example: delivered after .* s, expected within 1.000 s")));
  EXPECT_THAT(run.failed, testing::Contains(HasSubstr("lost to ops@b.example: not delivered")));
  EXPECT_THAT(run.failed, testing::Contains(HasSubstr("still queued at the end")));
  EXPECT_THAT(run.failed, testing::Contains(HasSubstr("bytes on air, expected at most 100")));
  EXPECT_THAT(run.failed, testing::Contains("delivered 1, expected 5"));
}

// Stops a run at 11 s, when the message is accepted and on its way, lets `plant` do its harm, and judges.
std::vector<std::string> judged_with(const std::function<void(World&)>& plant, Duration at, const std::string& expect) {
  const auto plan = scenario(one_message + "[expect]\n" + expect, "0.0");
  World world(plan, {});
  world.run_until(plan.start + at);
  EXPECT_TRUE(world.scoreboard().outcomes().at(0).accepted);
  plant(world);
  world.run();
  return judge(world);
}

// A node that forgets a message without a word.
void lose(World& world) {
  auto& node = world.stations().at(0);
  ASSERT_EQ(node.name(), "a");
  node.crash();
  const auto live = node.store().live_messages();
  ASSERT_EQ(live.size(), 1U);
  auto row = live.front().rows.at(0);
  row.state = store::RecipientState::cancelled;
  node.store().update_recipient(live.front().id, 0, row);
  for (const auto& transfer : node.store().transfers()) node.store().remove_transfer(transfer.pmul_message_id);
  node.store().commit();
  node.boot(world.now());
}

// A node that hands the same message to the mailbox again, as another one of its own.
void repeat(World& world) {
  auto& node = world.stations().at(1);
  ASSERT_EQ(node.name(), "b");
  ASSERT_TRUE(world.scoreboard().outcomes().at(0).recipients.at(0).delivered);
  mail::Envelope envelope;
  envelope.from = "ops@a.example";
  envelope.recipients.push_back({});
  envelope.recipients.back().address = "ops@b.example";
  const auto text = "From: <ops@a.example>\r\nMessage-ID: <" + world.scoreboard().outcomes().at(0).message_id +
                    ">\r\n\r\nonce more\r\n";
  EXPECT_EQ(node.node().on_message({"127.0.0.1", "c", "ESMTP", 1}, envelope, to_bytes(text), world.now()).code, 250);
  node.wake = world.now();
}

TEST(World, APlantedLossIsFound) {
  using namespace std::chrono_literals;
  const auto nothing = [](World&) {};
  EXPECT_THAT(judged_with(nothing, 11s, ""), ElementsAre());
  EXPECT_THAT(judged_with(lose, 11s, ""),
              ElementsAre("m to ops@b.example: lost: neither delivered nor reported nor queued (state: cancelled)"));
  EXPECT_THAT(judged_with(lose, 11s, "no_lost = false\n"), ElementsAre());
}

TEST(World, APlantedDuplicateIsFound) {
  using namespace std::chrono_literals;
  EXPECT_THAT(judged_with(repeat, 10min, ""), testing::Contains("m to ops@b.example: delivered 2 times"));
  EXPECT_THAT(judged_with(repeat, 10min, "no_duplicates = false\n"),
              testing::Not(testing::Contains(HasSubstr("2 times"))));
}

TEST(World, WhatARefusedSubmissionSaysIsInTheReport) {
  Played run("[[message]]\nname = \"m\"\nfrom = \"a\"\nto = \"x@nowhere.invalid\"\n[expect]\ndelivered = \"all\"\n");
  ASSERT_EQ(run.failed.size(), 1U);
  EXPECT_THAT(run.failed[0], testing::StartsWith("m: not accepted: 5"));
}

TEST(World, ASilentStationEmitsNothingNotEvenFromItsRadio) {
  Played run(
      one_message +
      "[[event]]\nat = \"11s\"\nnode = \"a\"\nemcon = true\n[[event]]\nat = \"30m\"\nnode = \"a\"\nemcon = false\n"
      "[expect]\ndelivered = \"all\"\n");
  EXPECT_THAT(run.failed, ElementsAre());
  EXPECT_GT(*run.recipient().delivered, run.plan.start + std::chrono::minutes{30});
  EXPECT_EQ(run.world->stations()[0].silent_octets, 0U);
}

TEST(World, AnOrderGivenWhileTheProgramIsDownHoldsAfterItsStart) {
  Played run(one_message +
             "[[event]]\nat = \"1s\"\nnode = \"b\"\nkill = true\n[[event]]\nat = \"2s\"\nnode = \"b\"\nemcon = true\n"
             "[[event]]\nat = \"3s\"\nnode = \"b\"\nrestart = true\n");
  EXPECT_THAT(run.failed, ElementsAre());
  EXPECT_TRUE(run.world->stations()[1].node().emcon());
  const auto& channel = run.world->channels()[0];
  EXPECT_EQ(channel.station(1).octets_sent, 0U);
}

TEST(World, AKilledNodeLosesNothingThatWasAccepted) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Played run(one_message +
                   "[[event]]\nat = \"10s\"\nnode = \"a\"\nkill = true\ntorn = true\nrestart_after = \"5s\"\n"
                   "[[event]]\nat = \"14s\"\nnode = \"b\"\npower_cut = true\nrestart_after = \"5s\"\n"
                   "[expect]\ndelivered = \"all\"\nsettled = true\n",
               seed);
    EXPECT_THAT(run.failed, ElementsAre()) << "seed " << seed;
  }
}

TEST(World, TheReportNamesWhatItCounts) {
  Played run(one_message);
  const auto report = report_json(*run.world, 1, run.failed);
  EXPECT_TRUE(report.at("ok").as_bool());
  EXPECT_EQ(report.at("trace").at("algorithm").as_string(), "FNV-1a 64");
  EXPECT_EQ(report.at("trace").at("hash").as_string(), hex64(run.world->trace().hash()));
  const auto& a = report.at("nodes").at(0).at("links").at("air").as_object();
  const auto& b = report.at("nodes").at(1).at("links").at("air").as_object();
  EXPECT_EQ(a.at("bytes_sent").to_number<std::uint64_t>() + b.at("bytes_sent").to_number<std::uint64_t>(),
            report.at("bytes_on_air").to_number<std::uint64_t>());
  EXPECT_EQ(a.at("bytes_sent"), b.at("bytes_received"));  // nothing is lost on this link
  EXPECT_EQ(report.at("messages").at(0).at("recipients").at(0).at("node").as_string(), "b");
}

// Coded P_MUL: the same figures in the report, in the trace and in the expectations, over a restart of the sender too.
TEST(World, CodedTransfersAreCounted) {
  const std::string coded = "[[node.bearer]]\nname = \"air\"\ncoding = \"always\"\n" + one_message +
                            "[[message]]\nat = \"5m\"\nfrom = \"b\"\nto = \"a\"\nsize = 4000\n"
                            "[[event]]\nat = \"12s\"\nnode = \"a\"\nkill = true\nrestart_after = \"20s\"\n"
                            "[expect]\ndelivered = \"all\"\ncoded_transfers = ";
  // Only b codes, and what it sends to a: 0 of a, 1 of b.
  Played good(coded + "1\ndata_until = \"15m\"\n", 1, "0.2"), wrong(coded + "2\n", 1, "0.2");
  EXPECT_THAT(good.failed, ElementsAre());
  EXPECT_THAT(wrong.failed, ElementsAre("1 coded transfers, expected 2"));
  Played late(coded + "1\ndata_until = \"5m\"\n", 1, "0.2");
  ASSERT_EQ(late.failed.size(), 1U);
  EXPECT_THAT(late.failed[0], HasSubstr("a Data_PDU was sent after "));
  const auto report = report_json(*good.world, 1, good.failed);
  const auto number = [](const boost::json::value& v) { return v.to_number<double>(); };
  for (const std::size_t n : {0U, 1U}) {
    const auto& node = report.at("nodes").at(n);
    const auto& told = node.at("p_mul").at("air").at(n == 0 ? "plain" : "coded");
    EXPECT_EQ(number(told.at("transfers")), 1) << "counted once, though the sender was killed in between";
    double sent = 0, sources = 0, parity = 0;
    for (const auto& transfer : node.at("transfers").as_array()) {
      EXPECT_EQ(transfer.at("coded").as_bool(), n == 1);
      sent += number(transfer.at("data_sent"));
      parity += number(transfer.at("parity_sent"));
      if (sources == 0) sources = number(transfer.at("total"));
      EXPECT_EQ(transfer.at("message_id").as_string(), (n == 0 ? "<m.1@sim.example>" : "<m2.1@sim.example>"));
    }
    EXPECT_EQ(number(told.at("sent")), sent);
    EXPECT_EQ(number(told.at("sources")), sources);
    EXPECT_DOUBLE_EQ(number(told.at("repair_ratio")), (sent - sources) / sources);
    if (n == 1) {
      EXPECT_DOUBLE_EQ(number(told.at("code_rate")), sources / (sources + parity));
    }
  }
  EXPECT_EQ(report.at("nodes").at(0).at("transfers").as_array().size(), 2U) << "before and after the restart";
}

TEST(RunScenario, ExitCodesAreThoseOfTheContract) {
  std::ostringstream out, err;
  EXPECT_EQ(run_scenario({}, out, err), 2);
  SimOptions missing;
  missing.scenario = "/nonexistent/scenario.toml";
  EXPECT_EQ(run_scenario(missing, out, err), 1);
  EXPECT_THAT(err.str(), HasSubstr("/nonexistent/scenario.toml:1:1: error: cannot read the file"));
  SimOptions seeds;
  seeds.generate = true;
  seeds.first_seed = 1;
  seeds.last_seed = 3;
  EXPECT_EQ(run_scenario(seeds, out, err), 0);
  EXPECT_THAT(out.str(), HasSubstr("3 seeds, 3 ok, 0 failed"));
  seeds.trace_file = "x";
  EXPECT_EQ(run_scenario(seeds, out, err), 2);
}

TEST(ParseSeeds, OneOrARange) {
  std::uint64_t first = 0, last = 0;
  EXPECT_TRUE(parse_seeds("7", first, last));
  EXPECT_EQ(first, 7U);
  EXPECT_EQ(last, 7U);
  EXPECT_TRUE(parse_seeds("1..1000", first, last));
  EXPECT_EQ(last, 1'000U);
  for (const auto* wrong : {"", "a", "1..", "..5", "5..1", "1...3", "-1"})
    EXPECT_FALSE(parse_seeds(wrong, first, last)) << wrong;
}

}  // namespace
}  // namespace longwire::sim
