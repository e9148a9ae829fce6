// Tables C-10 to C-25 and the rules of single D_PDU types; rows of the compliance table are named.
#include "lone_station.hpp"

#include "base/limits.hpp"
#include "bearers/s5066/eow_rate.hpp"

namespace longwire::s5066::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::vector<DPduBody> connection_related() {
  return {DataOnly{segment(0, true, true)},    AckOnly{},
          DataAck{segment(0, true, true), {}}, Reset{.full_reset = true},
          ExpeditedData{true, true, 0, 0, {}}, ExpeditedAck{}};
}

TEST(Tables, UnconnectedAnswersTypes0To5WithWarning1) {  // C-ST-2, C-T15-1
  for (const auto& body : connection_related()) {
    LoneStation station;
    station.hear(body);
    const auto sent = station.run(seconds{20});
    ASSERT_EQ(sent.size(), 1U);
    const auto warnings = bodies<Warning>(sent);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_EQ(warnings[0].reason, warning_reason::not_connected);
    EXPECT_EQ(warnings[0].received_type, static_cast<std::uint8_t>(type_of(station.pdu(body))));
    ASSERT_EQ(station.of<dts::WarningSent>().size(), 1U);
    EXPECT_TRUE(station.of<dts::Indication>().empty());
  }
}

TEST(Tables, NoWarningForOthersNorInAnswerToAWarning) {  // C-T15-1, C-ST-1
  LoneStation station;
  auto other = station.pdu(DataOnly{segment(0, true, true)});
  other.dest = LoneStation::peer(2);
  station.hear(other);
  for (std::uint8_t reason = 0; reason < 16; ++reason) station.hear(Warning{0, reason});
  EXPECT_TRUE(station.run(minutes{3}).empty());
  EXPECT_EQ(station.of<dts::WarningReceived>().size(), 16U);
}

TEST(Tables, WarningsAreFew) {
  LoneStation station;
  for (int i = 0; i < 1000; ++i) station.hear(connection_related()[static_cast<std::size_t>(i) % 6]);
  const auto sent = station.run(seconds{5});
  EXPECT_EQ(bodies<Warning>(sent).size(), limits::s5066_pending_warnings);
  EXPECT_EQ(station.discarded("warning_rate"), 1000 - limits::s5066_pending_warnings);
}

TEST(Tables, WarningNotConnectedEndsTheConnection) {
  LoneStation station;
  station.connect();
  const auto ticket = station.send(pattern(100, 1));
  (void)station.over();
  station.hear(Warning{0, warning_reason::not_connected});
  ASSERT_EQ(station.of<dts::ConnectionLost>().size(), 1U);
  EXPECT_EQ(station.of<dts::ConnectionLost>()[0].reason, "not_connected_there");
  ASSERT_EQ(station.of<dts::Rejected>().size(), 1U);
  EXPECT_EQ(station.of<dts::Rejected>()[0].ticket, ticket);
  EXPECT_EQ(station.of<dts::Rejected>()[0].reason, "connection_lost");
}

TEST(Tables, IdleConnectedAcknowledgement) {  // table C-19 and 4.8
  LoneStation station;
  station.connect();
  station.hear(AckOnly{{0, {}}});  // passes test 4: a late copy
  EXPECT_TRUE(station.run(seconds{10}).empty());
  station.hear(AckOnly{{9, {}}});
  const auto warnings = bodies<Warning>(station.run(seconds{10}));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].reason, warning_reason::invalid_in_state);
  EXPECT_EQ(warnings[0].received_type, 1);
  station.hear(ExpeditedAck{{3, {}}});
  const auto again = bodies<Warning>(station.run(seconds{10}));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].received_type, 5);
}

