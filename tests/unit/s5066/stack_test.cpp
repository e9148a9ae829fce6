// Whole stations over modems on a half-duplex channel.
#include "bearers/s5066/stack.hpp"
#include "tests/unit/s5066/stack_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <set>

namespace longwire::s5066 {
namespace {

using namespace std::chrono_literals;
using bench::Client;
using testing::StackWorld;

constexpr DeliveryMode arq_node{TransmissionMode::arq, Confirmation::node};
constexpr DeliveryMode arq_client{TransmissionMode::arq, Confirmation::client};
constexpr DeliveryMode non_arq{TransmissionMode::non_arq};

UnidataRequest to(std::size_t station, std::uint8_t sap, std::string_view text, DeliveryMode mode = arq_node) {
  auto r = bench::request(0, sap, text, mode);
  r.dest = StackWorld::address(station);
  return r;
}
UnidataRequest to_all(std::uint8_t sap, std::string_view text) {
  auto r = bench::request(0, sap, text, non_arq);
  r.dest = all_stations;
  return r;
}
std::string big(std::size_t n, char first = 'a') {
  std::string s(n, ' ');
  for (std::size_t i = 0; i < n; ++i) s[i] = static_cast<char>(first + static_cast<int>(i % 23));
  return s;
}

class StackTest : public ::testing::Test {
 protected:
  StackWorld world;
  std::size_t a = world.add(), b = world.add();
  Client alice, bob;
  void SetUp() override {
    world.bind(alice, a, 9);
    world.bind(bob, b, 9);
  }
  void TearDown() override {
    if (HasFailure()) std::cerr << world.story();
  }
  bool confirmed(std::size_t n, Duration most = 5min) {
    return world.until([&] { return alice.count<UnidataConfirm>() >= n; }, most);
  }
};

TEST_F(StackTest, NonArqNeedsNoLink) {
  world.say(alice, a, to_all(9, "to whom it may concern"));
  EXPECT_TRUE(world.until([&] { return bob.count<UnidataIndication>() == 1; }, 30s));
  EXPECT_EQ(bob.last<UnidataIndication>().dest, all_stations);
  world.pass(1s);
  EXPECT_EQ(world.stack(a).outstanding(alice.id), 0U);
  EXPECT_EQ(world.node(b).keyings, 0U);
}

TEST_F(StackTest, ArqMakesItsLinkAndNodeConfirmationComes) {
  world.say(alice, a, to(b, 9, big(2048)));
  EXPECT_TRUE(confirmed(1));
  EXPECT_EQ(bench::text(bob.last<UnidataIndication>()), big(2048));
  EXPECT_TRUE(world.stack(a).linked(StackWorld::address(b)));
  EXPECT_EQ(world.reports(a, "link_made").size(), 1U);
}

TEST_F(StackTest, ClientConfirmation) {
  world.say(alice, a, to(b, 9, "please confirm", arq_client));
  EXPECT_TRUE(confirmed(1));
  world.say(alice, a, to(b, 8, "nobody there", arq_client));
  EXPECT_TRUE(world.until([&] { return alice.count<UnidataRejected>() == 1; }, 5min));
  EXPECT_EQ(alice.last<UnidataRejected>().reason, unidata_reason::sap_not_bound);
}

TEST_F(StackTest, ExpeditedArq) {
  auto r = to(b, 9, "now");
  r.expedited = true;
  world.say(alice, a, r);
  EXPECT_TRUE(confirmed(1));
  EXPECT_TRUE(bob.last<UnidataIndication>().expedited);
}

TEST_F(StackTest, BothWaysWithLossNothingIsLostAndNothingComesTwice) {
  world.loss = 0.2;
  const int n = 15;
  for (int i = 0; i < n; ++i) {
    world.say(alice, a, to(b, 9, std::to_string(i) + big(700)));
    world.say(bob, b, to(a, 9, std::to_string(i) + big(500)));
  }
  EXPECT_TRUE(
      world.until([&] { return alice.count<UnidataConfirm>() == n && bob.count<UnidataConfirm>() == n; }, 30min));
  EXPECT_EQ(alice.count<UnidataIndication>(), static_cast<std::size_t>(n));
  EXPECT_EQ(bob.count<UnidataIndication>(), static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i)  // in order, as asked
    EXPECT_EQ(bench::text(bob.all<UnidataIndication>()[static_cast<std::size_t>(i)]), std::to_string(i) + big(700));
}

TEST_F(StackTest, TheLinkEndsWhenIdleOnBothSides) {
  world.say(alice, a, to(b, 9, "x"));
  ASSERT_TRUE(confirmed(1));
  world.pass(3min);
  EXPECT_FALSE(world.stack(a).linked(StackWorld::address(b)));
  EXPECT_FALSE(world.stack(b).linked(StackWorld::address(a)));
  const auto overs = world.overs().size();
  world.pass(10min);
  EXPECT_EQ(world.overs().size(), overs) << "an idle station keeps the channel free";
}

TEST_F(StackTest, UnderEmconNothingLeavesWhateverComesIn) {
  world.emcon(b, true);
  EXPECT_EQ(bob.last<SubnetAvailability>().node_status, node_status::receive_only);
  world.say(alice, a, to(b, 9, "calling"));         // a link request that wants an answer
  world.say(alice, a, to_all(9, "to the silent"));  // and what silence still hears
  world.say(bob, b, to(a, 9, "I want to speak"));
  world.say(bob, b, to_all(9, "to all"));
  auto short_lived = to(a, 9, "soon stale");
  short_lived.ttl = 15;
  world.say(bob, b, short_lived);
  world.pass(4min);
  EXPECT_EQ(world.node(b).octets_handed, 0U);
  EXPECT_EQ(world.node(b).keyings, 0U);
  ASSERT_EQ(bob.count<UnidataIndication>(), 1U);
  EXPECT_EQ(bench::text(bob.last<UnidataIndication>()), "to the silent");
  EXPECT_EQ(bob.last<UnidataRejected>().reason, unidata_reason::ttl_expired);
  world.emcon(b, false);
  EXPECT_EQ(bob.last<SubnetAvailability>().node_status, node_status::on);
  EXPECT_TRUE(
      world.until([&] { return bob.count<UnidataConfirm>() == 1 && alice.count<UnidataIndication>() == 2; }, 5min));
}

TEST_F(StackTest, EmconCutsAnOverAtOnceAndTheRestGoesLater) {
  world.say(alice, a, to(b, 9, big(2000)));
  world.say(alice, a, to(b, 9, big(2000, 'b')));
  ASSERT_TRUE(world.until([&] { return world.node(a).octets_handed > 1500; }, 5min));
  ASSERT_EQ(world.overs().back().end, never);
  world.emcon(a, true);
  EXPECT_EQ(world.overs().back().end, world.now());
  const auto handed = world.node(a).octets_handed;
  const auto keyed = world.node(a).keyings;
  world.pass(1h);
  EXPECT_EQ(world.node(a).octets_handed, handed);
  EXPECT_EQ(world.node(a).keyings, keyed);
  world.emcon(a, false);
  EXPECT_TRUE(confirmed(2, 20min));
  EXPECT_EQ(alice.count<UnidataRejected>(), 0U);
}

TEST_F(StackTest, AnEmconOfTheLinkedPeerLosesNothing) {
  world.say(alice, a, to(b, 9, "one"));
  ASSERT_TRUE(confirmed(1));
  world.emcon(b, true);
  const auto handed = world.node(b).octets_handed;
  world.say(alice, a, to(b, 9, "two"));
  world.pass(2min);
  EXPECT_EQ(world.node(b).octets_handed, handed);
  world.emcon(b, false);
  EXPECT_TRUE(confirmed(2, 20min));
}

TEST_F(StackTest, TheModemComesAndGoes) {
  world.say(alice, a, to(b, 9, big(2000)));
  world.say(alice, a, to(b, 9, big(2000, 'b')));
  ASSERT_TRUE(world.until([&] { return world.node(a).octets_handed > 1000; }, 5min));
  world.modem_up(a, false);
  EXPECT_EQ(alice.last<SubnetAvailability>().node_status, node_status::off);
  EXPECT_FALSE(world.stack(a).linked(StackWorld::address(b)));
  world.say(alice, a, to_all(9, "later"));
  world.pass(10min);
  EXPECT_EQ(alice.count<UnidataRejected>(), 0U);
  world.modem_up(a, true);
  EXPECT_TRUE(confirmed(2, 20min));
  EXPECT_TRUE(world.until([&] { return world.stack(a).outstanding(alice.id) == 0; }, 1min));
  EXPECT_EQ(bob.count<UnidataIndication>(), 3U);
}

TEST_F(StackTest, ARestartOfThePeerInTheMiddle) {
  for (int i = 0; i < 6; ++i) world.say(alice, a, to(b, 9, std::to_string(i) + big(1500)));
  ASSERT_TRUE(world.until([&] { return bob.count<UnidataIndication>() >= 1; }, 5min));
  std::vector<UnidataIndication> before = bob.all<UnidataIndication>();
  world.restart(b);
  world.bind(bob, b, 9);
  EXPECT_TRUE(confirmed(6, 30min));
  std::set<std::string> texts;
  for (const auto& in : before) texts.insert(bench::text(in));
  for (const auto& in : bob.all<UnidataIndication>()) texts.insert(bench::text(in));
  EXPECT_EQ(texts.size(), 6U);
}

TEST_F(StackTest, ARestartOfTheCaller) {
  world.say(alice, a, to(b, 9, "one"));
  ASSERT_TRUE(confirmed(1));
  world.restart(a);
  world.bind(alice, a, 9);
  world.say(alice, a, to(b, 9, "two"));
  EXPECT_TRUE(confirmed(1));
  EXPECT_EQ(bench::text(bob.last<UnidataIndication>()), "two");
}

// What the clients of one station were told and were given in all the lives of it.
struct Memory {
  std::multiset<std::string> indicated;
  std::set<std::string> confirmed;
  void take(const Client& client) {
    for (const auto& in : client.all<UnidataIndication>()) indicated.insert(bench::text(in).substr(0, 8));
    for (const auto& c : client.all<UnidataConfirm>()) confirmed.insert(std::string(as_text(c.part)).substr(0, 8));
  }
};

// Killed and started again in the middle of ARQ data both ways: what is confirmed has been handed over,
// and within one life of both nothing comes twice. A client that was killed asks for all of it anew.
void restart_in_the_middle(std::uint64_t seed, std::size_t victim) {
  StackWorld world(seed);
  world.loss = seed % 3 == 0 ? 0.1 : 0.0;
  const std::array<std::size_t, 2> both{0, 1}, stations{world.add(), world.add()};
  std::array<Client, 2> clients;
  std::array<Memory, 2> memory;
  Rng rng(seed);
  constexpr int each = 5;
  const auto mode = seed % 4 < 2 ? arq_node : arq_client;
  int life = 0;  // a request of a later life is another one: only its own delivery confirms it
  const auto name = [&](std::size_t from, int i) {
    return "s" + std::to_string(from) + "-" + std::to_string(i) + "-" + std::to_string(life) + "  ";
  };
  const auto ask = [&](std::size_t from) {
    for (int i = 0; i < each; ++i)
      world.say(clients[from], stations[from], to(1 - from, 9, name(from, i) + big(1200), mode));
  };
  for (const auto s : both) world.bind(clients[s], stations[s], 9);
  for (const auto s : both) ask(s);
  for (life = 1; life <= 2; ++life) {
    // The first time while the first C_PDUs are on the air: nothing whole has come up yet.
    const auto spread = life == 1 ? 12s : 60s;
    world.pass((life == 1 ? 8s : 0s) +
               Duration{static_cast<Duration::rep>(rng.below(static_cast<std::uint64_t>(Duration{spread}.count())))});
    memory[victim].take(clients[victim]);
    world.restart(stations[victim]);
    world.bind(clients[victim], stations[victim], 9);
    ask(victim);
  }
  const auto settled = [&] {
    return std::all_of(both.begin(), both.end(),
                       [&](std::size_t s) { return world.stack(stations[s]).outstanding(clients[s].id) == 0; });
  };
  EXPECT_TRUE(world.until(settled, 2h)) << world.story();
  for (const auto s : both) {
    memory[s].take(clients[s]);
    // A client's confirmation dies with its client; the node's own says all there is to say.
    if (mode == arq_node) {
      EXPECT_GE(memory[s].confirmed.size(), std::size_t{each}) << world.story();
    }
  }
  for (const auto s : both)
    for (const auto& text : memory[s].confirmed)
      EXPECT_TRUE(memory[1 - s].indicated.contains(text)) << text << " was confirmed and never handed over";
  // Twice at most for each restart in between: P_MUL above removes those.
  for (const auto s : both)
    for (const auto& text : memory[s].indicated) EXPECT_LE(memory[s].indicated.count(text), 3U) << text;
}

TEST(StackRestarts, NothingIsConfirmedFalsely) {
  for (std::uint64_t seed = 1; seed <= 200 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    restart_in_the_middle(seed, seed % 2);
  }
}

TEST_F(StackTest, AFadeOfTwoMinutes) {
  for (int i = 0; i < 4; ++i) world.say(alice, a, to(b, 9, std::to_string(i) + big(1500)));
  ASSERT_TRUE(world.until([&] { return bob.count<UnidataIndication>() >= 1; }, 5min));
  world.cut = {{a, b}, {b, a}};
  world.pass(2min);
  world.cut.clear();
  EXPECT_TRUE(confirmed(4, 20min));
  EXPECT_EQ(bob.count<UnidataIndication>(), 4U);
}

TEST_F(StackTest, ASilentPeerIsReason3) {
  world.cut = {{a, b}};
  world.say(alice, a, to(b, 9, "x"));
  EXPECT_TRUE(world.until([&] { return alice.count<UnidataRejected>() == 1; }, 20min));
  EXPECT_EQ(alice.last<UnidataRejected>().reason, unidata_reason::not_responding);
}

TEST_F(StackTest, HardLinkOverTheAir) {
  world.say(alice, a, HardLinkEstablish{{2, 1, 9}, StackWorld::address(b)});
  ASSERT_TRUE(world.until([&] { return bob.count<HardLinkIndication>() == 1; }, 5min));
  world.say(bob, b, HardLinkAccept{bob.last<HardLinkIndication>().link, StackWorld::address(a)});
  ASSERT_TRUE(world.until([&] { return alice.count<HardLinkEstablished>() == 1; }, 5min));
  world.say(alice, a, to(b, 9, "private"));
  ASSERT_TRUE(confirmed(1));
  world.say(alice, a, HardLinkTerminate{StackWorld::address(b)});
  ASSERT_TRUE(world.until([&] { return bob.count<HardLinkTerminated>() == 1; }, 5min));
  world.pass(1min);
  EXPECT_FALSE(world.stack(a).linked(StackWorld::address(b)));
  EXPECT_FALSE(world.stack(b).linked(StackWorld::address(a)));
}

TEST_F(StackTest, B5OutsideLinkedStationsRunTheProtocolOnlyWhenTold) {
  StackConfig config;
  config.link_protocol = false;
  const auto c = world.add(config), d = world.add(config);
  Client carol, dora;
  world.bind(carol, c, 9);
  world.bind(dora, d, 9);
  world.stack(c).outside_link(StackWorld::address(d), true, world.now());
  world.stack(d).outside_link(StackWorld::address(c), true, world.now());
  world.say(carol, c, to(d, 9, "no link request before this"));
  ASSERT_TRUE(world.until([&] { return carol.count<UnidataConfirm>() == 1; }, 5min));
  EXPECT_EQ(world.node(c).keyings, 1U);
  // b knows nothing of it: a warning, the protocol, and the U_PDU again.
  world.say(carol, c, to(b, 9, "unexpected"));
  ASSERT_TRUE(world.until([&] { return carol.count<UnidataConfirm>() == 2; }, 5min));
  EXPECT_EQ(bob.count<UnidataIndication>(), 1U);
  EXPECT_EQ(world.reports(b, "warning_sent").size(), 1U);
}

TEST_F(StackTest, AHigherRankTakesTheHardLinkOverTheAir) {
  const auto c = world.add();
  Client carol, admiral;
  world.bind(carol, c, 9);
  world.bind(admiral, a, 3, arq_node, 12);
  world.say(alice, a, HardLinkEstablish{{0, 1, 0}, StackWorld::address(b)});
  ASSERT_TRUE(world.until([&] { return alice.count<HardLinkEstablished>() == 1; }, 5min));
  world.say(admiral, a, HardLinkEstablish{{0, 0, 0}, StackWorld::address(c)});
  ASSERT_TRUE(world.until([&] { return admiral.count<HardLinkEstablished>() == 1; }, 10min));
  EXPECT_EQ(alice.last<HardLinkTerminated>().reason, terminated_reason::higher_priority_requested);
  world.say(carol, c, to(a, 3, "sir"));
  ASSERT_TRUE(world.until([&] { return admiral.count<UnidataIndication>() == 1; }, 5min));
  world.say(bob, b, to(a, 9, "not now"));
  world.pass(2min);
  EXPECT_EQ(alice.count<UnidataIndication>(), 0U);
  world.say(admiral, a, HardLinkTerminate{StackWorld::address(c)});
  EXPECT_TRUE(world.until([&] { return alice.count<UnidataIndication>() == 1; }, 10min));
}

TEST_F(StackTest, AThirdStationIsRefusedDuringAHardLinkAndServedAfterwards) {
  const auto c = world.add();
  Client carol;
  world.bind(carol, c, 9);
  world.say(alice, a, HardLinkEstablish{{1, 1, 0}, StackWorld::address(b)});
  ASSERT_TRUE(world.until([&] { return alice.count<HardLinkEstablished>() == 1; }, 5min));
  world.say(carol, c, to(b, 9, "may I?"));
  world.pass(8min);  // busy is not silent: longer than unreachable_after
  EXPECT_EQ(carol.count<UnidataRejected>(), 0U);
  EXPECT_GE(world.reports(c, "link_failed").size(), 1U);
  world.say(alice, a, HardLinkTerminate{StackWorld::address(b)});
  EXPECT_TRUE(world.until([&] { return carol.count<UnidataConfirm>() == 1; }, 10min));
}

TEST_F(StackTest, TheModemIsDownFromTheStart) {
  const auto c = world.add();
  world.modem_up(c, false);
  Client carol;
  world.bind(carol, c, 9);
  EXPECT_EQ(carol.last<SubnetAvailability>().node_status, node_status::off);
  world.say(carol, c, to(b, 9, "patience"));
  world.say(carol, c, HardLinkEstablish{{0, 1, 0}, StackWorld::address(b)});
  world.pass(1h);
  EXPECT_EQ(world.node(c).keyings, 0U);
  EXPECT_EQ(carol.last<HardLinkRejected>().reason, hard_link_reason::not_responding);
  world.modem_up(c, true);
  EXPECT_TRUE(world.until([&] { return carol.count<UnidataConfirm>() == 1; }, 5min));
}

TEST_F(StackTest, ClientsThatStallAndBabbleDoNotStopOthers) {
  std::vector<Client> bad(3);
  for (std::size_t i = 0; i < bad.size(); ++i) world.bind(bad[i], a, static_cast<std::uint8_t>(1 + i));
  const Bytes half{0x90, 0xEB, 0x00, 0x08, 0x00, 0x14, 0x09};  // promises 2048 octets and says no more
  world.stack(a).feed(bad[0].id, half, world.now());
  const Bytes noise(3000, 0xA5);
  for (int i = 0; i < 400; ++i) world.stack(a).feed(bad[1].id, noise, world.now());
  for (int i = 0; i < 30; ++i) world.say(bad[2], a, UnidataIndication{});
  world.say(alice, a, to(b, 9, "through"));
  EXPECT_TRUE(confirmed(1));
  EXPECT_FALSE(world.stack(a).wants_close(bad[0].id));
  EXPECT_TRUE(world.stack(a).wants_close(bad[1].id));
  EXPECT_TRUE(world.stack(a).wants_close(bad[2].id));
  EXPECT_LE(world.reports(a, "sis_invalid").size(), 5U);  // merged
}

TEST_F(StackTest, AnUrgentMessageOvertakes) {
  for (int i = 0; i < 10; ++i) world.say(alice, a, to(b, 9, std::to_string(i) + big(2000)));
  ASSERT_TRUE(world.until([&] { return bob.count<UnidataIndication>() >= 1; }, 5min));
  const auto already = bob.count<UnidataIndication>();
  auto flash = to(b, 9, "FLASH");
  flash.priority = 15;
  flash.mode.as_they_arrive = true;
  world.say(alice, a, flash);
  ASSERT_TRUE(confirmed(11, 20min));
  const auto in = bob.all<UnidataIndication>();
  const auto place = std::find_if(in.begin(), in.end(), [](const auto& i) { return bench::text(i) == "FLASH"; });
  EXPECT_LE(static_cast<std::size_t>(place - in.begin()), already + 4);
}

TEST_F(StackTest, ManyClientsOfOneNodeShareTheChannel) {
  std::vector<Client> clients(4), ends(4);
  for (std::size_t i = 0; i < 4; ++i) {
    world.bind(clients[i], a, static_cast<std::uint8_t>(1 + i));
    world.bind(ends[i], b, static_cast<std::uint8_t>(1 + i));
  }
  for (int k = 0; k < 60; ++k) world.say(clients[0], a, to(b, 1, std::to_string(k) + big(1900)));  // a flood
  for (std::size_t i = 1; i < 4; ++i) world.say(clients[i], a, to(b, static_cast<std::uint8_t>(1 + i), "short"));
  EXPECT_TRUE(world.until(
      [&] {
        return clients[1].count<UnidataConfirm>() && clients[2].count<UnidataConfirm>() &&
               clients[3].count<UnidataConfirm>();
      },
      30min));
  EXPECT_LT(clients[0].count<UnidataConfirm>(), 40U);
}

TEST(StackOnASharedFrequency, FourStationsOneSilent) {
  StackWorld world(7);
  StackConfig config;
  config.transfer.turnaround = 200ms;
  config.transfer.slots = 8;
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < 4; ++i) {
    world.add(config);
    clients.push_back(std::make_unique<Client>());
    world.bind(*clients[i], i, 7, non_arq);
  }
  world.emcon(3, true);
  for (std::size_t i = 0; i < 3; ++i)
    for (int k = 0; k < 3; ++k) world.say(*clients[i], i, to_all(7, std::to_string(i) + "/" + std::to_string(k)));
  world.pass(5min);
  EXPECT_EQ(world.node(3).octets_handed, 0U);
  // Non-ARQ may lose some in a collision; the silent one hears what was sent alone.
  EXPECT_GE(clients[3]->count<UnidataIndication>(), 6U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(world.stack(i).outstanding(clients[i]->id), 0U);
  for (std::size_t i = 0; i < 3; ++i) world.say(*clients[i], i, to((i + 1) % 3, 7, "arq"));
  EXPECT_TRUE(world.until(
      [&] {
        for (std::size_t i = 0; i < 3; ++i)
          if (clients[i]->count<UnidataConfirm>() == 0) return false;
        return true;
      },
      20min));
  EXPECT_EQ(world.node(3).octets_handed, 0U);
}

TEST_F(StackTest, StatusNamesWhatAnOperatorAsksFor) {
  world.say(alice, a, to(b, 9, "x"));
  ASSERT_TRUE(confirmed(1));
  world.pass(10s);
  const auto s = world.stack(a).status(world.now());
  EXPECT_EQ(s.at("emcon").as_bool(), false);
  EXPECT_EQ(s.at("modem").at("state").as_string(), "idle");
  EXPECT_EQ(s.at("modem").at("rate").to_number<int>(), 1200);
  EXPECT_EQ(s.at("links").as_array().size(), 1U);
  EXPECT_EQ(s.at("clients").as_array().size(), 1U);
  EXPECT_TRUE(s.contains("transfer"));
}

}  // namespace
}  // namespace longwire::s5066
