// Annex A between stations whose data transfer sublayer is a perfect wire.
#include "bearers/s5066/subnetwork.hpp"
#include "tests/unit/s5066/subnet_bench.hpp"

#include <gtest/gtest.h>

namespace longwire::s5066 {
namespace {

using namespace bench;

constexpr DeliveryMode arq_node{TransmissionMode::arq, Confirmation::node};
constexpr DeliveryMode arq_client{TransmissionMode::arq, Confirmation::client};
constexpr DeliveryMode arq_none{TransmissionMode::arq, Confirmation::none};
constexpr DeliveryMode non_arq{TransmissionMode::non_arq};

class SubnetworkTest : public ::testing::Test {
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

// --- binding ---------------------------------------------------------------------------------------

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

// --- data ------------------------------------------------------------------------------------------

TEST_F(SubnetworkTest, ADx1NodeConfirmationAndASes1TheSoftLinkMakesItself) {
  both();
  auto r = request(2, 9, "hello over there, this is a longer text than what comes back");
  r.priority = 5;
  net.say(alice, a, r);
  EXPECT_TRUE(a.channel.linked(addr(2)));
  EXPECT_TRUE(b.channel.linked(addr(1)));
  ASSERT_EQ(bob.count<UnidataIndication>(), 1U);
  const auto in = bob.last<UnidataIndication>();
  EXPECT_EQ(in.u_pdu, r.u_pdu);
  EXPECT_EQ(in.priority, 5);  // A-DAT-10
  EXPECT_EQ(in.source, addr(1));
  EXPECT_EQ(in.dest, addr(2));
  EXPECT_EQ(in.source_sap, 9);
  EXPECT_EQ(in.mode, TransmissionMode::arq);
  EXPECT_FALSE(in.expedited);
  ASSERT_EQ(alice.count<UnidataConfirm>(), 1U);
  const auto c = alice.last<UnidataConfirm>();
  EXPECT_EQ(c.dest, addr(2));
  EXPECT_EQ(c.part, Bytes(r.u_pdu.begin(), r.u_pdu.begin() + 32));  // A-DAT-8
  EXPECT_EQ(a.subnet.clients().find(alice.id)->outstanding(), 0U);
}

TEST_F(SubnetworkTest, ADat6NoConfirmationUnlessAsked) {
  both();
  net.say(alice, a, request(2, 9, "x", arq_none));
  EXPECT_EQ(bob.count<UnidataIndication>(), 1U);
  EXPECT_EQ(alice.got.size(), 1U);  // the bind's answer
}

TEST_F(SubnetworkTest, ADx2ClientConfirmation) {
  both();
  net.say(alice, a, request(2, 9, "to be confirmed by the client", arq_client));
  EXPECT_EQ(bob.count<UnidataIndication>(), 1U);
  EXPECT_EQ(alice.count<UnidataConfirm>(), 1U);
}

TEST_F(SubnetworkTest, ADx3AnUnboundSapFailsTheClientConfirmation) {
  net.bind(alice, a, 9);
  net.say(alice, a, request(2, 9, "nobody there", arq_client));
  ASSERT_EQ(alice.count<UnidataRejected>(), 1U);
  EXPECT_EQ(alice.last<UnidataRejected>().reason, unidata_reason::sap_not_bound);
  EXPECT_EQ(as_text(alice.last<UnidataRejected>().part), "nobody there");
}

TEST_F(SubnetworkTest, ADx3NodeConfirmationDoesNotNeedTheSap) {
  net.bind(alice, a, 9);
  net.say(alice, a, request(2, 9, "nobody there", arq_node));
  EXPECT_EQ(alice.count<UnidataConfirm>(), 1U);
}

TEST_F(SubnetworkTest, ADx4SeveralOutstandingAreMatchedOldestFirst) {
  both();
  net.cut.insert({addr(1), addr(2)});
  for (const auto* t : {"same beginning, which is longer than thirty-two octets: one",
                        "same beginning, which is longer than thirty-two octets: two", "other"})
    net.say(alice, a, request(2, 9, t, arq_client));
  EXPECT_EQ(a.subnet.clients().find(alice.id)->outstanding(), 3U);
  net.cut.clear();
  net.pass(1min);
  EXPECT_EQ(bob.count<UnidataIndication>(), 3U);
  EXPECT_EQ(alice.count<UnidataConfirm>(), 3U);
  EXPECT_EQ(a.subnet.clients().find(alice.id)->outstanding(), 0U);
}

TEST_F(SubnetworkTest, AExp1ExpeditedGoesByTheExpeditedService) {
  both();
  auto r = request(2, 9, "URGENT");
  r.expedited = true;
  r.priority = 7;
  net.say(alice, a, r);
  ASSERT_EQ(bob.count<UnidataIndication>(), 1U);
  EXPECT_TRUE(bob.last<UnidataIndication>().expedited);  // A-DX-5
  EXPECT_EQ(bob.last<UnidataIndication>().priority, 0);  // A-SPD-2
  EXPECT_TRUE(alice.last<UnidataConfirm>().expedited);
  EXPECT_EQ(a.sent.back().service, Service::expedited_arq);
}

TEST_F(SubnetworkTest, AExp2TooManyExpeditedRequestsUnbind) {
  StackConfig config;
  config.max_expedited = 3;
  auto& c = net.add(3, config);
  net.bind(alice, c, 9);
  auto r = request(3, 9, "x", arq_none);
  r.expedited = true;
  for (int i = 0; i < 3; ++i) net.say(alice, c, r);
  EXPECT_EQ(alice.count<UnbindIndication>(), 0U);
  net.say(alice, c, r);
  EXPECT_EQ(alice.last<UnbindIndication>().reason, unbind_reason::too_many_expedited);
  net.bind(bob, c, 9);
}

TEST_F(SubnetworkTest, ADat5LargerThanTheMtuIsRejected) {
  both();
  auto r = request(2, 9, "", arq_none);
  r.u_pdu.assign(2048, 'x');
  net.say(alice, a, r);
  EXPECT_EQ(bob.count<UnidataIndication>(), 1U);
  r.u_pdu.push_back('x');
  net.say(alice, a, r);
  EXPECT_EQ(alice.last<UnidataRejected>().reason, unidata_reason::too_large);
  EXPECT_EQ(bob.count<UnidataIndication>(), 1U);
}

TEST_F(SubnetworkTest, ADat2TtlExpiryRejectsAndDiscards) {
  both();
  net.cut.insert({addr(1), addr(2)});
  auto r = request(2, 9, "late");
  r.ttl = 10;  // 20 s
  net.say(alice, a, r);
  net.pass(19s);
  EXPECT_EQ(alice.count<UnidataRejected>(), 0U);
  net.pass(2s);
  EXPECT_EQ(alice.last<UnidataRejected>().reason, unidata_reason::ttl_expired);
  net.cut.clear();
  net.pass(5min);
  EXPECT_EQ(bob.count<UnidataIndication>(), 0U);
}

TEST_F(SubnetworkTest, ADat3TtlZeroIsTheNodesMaximum) {
  both();
  b.alive = false;
  StackConfig config;
  config.default_ttl = 10min;
  config.unreachable_after = 24h;
  auto& c = net.add(3, config);
  Client carol;
  net.bind(carol, c, 9);
  net.say(carol, c, request(2, 9, "late"));
  net.pass(10min);
  EXPECT_EQ(carol.last<UnidataRejected>().reason, unidata_reason::ttl_expired);
}

TEST_F(SubnetworkTest, ADat3AClientMayAskForFifteenDays) {
  both();
  b.alive = false;
  StackConfig config;
  config.unreachable_after = 1000h;
  config.confirm_timeout = 1000h;
  auto& c = net.add(3, config);
  Client carol;
  net.bind(carol, c, 9);
  carol.answers_keep_alive = true;
  auto r = request(2, 9, "patient");
  r.ttl = longest_ttl;
  net.say(carol, c, r);
  r.ttl = 0xF'FFFF;  // more than there is: cut to the longest
  net.say(carol, c, r);
  net.now += 15 * 24h - 1s;  // at once: the calls of fifteen days are of no interest
  net.settle();
  EXPECT_EQ(carol.count<UnidataRejected>(), 0U);
  net.now += 2s;
  net.settle();
  ASSERT_EQ(carol.count<UnidataRejected>(), 2U);
  EXPECT_EQ(carol.last<UnidataRejected>().reason, unidata_reason::ttl_expired);
}

TEST_F(SubnetworkTest, ASpd4AnExpiredSPduIsNotDelivered) {
  both();
  DataSPdu pdu;
  pdu.source_sap = pdu.dest_sap = 9;
  pdu.time_to_die = to_time_to_die(net.now - 10s);
  CPdu c_pdu;
  c_pdu.s_pdu = encode(SPdu{pdu});
  net.tell(b, dts::Indication{addr(1), addr(2), Service::non_arq, false, {}, {}, encode(c_pdu)});
  net.settle();
  EXPECT_EQ(bob.count<UnidataIndication>(), 0U);
  pdu.time_to_die = to_time_to_die(net.now + 10s);
  c_pdu.s_pdu = encode(SPdu{pdu});
  net.tell(b, dts::Indication{addr(1), addr(2), Service::non_arq, false, {}, {}, encode(c_pdu)});
  net.settle();
  EXPECT_EQ(bob.count<UnidataIndication>(), 1U);
}

TEST_F(SubnetworkTest, AEnc5DefaultModeUsesTheBinding) {
  net.bind(alice, a, 9, {TransmissionMode::arq, Confirmation::node, true});
  net.bind(bob, b, 9);
  net.say(alice, a, request(2, 9, "x", DeliveryMode{TransmissionMode::bind_default, Confirmation::client, false, 3}));
  EXPECT_EQ(alice.count<UnidataConfirm>(), 1U);
  EXPECT_EQ(a.sent.back().service, Service::arq);
  EXPECT_FALSE(a.sent.back().in_order);
  const auto pdu = *decode_s_pdu(ByteView(a.sent.back().c_pdu).subspan(1));
  EXPECT_FALSE(std::get<DataSPdu>(pdu).client_confirm);  // A-SPD-3
}

TEST_F(SubnetworkTest, AEnc5NoModeAnywhereIsRejected) {
  net.bind(alice, a, 9, {TransmissionMode::bind_default});
  net.say(alice, a, request(2, 9, "x", DeliveryMode{}));
  EXPECT_EQ(alice.last<UnidataRejected>().reason, unidata_reason::mode_not_specified);
}

TEST_F(SubnetworkTest, AEnc4ConfirmationOnlyWithArq) {
  net.bind(alice, a, 9);
  net.say(alice, a, request(2, 9, "x", DeliveryMode{TransmissionMode::non_arq, Confirmation::node}));
  EXPECT_EQ(alice.last<UnidataRejected>().reason, unidata_reason::mode_not_specified);
}

TEST_F(SubnetworkTest, AAdr2ArqToAGroupIsRefused) {
  net.bind(alice, a, 9);
  auto r = request(0, 9, "x", arq_none);
  r.dest = all_stations;
  net.say(alice, a, r);
  EXPECT_EQ(alice.last<UnidataRejected>().reason, unidata_reason::mode_not_specified);
  EXPECT_TRUE(a.sent.empty());
}

TEST_F(SubnetworkTest, NonArqReachesAGroupWithoutALinkAndAEnc6Repeats) {
  both(7);
  auto r = request(0, 7, "all", DeliveryMode{TransmissionMode::non_arq, Confirmation::none, true, 4});
  r.dest = all_stations;
  net.say(alice, a, r);
  ASSERT_EQ(bob.count<UnidataIndication>(), 1U);
  EXPECT_EQ(bob.last<UnidataIndication>().dest, all_stations);
  EXPECT_EQ(bob.last<UnidataIndication>().mode, TransmissionMode::non_arq);
  EXPECT_EQ(a.sent.size(), 1U);
  EXPECT_EQ(a.sent[0].repeats, 4U);
  EXPECT_FALSE(a.channel.linked(addr(2)));
}

TEST_F(SubnetworkTest, ADat9ErrorListsForClientsThatTolerateErrors) {
  net.bind(alice, b, 7, {TransmissionMode::non_arq_with_errors});
  net.bind(bob, b, 8, {TransmissionMode::non_arq});
  DataSPdu pdu;
  pdu.source_sap = 7;
  pdu.dest_sap = 7;
  pdu.u_pdu = to_bytes("0123456789");
  CPdu c_pdu;
  c_pdu.s_pdu = encode(SPdu{pdu});
  const auto octets = encode(c_pdu);  // 1 + 3 octets of headers
  net.tell(b, dts::Indication{addr(1), addr(2), Service::non_arq, true, {{6, 2}}, {{10, 4}}, octets});
  net.settle();
  ASSERT_EQ(alice.count<UnidataIndication>(), 1U);
  const auto in = alice.last<UnidataIndication>();
  EXPECT_EQ(in.mode, TransmissionMode::non_arq_with_errors);
  EXPECT_EQ(in.errored, std::vector<Block>({{2, 2}}));
  EXPECT_EQ(in.non_received, std::vector<Block>({{6, 4}}));
  // Blocks that touch the header: nobody knows whose it is.
  net.tell(b, dts::Indication{addr(1), addr(2), Service::non_arq, true, {{2, 3}}, {}, octets});
  pdu.dest_sap = 8;
  c_pdu.s_pdu = encode(SPdu{pdu});
  net.tell(b, dts::Indication{addr(1), addr(2), Service::non_arq, true, {{6, 2}}, {}, encode(c_pdu)});
  net.settle();
  EXPECT_EQ(alice.count<UnidataIndication>(), 1U);
  EXPECT_EQ(bob.count<UnidataIndication>(), 0U);
}

TEST_F(SubnetworkTest, OwnAddressIsServedWithoutTheAir) {
  net.bind(alice, a, 9);
  net.bind(bob, a, 8);
  net.say(alice, a, request(1, 8, "next door", arq_client));
  EXPECT_EQ(text(bob.last<UnidataIndication>()), "next door");
  EXPECT_EQ(alice.count<UnidataConfirm>(), 1U);
  net.say(alice, a, request(1, 7, "nobody", arq_node));
  EXPECT_EQ(alice.last<UnidataRejected>().reason, unidata_reason::sap_not_bound);
  EXPECT_TRUE(a.sent.empty());
}

TEST_F(SubnetworkTest, ADat1PrecedenceOfWhatWaitsAndClientsTakeTurns) {
  Client second;
  both();
  net.bind(second, a, 8);
  Client extra;
  net.bind(extra, b, 8);
  net.cut.insert({addr(1), addr(2)});
  for (const int p : {1, 1, 9}) {
    auto r = request(2, 9, std::string("p") + std::to_string(p), arq_none);
    r.priority = static_cast<std::uint8_t>(p);
    net.say(alice, a, r);
  }
  auto r = request(2, 8, "turn", arq_none);
  r.priority = 1;
  net.say(second, a, r);
  const auto before = a.sent.size();
  net.cut.clear();
  net.pass(1min);
  std::vector<std::uint8_t> order;
  std::vector<std::uint8_t> saps;
  for (auto i = before; i < a.sent.size(); ++i) {
    if (a.sent[i].service != Service::arq) continue;
    order.push_back(a.sent[i].priority);
    saps.push_back(std::get<DataSPdu>(*decode_s_pdu(ByteView(a.sent[i].c_pdu).subspan(1))).source_sap);
  }
  EXPECT_EQ(order, std::vector<std::uint8_t>({9, 1, 1, 1}));
  EXPECT_EQ(saps, std::vector<std::uint8_t>({9, 9, 8, 9}));
}

// --- links -------------------------------------------------------------------------------------------

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