TEST(Tables, StatesAndWhatTheyAllow) {  // C-ST-2, C-ST-3
  LoneStation station;
  station.connect();
  EXPECT_EQ(station.state(), "idle");
  station.send(pattern(50, 1));
  EXPECT_EQ(station.state(), "data");
  station.send(pattern(60, 2), Service::expedited_arq);
  EXPECT_EQ(station.state(), "expedited_data");
  auto sent = station.over();
  // Types 0 and 7 wait until the expedited data is acknowledged.
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(type_of(sent[0]), DPduType::expedited_data);
  station.hear(ExpeditedAck{{1, {}}});
  EXPECT_EQ(station.state(), "data");
  sent = station.run(seconds{3});
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(type_of(sent[0]), DPduType::data_only);
  station.hear(AckOnly{{1, {}}});
  EXPECT_EQ(station.state(), "idle");
  EXPECT_EQ(station.of<dts::Confirmed>().size(), 2U);
  station.hear(ExpeditedAck{{1, {}}});  // a late copy: nothing to warn of
  EXPECT_TRUE(station.run(seconds{10}).empty());
}

TEST(Management, AcknowledgedActedOnOnce) {  // C-T6-1, C-T6-3
  LoneStation station;
  auto message = station.pdu(Management{true, false, 7, std::nullopt});
  message.eow = {eow_type::capability, 0x88};
  station.hear(message);
  auto acks = bodies<Management>(station.run(seconds{10}));
  ASSERT_EQ(acks.size(), 1U);
  EXPECT_TRUE(acks[0].ack);
  EXPECT_FALSE(acks[0].valid);
  EXPECT_EQ(acks[0].frame_id, 7);
  station.hear(message);
  EXPECT_EQ(bodies<Management>(station.run(seconds{10})).size(), 1U);
  EXPECT_EQ(station.of<dts::ManagementReceived>().size(), 1U);
  std::get<Management>(message.body).frame_id = 8;
  station.hear(message);
  EXPECT_EQ(station.of<dts::ManagementReceived>().size(), 2U);
}

TEST(Management, UnknownEowIsAnsweredByType3) {  // C-EOW-1
  LoneStation station;
  station.connect();
  auto data = station.pdu(DataOnly{segment(0, true, true)});
  data.eow = {11, 0x42};
  station.hear(data);
  const auto sent = station.run(seconds{10});
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent[0].eow, (Eow{eow_type::unrecognised, 11}));
}

TEST(Resets, FullReset) {  // C-RST-1, C-T3-3
  LoneStation station;
  station.connect();
  const auto partly = station.send(pattern(100, 1));
  (void)station.over();
  station.hear(DataOnly{segment(0, true, false)});
  (void)station.run(seconds{3});
  const auto unsent = station.send(pattern(100, 2));
  station.hear(Reset{.full_reset = true, .frame_id = 5});
  ASSERT_EQ(station.of<dts::Rejected>().size(), 1U);
  EXPECT_EQ(station.of<dts::Rejected>()[0].ticket, partly);
  const auto sent = station.run(seconds{3});
  const auto answers = bodies<Reset>(sent);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers[0].ack && !answers[0].full_reset && !answers[0].rx_win_cmnd && !answers[0].tx_win_rqst);
  EXPECT_EQ(answers[0].frame_id, 0);
  EXPECT_EQ(answers[0].new_rx_lwe, 0);
  ASSERT_EQ(bodies<DataOnly>(sent).size(), 1U);  // what had not begun goes on, from FSN 0
  EXPECT_EQ(bodies<DataOnly>(sent)[0].data.fsn, 0);
  station.hear(Reset{.full_reset = true, .frame_id = 5});  // a copy: acknowledged, not done again
  EXPECT_EQ(station.of<dts::Rejected>().size(), 1U);
  station.hear(AckOnly{{1, {}}});
  ASSERT_EQ(station.of<dts::Confirmed>().size(), 1U);
  EXPECT_EQ(station.of<dts::Confirmed>()[0].ticket, unsent);
}

TEST(Resets, TxWinRequestIsAnsweredByRxWinCommand) {  // C-T3-2, C-T3-1
  LoneStation station;
  station.connect();
  station.send(pattern(50, 1));
  station.send(pattern(50, 2));
  (void)station.over();
  station.hear(AckOnly{{1, {}}});  // FSN 1 is lost
  station.hear(Reset{.tx_win_rqst = true, .frame_id = 9});
  auto sent = station.run(seconds{2});
  ASSERT_EQ(bodies<Reset>(sent).size(), 1U);
  EXPECT_TRUE(bodies<Reset>(sent)[0].rx_win_cmnd);
  EXPECT_EQ(bodies<Reset>(sent)[0].new_rx_lwe, 1);
  EXPECT_TRUE(bodies<DataOnly>(sent).empty());  // suspended until the answer
  station.hear(Reset{.ack = true, .frame_id = bodies<Reset>(sent)[0].frame_id});
  sent = station.run(seconds{2});
  ASSERT_EQ(bodies<DataOnly>(sent).size(), 1U);
  EXPECT_EQ(bodies<DataOnly>(sent)[0].data.fsn, 1);
}

