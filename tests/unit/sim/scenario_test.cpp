#include "sim/scenario.hpp"

#include "base/limits.hpp"
#include "sim/generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace longwire::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view fleet = R"(
seed = 7
duration = "2h"
[[link]]
name = "hf"
kind = "hf"
rate = "1200"
loss = { mean = 0.1, burst = "5s" }
[[link]]
name = "sat"
kind = "satcom"
[[node]]
name = "a"
links = ["hf", "sat"]
[[node]]
name = "b"
links = ["hf"]
relay = ["*"]
[[node]]
name = "c"
links = ["sat"]
[[node]]
name = "d"
links = ["hf"]
emcon = true
)";

Scenario parsed(const std::string& text) {
  auto result = parse_scenario(text, "test.toml", "");
  for (const auto& problem : result.problems)
    if (problem.severity == config::Problem::Severity::error) ADD_FAILURE() << to_string(problem);
  return result.scenario.value_or(Scenario{});
}

std::vector<std::string> problems(const std::string& text) {
  std::vector<std::string> out;
  const auto result = parse_scenario(text, "t.toml", "");
  for (const auto& problem : result.problems)
    if (problem.severity == config::Problem::Severity::error) out.push_back(to_string(problem));
  EXPECT_EQ(result.scenario.has_value(), out.empty());
  return out;
}

