// Data rate change and its failures (C.6.4), synchronisation of a new link (C.6.3.1), and delivery
// with errors (mode 3), for single stations and for whole stacks.
#include "bearers/s5066/eow_rate.hpp"
#include "lone_station.hpp"
#include "tests/unit/s5066/stack_world.hpp"

#include <algorithm>
#include <iostream>

namespace longwire::s5066::testing {
namespace {

using namespace std::chrono_literals;
using bench::Client;

const std::vector<modem::Waveform> rates{
    {300, modem::Interleaver::short_}, {600, modem::Interleaver::short_}, {1200, modem::Interleaver::short_}};

DataTransferConfig exchanging(unsigned retries = 3) {
  DataTransferConfig c;
  c.waveforms = rates;
  c.autobaud = false;
  c.max_retries = retries;
  return c;
}

// The peer proposes another waveform: without autobaud that begins an exchange.
void advise(LoneStation& station, std::size_t index) {
  auto ack = station.pdu(AckOnly{{0, {}}});
  ack.eow = *drc_eow(rates[index], drc_other::advisory_independent);
  station.hear(ack);
}
void hear(LoneStation& station, Eow eow, bool valid, bool ack, std::uint8_t id) {
  auto message = station.pdu(Management{valid, ack, id, std::nullopt});
  message.eow = eow;
  station.hear(message);
}

TEST(RateExchange, CDrc5RetriesThenTheConnectionIsLost) {
  for (const unsigned retries : {0U, 1U, 3U}) {
    LoneStation station(exchanging(retries), 300);
    station.connect();
    advise(station, 1);
    std::size_t overs = 0;
    for (int i = 0; i < 200 && station.of<dts::ConnectionLost>().empty(); ++i) {
      const auto sent = bodies<Management>(station.run(1s));
      if (!sent.empty()) ++overs;
      for (const auto& m : sent) EXPECT_EQ(m.frame_id, 0) << "C-DRC-3";
    }
    EXPECT_EQ(overs, 1U + retries);
    ASSERT_EQ(station.of<dts::ConnectionLost>().size(), 1U);
    EXPECT_EQ(station.of<dts::ConnectionLost>()[0].reason, "rate_change_failed");
    EXPECT_EQ(station.state(), "idle");
    EXPECT_TRUE(station.of<dts::WaveformChanged>().empty());
    station.send(pattern(10, 1));  // IDLE (unconnected)
    ASSERT_EQ(station.of<dts::Rejected>().size(), 1U);
    EXPECT_EQ(station.of<dts::Rejected>()[0].reason, "not_connected");
  }
}

TEST(RateExchange, CDrc6ARefusedMasterCancelsAndKeepsItsWaveform) {
  LoneStation station(exchanging(), 300);
  station.connect();
  advise(station, 1);
  ASSERT_FALSE(bodies<Management>(station.run(2s)).empty());
  hear(station, drc_response(drc_answer::refuse, drc_reason::conditions), true, true, 9);
  std::vector<Eow> told;
  for (const auto& pdu : station.run(5s))
    if (std::holds_alternative<Management>(pdu.body)) told.push_back(pdu.eow);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.front(), drc_response(drc_answer::cancel, drc_reason::none));
  hear(station, {}, false, true, 9);  // DT_ACK
  EXPECT_EQ(station.dts->next_waveform(station.now), rates[0]);
  EXPECT_EQ(station.dts->receive_waveform(), rates[0]);
  EXPECT_TRUE(station.of<dts::WaveformChanged>().empty());
  EXPECT_TRUE(station.of<dts::ConnectionLost>().empty());
}

TEST(RateExchange, CDrc6ACancelledSlaveKeepsItsWaveform) {
  LoneStation station(exchanging(), 300);
  station.connect();
  hear(station, *drc_eow(rates[2], drc_other::request_equal), true, false, 4);
  std::vector<Eow> told;
  for (const auto& pdu : station.run(3s))
    if (std::holds_alternative<Management>(pdu.body)) told.push_back(pdu.eow);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.front(), drc_response(drc_answer::accept, drc_reason::none));
  hear(station, drc_response(drc_answer::cancel, drc_reason::none), true, true, 5);
  (void)station.run(5s);
  EXPECT_EQ(station.dts->receive_waveform(), rates[0]);
  EXPECT_TRUE(station.of<dts::WaveformChanged>().empty());
  // The next exchange finds nothing of this one: accepted, and changed on its DT_ACK.
  hear(station, *drc_eow(rates[1], drc_other::request_equal), true, false, 6);
  (void)station.run(3s);
  hear(station, {}, false, true, 6);
  ASSERT_EQ(station.of<dts::WaveformChanged>().size(), 1U);
  EXPECT_EQ(station.dts->receive_waveform(), rates[1]);
  station.dts->connection_terminated(LoneStation::peer(), station.now);
  EXPECT_EQ(station.dts->receive_waveform(), rates[0]) << "C-DRC-2: every link starts at 300 bit/s";
}