TEST(Resets, RxWinCommandMovesTheReceiveWindow) {
  LoneStation station;
  station.connect();
  station.hear(Reset{.rx_win_cmnd = true, .new_rx_lwe = 77, .frame_id = 3});
  auto sent = station.run(seconds{3});
  ASSERT_EQ(bodies<Reset>(sent).size(), 1U);
  EXPECT_TRUE(bodies<Reset>(sent)[0].ack);
  EXPECT_EQ(bodies<Reset>(sent)[0].frame_id, 3);
  station.hear(DataOnly{segment(77, true, true, {9})});
  ASSERT_EQ(station.of<dts::Indication>().size(), 1U);
  sent = station.run(seconds{3});
  EXPECT_EQ(bodies<AckOnly>(sent).at(0).ack.rx_lwe, 78);
}

TEST(Resets, NoAnswerLosesTheConnectionAfterTheRetries) {
  DataTransferConfig config;
  config.max_retries = 2;
  LoneStation station(config);
  station.connect();
  station.send(pattern(50, 1));
  (void)station.over();
  station.hear(AckOnly{{200, {}}});  // out of synchronisation: C-SYN-2 test 4
  EXPECT_EQ(station.discarded("out_of_sync"), 1U);
  const auto sent = station.run(minutes{10});
  EXPECT_EQ(bodies<Reset>(sent).size(), 1U + 2 * config.ack_copies);
  ASSERT_EQ(station.of<dts::ConnectionLost>().size(), 1U);
  EXPECT_EQ(station.of<dts::ConnectionLost>()[0].reason, "reset_failed");
}

TEST(Expedited, StopAndWaitWithRestartingFsnAndNextId) {  // C-EXP-1, C-T4-1
  LoneStation station;
  station.connect();
  station.send(pattern(2000, 1), Service::expedited_arq);
  station.send(pattern(10, 2), Service::expedited_arq);
  for (std::uint8_t id = 0; id < 2; ++id) {
    const auto sent = bodies<ExpeditedData>(station.run(seconds{20}));
    ASSERT_GE(sent.size(), id == 0 ? 2U : 1U);
    EXPECT_EQ(sent[0].fsn, 0);
    EXPECT_EQ(sent[0].c_pdu_id, id);
    EXPECT_EQ(sent.back().c_pdu_id, id);
    station.hear(ExpeditedAck{{static_cast<std::uint8_t>(id == 0 ? 2 : 1), {}}});
  }
  EXPECT_EQ(station.of<dts::Confirmed>().size(), 2U);
}

TEST(Arq, DropSendsHeadersAndAnEnd) {  // C-T0-4
  LoneStation station;
  station.connect();
  const auto ticket = station.send(pattern(3 * 1023, 1));
  (void)station.dts->begin_over(station.timing, station.now);
  (void)station.dts->next_d_pdu(station.now);  // START is out, END is not
  station.dts->cancel(ticket, station.now);
  std::vector<DPdu> sent;
  while (auto octets = station.dts->next_d_pdu(station.now)) sent.push_back(decode_d_pdu(*octets).value().pdu);
  station.now += seconds{30};
  station.dts->over_ended(true, station.now);
  station.collect();
  EXPECT_EQ(station.of<dts::Rejected>().at(0).reason, "cancelled");
  ASSERT_EQ(sent.size(), 1U);
  const auto last = std::get<DataOnly>(sent[0].body).data;
  EXPECT_TRUE(last.drop && last.end && !last.start);
  EXPECT_EQ(last.fsn, 1);
  EXPECT_TRUE(last.segment.octets.empty());
  station.hear(AckOnly{{0, {1}}});  // FSN 1 came, FSN 0 did not
  sent = station.run(seconds{2});
  const auto again = bodies<DataOnly>(sent).at(0).data;
  EXPECT_TRUE(again.drop && again.start && again.lwe);
  EXPECT_TRUE(again.segment.octets.empty());
  station.hear(AckOnly{{2, {}}});
  EXPECT_TRUE(station.of<dts::Confirmed>().empty());
  EXPECT_EQ(station.state(), "idle");
}

