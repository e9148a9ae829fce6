// Annex A between stations whose data transfer sublayer is a perfect wire: data and its confirmations.
#include "subnetwork_pair.hpp"

namespace longwire::s5066 {
namespace {

using namespace bench;

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

}  // namespace
}  // namespace longwire::s5066