TEST(Synchronisation, CSyn1ANewLinkStartsBothWindowsAnew) {
  LoneStation station;
  station.connect();
  station.send(pattern(50, 1));
  (void)station.over();
  station.hear(AckOnly{{1, {}}});
  station.hear(DataOnly{segment(0, true, false, {1, 2})});  // the rest of it never comes
  (void)station.run(5s);
  station.dts->connection_terminated(LoneStation::peer(), station.now);
  station.connect();
  station.hear(DataOnly{segment(0, true, true, {7})});
  ASSERT_EQ(station.of<dts::Indication>().size(), 1U);
  EXPECT_EQ(station.of<dts::Indication>()[0].c_pdu, Bytes{7});
  station.send(pattern(50, 2));
  const auto data = bodies<DataAck>(station.run(5s));
  ASSERT_FALSE(data.empty());
  EXPECT_EQ(data[0].data.fsn, 0);
  EXPECT_EQ(data[0].ack.rx_lwe, 1);
  // Verified by what comes: a window that does not fit is asked about.
  auto beyond = segment(50, true, true, {8});
  beyond.lwe = true;
  station.hear(DataOnly{beyond});
  EXPECT_EQ(station.discarded("out_of_sync"), 1U);
  EXPECT_EQ(station.of<dts::Indication>().size(), 1U);
}

// A 188-110D modem is filled three interleaver blocks ahead of the air: EOT counts from a D_PDU's own place.
TEST(Eot, CountsFromTheDPduOnTheAirHoweverEarlyItIsTaken) {
  const auto over_at = [](bool ahead) {
    DataTransferConfig config;
    config.max_segment = 200;
    LoneStation station(config, 300);
    station.connect();
    for (std::uint64_t i = 0; i < 8; ++i) station.send(pattern(200, i));
    (void)station.dts->begin_over(station.timing, station.now);
    std::vector<std::pair<std::uint8_t, std::size_t>> out;
    while (const auto octets = station.dts->next_d_pdu(station.now)) {
      out.emplace_back(decode_d_pdu(*octets).value().pdu.eot, octets->size());
      if (!ahead) station.now += air_time(octets->size(), 300);
    }
    return std::pair{out, station.timing.tail};
  };
  const auto [early, tail] = over_at(true);
  EXPECT_EQ(early, over_at(false).first);
  ASSERT_EQ(early.size(), 8U);
  std::size_t rest = 0;
  for (auto it = early.rbegin(); it != early.rend(); ++it) {
    rest += it->second;
    const auto seconds_left = to_seconds(air_time(rest, 300) + tail);
    EXPECT_GE(it->first * 0.5, seconds_left);
    EXPECT_LT(it->first * 0.5, seconds_left + 0.6);
  }
}

// --- whole stacks ------------------------------------------------------------------------------------

constexpr DeliveryMode arq_node{TransmissionMode::arq, Confirmation::node};

UnidataRequest to(std::size_t station, std::uint8_t sap, Bytes octets, DeliveryMode mode) {
  UnidataRequest r;
  r.dest_sap = sap;
  r.dest = StackWorld::address(station);
  r.mode = mode;
  r.u_pdu = std::move(octets);
  return r;
}