TEST(Arq, EdgeFlags) {  // C-T0-5, C-T0-2, C-T0-6
  LoneStation station;
  station.connect();
  station.send(pattern(3 * 1023, 1));
  const auto sent = bodies<DataOnly>(station.over());
  ASSERT_EQ(sent.size(), 3U);
  for (std::uint8_t i = 0; i < 3; ++i) {
    EXPECT_EQ(sent[i].data.fsn, i);
    EXPECT_EQ(sent[i].data.start, i == 0);
    EXPECT_EQ(sent[i].data.end, i == 2);
    EXPECT_EQ(sent[i].data.lwe, i == 0);
    EXPECT_TRUE(sent[i].data.uwe);  // the newest there is when it is sent
  }
}

TEST(Arq, BadSegmentsAreNotAcknowledgedButTheirHeadersCount) {  // C-T1-2, C-CRC-2, C-ARQ-2
  LoneStation station;
  station.connect();
  auto octets = encode(station.pdu(DataOnly{segment(0, true, false)}));
  octets.back() ^= 1U;
  auto before = station.now;
  station.dts->on_octets(octets, station.now);
  station.hear(DataOnly{segment(1, false, true)});
  station.hear(DataOnly{segment(200, false, true)});  // outside the window
  auto dropped = segment(2, true, true);
  dropped.drop = true;
  dropped.segment.octets.clear();
  auto bad_drop = encode(station.pdu(DataOnly{dropped}));
  bad_drop.back() ^= 1U;  // DROP: positive whatever the CRC
  station.dts->on_octets(bad_drop, station.now);
  station.collect();
  EXPECT_EQ(station.discarded("bad_segment_crc"), 1U);
  const auto sent = station.run(seconds{5});
  const auto acks = bodies<AckOnly>(sent);
  ASSERT_EQ(acks.size(), 2U);  // ack_copies
  EXPECT_EQ(acks[0].ack.rx_lwe, 0);
  EXPECT_EQ(acks[0].ack.bitmap, Bytes{0b11});
  EXPECT_GE(station.now, before + std::chrono::milliseconds{500});
}

TEST(Arq, InOrderWaitsOthersDoNot) {  // C-T0-3, C-SGM-2
  LoneStation station;
  station.connect();
  station.hear(DataOnly{segment(1, true, true, {2})});
  auto ordered = segment(2, true, true, {3});
  ordered.in_order = true;
  station.hear(DataOnly{ordered});
  ASSERT_EQ(station.of<dts::Indication>().size(), 1U);
  EXPECT_EQ(station.of<dts::Indication>()[0].c_pdu, Bytes{2});
  station.hear(DataOnly{segment(0, true, true, {1})});
  const auto up = station.of<dts::Indication>();
  ASSERT_EQ(up.size(), 3U);
  EXPECT_EQ(up[1].c_pdu, Bytes{1});
  EXPECT_EQ(up[2].c_pdu, Bytes{3});
}

TEST(Arq, LostAfterTooManySilentOvers) {
  DataTransferConfig config;
  config.max_silent_overs = 3;
  LoneStation station(config);
  station.connect();
  station.send(pattern(5000, 1));
  const auto sent = station.run(minutes{60});
  ASSERT_EQ(station.of<dts::ConnectionLost>().size(), 1U);
  EXPECT_EQ(station.of<dts::ConnectionLost>()[0].reason, "no_answer");
  // Five at first; then the two edges ask.
  EXPECT_EQ(bodies<DataOnly>(sent).size(), 5U + 2 + 2);
}

