// Annex A between stations whose data transfer sublayer is a perfect wire: who may bind what.
#include "subnetwork_pair.hpp"

namespace longwire::s5066 {
namespace {

using namespace bench;

TEST_F(SubnetworkTest, ABind1NothingIsServedBeforeABind) {
  net.connect(alice, a);
  net.say(alice, a, request(2, 9, "x"));
  EXPECT_TRUE(alice.got.empty());
  EXPECT_TRUE(a.sent.empty());
  net.say(alice, a, BindRequest{9, 0, arq_node});
  EXPECT_EQ(alice.count<BindAccepted>(), 1U);
}

TEST_F(SubnetworkTest, ABind5AcceptedCarriesSapAndMtu) {
  net.bind(alice, a, 9);
  EXPECT_EQ(alice.last<BindAccepted>().sap, 9);
  EXPECT_EQ(alice.last<BindAccepted>().mtu, 2048);
}

TEST_F(SubnetworkTest, ABind2ASapIsHeldOnce) {
  net.bind(alice, a, 9);
  net.connect(bob, a);
  net.say(bob, a, BindRequest{9, 3, arq_node});
  EXPECT_EQ(bob.last<BindRejected>().reason, bind_reason::sap_allocated);
}

TEST_F(SubnetworkTest, ABind8UnbindFreesTheSap) {
  net.bind(alice, a, 9);
  net.say(alice, a, UnbindRequest{});
  net.bind(bob, a, 9);
  net.say(alice, a, BindRequest{9, 0, arq_node});
  EXPECT_EQ(alice.count<BindRejected>(), 1U);
  net.say(alice, a, BindRequest{8, 0, arq_node});
  EXPECT_EQ(alice.count<BindAccepted>(), 2U);
}

TEST_F(SubnetworkTest, F2ReservedSapsAreNotBound) {
  for (const auto sap : {std::uint8_t{10}, std::uint8_t{11}}) {
    Client c;
    net.connect(c, a);
    net.say(c, a, BindRequest{sap, 0, arq_node});
    EXPECT_EQ(c.last<BindRejected>().reason, bind_reason::invalid_sap);
  }
}

TEST_F(SubnetworkTest, ABind3Rank15IsForManagement) {
  net.connect(alice, a);
  net.say(alice, a, BindRequest{9, 15, arq_node});
  EXPECT_EQ(alice.last<BindRejected>().reason, bind_reason::invalid_sap);
  net.say(alice, a, BindRequest{0, 15, arq_node});
  EXPECT_EQ(alice.count<BindAccepted>(), 1U);
}

TEST_F(SubnetworkTest, ModesThatDoNotExistAreAnswered) {
  const std::vector<DeliveryMode> wrong{{static_cast<TransmissionMode>(4)},
                                        {static_cast<TransmissionMode>(15)},
                                        {TransmissionMode::arq, static_cast<Confirmation>(3)},
                                        {TransmissionMode::non_arq, Confirmation::none, false, 0, true}};
  net.connect(alice, a);
  for (const auto& mode : wrong) {
    net.say(alice, a, BindRequest{9, 0, mode});
    EXPECT_EQ(alice.last<BindRejected>().reason, bind_reason::invalid_sap);
  }
  EXPECT_EQ(alice.count<BindRejected>(), wrong.size());
  net.say(alice, a, BindRequest{9, 0, arq_node});
  ASSERT_EQ(alice.count<BindAccepted>(), 1U);
  for (const bool expedited : {false, true}) {
    for (const auto& mode : wrong) {
      auto r = request(2, 9, "how?", mode);
      r.expedited = expedited;
      net.say(alice, a, r);
      EXPECT_EQ(alice.last<UnidataRejected>().reason, unidata_reason::mode_not_specified);
      EXPECT_EQ(alice.last<UnidataRejected>().expedited, expedited);
    }
  }
  EXPECT_EQ(alice.count<UnidataRejected>(), 2 * wrong.size());
}

TEST_F(SubnetworkTest, ABind7TooManyConnectionsAreRefused) {
  StackConfig config;
  config.max_clients = 2;
  auto& c = net.add(3, config);
  Client one, two, three;
  net.bind(one, c, 1);
  net.bind(two, c, 2);
  net.connect(three, c);
  EXPECT_EQ(three.last<BindRejected>().reason, bind_reason::not_enough_resources);
  EXPECT_TRUE(c.subnet.clients().find(three.id)->wants_close());
  net.say(three, c, BindRequest{3, 0, arq_node});
  EXPECT_EQ(three.count<BindAccepted>(), 0U);
}

TEST_F(SubnetworkTest, OurOwnClientsAreNotCounted) {
  StackConfig config;
  config.max_clients = 1;
  auto& c = net.add(3, config);
  const auto ours = c.subnet.clients().connect(net.now, true);
  Client one, two;
  net.bind(one, c, 1);
  net.connect(two, c);
  EXPECT_EQ(two.last<BindRejected>().reason, bind_reason::not_enough_resources);
  EXPECT_FALSE(c.subnet.clients().find(c.subnet.clients().connect(net.now, true))->wants_close());
  net.pass(90s);
  EXPECT_FALSE(c.subnet.clients().find(ours)->wants_close());  // no bind timeout either
}

TEST_F(SubnetworkTest, AConnectionThatNeverBindsIsClosed) {
  net.bind(bob, a, 8);
  net.connect(alice, a);
  net.say(alice, a, KeepAlive{});
  net.pass(59s);
  EXPECT_FALSE(a.subnet.clients().find(alice.id)->wants_close());
  net.pass(1s);
  EXPECT_TRUE(a.subnet.clients().find(alice.id)->wants_close());
  EXPECT_FALSE(a.subnet.clients().find(bob.id)->wants_close());
  net.say(bob, a, UnbindRequest{});  // it was bound and may be so again
  net.pass(90s);
  EXPECT_FALSE(a.subnet.clients().find(bob.id)->wants_close());
}

TEST_F(SubnetworkTest, OneConnectionHoldsOneSap) {
  net.bind(alice, a, 9);
  net.say(alice, a, BindRequest{8, 0, arq_node});
  EXPECT_EQ(alice.count<BindRejected>(), 1U);
  net.bind(bob, a, 8);
}

}  // namespace
}  // namespace longwire::s5066