TEST(Scenario, BearersPeersAndGroupsFollowFromTheLinks) {
  const auto s = parsed(std::string(fleet));
  ASSERT_EQ(s.nodes.size(), 4U);
  const auto& a = s.nodes[0].config;
  EXPECT_EQ(a.domain, "a.example");
  EXPECT_EQ(to_string(a.pmul_id), "10.66.0.1");
  ASSERT_EQ(a.bearers.size(), 2U);
  EXPECT_EQ(a.bearers[0].name, "hf");
  EXPECT_TRUE(a.bearers[0].half_duplex);
  EXPECT_EQ(a.bearers[0].rate_bps, 1'200U);
  EXPECT_EQ(a.bearers[0].turnaround, 2s);
  EXPECT_EQ(a.bearers[0].max_over, default_max_over);
  EXPECT_EQ(a.bearers[0].group, parse_ipv4("239.66.0.1"));
  EXPECT_EQ(a.bearers[1].group, parse_ipv4("239.66.0.2"));
  EXPECT_EQ(a.bearers[1].latency, 270ms);
  EXPECT_EQ(s.nodes[0].links, (std::vector<std::size_t>{0, 1}));
  ASSERT_EQ(a.peers.size(), 3U);
  EXPECT_EQ(a.peers[1].name, "c");
  EXPECT_THAT(a.peers[1].bearers, ElementsAre("sat"));
  EXPECT_TRUE(a.peers[2].emcon);
  // c hears only a, and a carries for nobody: c has no way to b.
  ASSERT_EQ(s.nodes[2].config.peers.size(), 1U);
  EXPECT_THAT(s.nodes[2].config.peers[0].domains, ElementsAre("a.example"));
}

TEST(Scenario, MailGoesThroughRelaysOnly) {
  std::string text(fleet);
  text.replace(text.find("name = \"a\""), 10, "name = \"a\"\nrelay = [\"*\"]");
  const auto s = parsed(text);
  EXPECT_THAT(s.nodes[2].config.peers[0].domains, ElementsAre("a.example", "b.example", "d.example"));
}

TEST(Scenario, KeysOfTheNodeAndItsTablesOverrideWhatFollowsFromTheLinks) {
  const auto s = parsed(R"(
duration = "1h"
[[link]]
name = "hf"
kind = "hf"
[[node]]
name = "a"
links = ["hf"]
pmul_id = "10.1.1.1"
default_expiry = "10m"
[[node.bearer]]
name = "hf"
emcon_rtc = 5
[[node.peer]]
name = "b"
emcon = true
[[node]]
name = "b"
links = ["hf"]
[[node]]
name = "stranger"
links = ["hf"]
peers = []
)");
  const auto& a = s.nodes[0].config;
  EXPECT_EQ(a.default_expiry, 10min);
  ASSERT_EQ(a.bearers.size(), 1U);
  EXPECT_EQ(a.bearers[0].emcon_rtc, 5U);
  EXPECT_EQ(a.bearers[0].bind, parse_ipv4("10.1.1.1"));
  EXPECT_EQ(a.peers.size(), 2U);
  EXPECT_TRUE(a.peers[0].emcon);
  EXPECT_TRUE(s.nodes[2].config.peers.empty());
}

TEST(Scenario, MessagesEventsAndExpectations) {
  const auto s = parsed(std::string(fleet) + R"(
[[message]]
name = "late"
at = "10m"
from = "a"
to = ["b", "someone@c.example"]
precedence = "flash"
size = "10k"
notify = ["success", "failure"]
within = "5m"
[[message]]
name = "many"
from = "b"
to = "*"
count = 3
every = "30s"
[[event]]
at = "1m"
node = "d"
emcon = false
[[event]]
at = "30s"
node = "b"
kill = true
restart_after = "10s"
[[event]]
at = "20m"
link = "sat"
up = false
[expect]
delivered = "all"
within = "30m"
max_bytes_on_air = "100k"
)");
  ASSERT_EQ(s.messages.size(), 4U);
  EXPECT_EQ(s.messages[0].name, "many-1");
  EXPECT_THAT(s.messages[0].to, ElementsAre("ops@a.example", "ops@c.example", "ops@d.example"));
  EXPECT_EQ(s.messages[2].at, 1min);
  EXPECT_EQ(s.messages[3].name, "late");
  EXPECT_EQ(s.messages[3].precedence, Precedence::flash);
  EXPECT_EQ(s.messages[3].size, 10'000U);
  EXPECT_THAT(s.messages[3].to, ElementsAre("ops@b.example", "someone@c.example"));
  ASSERT_EQ(s.events.size(), 4U);
  EXPECT_EQ(s.events[0].kind, EventPlan::Kind::kill);
  EXPECT_EQ(s.events[1].kind, EventPlan::Kind::restart);
  EXPECT_EQ(s.events[1].at, 40s);
  EXPECT_FALSE(s.events[2].on);
  EXPECT_TRUE(s.expect.all_delivered);
  EXPECT_EQ(s.expect.max_bytes_on_air, 100'000U);
}

TEST(Scenario, SendersAreNodesOrAddressesAndSwitchesAreWordsToo) {
  const auto s = parsed(std::string(fleet) + R"(
[[message]]
from = "bridge@b.example"
to = "captain@a.example"
label = "NATO RESTRICTED"
subject = "weather"
text = "one\ntwo\n"
[[event]]
at = "1s"
node = "a"
emcon = "on"
[[event]]
at = "2s"
link = "hf"
down = true
[expect]
delivered = true
)");
  ASSERT_EQ(s.messages.size(), 1u);
  EXPECT_EQ(s.messages[0].from, 1u);
  EXPECT_EQ(s.messages[0].from_address, "bridge@b.example");
  EXPECT_EQ(s.messages[0].label, "NATO RESTRICTED");
  EXPECT_EQ(as_text(s.messages[0].body), "one\r\ntwo\r\n");
  ASSERT_EQ(s.events.size(), 2u);
  EXPECT_TRUE(s.events[0].on);
  EXPECT_EQ(s.events[1].kind, EventPlan::Kind::link_state);
  EXPECT_FALSE(s.events[1].on);
  EXPECT_TRUE(s.expect.all_delivered);
}

TEST(Scenario, WordsPeopleTryAreTranslated) {
  EXPECT_THAT(problems(std::string(fleet) + "[[link]]\nname = \"x\"\nkind = \"half\"\nlatency = \"1s\"\n"),
              testing::UnorderedElementsAre(HasSubstr("full-duplex, satcom, half-duplex, hf"),
                                            HasSubstr("it is called propagation")));
  EXPECT_THAT(problems(std::string(fleet) + "[[message]]\nfrom = \"x@nowhere.example\"\nto = \"a\"\n"),
              ElementsAre(HasSubstr("no node serves")));
}

TEST(Scenario, EveryProblemIsToldWithItsPlaceInOneRun) {
  const auto found = problems(R"(duration = "1h"
sped = 3
[[link]]
name = "hf"
kind = "hff"
loss = 1.5
[[node]]
name = "a"
links = ["hq"]
emkon = true
[[message]]
from = "b"
to = "a"
size = 10
[[event]]
at = "1m"
node = "a"
emcon = true
kill = true
[expect]
delivered = "most"
)");
  EXPECT_THAT(found, testing::Contains(HasSubstr("t.toml:2:1: error: unknown key \"sped\"")));
  EXPECT_THAT(found, testing::Contains(testing::AllOf(HasSubstr("t.toml:5:"), HasSubstr("did you mean \"hf\""))));
  EXPECT_THAT(found, testing::Contains(testing::AllOf(HasSubstr("t.toml:6:"), HasSubstr("from 0 to 1"))));
  EXPECT_THAT(found, testing::Contains(testing::AllOf(HasSubstr("t.toml:9:"), HasSubstr("unknown link \"hq\""))));
  EXPECT_THAT(found, testing::Contains(testing::AllOf(HasSubstr("t.toml:10:"), HasSubstr("emcon"))));
  EXPECT_THAT(found, testing::Contains(testing::AllOf(HasSubstr("t.toml:12:"), HasSubstr("unknown node \"b\""))));
  EXPECT_THAT(found, testing::Contains(testing::AllOf(HasSubstr("t.toml:14:"), HasSubstr("size must be from"))));
  EXPECT_THAT(found, testing::Contains(testing::AllOf(HasSubstr("t.toml:16:"), HasSubstr("exactly one"))));
  EXPECT_THAT(found, testing::Contains(testing::AllOf(HasSubstr("t.toml:21:"), HasSubstr("delivered must be"))));
}

TEST(Scenario, SyntaxErrorsHaveTheirPlace) {
  const auto found = problems("duration = \"1h\"\nseed = = 1\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0], HasSubstr("t.toml:2:"));
}

TEST(Scenario, LimitsHoldAtAndOneBeyond) {
  const auto with_nodes = [](std::size_t n) {
    std::string text = "duration = \"1h\"\n";
    for (std::size_t i = 0; i < n; ++i) text += "[[node]]\nname = \"n" + std::to_string(i) + "\"\n";
    return text;
  };
  EXPECT_TRUE(problems(with_nodes(limits::scenario_nodes)).empty());
  EXPECT_FALSE(problems(with_nodes(limits::scenario_nodes + 1)).empty());
  const auto with_messages = [&](std::size_t n) {
    return with_nodes(2) + "[[message]]\nfrom = \"n0\"\nto = \"n1\"\ncount = " + std::to_string(n) + "\n";
  };
  EXPECT_TRUE(problems(with_messages(limits::scenario_messages)).empty());
  EXPECT_FALSE(problems(with_messages(limits::scenario_messages + 1)).empty());
  const auto with_size = [&](std::size_t n) {
    return with_nodes(2) + "[[message]]\nfrom = \"n0\"\nto = \"n1\"\nsize = " + std::to_string(n) + "\n";
  };
  EXPECT_TRUE(problems(with_size(limits::scenario_least_message)).empty());
  EXPECT_FALSE(problems(with_size(limits::scenario_least_message - 1)).empty());
}

TEST(Scenario, TheStartIsATimeInUtc) {
  const std::string node = "duration = \"1h\"\n[[node]]\nname = \"a\"\n";
  EXPECT_EQ(parsed(node).start, from_unix(1'767'225'600));
  EXPECT_EQ(parsed("start = \"2026-01-02T00:00:01Z\"\n" + node).start, from_unix(1'767'225'600 + 86'401));
  EXPECT_EQ(parsed("start = 2026-01-02T00:00:01Z\n" + node).start, from_unix(1'767'225'600 + 86'401));
  EXPECT_FALSE(problems("start = \"tomorrow\"\n" + node).empty());
  EXPECT_FALSE(problems("start = 2026-01-02T00:00:01+02:00\n" + node).empty());
}

TEST(Generator, EverySeedGivesAValidScenarioAndTheSameOneAgain) {
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    const bool modems = seed > 300;
    const auto text = generate_scenario(seed, modems);
    ASSERT_EQ(text, generate_scenario(seed, modems));
    const auto result = parse_scenario(text, "generated", "");
    for (const auto& problem : result.problems)
      if (problem.severity == config::Problem::Severity::error)
        ADD_FAILURE() << "seed " << seed << ": " << to_string(problem);
    ASSERT_TRUE(result.scenario.has_value()) << text;
    EXPECT_TRUE(result.scenario->expect.settled);
  }
}

TEST(Generator, CodingChangesNothingElse) {
  std::size_t coded = 0, plain = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const bool modems = seed > 50, mixed = seed % 2 == 0;
    const auto with = parse_scenario(generate_scenario(seed, modems, mixed, true), "generated", "");
    const auto without = parse_scenario(generate_scenario(seed, modems, mixed), "generated", "");
    ASSERT_TRUE(with.scenario && without.scenario) << "seed " << seed;
    ASSERT_EQ(with.scenario->messages.size(), without.scenario->messages.size());
    ASSERT_EQ(with.scenario->events.size(), without.scenario->events.size());
    for (std::size_t m = 0; m < with.scenario->messages.size(); ++m) {
      EXPECT_EQ(with.scenario->messages[m].at, without.scenario->messages[m].at);
      EXPECT_EQ(with.scenario->messages[m].size, without.scenario->messages[m].size);
    }
    for (const auto& node : with.scenario->nodes)
      for (const auto& bearer : node.config.bearers) ++(bearer.coding == "off" ? plain : coded);
  }
  EXPECT_GT(plain, 20U);
  EXPECT_GT(coded, 4 * plain);
}

TEST(ScenarioLink, CodingIsThatOfItsBearersUnlessTheySayOtherwise) {
  const std::string text =
      "duration = \"1h\"\n[[link]]\nname = \"air\"\nkind = \"satcom\"\ncoding = \"auto\"\n"
      "[[node]]\nname = \"a\"\nlinks = [\"air\"]\n"
      "[[node]]\nname = \"b\"\nlinks = [\"air\"]\n"
      "[[node.bearer]]\nname = \"air\"\ncoding = \"always\"\nemcon_loss = 0.4\n";
  const auto result = parse_scenario(text, "t", "");
  for (const auto& problem : result.problems) ADD_FAILURE() << to_string(problem);
  ASSERT_TRUE(result.scenario);
  EXPECT_EQ(result.scenario->nodes[0].config.bearers[0].coding, "auto");
  EXPECT_EQ(result.scenario->nodes[1].config.bearers[0].coding, "always");
  EXPECT_EQ(result.scenario->nodes[1].config.bearers[0].emcon_loss, 0.4);
  auto wrong = text;
  wrong.replace(wrong.find("\"auto\""), 6, "\"yes\" ");
  EXPECT_FALSE(parse_scenario(wrong, "t", "").scenario);
}

}  // namespace
}  // namespace longwire::sim
