// Worlds with links of modems: what the world must notice there, and what scenario files may say.
#include "sim/report.hpp"
#include "sim/verdict.hpp"
#include "sim/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace longwire::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string text(const std::string& link_keys, const std::string& rest) {
  return R"(
duration = "1h"
[[link]]
name = "hf"
kind = "hf"
bearer = "modem"
)" + link_keys +
         R"(
[[node]]
name = "a"
links = ["hf"]
[[node]]
name = "b"
links = ["hf"]
)" + rest;
}

std::string problems_of(const std::string& link_keys, const std::string& rest = "") {
  std::string out;
  for (const auto& problem : parse_scenario(text(link_keys, rest), "t.toml", "").problems)
    out += to_string(problem) + "\n";
  return out;
}

const std::string one_message = "[[message]]\nname = \"m\"\nat = \"10s\"\nfrom = \"a\"\nto = \"b\"\nsize = 8000\n";

struct Played {
  explicit Played(const std::string& rest, const std::string& link_keys = "rate = 1200\n", bool to_the_end = true) {
    auto parsed = parse_scenario(text(link_keys, rest), "t.toml", "");
    for (const auto& problem : parsed.problems) ADD_FAILURE() << to_string(problem);
    plan = std::move(parsed.scenario.value());
    WorldOptions options;
    options.trace = &trace;
    options.pcap_d_pdu = &pcap;
    world.emplace(plan, std::move(options));
    if (to_the_end) finish();
  }
  void finish() {
    world->run();
    failed = judge(*world);
  }
  boost::json::object node(std::size_t n) {
    return report_json(*world, 1, failed).at("nodes").as_array().at(n).as_object();
  }

  Scenario plan;
  std::ostringstream trace, pcap;
  std::optional<World> world;
  std::vector<std::string> failed;
};