TEST(Arq, ACutOverCountsAsNotSent) {
  LoneStation station;
  station.connect();
  station.send(pattern(2000, 1));
  station.send(pattern(100, 2), Service::non_arq, 0, all_stations);
  const auto first = station.over({}, false);
  EXPECT_TRUE(station.of<dts::Sent>().empty());
  std::vector<DPdu> second;
  for (int i = 0; i < 600 && second.empty(); ++i) {
    station.now += std::chrono::milliseconds{100};
    second = station.over();
  }
  ASSERT_EQ(bodies<DataOnly>(second).size(), bodies<DataOnly>(first).size());
  EXPECT_EQ(bodies<NonArq>(second).size(), 1U);
  EXPECT_EQ(bodies<NonArq>(second)[0].c_pdu_id, bodies<NonArq>(first)[0].c_pdu_id);
  EXPECT_EQ(station.of<dts::Sent>().size(), 1U);
}

TEST(Precedence, FlashWaitsForOneDPdu) {
  for (const auto service : {Service::arq, Service::expedited_arq, Service::non_arq, Service::expedited_non_arq}) {
    LoneStation station;
    station.connect();
    station.connect(2);
    for (int i = 0; i < 20; ++i) station.send(pattern(1023, 1), Service::arq, 2);
    const auto sent = station.over([&](std::size_t n) {
      if (n == 3) station.send(pattern(300, 9), service, 15, LoneStation::peer(2));
    });
    ASSERT_GT(sent.size(), 5U);
    EXPECT_EQ(sent[3].dest, LoneStation::peer(2));
    EXPECT_EQ(segment_of(sent[3])->octets.size(), 300U);
    EXPECT_EQ(sent[4].dest, LoneStation::peer(1));
  }
}

TEST(Emcon, NothingLeavesAndAnswersComeAfterIt) {
  LoneStation station;
  station.connect();
  station.dts->set_emcon(true, station.now);
  station.send(pattern(10, 1));
  station.send(pattern(10, 2), Service::expedited_non_arq, 15, all_stations);
  station.hear(DataOnly{segment(0, true, true)});
  station.hear(ExpeditedData{true, true, 0, 0, {}});
  station.hear(Management{true, false, 1, std::nullopt});
  station.hear(Reset{.tx_win_rqst = true, .frame_id = 1});
  station.hear(NonArq{}, 1);
  station.hear(DataOnly{segment(0, true, true)}, 2);  // not connected
  EXPECT_TRUE(station.run(minutes{60}).empty());
  EXPECT_EQ(station.of<dts::Indication>().size(), 3U);
  station.dts->set_emcon(false, station.now);
  const auto sent = station.run(minutes{2});
  EXPECT_FALSE(bodies<AckOnly>(sent).empty() && bodies<DataAck>(sent).empty());
  EXPECT_FALSE(bodies<ExpeditedAck>(sent).empty());
  EXPECT_TRUE(bodies<Warning>(sent).empty());
}

TEST(Eot, OthersAreHeardOut) {  // C-EOT-2
  LoneStation station;
  auto other = station.pdu(NonArq{}, 1);
  other.dest = LoneStation::peer(3);
  other.eot = 100;
  station.send(pattern(10, 1), Service::non_arq, 0, all_stations);
  station.hear(other);
  const auto heard = station.now;
  EXPECT_TRUE(station.run(seconds{49}).empty());
  EXPECT_FALSE(station.run(seconds{5}).empty());
  EXPECT_GE(station.now, heard + seconds{50});
  station.send(pattern(10, 1), Service::non_arq, 0, all_stations);
  station.dts->on_carrier(true, station.now);
  EXPECT_TRUE(station.run(minutes{10}).empty());
  station.dts->on_carrier(false, station.now);
  EXPECT_FALSE(station.run(seconds{5}).empty());
}

TEST(Eot, BroadcastTellsZeroWhileMoreThan127SecondsRemain) {  // C-EOT-3
  DataTransferConfig config;
  config.max_over = seconds{400};
  LoneStation station(config, 300);
  for (int i = 0; i < 12; ++i) station.send(pattern(1000, 1), Service::non_arq, 0, all_stations);
  const auto sent = station.over();
  ASSERT_EQ(sent.size(), 12U);
  const auto one = to_seconds(air_time(1000 + 28, 300));
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const auto rest = static_cast<double>(sent.size() - i) * one + 0.1;
    if (rest > 127.5) {
      EXPECT_EQ(sent[i].eot, 0) << i;
    } else {
      EXPECT_NEAR(sent[i].eot / 2.0, rest, 0.52) << i;
    }
  }
}

}  // namespace
}  // namespace longwire::s5066::testing
