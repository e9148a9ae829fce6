// P_MUL over a bearer with a queue of its own and ARQ: what goes by which service, and that ARQ's work
// is not done twice.
#include "hf_fleet.hpp"

#include "bearers/s5066/address.hpp"
#include "node/engine/bearer_setup.hpp"
#include "node/engine/hf_setup.hpp"
#include "node/engine/link_policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;
using Sent = HfFleet::Sent;

bool all_arq(const std::vector<Sent>& sent, bool arq) {
  return std::all_of(sent.begin(), sent.end(), [arq](const Sent& s) { return s.datagram.arq == arq; });
}

TEST(HfPolicy, ArqOnlyForOneStationThatMayTransmit) {
  using link_policy::use_arq;
  EXPECT_TRUE(use_arq({true, 1, false, false, 3}));
  EXPECT_FALSE(use_arq({true, 1, false, false, 2}));  // over before a link is made
  EXPECT_TRUE(use_arq({true, 1, false, true, 1}));
  EXPECT_FALSE(use_arq({true, 2, false, true, 100}));
  EXPECT_FALSE(use_arq({true, 1, true, true, 100}));
  EXPECT_FALSE(use_arq({false, 1, false, true, 100}));
}

TEST(HfNode, ALargeMessageGoesOnceAndIsAnsweredOnce) {
  HfFleet fleet;
  fleet.start();
  fleet.submit(30'000);
  ASSERT_TRUE(fleet.run_until([&] { return fleet[0].count("transfer_acknowledged") == 1; }, 10min));
  fleet.run(24h);
  EXPECT_EQ(fleet[1].mailbox.size(), 1u);
  EXPECT_TRUE(all_arq(fleet.sent, true));
  EXPECT_EQ(fleet.count(&Sent::is_address), 1u);  // no question, no Ack-Ack
  const auto data = fleet.count(&Sent::is_data);
  EXPECT_GT(data, 10u);
  EXPECT_EQ(fleet.count(&Sent::is_ack, 1), 1u);
  EXPECT_EQ(fleet.sent.size(), data + 2);
  EXPECT_TRUE(fleet[0].store().live_messages().empty());
  EXPECT_TRUE(fleet[0].store().transfers().empty());
  for (const auto& s : fleet.sent) {
    EXPECT_EQ(s.datagram.peer, HfFleet::address(1 - s.from));
    EXPECT_NE(s.datagram.ticket, 0u);
    EXPECT_EQ(s.datagram.port, 0);
    EXPECT_LE(s.datagram.octets.size(), 1011u);
  }
  EXPECT_LE(fleet.spins, 3u);
}

TEST(HfNode, PriorityAndExpiryAreCarriedOver) {
  HfFleet fleet;
  fleet.start();
  fleet.submit(5'000, 9);
  fleet.run(1min);
  ASSERT_FALSE(fleet.sent.empty());
  EXPECT_LE(fleet.sent[0].datagram.priority, 1);
  EXPECT_EQ(fleet.sent[0].datagram.expiry, fleet.sent[0].at + 24h);
}

TEST(HfNode, ASmallMessageGoesNonArqUntilALinkStands) {
  HfFleet fleet;
  fleet.start();
  fleet.submit(300);
  fleet.run(5min);
  EXPECT_EQ(fleet[1].mailbox.size(), 1u);
  EXPECT_TRUE(all_arq(fleet.sent, false));
  EXPECT_LE(fleet.count(&Sent::is_data), 2u);  // a short PDU may go twice: to ask costs more
  EXPECT_EQ(fleet.count(&Sent::is_ack_ack), 1u);
  fleet.submit(10'000);  // makes the link
  fleet.run_until([&] { return fleet[1].mailbox.size() == 2; }, 5min);
  fleet.sent.clear();
  fleet.submit(300);
  fleet.run(30s);
  EXPECT_TRUE(all_arq(fleet.sent, true));
  fleet.run(10min);  // the link is idle and gone
  fleet.sent.clear();
  fleet.submit(300);
  fleet.run(5min);
  EXPECT_TRUE(all_arq(fleet.sent, false));
  EXPECT_EQ(fleet[1].mailbox.size(), 4u);
}

TEST(HfNode, NothingByArqWhenSwitchedOffOrToASilentPeer) {
  for (const bool silent : {false, true}) {
    HfFleet fleet([&](Config& c) {
      if (silent) c.peers[0].emcon = c.name == "alpha";
      else c.bearers[0].hf.arq = false;
    });
    fleet.start();
    if (silent) fleet.command(1, {{"command", "emcon"}, {"state", "on"}});
    fleet.submit(30'000);
    fleet.run(1h);
    EXPECT_EQ(fleet[1].mailbox.size(), 1u);
    EXPECT_TRUE(all_arq(fleet.sent, false));
    EXPECT_EQ(fleet.count(&Sent::is_ack, 1), silent ? 0u : 1u);
    if (!silent) continue;
    // The peer may speak again: it acknowledges by itself.
    fleet.command(1, {{"command", "emcon"}, {"state", "off"}});
    fleet.run(1h);
    EXPECT_EQ(fleet[0].count("transfer_acknowledged"), 1u);
  }
}

TEST(HfNode, APeerThatFallsSilentGetsTheRestNonArq) {
  HfFleet fleet;
  fleet.start();
  fleet.room = 2;
  fleet.submit(30'000);
  fleet.run(3s);
  fleet.command(0, {{"command", "emcon"}, {"state", "on"}, {"peer", "bravo"}});
  fleet.command(1, {{"command", "emcon"}, {"state", "on"}});
  const auto before = fleet.sent.size();
  fleet.run(2h);
  ASSERT_GT(fleet.sent.size(), before);
  for (auto i = before; i < fleet.sent.size(); ++i) EXPECT_FALSE(fleet.sent[i].datagram.arq) << i;
  EXPECT_EQ(fleet[1].mailbox.size(), 1u);
  EXPECT_EQ(std::count_if(fleet.sent.begin(), fleet.sent.end(), [](const Sent& s) { return s.from == 1; }), 0);
}

TEST(HfNode, FlowHoldsTheNodeBack) {
  HfFleet fleet;
  fleet.start();
  fleet.room = 3;
  fleet.submit(30'000);
  EXPECT_EQ(fleet.sent.size(), 3u);
  EXPECT_GT(fleet[0].node().next_wake(), fleet.now());  // no spinning
  EXPECT_FALSE(fleet[0].node().poll_transmit(0, fleet.now()));
  fleet.run(10min);
  EXPECT_EQ(fleet[1].mailbox.size(), 1u);
  EXPECT_LE(fleet.spins, 3u);
}

TEST(HfNode, AnUrgentMessagePassesAClosedFlow) {
  HfFleet fleet;
  fleet.start();
  fleet.room = 3;
  fleet.submit(30'000, -4);  // priority 10
  auto& node = fleet[0].node();
  fleet.room = 0;  // nobody polls but we
  node.handle(event::BearerFlow{0, false, 10}, fleet.now());
  EXPECT_FALSE(node.poll_transmit(0, fleet.now()));
  node.handle(event::BearerFlow{0, true}, fleet.now());
  EXPECT_TRUE(node.poll_transmit(0, fleet.now()));
  node.handle(event::BearerFlow{0, false, 10}, fleet.now());
  fleet.submit(500, 6);
  const auto flash = node.poll_transmit(0, fleet.now());
  ASSERT_TRUE(flash);
  EXPECT_EQ(flash->priority, 0);
  while (node.poll_transmit(0, fleet.now())) continue;
  EXPECT_GT(node.next_wake(), fleet.now());  // the bulk waits for room
}

TEST(HfNode, WhatIsNotConfirmedIsSentAgainAfterAWhile) {
  HfFleet fleet;
  std::size_t n = 0;
  std::vector<std::uint16_t> failed;
  fleet.fate = [&](const Sent& s) {
    if (s.from != 0 || !s.is_data() || ++n < 5 || n > 8) return HfFleet::Fate{};
    failed.push_back(std::get<acp142::DataPdu>(s.pdu).sequence);
    return HfFleet::Fate{false, false};
  };
  fleet.start();
  fleet.submit(30'000);
  fleet.run(20min);
  ASSERT_EQ(failed.size(), 4u);
  EXPECT_EQ(fleet[1].mailbox.size(), 1u);
  EXPECT_EQ(fleet.count(&Sent::is_ack, 1), 1u);
  std::map<std::uint16_t, std::vector<Time>> times;
  for (const auto& s : fleet.sent)
    if (s.is_data()) times[std::get<acp142::DataPdu>(s.pdu).sequence].push_back(s.at);
  for (const auto& [sequence, at] : times) {
    const bool again = std::find(failed.begin(), failed.end(), sequence) != failed.end();
    ASSERT_EQ(at.size(), again ? 2u : 1u) << sequence;
    if (again) {
      EXPECT_GE(at[1] - at[0], 20s);
    }
  }
}

TEST(HfNode, AnAckThatIsNotConfirmedIsRepeated) {
  HfFleet fleet;
  int acks = 0;
  fleet.fate = [&](const Sent& s) { return s.is_ack() && ++acks == 1 ? HfFleet::Fate{false, false} : HfFleet::Fate{}; };
  fleet.start();
  fleet.submit(30'000);
  fleet.run(1h);
  EXPECT_EQ(acks, 2);
  EXPECT_EQ(fleet[0].count("transfer_acknowledged"), 1u);
  EXPECT_EQ(fleet.count(&Sent::is_question), 0u);
}

TEST(HfNode, ASlowQueueIsNoReasonToAskAgain) {
  HfFleet fleet([](Config& c) { c.bearers[0].hf.arq = false; });
  fleet.rate_bps = 300;  // the configuration says 9600
  fleet.room = 100;
  fleet.start();
  fleet.submit(20'000);
  fleet.run(1h);
  EXPECT_EQ(fleet[1].mailbox.size(), 1u);
  EXPECT_EQ(fleet.count(&Sent::is_question), 1u);
  std::map<std::uint16_t, int> copies;
  for (const auto& s : fleet.sent)
    if (s.is_data()) ++copies[std::get<acp142::DataPdu>(s.pdu).sequence];
  for (const auto& [sequence, n] : copies) EXPECT_EQ(n, 1) << sequence;
}

TEST(HfNode, LossNonArqIsRepaired) {
  HfFleet fleet([](Config& c) { c.bearers[0].hf.arq = false; });
  Rng dice(5);
  fleet.fate = [&](const Sent&) { return HfFleet::Fate{!dice.chance(0.3), true}; };
  fleet.start();
  for (int i = 0; i < 5; ++i) fleet.submit(10'000);
  fleet.run(12h);
  EXPECT_EQ(fleet[1].mailbox.size(), 5u);
  EXPECT_EQ(fleet[0].count("transfer_acknowledged"), 5u);
}

TEST(HfNode, OwnSilence) {
  HfFleet fleet;
  fleet.start();
  fleet.room = 4;
  fleet.submit(30'000);
  fleet.run(2s);
  fleet.command(0, {{"command", "emcon"}, {"state", "on"}});
  const auto before = fleet.sent.size();
  fleet.run(6h);
  EXPECT_EQ(fleet.sent.size(), before);
  fleet.command(0, {{"command", "emcon"}, {"state", "off"}});
  fleet.run(1h);
  EXPECT_EQ(fleet[1].mailbox.size(), 1u);
  EXPECT_LE(fleet.spins, 3u);
}

TEST(HfNode, TheBearerGoesDownInTheMiddle) {
  HfFleet fleet;
  fleet.start();
  EXPECT_EQ(fleet[0].count("bearer_up"), 1u);
  fleet.room = 4;
  fleet.submit(30'000);
  fleet.run(2s);
  fleet.set_up(0, false);
  const auto before = fleet.sent.size();
  fleet.run(2h);
  EXPECT_EQ(fleet.sent.size(), before);
  fleet.set_up(0, true);
  fleet.run(1h);
  EXPECT_EQ(fleet[1].mailbox.size(), 1u);
  EXPECT_EQ(fleet[0].count("transfer_acknowledged"), 1u);
}

TEST(HfNode, ARestartedSenderAsksInsteadOfRepeating) {
  HfFleet fleet;
  fleet.start();
  fleet.submit(30'000);
  fleet.run(10s);
  const auto before = fleet.count(&Sent::is_data);
  ASSERT_GT(before, 5u);
  fleet.crash(0);
  fleet.sent.clear();
  fleet.restart(0);
  fleet.run(2h);
  EXPECT_EQ(fleet[1].mailbox.size(), 1u);
  EXPECT_GE(fleet.count(&Sent::is_question), 1u);
  EXPECT_TRUE(all_arq(fleet.sent, true));
  std::map<std::uint16_t, int> copies;
  for (const auto& s : fleet.sent)
    if (s.is_data()) ++copies[std::get<acp142::DataPdu>(s.pdu).sequence];
  for (const auto& [sequence, n] : copies) EXPECT_EQ(n, 1) << sequence;
  EXPECT_FALSE(copies.contains(1));  // it had arrived
}

TEST(HfNode, AReceiverRestartsBeforeItAcknowledged) {
  HfFleet fleet;
  fleet.start();
  fleet.fate = [&](const Sent& s) { return s.is_ack() ? HfFleet::Fate{false, false} : HfFleet::Fate{}; };
  fleet.submit(30'000);
  ASSERT_TRUE(fleet.run_until([&] { return fleet.count(&Sent::is_ack, 1) == 1; }, 10min));
  fleet.crash(1);
  fleet.fate = {};
  fleet.run(1min);
  fleet.restart(1);
  fleet.run(1h);
  EXPECT_EQ(fleet[1].mailbox.size(), 1u);
  EXPECT_EQ(fleet[0].count("transfer_acknowledged"), 1u);
}

TEST(HfNode, AnswersToWhatWasSentBeforeARecoveryAreNotMistaken) {
  HfFleet fleet;
  fleet.start();
  fleet.submit(30'000);
  for (const std::uint64_t ticket : {std::uint64_t{0}, std::uint64_t{99'999}, ~std::uint64_t{0}})
    fleet[0].node().handle(event::DatagramDone{0, ticket, true}, fleet.now());
  fleet.run(10min);
  EXPECT_EQ(fleet[1].mailbox.size(), 1u);
}

TEST(HfNode, StatusHoldsWhatTheOwnerTells) {
  HfFleet fleet;
  fleet.start();
  fleet[0].node().set_bearer_status(0, [](Time) { return boost::json::object{{"state", "up"}}; });
  const auto answer = fleet.command(0, {{"command", "status"}});
  EXPECT_EQ(answer.at("bearers").at(0).at("hf").at("state"), "up");
  EXPECT_FALSE(fleet.command(1, {{"command", "status"}}).at("bearers").at(0).as_object().contains("hf"));
}

TEST(HfRouting, GroupsAndSingleStations) {
  Config c;
  BearerConfig udp;
  udp.name = "lan";
  BearerConfig hf;
  hf.name = "hf";
  hf.kind = "modem";
  c.bearers = {udp, hf};
  for (unsigned i = 1; i <= 3; ++i) c.peers.push_back(fleet_peer("p" + std::to_string(i), i, {"lan", "hf"}));
  c.groups = {{"pair", {}, Ipv4{0x10000001}, {"p1", "p2"}, ""}};
  const Router r(c);
  const auto nobody = [](PeerIndex) { return false; };
  const auto everybody = [](PeerIndex) { return true; };
  using Targets = std::vector<Target>;
  EXPECT_EQ(r.targets(1, {0, 1}, nobody), (Targets{{Ipv4{0x10000001}, {0, 1}}}));
  EXPECT_EQ(r.targets(1, {0, 2}, nobody), (Targets{{Ipv4{0x1FFFFFFF}, {0, 2}}}));
  EXPECT_EQ(r.targets(1, {0}, everybody), (Targets{{std::nullopt, {0}}}));
  EXPECT_EQ(r.targets(0, {0, 1}, nobody), (Targets{{std::nullopt, {0}}, {std::nullopt, {1}}}));
}

TEST(HfSetup, TimingAndTheBearersConfiguration) {
  Config c;
  BearerConfig b;
  b.name = "hf";
  b.kind = "modem";
  b.rate_bps = 300;
  b.half_duplex = true;
  b.hf.address = Ipv4{0x01020304};
  b.hf.slots = 8;
  b.hf.modem.rates = {75, 300};
  b.hf.modem.interleaver = "long";
  b.hf.link_protocol = false;
  c.bearers = {b};
  const auto t = timing_of(b);
  EXPECT_TRUE(t.queued);
  EXPECT_EQ(t.max_pdu, 1011u);
  EXPECT_EQ(t.max_over, 127'500ms);
  EXPECT_GE(t.turnaround, 9s);  // 4.8 s to fill the interleaver and 4.8 s to flush it
  EXPECT_EQ(t.access, 5s);
  EXPECT_GT(t.arq_answer, 2 * t.max_over);
  const auto config = hf_bearer_config(c, 0);
  ASSERT_TRUE(config.stack);
  EXPECT_EQ(config.stack->transfer.self, (s5066::Address{0x1020304, false}));
  EXPECT_EQ(config.stack->transfer.slots, 8u);
  EXPECT_EQ(config.stack->transfer.waveforms.size(), 2u);
  EXPECT_FALSE(config.stack->link_protocol);
  c.bearers[0].kind = "stanag5066";
  EXPECT_FALSE(hf_bearer_config(c, 0).stack);
}

}  // namespace
}  // namespace longwire::engine
