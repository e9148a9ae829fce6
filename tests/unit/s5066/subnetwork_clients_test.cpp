// Annex A: clients that misbehave, keep-alive, management. The rows of the compliance table are named.
#include "bearers/s5066/subnetwork.hpp"
#include "tests/unit/s5066/subnet_bench.hpp"

#include <gtest/gtest.h>

namespace longwire::s5066 {
namespace {

using namespace bench;

constexpr DeliveryMode arq_client{TransmissionMode::arq, Confirmation::client};
constexpr DeliveryMode arq_none{TransmissionMode::arq, Confirmation::none};

class SubnetworkClientsTest : public ::testing::Test {
 protected:
  Net net;
  Station& a = net.add(1);
  Station& b = net.add(2);
  Client alice, bob;

  void both(std::uint8_t sap = 9) {
    net.bind(alice, a, sap);
    net.bind(bob, b, sap);
  }
};

// --- clients that misbehave ----------------------------------------------------------------------------

TEST_F(SubnetworkClientsTest, TooMuchGarbageIsUnboundAndClosedWhileOthersGoOn) {
  both();
  Client bad;
  net.bind(bad, a, 3);
  const Bytes garbage(64, 0x55);
  for (int i = 0; i < 20; ++i) {
    Bytes one = garbage;
    one.insert(one.end(), {0x90, 0xEB, 0x00, 0, 1, 0x11});  // a good frame between
    a.subnet.feed(bad.id, one, net.now);
  }
  net.settle();
  EXPECT_EQ(bad.last<UnbindIndication>().reason, unbind_reason::invalid_primitives);
  EXPECT_TRUE(a.subnet.clients().find(bad.id)->wants_close());
  net.say(alice, a, request(2, 9, "x"));
  EXPECT_EQ(alice.count<UnidataConfirm>(), 1U);
  Client next;
  net.bind(next, a, 3);
}

TEST_F(SubnetworkClientsTest, EndlessGarbageIsCutToo) {
  net.bind(alice, a, 3);
  const Bytes garbage(50'000, 0x55);
  std::size_t fed = 0;
  while (!a.subnet.clients().find(alice.id)->wants_close() && fed < 10'000'000)
    a.subnet.feed(alice.id, garbage, net.now), fed += garbage.size();
  EXPECT_LT(fed, 2'000'000U);
}

TEST_F(SubnetworkClientsTest, WhatOnlyTheNodeSaysIsInvalidFromAClient) {
  net.bind(alice, a, 9);
  for (int i = 0; i < 10; ++i) net.say(alice, a, BindAccepted{9, 2048});
  EXPECT_EQ(alice.count<UnbindIndication>(), 0U);
  net.say(alice, a, SubnetAvailability{1, 0});
  EXPECT_EQ(alice.last<UnbindIndication>().reason, unbind_reason::invalid_primitives);
}

TEST_F(SubnetworkClientsTest, AFlw1FlowIsStoppedAndStartedAgain) {
  both();
  net.cut.insert({addr(1), addr(2)});
  auto r = request(2, 9, "", arq_none);
  r.u_pdu.assign(2000, 'x');
  int n = 0;
  while (alice.count<DataFlowOff>() == 0 && n < 1000) net.say(alice, a, r), ++n;
  EXPECT_GT(n, 100);
  EXPECT_LT(n, 140);
  net.cut.clear();
  net.pass(2min);
  EXPECT_EQ(alice.count<DataFlowOn>(), 1U);
  EXPECT_EQ(bob.count<UnidataIndication>(), static_cast<std::size_t>(n));
}

TEST_F(SubnetworkClientsTest, AFloodIsBounded) {
  StackConfig config;
  config.client_queue_octets = 10'000;
  config.client_flood_octets = 50'000;
  auto& c = net.add(3, config);
  net.bind(alice, c, 9);
  auto r = request(2, 9, "", arq_none);
  r.u_pdu.assign(2000, 'x');
  b.alive = false;
  for (int i = 0; i < 50; ++i) net.say(alice, c, r);
  EXPECT_LE(c.subnet.clients().find(alice.id)->queued_octets(), 50'000U);
  EXPECT_EQ(alice.last<UnbindIndication>().reason, unbind_reason::invalid_primitives);
}

TEST_F(SubnetworkClientsTest, AFlw2AClientThatDoesNotReadIsCutOff) {
  StackConfig config;
  config.client_output_octets = 5000;
  auto& c = net.add(3, config);
  net.bind(alice, a, 9);
  Client deaf;
  net.bind(deaf, c, 9);
  c.clients.clear();
  for (int i = 0; i < 10; ++i) {
    auto r = request(3, 9, "", arq_client);
    r.u_pdu.assign(1000, 'x');
    net.say(alice, a, r);
  }
  EXPECT_TRUE(c.subnet.clients().find(deaf.id)->wants_close());
  EXPECT_EQ(c.subnet.clients().find(deaf.id)->output_octets(), 0U);
  EXPECT_EQ(alice.count<UnidataConfirm>() + alice.count<UnidataRejected>(), 10U);
  EXPECT_LT(alice.count<UnidataConfirm>(), 6U);
}

TEST_F(SubnetworkClientsTest, ClientsThatComeFillAndGoDoNotFillTheMemory) {
  StackConfig config;
  config.orphan_octets = 20'000;
  auto& c = net.add(3, config);
  b.alive = false;
  for (int i = 0; i < 20; ++i) {
    Client brief;
    net.bind(brief, c, 9);
    for (int k = 0; k < 5; ++k) {
      auto r = request(2, 9, "", arq_none);
      r.u_pdu.assign(1000, 'x');
      net.say(brief, c, r);
    }
    c.clients.erase(brief.id);
    c.subnet.disconnect(brief.id, net.now);
  }
  EXPECT_LE(c.subnet.status().at("queue").at("octets").as_uint64(), 20'000U);
}

TEST_F(SubnetworkClientsTest, HandedOverIsDeliveredEvenIfTheClientHasGone) {
  net.bind(bob, b, 9);
  net.connect(alice, a);
  auto octets = encode(Primitive{BindRequest{9, 0, arq_none}});
  const auto more = encode(Primitive{request(2, 9, "and bye", arq_none)});
  octets.insert(octets.end(), more.begin(), more.end());
  a.subnet.feed(alice.id, octets, net.now);
  a.clients.clear();
  a.subnet.disconnect(alice.id, net.now);
  net.settle();
  EXPECT_EQ(text(bob.last<UnidataIndication>()), "and bye");
}

// --- keep-alive, management ------------------------------------------------------------------------------

TEST_F(SubnetworkClientsTest, AKa1AKeepAliveIsAnsweredOnceAndAnAnswerIsNot) {
  alice.answers_keep_alive = false;
  net.bind(alice, a, 9);
  net.say(alice, a, KeepAlive{});
  EXPECT_EQ(alice.count<KeepAlive>(), 1U);
  net.say(alice, a, KeepAlive{});
  EXPECT_EQ(alice.count<KeepAlive>(), 1U);
}

TEST_F(SubnetworkClientsTest, AKa2SilentClientsAreAskedEvery120SecondsAndThenUnbound) {
  alice.answers_keep_alive = false;
  net.bind(alice, a, 9);
  net.pass(119s);
  EXPECT_EQ(alice.count<KeepAlive>(), 0U);
  net.pass(2s);
  EXPECT_EQ(alice.count<KeepAlive>(), 1U);
  net.say(alice, a, KeepAlive{});  // the answer
  EXPECT_EQ(alice.count<KeepAlive>(), 1U);
  net.pass(119s);
  EXPECT_EQ(alice.count<KeepAlive>(), 1U);
  net.pass(2s);
  EXPECT_EQ(alice.count<KeepAlive>(), 2U);
  net.pass(241s);
  EXPECT_EQ(alice.last<UnbindIndication>().reason, unbind_reason::inactivity);
  EXPECT_TRUE(a.subnet.clients().find(alice.id)->wants_close());
}

TEST_F(SubnetworkClientsTest, AMgt1ManagementMessagesNeedRank15) {
  net.bind(alice, a, 9);
  net.say(alice, a, ManagementMessage{false, 1, to_bytes("STATUS?")});
  EXPECT_EQ(alice.count<ManagementMessage>(), 0U);
  Client boss;
  net.bind(boss, a, 0, arq_none, 15);
  net.say(boss, a, ManagementMessage{false, 1, to_bytes("STATUS?")});
  ASSERT_EQ(boss.count<ManagementMessage>(), 1U);
  const auto answer = boss.last<ManagementMessage>();
  EXPECT_TRUE(answer.indication);
  EXPECT_EQ(as_text(answer.message).substr(0, 16), "EMCON=0\nMODEM=1\n");
  net.say(boss, a, ManagementMessage{false, 77, {}});
  EXPECT_EQ(boss.count<ManagementMessage>(), 1U);
}

}  // namespace
}  // namespace longwire::s5066