TEST(WorldHf, MailGoesThroughStacksAndModems) {
  Played run(one_message + "[expect]\ndelivered = \"all\"\nsettled = true\n");
  EXPECT_THAT(run.failed, ElementsAre());
  const auto a = run.node(0).at("links").at("hf").as_object();
  EXPECT_GT(a.at("bytes_sent").to_number<int>(), 8'000);
  EXPECT_GT(a.at("bits_on_air").to_number<int>(), 8 * a.at("bytes_sent").to_number<int>());
  EXPECT_GT(a.at("carrier_seconds").to_number<double>(), 8'000 * 8 / 1'200.0);
  EXPECT_LE(a.at("longest_over_seconds").to_number<double>(), 130);
  EXPECT_TRUE(run.node(0).contains("bearers"));
  EXPECT_THAT(run.trace.str(), HasSubstr("\"d_pdu\":\"DATA-ONLY\""));
  // Link type 237 in the head of the capture.
  EXPECT_EQ(static_cast<unsigned char>(run.pcap.str().at(20)), 237);
}

TEST(WorldHf, ACarrierUnderSilenceIsAnEmission) {
  Played run(one_message, "rate = 300\n", false);
  run.world->run_until(run.plan.start + 20s);
  // The order is given to the ship, but never reaches its node.
  run.world->stations()[0].ordered_silent = true;
  run.world->stations()[0].silent_since = run.world->now();
  run.finish();
  EXPECT_THAT(run.failed, testing::Contains(HasSubstr("node a emitted")));
  EXPECT_THAT(run.failed, testing::Contains(HasSubstr("had its carrier up under EMCON")));
}

TEST(WorldHf, AnOrderOfSilenceCutsTheOver) {
  Played run(one_message + "[[event]]\nat = \"30s\"\nnode = \"a\"\nemcon = true\n", "rate = 300\n");
  EXPECT_THAT(run.failed, ElementsAre());
  EXPECT_THAT(run.trace.str(),
              HasSubstr("\"air\":\"carrier down\",\"link\":\"hf\",\"node\":\"a\",\"reason\":\"aborted\""));
}

TEST(WorldHf, TheModemOfAKilledNodeFinishesItsOverAndAPowerCutEndsIt) {
  Played killed(one_message + "[[event]]\nat = \"30s\"\nnode = \"a\"\nkill = true\n", "rate = 300\n");
  EXPECT_THAT(killed.trace.str(), Not(HasSubstr("silenced")));
  Played cut(one_message + "[[event]]\nat = \"30s\"\nnode = \"a\"\npower_cut = true\n", "rate = 300\n");
  EXPECT_THAT(cut.trace.str(), HasSubstr("\"reason\":\"silenced\""));
}

TEST(WorldHf, ModemsGoDownAndAreSetByHand) {
  Played run(one_message +
             "[[event]]\nat = \"5s\"\nnode = \"a\"\nlink = \"hf\"\nmodem = \"off\"\nback_after = \"1m\"\n"
             "[[event]]\nat = \"2m\"\nnode = \"a\"\nlink = \"hf\"\nrate = 75\n"
             "[[event]]\nat = \"3m\"\nlink = \"hf\"\nsnr = 30\n"
             "[expect]\ndelivered = \"all\"\n");
  EXPECT_THAT(run.failed, ElementsAre());
  EXPECT_THAT(run.trace.str(), HasSubstr("\"world\":\"modem off\""));
  EXPECT_THAT(run.trace.str(), HasSubstr("\"report\":\"modem_up\""));
}

TEST(WorldHf, AFrequencyThatIsDownCarriesNothing) {
  Played run(one_message + "[[event]]\nat = \"1s\"\nlink = \"hf\"\ndown = true\n");
  EXPECT_FALSE(run.world->scoreboard().outcomes().at(0).recipients.at(0).delivered);
  EXPECT_THAT(run.trace.str(), HasSubstr("\"reason\":\"down\""));
}

TEST(ScenarioHf, ErrorsAreTold) {
  EXPECT_EQ(problems_of("rate = 9600\ninterleaver = \"long\"\nsnr = 20\nchannel = \"poor\"\n"), "");
  EXPECT_THAT(problems_of("rate = 1000\n"), HasSubstr("no HF modem has 1000 bit/s; they have 75, 150"));
  EXPECT_THAT(problems_of("rates = [300, 1234]\n"), HasSubstr("no HF modem has 1234"));
  EXPECT_THAT(problems_of("interleaver = \"shrot\"\n"), HasSubstr("short"));
  EXPECT_THAT(problems_of("channel = \"poor\"\n"), HasSubstr("channel needs an snr"));
  EXPECT_THAT(problems_of("snr = 200\n"), HasSubstr("from -60 to 90"));
  EXPECT_THAT(problems_of("collisions = true\n"), HasSubstr("means nothing on a link of modems"));
  EXPECT_THAT(problems_of("keyng = \"1s\"\n"), HasSubstr("keying"));
  EXPECT_THAT(problems_of("[[link.path]]\nfrom = \"a\"\nto = \"x\"\nsnr = 1\n"), HasSubstr("unknown node \"x\""));
  EXPECT_THAT(problems_of("", "[[event]]\nat = \"1s\"\nnode = \"a\"\nmodem = \"off\"\n"),
              HasSubstr("missing key link"));
  EXPECT_THAT(problems_of("", "[[event]]\nat = \"1s\"\nnode = \"a\"\nlink = \"hf\"\nrate = 77\n"),
              HasSubstr("no HF modem has that rate"));
  EXPECT_THAT(problems_of("", "[[event]]\nat = \"1s\"\nlink = \"hf\"\nsource = \"10.0.0.1\"\ninject = \"00\"\n"),
              HasSubstr("carries no datagrams"));
  EXPECT_THAT(
      problems_of("", "[[node]]\nname = \"c\"\nlinks = [\"hf\"]\n[[node.bearer]]\nname = \"hf\"\nkind = \"udp\"\n"),
      HasSubstr("c"));
}

TEST(ScenarioHf, KeysOfModemsAreUnknownElsewhere) {
  const auto parsed = parse_scenario(
      "duration = \"1h\"\n[[link]]\nname = \"l\"\nkind = \"hf\"\nsnr = 10\n[[node]]\nname = \"a\"\nlinks = [\"l\"]\n",
      "t.toml", "");
  ASSERT_FALSE(parsed.scenario);
  EXPECT_THAT(to_string(parsed.problems.at(0)), HasSubstr("unknown key \"snr\""));
  const auto wrong = parse_scenario(
      "duration = \"1h\"\n[[link]]\nname = \"l\"\nkind = \"satcom\"\nbearer = \"modem\"\n", "t.toml", "");
  EXPECT_THAT(to_string(wrong.problems.back()), HasSubstr("modems are for links of kind"));
}

TEST(ScenarioHf, BearersFollowFromTheLink) {
  const auto parsed = parse_scenario(text("rate = 1200\ninterleaver = \"long\"\n", ""), "t.toml", "");
  ASSERT_TRUE(parsed.scenario);
  const auto& bearer = parsed.scenario->nodes.at(1).config.bearers.at(0);
  EXPECT_EQ(bearer.kind, "modem");
  EXPECT_EQ(bearer.rate_bps, 1'200U);
  EXPECT_EQ(bearer.hf.modem.interleaver, "long");
  EXPECT_EQ(bearer.hf.slots, 0U);
  EXPECT_EQ(to_string(*bearer.hf.address), "1.66.0.2");
  EXPECT_EQ(to_string(*parsed.scenario->nodes.at(0).config.peers.at(0).hf_address), "1.66.0.2");
}

}  // namespace
}  // namespace longwire::sim
