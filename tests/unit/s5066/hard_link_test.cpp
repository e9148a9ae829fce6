// Hard links (A.1.1.2, A.3.2.2) between stations joined by a perfect wire. The rows of the compliance
// table are named in each test.
#include "bearers/s5066/hard_link.hpp"
#include "tests/unit/s5066/subnet_bench.hpp"

#include <gtest/gtest.h>

namespace longwire::s5066 {
namespace {

using namespace bench;

constexpr DeliveryMode arq_node{TransmissionMode::arq, Confirmation::node};

HardLinkEstablish establish(std::uint32_t to, std::uint8_t type, std::uint8_t priority = 1, std::uint8_t sap = 0) {
  return {{type, priority, sap}, addr(to)};
}

class HardLinkTest : public ::testing::Test {
 protected:
  Net net;
  Station& a = net.add(1);
  Station& b = net.add(2);
  Station& c = net.add(3);
  Client alice, anna, bob, carol;

  void SetUp() override {
    net.bind(alice, a, 6, arq_node, 5);
    net.bind(anna, a, 9, arq_node, 5);
    net.bind(bob, b, 6, arq_node, 5);
    net.bind(carol, c, 6, arq_node, 5);
  }
};

TEST_F(HardLinkTest, AHl6Type0IsEstablishedAfterThePeersConfirm) {
  net.say(alice, a, establish(2, 0, 3));
  ASSERT_EQ(alice.count<HardLinkEstablished>(), 1U);
  const auto e = alice.last<HardLinkEstablished>();
  EXPECT_GE(e.remote_status, 1);
  EXPECT_EQ(e.remote, addr(2));  // A-HL-7
  EXPECT_EQ(e.link.priority, 3);
  EXPECT_TRUE(a.channel.exclusive(addr(2)));  // B-2
  EXPECT_TRUE(b.channel.exclusive(addr(1)));
  EXPECT_EQ(bob.count<HardLinkIndication>(), 0U);  // A-HL-8
}

TEST_F(HardLinkTest, AHl11LinkSPdusUseTheExpeditedService) {
  net.say(alice, a, establish(2, 0));
  net.say(alice, a, HardLinkTerminate{addr(2)});
  int seen = 0;
  for (const auto* station : {&a, &b}) {
    for (const auto& r : station->sent) {
      if (!Station::arq(r)) continue;
      EXPECT_EQ(r.service, Service::expedited_arq);
      ++seen;
    }
  }
  EXPECT_EQ(seen, 4);  // S_PDUs 3, 4, 6, 7
}

TEST_F(HardLinkTest, ASes5Type0IsOpenToOtherClients) {
  net.say(alice, a, establish(2, 0));
  net.say(anna, a, request(2, 6, "me too"));
  EXPECT_EQ(anna.count<UnidataConfirm>(), 1U);
}

// The called side has no deadline of its own for types 0 and 1: a caller that is gone must not keep it for ever.
TEST_F(HardLinkTest, ACallerThatVanishesDoesNotBlockTheOthers) {
  for (const std::uint8_t type : {std::uint8_t{0}, std::uint8_t{1}}) {
    net.say(alice, a, establish(2, type));
    net.say(alice, a, request(2, 6, "last words"));
    const auto ended = bob.count<HardLinkTerminated>();
    const auto heard = carol.count<UnidataIndication>();
    a.alive = false;
    net.say(bob, b, request(3, 6, "waits"));
    net.say(carol, c, request(2, 6, "to bob"));
    net.pass(9min);
    EXPECT_EQ(carol.count<UnidataIndication>(), heard);
    EXPECT_EQ(bob.count<HardLinkTerminated>(), ended);
    net.pass(6min);
    ASSERT_EQ(bob.count<HardLinkTerminated>(), ended + 1);
    EXPECT_EQ(bob.last<HardLinkTerminated>().reason, terminated_reason::link_broken);
    EXPECT_EQ(carol.count<UnidataIndication>(), heard + 1);
    EXPECT_EQ(text(bob.last<UnidataIndication>()), "to bob");
    EXPECT_TRUE(b.subnet.status().if_contains("hard_link") == nullptr);
    a.alive = true;
    net.pass(15min);
  }
}

// Used in one direction only, and from the called side: the link is in use.
TEST_F(HardLinkTest, AHardLinkThatIsUsedStands) {
  net.say(alice, a, establish(2, 0));
  for (int i = 0; i < 5; ++i) {
    net.pass(8min);
    net.say(bob, b, request(1, 6, "still here"));
  }
  EXPECT_EQ(alice.count<UnidataIndication>(), 5U);
  EXPECT_EQ(alice.count<HardLinkTerminated>(), 0U);
}

TEST_F(HardLinkTest, ASes6Type1IsForTheRequestingClient) {
  net.say(alice, a, establish(2, 1));
  net.say(anna, a, request(2, 6, "waits"));
  net.say(alice, a, request(2, 6, "goes"));
  EXPECT_EQ(alice.count<UnidataConfirm>(), 1U);
  EXPECT_EQ(anna.count<UnidataConfirm>(), 0U);
  net.say(bob, b, request(1, 9, "not to her"));
  net.say(bob, b, request(1, 6, "to him"));
  EXPECT_EQ(alice.count<UnidataIndication>(), 1U);
  EXPECT_EQ(anna.count<UnidataIndication>(), 0U);
  net.say(alice, a, HardLinkTerminate{addr(2)});
  net.pass(30s);
  EXPECT_EQ(anna.count<UnidataConfirm>(), 1U);
  EXPECT_EQ(anna.count<UnidataIndication>(), 1U);
}

TEST_F(HardLinkTest, ASes7Type2IsForTheTwoNamedClients) {
  net.say(alice, a, establish(2, 2, 1, 6));
  ASSERT_EQ(bob.count<HardLinkIndication>(), 1U);
  const auto in = bob.last<HardLinkIndication>();
  EXPECT_EQ(in.remote, addr(1));  // A-HL-8: the caller's node and SAP
  EXPECT_EQ(in.link.remote_sap, 6);
  EXPECT_EQ(in.link.type, 2);
  EXPECT_EQ(alice.count<HardLinkEstablished>(), 0U);
  net.say(bob, b, HardLinkAccept{in.link, in.remote});  // A-HL-15
  EXPECT_EQ(alice.count<HardLinkEstablished>(), 1U);
  net.say(anna, a, request(2, 6, "waits"));
  net.say(alice, a, request(2, 9, "waits too"));
  net.say(alice, a, request(2, 6, "goes"));
  EXPECT_EQ(bob.count<UnidataIndication>(), 1U);
  net.say(bob, b, request(1, 9, "waits"));
  net.say(bob, b, request(1, 6, "goes"));
  EXPECT_EQ(alice.count<UnidataIndication>(), 1U);
}

TEST_F(HardLinkTest, AHl15TheCalledClientMayRefuseOrSayNothing) {
  net.say(alice, a, establish(2, 2, 1, 6));
  net.say(bob, b, HardLinkReject{1, {2, 1, 6}, addr(1)});
  EXPECT_EQ(alice.last<HardLinkRejected>().reason, hard_link_reason::remote_busy);
  EXPECT_FALSE(a.channel.exclusive(addr(2)));
  net.say(alice, a, establish(2, 2, 1, 6));
  net.pass(4min);
  EXPECT_EQ(alice.count<HardLinkRejected>(), 2U);
  net.pass(10min);
  EXPECT_EQ(b.channel.links(true), 0U);
}

TEST_F(HardLinkTest, AHl13Type2NeedsABoundSap) {
  net.say(alice, a, establish(2, 2, 1, 3));
  EXPECT_EQ(alice.last<HardLinkRejected>().reason, hard_link_reason::sap_not_bound);
  EXPECT_EQ(alice.last<HardLinkRejected>().link, (Link{2, 1, 3}));  // A-HL-7
}

TEST_F(HardLinkTest, AHl4AHl3TheExistingLinkWinsAgainstOtherNodes) {
  net.say(alice, a, establish(2, 0));
  net.say(anna, a, establish(3, 2, 1, 6));
  EXPECT_EQ(anna.last<HardLinkRejected>().reason, hard_link_reason::higher_priority_existing);  // A-HL-9
  EXPECT_TRUE(a.channel.exclusive(addr(2)));
}

TEST_F(HardLinkTest, AHl9AMatchingType0ExistsAndIsLeftAlone) {
  net.say(alice, a, establish(2, 0));
  const auto before = a.sent.size();
  net.say(anna, a, establish(2, 0));
  EXPECT_EQ(anna.last<HardLinkRejected>().reason, hard_link_reason::type_0_exists);
  EXPECT_EQ(a.sent.size(), before);
  EXPECT_EQ(alice.count<HardLinkTerminated>(), 0U);
}

TEST_F(HardLinkTest, AHl3TheGreaterTypeWinsBetweenTheSameNodes) {
  net.say(alice, a, establish(2, 0));
  net.say(anna, a, establish(2, 1));
  net.pass(10s);
  EXPECT_EQ(alice.last<HardLinkTerminated>().reason, terminated_reason::higher_priority_requested);
  EXPECT_EQ(anna.count<HardLinkEstablished>(), 1U);
  net.say(alice, a, establish(2, 1));
  EXPECT_EQ(alice.last<HardLinkRejected>().reason, hard_link_reason::higher_priority_existing);
}

TEST_F(HardLinkTest, AHl2RankBeatsLinkPriorityAndAHl10PreemptsTheExistingLink) {
  Client admiral;
  net.bind(admiral, a, 3, arq_node, 9);
  net.say(alice, a, establish(2, 1, 3));
  net.say(admiral, a, establish(3, 0, 0));
  net.pass(10s);
  EXPECT_EQ(alice.last<HardLinkTerminated>().reason, terminated_reason::higher_priority_requested);
  EXPECT_EQ(admiral.count<HardLinkEstablished>(), 1U);
  EXPECT_FALSE(a.channel.linked(addr(2)));
  EXPECT_TRUE(a.channel.exclusive(addr(3)));
  // S_PDU 6 to the old peer before the request to the new one.
  std::size_t end = 0, ask = 0;
  for (std::size_t i = 0; i < a.sent.size(); ++i) {
    if (a.sent[i].dest == addr(2) && a.sent[i].c_pdu == Bytes({0x00, 0x62})) end = i;
    if (a.sent[i].dest == addr(3) && a.sent[i].c_pdu == Bytes({0x11})) ask = i;
  }
  EXPECT_GT(end, 0U);
  EXPECT_LT(end, ask);
}

TEST_F(HardLinkTest, AHl2PriorityDecidesBetweenEqualRanks) {
  net.say(alice, a, establish(2, 1, 1));
  net.say(anna, a, establish(3, 1, 2));
  net.pass(10s);
  EXPECT_EQ(anna.count<HardLinkEstablished>(), 1U);
  EXPECT_EQ(alice.count<HardLinkTerminated>(), 1U);
}

TEST_F(HardLinkTest, AHl14TheCalledNodeRefusesLowerAndEqualCalls) {
  net.say(alice, a, establish(2, 0, 2));  // b is called, rank 0 by default
  net.say(carol, c, establish(2, 0, 1));  // lower priority
  EXPECT_EQ(carol.last<HardLinkRejected>().reason, hard_link_reason::higher_priority_existing);
  net.say(carol, c, establish(2, 0, 2));  // equal
  EXPECT_EQ(carol.last<HardLinkRejected>().reason, hard_link_reason::remote_busy);
  EXPECT_TRUE(a.channel.exclusive(addr(2)));
}

TEST_F(HardLinkTest, AHl14TheRankOfTheNamedClientCounts) {
  net.say(alice, a, establish(2, 0, 3));
  net.say(carol, c, establish(2, 2, 0, 6));  // bob's rank 5 against the default 0
  net.pass(10s);
  ASSERT_EQ(bob.count<HardLinkIndication>(), 1U);
  EXPECT_EQ(alice.last<HardLinkTerminated>().reason, terminated_reason::higher_priority_requested);
  net.say(bob, b, HardLinkAccept{{2, 0, 6}, addr(3)});
  EXPECT_EQ(carol.count<HardLinkEstablished>(), 1U);
}

TEST_F(HardLinkTest, AHl5OnlyTheOriginatorTerminates) {
  net.say(alice, a, establish(2, 0));
  net.say(anna, a, HardLinkTerminate{addr(2)});
  net.say(bob, b, HardLinkTerminate{addr(1)});
  EXPECT_TRUE(a.channel.exclusive(addr(2)));
  net.say(alice, a, HardLinkTerminate{addr(2)});
  EXPECT_FALSE(a.channel.linked(addr(2)));
  EXPECT_FALSE(b.channel.linked(addr(1)));
  EXPECT_EQ(alice.count<HardLinkTerminated>(), 0U);  // the peer has answered
}

TEST_F(HardLinkTest, AHl5TheCalledClientOfType2TerminatesToo) {
  net.say(alice, a, establish(2, 2, 1, 6));
  net.say(bob, b, HardLinkAccept{{2, 1, 6}, addr(1)});
  net.say(bob, b, HardLinkTerminate{addr(1)});
  EXPECT_EQ(alice.last<HardLinkTerminated>().reason, terminated_reason::by_remote);
  EXPECT_FALSE(a.channel.linked(addr(2)));
}

TEST_F(HardLinkTest, AHl16TheOtherSideTellsEveryUser) {
  net.say(alice, a, establish(2, 0));
  net.say(anna, a, request(2, 6, "x"));
  net.say(alice, a, HardLinkTerminate{addr(2)});
  EXPECT_EQ(bob.last<HardLinkTerminated>().reason, terminated_reason::by_remote);
  EXPECT_EQ(anna.count<HardLinkTerminated>(), 1U);
}

TEST_F(HardLinkTest, AHl17TerminatedAnywayWhenNobodyConfirms) {
  net.say(alice, a, establish(2, 0));
  net.cut.insert({addr(1), addr(2)});
  net.say(alice, a, HardLinkTerminate{addr(2)});
  EXPECT_EQ(alice.count<HardLinkTerminated>(), 0U);
  net.pass(181s);
  EXPECT_EQ(alice.last<HardLinkTerminated>().reason, terminated_reason::not_responding);
  net.pass(5min);
  EXPECT_TRUE(a.channel.idle(addr(2)));
}

TEST_F(HardLinkTest, AHl18ABrokenPhysicalLinkEndsItForAll) {
  net.say(alice, a, establish(2, 0));
  net.say(anna, a, request(2, 6, "x"));
  net.tell(a, dts::ConnectionLost{addr(2), "no_answer"});
  net.settle();
  EXPECT_EQ(alice.last<HardLinkTerminated>().reason, terminated_reason::link_broken);
  EXPECT_EQ(anna.last<HardLinkTerminated>().reason, terminated_reason::link_broken);
}

TEST_F(HardLinkTest, AHl12NobodyAnswers) {
  b.alive = false;
  net.say(alice, a, establish(2, 0));
  net.pass(2min);
  EXPECT_EQ(alice.last<HardLinkRejected>().reason, hard_link_reason::not_responding);
  b.alive = true;
  net.say(alice, a, establish(2, 0));
  EXPECT_EQ(alice.count<HardLinkEstablished>(), 1U);
}

TEST_F(HardLinkTest, AHl12ThePhysicalLinkStandsButTheAnswerNeverComes) {
  b.silent = false;
  net.say(alice, a, establish(2, 2, 1, 6));  // bob does not decide, and his node is cut off
  net.cut.insert({addr(1), addr(2)});
  net.pass(181s);
  EXPECT_EQ(alice.last<HardLinkRejected>().reason, hard_link_reason::not_responding);
}

TEST_F(HardLinkTest, TheOriginatorsEndIsTheLinksEnd) {
  net.say(alice, a, establish(2, 0));
  net.say(alice, a, UnbindRequest{});
  net.settle();
  EXPECT_FALSE(a.channel.linked(addr(2)));
  EXPECT_FALSE(b.channel.linked(addr(1)));
}

TEST_F(HardLinkTest, TheCalledClientsEndIsReason4) {
  net.say(alice, a, establish(2, 2, 1, 6));
  net.say(bob, b, HardLinkAccept{{2, 1, 6}, addr(1)});
  b.clients.erase(bob.id);
  b.subnet.disconnect(bob.id, net.now);
  net.settle();
  EXPECT_EQ(alice.last<HardLinkTerminated>().reason, terminated_reason::sap_unbound);
}

TEST_F(HardLinkTest, AAdr2GroupsAndOneselfAreNoEndsOfAHardLink) {
  net.say(alice, a, HardLinkEstablish{{0, 0, 0}, all_stations});
  net.say(alice, a, establish(1, 0));
  EXPECT_EQ(alice.count<HardLinkRejected>(), 2U);
  EXPECT_TRUE(a.sent.empty());
}

TEST_F(HardLinkTest, SoftLinksWaitForTheEndOfTheHardLink) {
  net.say(alice, a, establish(2, 0));
  net.say(anna, a, request(3, 6, "later"));
  EXPECT_EQ(carol.count<UnidataIndication>(), 0U);
  net.say(alice, a, HardLinkTerminate{addr(2)});
  net.pass(10s);
  EXPECT_EQ(carol.count<UnidataIndication>(), 1U);
}

TEST_F(HardLinkTest, ASoftLinkBecomesAHardOneAndKeepsItsData) {
  net.say(anna, a, request(2, 6, "one"));
  EXPECT_TRUE(a.channel.linked(addr(2)));
  net.say(alice, a, establish(2, 0));
  EXPECT_EQ(alice.count<HardLinkEstablished>(), 1U);
  net.say(anna, a, request(2, 6, "two"));
  EXPECT_EQ(anna.count<UnidataConfirm>(), 2U);
  EXPECT_EQ(bob.count<UnidataIndication>(), 2U);
}

TEST_F(HardLinkTest, AHl16AnUnknownTerminateIsConfirmed) {
  HardLink link({3min, 0});
  link.on_terminate(addr(7), 1, net.now);
  const auto actions = link.take_actions();
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<LinkTerminateConfirm>(std::get<hl::Send>(actions[0]).pdu));
}

}  // namespace
}  // namespace longwire::s5066