TEST(StackRates, WithoutAutobaudBothModemsFollowTheExchange) {
  StackWorld world(5);
  world.autobaud = false;
  StackConfig config;
  config.transfer = exchanging();
  const auto a = world.add(config), b = world.add(config);
  Client alice, bob;
  world.bind(alice, a, 9);
  world.bind(bob, b, 9);
  constexpr std::size_t n = 60;
  for (std::size_t i = 0; i < n; ++i) world.say(alice, a, to(b, 9, pattern(2000, i), arq_node));
  bool changed = false, astray = false;
  EXPECT_TRUE(world.until(
      [&] {
        changed = changed || (world.node(a).modem->waveform() != rates[0] &&
                              world.node(a).modem->waveform() == world.node(b).modem->waveform());
        astray = astray || world.node(a).modem->waveform() == modem::Waveform{2400, modem::Interleaver::short_};
        return alice.count<UnidataConfirm>() == n;
      },
      10h))
      << world.story();
  EXPECT_TRUE(changed) << world.story();
  EXPECT_FALSE(astray);
  EXPECT_EQ(bob.count<UnidataIndication>(), n);
  EXPECT_FALSE(world.reports(a, "waveform_changed").empty());
  EXPECT_EQ(world.reports(a, "waveform_changed").size(), world.reports(b, "waveform_changed").size());
  world.pass(10min);
  EXPECT_EQ(world.node(a).modem->waveform(), rates[0]) << "the link is gone";
  EXPECT_EQ(world.node(b).modem->waveform(), rates[0]);
  world.say(bob, b, to(a, 9, pattern(100, 99), arq_node));  // and both find each other again
  EXPECT_TRUE(world.until([&] { return alice.count<UnidataIndication>() == 1; }, 10min)) << world.story();
}

// Mode 3 from client to client: a segment with errors in its place, a segment that never came as a gap.
TEST(StackErrors, Mode3IsDeliveredWithItsErrorsTold) {
  StackWorld world(6);
  StackConfig config;
  config.transfer.max_segment = 400;
  const auto a = world.add(config), b = world.add(config);
  const DeliveryMode with_errors{TransmissionMode::non_arq_with_errors};
  const DeliveryMode clean{TransmissionMode::non_arq};
  Client alice, tolerant, strict;
  world.bind(alice, a, 9);
  world.bind(tolerant, b, 7, with_errors);
  world.bind(strict, b, 8, clean);
  std::size_t data = 0;
  world.spoil = [&](Bytes& octets) {
    const auto which = data++ % 5;  // of five segments
    if (which == 1) octets[octets.size() - 20] ^= 0x40U;
    if (which == 3) octets.clear();
  };
  const auto sent = pattern(1800, 3);
  world.say(alice, a, to(b, 7, sent, with_errors));
  EXPECT_TRUE(world.until([&] { return tolerant.count<UnidataIndication>() == 1; }, 20min)) << world.story();
  const auto in = tolerant.last<UnidataIndication>();
  EXPECT_EQ(in.mode, TransmissionMode::non_arq_with_errors);
  ASSERT_EQ(in.errored.size(), 1U);
  ASSERT_EQ(in.non_received.size(), 1U);
  ASSERT_EQ(in.u_pdu.size(), sent.size());
  const auto inside = [](const Block& block, std::size_t i) {
    return i >= block.pointer && i < std::size_t{block.pointer} + block.size;
  };
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (inside(in.non_received[0], i)) continue;
    if (in.u_pdu[i] == sent[i]) continue;
    ++wrong;
    EXPECT_TRUE(inside(in.errored[0], i)) << i;
  }
  EXPECT_EQ(wrong, 1U);
  data = 0;
  world.say(alice, a, to(b, 8, sent, clean));
  world.pass(20min);
  EXPECT_EQ(strict.count<UnidataIndication>(), 0U) << "who did not ask for errors gets none";
  EXPECT_EQ(tolerant.count<UnidataIndication>(), 1U);
}

}  // namespace
}  // namespace longwire::s5066::testing
