// The small deciding parts one by one: networks, gate, MINIMIZE, queue, routing, link policy, timers.
#include "base/limits.hpp"
#include "node/engine/cidr.hpp"
#include "node/engine/emission_gate.hpp"
#include "node/engine/goals.hpp"
#include "node/engine/link_policy.hpp"
#include "node/engine/local_delivery.hpp"
#include "node/engine/minimize.hpp"
#include "node/engine/queue.hpp"
#include "node/engine/reports.hpp"
#include "node/engine/routing.hpp"
#include "node/engine/timers.hpp"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;

TEST(Network, ContainsWhatItsPrefixSays) {
  struct Row {
    const char* network;
    const char* address;
    bool inside;
  };
  for (const auto& row : {Row{"10.1.0.0/16", "10.1.255.3", true},
                          {"10.1.0.0/16", "10.2.0.3", false},
                          {"10.1.2.3", "10.1.2.3", true},
                          {"10.1.2.3", "10.1.2.4", false},
                          {"0.0.0.0/0", "203.0.113.9", true},
                          {"0.0.0.0/0", "fd00::1", false},
                          {"10.0.0.0/7", "11.0.0.1", true},
                          {"10.0.0.0/7", "12.0.0.1", false},
                          {"127.0.0.0/8", "::ffff:127.0.0.1", true},
                          {"fd00::/8", "fd12::1", true},
                          {"fd00::/8", "fe80::1", false},
                          {"fe80::/10", "fe80::1%eth0", true},
                          {"::1", "::1", true},
                          {"::1/128", "::2", false},
                          {"local", "local", true},
                          {"local", "127.0.0.1", false},
                          {"127.0.0.0/8", "local", false},
                          {"*", "anything", true},
                          {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", true}}) {
    const auto network = Network::parse(row.network);
    ASSERT_TRUE(network) << row.network;
    EXPECT_EQ(network->contains(row.address), row.inside) << row.network << " " << row.address;
  }
  for (const auto* bad : {"", "10.1.0.0/33", "10.1.0.0/x", "10.1.0", "::1/129", ":::1", "1:2:3", "1:2:3:4:5:6:7:8:9",
                          "fg::1", "12345::1", "1.2.3.4:5::", "::1:"})
    EXPECT_FALSE(Network::parse(bad)) << bad;
}

TEST(EmissionGate, NothingPassesInSilence) {
  EmissionGate gate;
  EXPECT_TRUE(gate.pass({Ipv4{1}, 2753, {1}}));
  gate.silence();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(gate.pass({Ipv4{1}, 2753, {1}}));
  EXPECT_EQ(gate.stopped(), 3u);
  EXPECT_FALSE(gate.expire(from_unix(4'000'000'000))) << "without end";
  gate.lift();
  EXPECT_TRUE(gate.pass({Ipv4{1}, 2753, {1}}));
}

TEST(EmissionGate, TimedSilenceEndsAtItsTimeAndSurvivesStorage) {
  EmissionGate gate;
  gate.silence(from_unix(1000));
  EmissionGate loaded;
  ASSERT_TRUE(loaded.load(gate.save()));
  EXPECT_TRUE(loaded.silent());
  EXPECT_EQ(loaded.until(), from_unix(1000));
  EXPECT_FALSE(loaded.expire(from_unix(999)));
  EXPECT_TRUE(loaded.expire(from_unix(1000)));
  EXPECT_FALSE(loaded.silent());
  for (const auto* kept : {"on", "off"}) {
    ASSERT_TRUE(gate.load(kept));
    EXPECT_EQ(gate.save(), kept);
  }
  for (const auto* bad : {"", "maybe", "until", "until x", "until 99999999999999999999"}) {
    EmissionGate g;
    EXPECT_FALSE(g.load(bad)) << bad;
    EXPECT_TRUE(g.silent()) << "in doubt silent";
  }
}

TEST(Minimize, HoldsWhatIsLessUrgent) {
  Minimize m(2);
  EXPECT_FALSE(m.holds(Precedence::deferred));
  m.set_node(Precedence::immediate);
  EXPECT_FALSE(m.holds(Precedence::immediate));
  EXPECT_TRUE(m.holds(Precedence::priority));
  m.set_node(Precedence::deferred);
  m.set_bearer(1, Precedence::flash);
  EXPECT_TRUE(m.holds(Precedence::routine, 1));
  EXPECT_FALSE(m.holds(Precedence::routine, 0));
}

TEST(Queue, PrecedenceThenAge) {
  Queue q;
  const QueueKey old_routine{Precedence::routine, from_unix(1), 1};
  const QueueKey new_routine{Precedence::routine, from_unix(2), 2};
  const QueueKey flash{Precedence::flash, from_unix(3), 3};
  for (const auto& key : {new_routine, flash, old_routine}) q.move(key, 0, lane_bit(0) | lane_bit(local_lane));
  EXPECT_EQ(*q.head(0), flash);
  q.move(flash, lane_bit(0) | lane_bit(local_lane), lane_bit(local_lane));
  EXPECT_EQ(*q.head(0), old_routine) << "older goes first inside a level";
  EXPECT_EQ(*q.head(local_lane), flash);
  EXPECT_EQ(q.counts(0)[static_cast<std::size_t>(Precedence::routine)], 2u);
  EXPECT_EQ(q.counts(0)[static_cast<std::size_t>(Precedence::flash)], 0u);
  q.move(old_routine, lane_bit(0) | lane_bit(local_lane), 0);
  q.move(new_routine, lane_bit(0) | lane_bit(local_lane), 0);
  EXPECT_EQ(q.head(0), nullptr);
}

TEST(Queue, TheHeadAmongThePeersThatMay) {
  Queue q;
  const QueueKey first{Precedence::routine, from_unix(1), 1}, second{Precedence::routine, from_unix(2), 2};
  const QueueKey flash{Precedence::flash, from_unix(3), 3};
  q.wait_for(first, 0, 7);
  q.wait_for(first, 0, 8);
  q.wait_for(second, 0, 9);
  q.wait_for(flash, 1, 7);
  const auto without = [](std::initializer_list<PeerIndex> full) {
    return [full = std::set<PeerIndex>(full)](PeerIndex p, Precedence) { return !full.contains(p); };
  };
  EXPECT_EQ(*q.head(0, without({})), first);
  EXPECT_EQ(*q.head(0, without({7})), first) << "one of its peers may";
  EXPECT_EQ(*q.head(0, without({7, 8})), second);
  EXPECT_EQ(q.head(0, without({7, 8, 9})), nullptr);
  EXPECT_EQ(*q.head(1, without({})), flash);
  q.leave(first, 0, 7);
  q.leave(first, 0, 8);
  q.leave(first, 0, 8);
  EXPECT_EQ(*q.head(0, without({})), second);
  EXPECT_EQ(q.head(2, without({})), nullptr);
}

TEST(Timers, InOrderAndDisarmed) {
  Timers t;
  t.arm(from_unix(5), TimerKind::expiry, 1);
  t.arm(from_unix(3), TimerKind::retry, 2);
  t.arm(from_unix(4), TimerKind::retry, 3);
  t.arm(never, TimerKind::retry, 4);
  t.disarm(from_unix(4), TimerKind::retry, 3);
  EXPECT_EQ(t.next(), from_unix(3));
  EXPECT_FALSE(t.pop_due(from_unix(2)));
  EXPECT_EQ(t.pop_due(from_unix(9))->id, 2u);
  EXPECT_EQ(t.pop_due(from_unix(9))->id, 1u);
  EXPECT_FALSE(t.pop_due(from_unix(9)));
  EXPECT_EQ(t.next(), never);
}

Config routed() {
  Config c;
  c.domain = "Ship-A.example";
  c.local_domains = {"alias.example"};
  c.relay = {".fleet.example"};
  BearerConfig sat;
  sat.name = "sat";
  sat.group = Ipv4{0xEF000001};
  BearerConfig hf;
  hf.name = "hf";
  c.bearers = {sat, hf};
  for (unsigned i = 1; i <= 4; ++i) {
    PeerConfig p;
    p.name = "p" + std::to_string(i);
    p.pmul_id = PmulId{i};
    p.bearers = {"hf", "sat"};
    c.peers.push_back(p);
  }
  c.peers[0].domains = {"p1.example"};
  c.peers[1].domains = {".fleet.example"};
  c.peers[2].domains = {"x.fleet.example", ".sub.fleet.example"};
  c.peers[3].domains = {"*"};
  c.groups = {{"all", Ipv4{0xEF0000AA}, std::nullopt, {"p1", "p2", "p3", "p4"}, ""},
              {"two", Ipv4{0xEF0000BB}, std::nullopt, {"p1", "p2"}, "hf"},
              {"three", Ipv4{0xEF0000CC}, std::nullopt, {"p1", "p2", "p3"}, ""}};
  return c;
}

TEST(Routing, ExactThenLongestSuffixThenDefault) {
  const Router r(routed());
  EXPECT_EQ(r.route("ship-a.example").kind, Route::Kind::local);
  EXPECT_EQ(r.route("alias.example").kind, Route::Kind::local);
  EXPECT_EQ(r.route("p1.example").peer, 0u);
  EXPECT_TRUE(r.route("p1.example").exact);
  EXPECT_EQ(r.route("y.fleet.example").peer, 1u);
  EXPECT_FALSE(r.route("y.fleet.example").exact);
  EXPECT_EQ(r.route("x.fleet.example").peer, 2u);
  EXPECT_EQ(r.route("a.sub.fleet.example").peer, 2u);
  EXPECT_EQ(r.route("fleet.example").peer, 3u) << "a suffix does not name itself";
  EXPECT_EQ(r.route("elsewhere.example").peer, 3u);
  auto c = routed();
  c.peers.pop_back();
  EXPECT_EQ(Router(c).route("elsewhere.example").kind, Route::Kind::none);
  EXPECT_TRUE(r.relays("y.fleet.example"));
  EXPECT_FALSE(r.relays("p1.example"));
  EXPECT_EQ(r.bearers_of(0), (std::vector<std::size_t>{1, 0}));
}

TEST(Routing, SmallestGroupThatHoldsAll) {
  const Router r(routed());
  const auto awake = [](PeerIndex) { return false; };
  const auto quiet = [](PeerIndex) { return true; };
  const auto group = [&](std::size_t bearer, std::vector<PeerIndex> peers, auto silent) {
    return r.targets(bearer, peers, silent);
  };
  EXPECT_EQ(group(1, {0}, awake), (std::vector<Target>{{std::nullopt, {0}}}));
  EXPECT_EQ(group(1, {0}, quiet), (std::vector<Target>{{Ipv4{0xEF0000BB}, {0}}})) << "no address resolution";
  EXPECT_EQ(group(1, {0, 1}, awake), (std::vector<Target>{{Ipv4{0xEF0000BB}, {0, 1}}}));
  EXPECT_EQ(group(0, {0, 1}, awake), (std::vector<Target>{{Ipv4{0xEF0000CC}, {0, 1}}})) << "'two' is on hf only";
  EXPECT_EQ(group(1, {0, 3}, awake), (std::vector<Target>{{Ipv4{0xEF0000AA}, {0, 3}}}));
  auto c = routed();
  c.groups.clear();
  const Router plain(c);
  EXPECT_EQ(plain.targets(0, {0, 3}, awake), (std::vector<Target>{{Ipv4{0xEF000001}, {0, 3}}})) << "the bearer's own";
  EXPECT_EQ(plain.targets(1, {0, 3}, awake), (std::vector<Target>{{std::nullopt, {0}}, {std::nullopt, {3}}}));
}

TEST(LinkPolicy, FirstBearerThatTakesIt) {
  using namespace link_policy;
  const std::vector<std::size_t> order{1, 0};
  std::vector<BearerView> views(2);
  Candidate m{Precedence::routine, 5000, 0, 0};
  EXPECT_EQ(choose(m, order, views).bearer, 1u);
  views[1].up = false;
  EXPECT_EQ(choose(m, order, views).bearer, 0u);
  views[1].up = true;
  views[1].max_message = 4999;
  EXPECT_EQ(choose(m, order, views).bearer, 0u);
  views[1].max_message = 5000;
  EXPECT_EQ(choose(m, order, views).bearer, 1u);
  views[1].lowest = Precedence::immediate;
  EXPECT_EQ(choose(m, order, views).bearer, 0u);
  views[0].minimize = Precedence::flash;
  EXPECT_EQ(choose(m, order, views).bearer, std::nullopt);
  EXPECT_EQ(choose(m, order, views).reason, why::minimize);
  m.level = Precedence::flash;
  EXPECT_EQ(choose(m, order, views).bearer, 1u);
  m.unreachable = 2;
  EXPECT_EQ(choose(m, order, views).bearer, 0u);
  m.tried = 1;
  EXPECT_EQ(choose(m, order, views).reason, why::no_answer);
}

TEST(LinkPolicy, ForGoodOnlyWhenNoBearerCanEverTakeIt) {
  using namespace link_policy;
  const std::vector<std::size_t> order{0, 1};
  std::vector<BearerView> views(2);
  views[0].max_message = views[1].max_message = 10;
  EXPECT_EQ(choose({Precedence::flash, 11, 0, 0}, order, views).reason, why::too_large);
  views[1].max_message = 0;
  views[1].up = false;
  EXPECT_EQ(choose({Precedence::flash, 11, 0, 0}, order, views).reason, why::bearer_down);
  EXPECT_EQ(choose({Precedence::flash, 11, 0, 0}, {}, views).reason, why::no_bearer);
}

TEST(LinkPolicy, UrgentAlwaysStarts) {
  using namespace link_policy;
  constexpr auto routine = static_cast<std::size_t>(Precedence::routine);
  // What others hold besides; the peer itself holds one of them.
  const auto starts = [](Precedence level, auto member, std::size_t all, bool silent) {
    Load bearer, peer;
    (bearer.*member).at(routine) = all;
    (peer.*member).at(routine) = 1;
    if (member != &Load::live) peer.live.at(routine) = 1;
    return may_start(level, bearer, peer, silent);
  };
  for (const auto& [member, limit, silent] : {std::tuple{&Load::sending, limits::transfers_sending, false},
                                              {&Load::live, limits::transfers_live, false},
                                              {&Load::silent, limits::transfers_silent, true}}) {
    EXPECT_TRUE(starts(Precedence::routine, member, limit - 1, silent));
    EXPECT_FALSE(starts(Precedence::routine, member, limit, silent));
    EXPECT_FALSE(starts(Precedence::deferred, member, limit, silent));
    EXPECT_TRUE(starts(Precedence::flash, member, limit, silent));
  }
  EXPECT_TRUE(starts(Precedence::routine, &Load::octets, limits::transfer_octets - 1, false));
  EXPECT_FALSE(starts(Precedence::routine, &Load::octets, limits::transfer_octets, false));
  EXPECT_TRUE(starts(Precedence::flash, &Load::octets, limits::transfer_octets, false));
  EXPECT_TRUE(starts(Precedence::routine, &Load::silent, limits::transfers_silent, false))
      << "what silent peers hold is nothing to one that answers";
}

TEST(LinkPolicy, NoPeerHoldsMoreThanItsShareAndNobodyWaitsForTheOthers) {
  using namespace link_policy;
  constexpr auto routine = static_cast<std::size_t>(Precedence::routine);
  const auto starts = [](auto member, std::size_t all, std::size_t own, bool silent) {
    Load bearer, peer;
    (bearer.*member).at(routine) = all;
    (peer.*member).at(routine) = own;
    return may_start(Precedence::routine, bearer, peer, silent);
  };
  for (const auto& [member, share, silent] : {std::tuple{&Load::sending, limits::transfers_sending_per_peer, false},
                                              {&Load::live, limits::transfers_live_per_peer, false},
                                              {&Load::silent, limits::transfers_silent_per_peer, true},
                                              {&Load::live, limits::transfers_silent_per_peer, true}}) {
    EXPECT_TRUE(starts(member, share - 1, share - 1, silent));
    EXPECT_FALSE(starts(member, share, share, silent));
  }
  EXPECT_TRUE(starts(&Load::octets, limits::transfer_octets_per_peer, limits::transfer_octets_per_peer - 1, false));
  EXPECT_FALSE(starts(&Load::octets, limits::transfer_octets_per_peer, limits::transfer_octets_per_peer, false));
  // Full of others.
  EXPECT_TRUE(starts(&Load::live, limits::transfers_live, 0, false));
  EXPECT_TRUE(starts(&Load::silent, limits::transfers_silent, 0, true));
  EXPECT_TRUE(starts(&Load::octets, limits::transfer_octets, 0, false));
  EXPECT_FALSE(starts(&Load::sending, limits::transfers_sending, 0, false)) << "the air is taken: its turn comes";
}

TEST(Goals, UrgentIsSooner) {
  for (int i = 0; i + 1 < precedence_levels; ++i)
    EXPECT_LT(delivery_goal(static_cast<Precedence>(i)), delivery_goal(static_cast<Precedence>(i + 1)));
}

TEST(Reports, WhoWantsWhat) {
  using mail::DsnAction;
  mail::Envelope e;
  mail::Recipient r;
  EXPECT_TRUE(wants_report(e, r, DsnAction::failed, false));
  EXPECT_TRUE(wants_report(e, r, DsnAction::delayed, true));
  EXPECT_FALSE(wants_report(e, r, DsnAction::delayed, false)) << "not over the air unless asked";
  EXPECT_FALSE(wants_report(e, r, DsnAction::delivered, true));
  EXPECT_FALSE(wants_report(e, r, DsnAction::relayed, true));
  r.notify = mail::Notify{false, true, false, false};
  EXPECT_TRUE(wants_report(e, r, DsnAction::delivered, false));
  EXPECT_TRUE(wants_report(e, r, DsnAction::relayed, false));
  EXPECT_FALSE(wants_report(e, r, DsnAction::failed, false));
  EXPECT_FALSE(wants_report(e, r, DsnAction::delayed, true));
  e.by = mail::DeliverBy{60, false, true};
  EXPECT_TRUE(wants_report(e, r, DsnAction::delayed, false)) << "BY=60;N asks by itself";
  r.notify = mail::Notify{true, false, false, false};
  for (const auto action : {DsnAction::failed, DsnAction::delayed, DsnAction::delivered, DsnAction::relayed})
    EXPECT_FALSE(wants_report(e, r, action, true));
}

TEST(LocalDelivery, ExactlyOneReturnPath) {
  const auto made = [](std::string_view message) {
    return std::string(as_text(with_return_path("a@b", as_bytes(message))));
  };
  EXPECT_EQ(made("Subject: x\r\n\r\nbody"), "Return-Path: <a@b>\r\nSubject: x\r\n\r\nbody");
  EXPECT_EQ(made("Return-Path: <old@x>\r\nReceived: by y\r\nreturn-path:\r\n <folded@x>\r\nTo: z\r\n\r\nReturn-Path: "
                 "body\r\n"),
            "Return-Path: <a@b>\r\nReceived: by y\r\nTo: z\r\n\r\nReturn-Path: body\r\n");
  EXPECT_EQ(made(""), "Return-Path: <a@b>\r\n");
}

}  // namespace
}  // namespace longwire::engine
