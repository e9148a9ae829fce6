// Annex A between stations whose data transfer sublayer is a perfect wire: links made, shared and lost.
#include "subnetwork_pair.hpp"

namespace longwire::s5066 {
namespace {

using namespace bench;

TEST_F(SubnetworkTest, ASes2ASoftLinkEndsWhenIdle) {
  both();
  net.say(alice, a, request(2, 9, "x"));
  net.pass(59s);
  EXPECT_TRUE(a.channel.linked(addr(2)));
  net.pass(2s);
  EXPECT_FALSE(a.channel.linked(addr(2)));
  EXPECT_FALSE(b.channel.linked(addr(1)));
}

TEST_F(SubnetworkTest, ASes2IdleTimeMayBeZero) {
  StackConfig config;
  config.soft_link_idle = 0s;
  auto& c = net.add(3, config);
  Client carol;
  net.bind(carol, c, 9);
  net.bind(bob, b, 9);
  net.say(carol, c, request(2, 9, "x"));
  EXPECT_EQ(carol.count<UnidataConfirm>(), 1U);
  net.pass(1ms);
  EXPECT_FALSE(c.channel.linked(addr(2)));
}

TEST_F(SubnetworkTest, ASl2TheCalledSideWaitsAMinimumBeforeItsOwnTraffic) {
  StackConfig config;
  config.max_nonexclusive_links = 1;
  auto& c = net.add(3, config);
  auto& d = net.add(4);
  Client carol, dora;
  net.bind(alice, a, 9);
  net.bind(carol, c, 9);
  net.bind(dora, d, 9);
  net.say(alice, a, request(3, 9, "x"));  // c is called
  net.say(carol, c, request(4, 9, "y"));
  net.pass(9s);
  EXPECT_TRUE(c.channel.linked(addr(1)));
  EXPECT_EQ(dora.count<UnidataIndication>(), 0U);
  net.pass(2s);
  EXPECT_EQ(dora.count<UnidataIndication>(), 1U);
}

TEST_F(SubnetworkTest, TheCalledSideEndsALinkWhoseCallerIsGone) {
  both();
  net.say(alice, a, request(2, 9, "x"));
  a.alive = false;
  net.pass(4min);
  EXPECT_TRUE(b.channel.linked(addr(1)));  // may be a fade
  net.pass(3min);
  EXPECT_FALSE(b.channel.linked(addr(1)));
}

TEST_F(SubnetworkTest, ASes3OthersGetTheirTurn) {
  StackConfig config;
  config.max_nonexclusive_links = 1;
  config.soft_link_idle = 1h;
  config.soft_link_max = 2min;
  auto& c = net.add(3, config);
  auto& d = net.add(4);
  Client carol, dora;
  net.bind(carol, c, 9);
  net.bind(bob, b, 9);
  net.bind(dora, d, 9);
  net.say(carol, c, request(2, 9, "x"));
  EXPECT_EQ(carol.count<UnidataConfirm>(), 1U);
  net.cut.insert({addr(2), addr(3)});
  net.say(carol, c, request(2, 9, "y"));  // keeps the first link busy
  net.say(carol, c, request(4, 9, "z"));
  net.pass(90s);
  EXPECT_EQ(dora.count<UnidataIndication>(), 0U);
  net.pass(150s);
  EXPECT_EQ(dora.count<UnidataIndication>(), 1U);
}

TEST_F(SubnetworkTest, AnIdleLinkGivesWayAtOnce) {
  StackConfig config;
  config.max_nonexclusive_links = 1;
  auto& c = net.add(3, config);
  auto& d = net.add(4);
  Client carol, dora;
  net.bind(carol, c, 9);
  net.bind(bob, b, 9);
  net.bind(dora, d, 9);
  net.say(carol, c, request(2, 9, "x"));
  net.say(carol, c, request(4, 9, "y"));
  EXPECT_EQ(dora.count<UnidataIndication>(), 1U);
}

TEST_F(SubnetworkTest, ASilentPeerIsReason3AfterAWhile) {
  both();
  b.alive = false;
  net.say(alice, a, request(2, 9, "x"));
  net.pass(4min);
  EXPECT_EQ(alice.count<UnidataRejected>(), 0U);
  net.pass(4min);
  ASSERT_EQ(alice.count<UnidataRejected>(), 1U);
  EXPECT_EQ(alice.last<UnidataRejected>().reason, unidata_reason::not_responding);
  b.alive = true;
  net.say(alice, a, request(2, 9, "y"));
  net.pass(1min);
  EXPECT_EQ(alice.count<UnidataConfirm>(), 1U);
}

TEST_F(SubnetworkTest, AFadeOfTwoMinutesIsWaitedOut) {
  both();
  net.cut.insert({addr(1), addr(2)});
  net.say(alice, a, request(2, 9, "x", arq_client));
  net.pass(2min);
  net.cut.clear();
  net.pass(3min);
  EXPECT_EQ(alice.count<UnidataConfirm>(), 1U);
  EXPECT_EQ(bob.count<UnidataIndication>(), 1U);
}

TEST_F(SubnetworkTest, ARestartedPeerIsLinkedAgainAndGetsWhatWasUnconfirmed) {
  both();
  net.say(alice, a, request(2, 9, "one"));
  b.connected.clear();  // the peer has restarted: it answers with a warning
  net.say(alice, a, request(2, 9, "two"));
  EXPECT_EQ(alice.count<UnidataConfirm>(), 2U);
  EXPECT_EQ(bob.count<UnidataIndication>(), 2U);
  EXPECT_EQ(text(bob.last<UnidataIndication>()), "two");
}

TEST_F(SubnetworkTest, TheModemsLossKeepsRequestsForTheNextLink) {
  both();
  net.say(alice, a, request(2, 9, "one"));
  a.silent = true;  // nothing leaves
  net.say(alice, a, request(2, 9, "two"));
  auto r = request(0, 9, "three", non_arq);
  r.dest = all_stations;
  net.say(alice, a, r);
  a.out.clear();
  a.subnet.modem_lost(net.now);
  a.subnet.set_state(false, false, net.now);
  net.settle();
  EXPECT_EQ(alice.last<SubnetAvailability>().node_status, node_status::off);
  net.pass(10min);
  EXPECT_EQ(alice.count<UnidataRejected>(), 0U);
  a.silent = false;
  a.subnet.set_state(true, false, net.now);
  net.pass(1min);
  EXPECT_EQ(alice.last<SubnetAvailability>().node_status, node_status::on);
  EXPECT_EQ(alice.count<UnidataConfirm>(), 2U);
  EXPECT_EQ(bob.count<UnidataIndication>(), 3U);
}

TEST_F(SubnetworkTest, EmconIsToldAndHoldsWhatIsAskedFor) {
  both();
  a.subnet.set_state(true, true, net.now);
  a.channel.set_silent(true, net.now);
  net.settle();
  EXPECT_EQ(alice.last<SubnetAvailability>().node_status, node_status::receive_only);
  EXPECT_EQ(alice.last<SubnetAvailability>().reason, 1);
  net.say(alice, a, request(2, 9, "waits"));
  auto r = request(2, 9, "dies");
  r.ttl = 30;
  net.say(alice, a, r);
  net.pass(1h);
  EXPECT_TRUE(a.sent.empty());
  EXPECT_EQ(alice.last<UnidataRejected>().reason, unidata_reason::ttl_expired);
  a.subnet.set_state(true, false, net.now);
  a.channel.set_silent(false, net.now);
  net.pass(1s);
  EXPECT_EQ(alice.count<UnidataConfirm>(), 1U);
  EXPECT_EQ(text(bob.last<UnidataIndication>()), "waits");
}

TEST_F(SubnetworkTest, ABc1GoingBroadcastUnbindsArqClients) {
  both();
  Client udop;
  net.bind(udop, a, 7, non_arq);
  net.say(alice, a, request(2, 9, "x"));
  a.subnet.set_broadcast_only(true, net.now);
  net.settle();
  EXPECT_EQ(alice.last<UnbindIndication>().reason, unbind_reason::broadcast_session);
  EXPECT_EQ(udop.count<UnbindIndication>(), 0U);
  EXPECT_FALSE(a.channel.linked(addr(2)));
  net.say(alice, a, BindRequest{9, 0, arq_node});
  EXPECT_EQ(alice.last<BindRejected>().reason, bind_reason::broadcast_session);
  net.say(udop, a, request(2, 9, "x", arq_none));  // A-SES-8
  EXPECT_EQ(udop.last<UnidataRejected>().reason, unidata_reason::mode_not_specified);
  net.say(udop, a, HardLinkEstablish{{0, 0, 0}, addr(2)});
  EXPECT_EQ(udop.count<HardLinkRejected>(), 1U);
}

}  // namespace
}  // namespace longwire::s5066
