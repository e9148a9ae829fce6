// The pure machines of the data transfer sublayer, and the limits.
#include "lone_station.hpp"

#include "base/checksum.hpp"
#include "base/limits.hpp"
#include "bearers/s5066/arq_window.hpp"
#include "bearers/s5066/non_arq_receiver.hpp"
#include "bearers/s5066/over.hpp"

namespace longwire::s5066::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// C-SYN-2: the tests beside the words of C.6.3.2, stepping along the circle.
bool between(std::uint8_t from, std::uint8_t x, std::uint8_t to) {
  for (auto at = from;; ++at) {
    if (at == x) return true;
    if (at == to) return false;
  }
}

TEST(Windows, FiveTestsAreWhatTheTextSays) {
  const auto u8 = [](int v) { return static_cast<std::uint8_t>(v); };
  for (int lwe = 0; lwe < 256; lwe += 5)
    for (int missing = 0; missing <= 127; missing += 3) {
      const RxWindow rx{u8(lwe), u8(lwe + missing - 1)};
      const TxWindow tx{u8(lwe), u8(lwe + missing - 1)};
      for (int fsn = 0; fsn < 256; ++fsn) {
        const auto f = u8(fsn);
        ASSERT_EQ(rx.in_sync_with_uwe(f), between(rx.uwe, f, u8(rx.lwe + 127)));
        ASSERT_EQ(rx.in_sync_with_lwe(f), between(u8(rx.uwe - 127), f, rx.lwe));
        ASSERT_EQ(rx.in_sync_with_fsn(f), between(u8(rx.uwe - 127), f, u8(rx.lwe + 127)));
        ASSERT_EQ(tx.in_sync_with_rx_lwe(f), between(tx.lwe, f, u8(tx.uwe + 1)));
        ASSERT_EQ(tx.in_sync_with_bit(f), missing > 1 && between(u8(tx.lwe + 1), f, tx.uwe));
      }
    }
  EXPECT_EQ(TxWindow{}.in_use(), 0U);  // C-ARQ-1: nothing outstanding
  EXPECT_EQ((TxWindow{10, 137}).in_use(), 128U);
}

TEST(Windows, NeverMoreThanTheWindowOutstanding) {  // C-ARQ-1
  for (const unsigned window : {1U, 3U, 128U}) {
    DataTransferConfig config;
    config.window = window;
    config.max_segment = 50;
    LoneStation station(config, 9600);
    station.connect();
    for (int i = 0; i < 10; ++i) station.send(pattern(2000, 1));
    station.send(pattern(10, 2), Service::arq, 9);  // more urgent: the last FSNs are kept for it
    EXPECT_LE(bodies<DataOnly>(station.over()).size(), window);
  }
}

TEST(Eot, CeilingOfHalfSecondsAndNeverZero) {  // C-EOT-1
  Over over;
  over.rate_bps = 8000;
  over.planned = 500;         // half a second
  EXPECT_EQ(over.eot(), 2U);  // and the clocks' margin
  over.planned = 490;
  EXPECT_EQ(over.eot(), 1U);
  over.planned = 0;
  EXPECT_EQ(over.eot(), 1U);
  over.planned = 127'490;
  EXPECT_EQ(over.eot(), 255U);
  over.half_duplex = false;
  EXPECT_EQ(over.eot(), 0U);
}

NonArq part(std::uint16_t id, std::uint16_t size, std::uint16_t offset, Bytes octets) {
  NonArq n;
  n.c_pdu_id = id;
  n.c_pdu_size = size;
  n.offset = offset;
  n.window = 20;  // 10 s
  n.segment.octets = std::move(octets);
  return n;
}

TEST(NonArq, PutsTogetherInAnyOrderAndOnce) {  // C-SGM-4, C-T7-2
  LoneStation station;
  station.hear(part(1, 5, 3, {4, 5}));
  station.hear(part(1, 5, 3, {4, 5}));
  EXPECT_TRUE(station.of<dts::Indication>().empty());
  station.hear(part(1, 5, 0, {1, 2, 3}));
  station.hear(part(1, 5, 0, {1, 2, 3}));
  ASSERT_EQ(station.of<dts::Indication>().size(), 1U);
  EXPECT_EQ(station.of<dts::Indication>()[0].c_pdu, (Bytes{1, 2, 3, 4, 5}));
  auto expedited = part(1, 2, 0, {7, 7});  // an ID space of its own (C-T7-1)
  expedited.expedited = true;
  station.hear(expedited);
  EXPECT_EQ(station.of<dts::Indication>().size(), 2U);
  // The window is over: the ID may name another one.
  (void)station.run(seconds{12});
  station.hear(part(1, 1, 0, {9}));
  EXPECT_EQ(station.of<dts::Indication>().size(), 3U);
}

TEST(NonArq, IncompleteAtTheWindowsEnd) {  // C-SGM-4
  LoneStation station;
  station.hear(part(2, 10, 0, {1, 2}));
  (void)station.run(seconds{12});
  EXPECT_EQ(station.discarded("window_expired"), 1U);
  EXPECT_TRUE(station.of<dts::Indication>().empty());

  station.dts->deliver_errors(true);
  station.hear(part(3, 10, 0, {1, 2}));
  auto bad = encode(station.pdu(part(3, 10, 4, {5, 6, 7})));
  bad.back() ^= 1U;
  station.dts->on_octets(bad, station.now);
  (void)station.run(seconds{12});
  ASSERT_EQ(station.of<dts::Indication>().size(), 1U);
  const auto up = station.of<dts::Indication>()[0];
  EXPECT_TRUE(up.with_errors);
  using Blocks = std::vector<std::pair<std::uint16_t, std::uint16_t>>;
  EXPECT_EQ(up.errored, (Blocks{{4, 3}}));
  EXPECT_EQ(up.missing, (Blocks{{2, 2}, {7, 3}}));
  EXPECT_EQ(up.c_pdu, (Bytes{1, 2, 0, 0, 5, 6, 7, 0, 0, 0}));
}

TEST(NonArq, InOrderWaitsForLowerIds) {  // C-T7-2
  LoneStation station;
  auto first = part(4095, 2, 0, {1}), second = part(0, 1, 0, {3}), rest = part(4095, 2, 1, {2});
  first.in_order = second.in_order = rest.in_order = true;
  station.hear(first);
  station.hear(second);
  EXPECT_TRUE(station.of<dts::Indication>().empty());
  station.hear(rest);
  ASSERT_EQ(station.of<dts::Indication>().size(), 2U);
  EXPECT_EQ(station.of<dts::Indication>()[0].c_pdu, (Bytes{1, 2}));
  EXPECT_EQ(station.of<dts::Indication>()[1].c_pdu, (Bytes{3}));
}

TEST(NonArq, Inconsistent) {
  LoneStation station;
  station.hear(part(1, 4, 2, {1, 2, 3}));
  EXPECT_EQ(station.discarded("segment_beyond_c_pdu"), 1U);
  station.hear(part(1, 4, 0, {1}));
  station.hear(part(1, 5, 0, {1}));
  EXPECT_EQ(station.discarded("c_pdu_size_changed"), 1U);
}

TEST(NonArq, IdsWindowsAndOffsets) {  // C-T7-1, C-T7-4
  LoneStation station;
  for (int i = 0; i < 3; ++i) station.send(pattern(2500, 1), Service::non_arq, 0, all_stations);
  station.send(pattern(10, 1), Service::expedited_non_arq, 0, all_stations);
  const auto sent = bodies<NonArq>(station.over());
  ASSERT_EQ(sent.size(), 1U + 3 * 3);
  EXPECT_TRUE(sent[0].expedited && sent[0].c_pdu_id == 0 && sent[0].group);
  for (std::size_t i = 1; i < sent.size(); ++i) {
    EXPECT_EQ(sent[i].c_pdu_id, (i - 1) / 3);
    if ((i - 1) % 3 == 0) {
      EXPECT_EQ(sent[i].offset, 0U);
    } else {
      EXPECT_EQ(sent[i].offset, sent[i - 1].offset + sent[i - 1].segment.octets.size());
      EXPECT_LT(sent[i].window, sent[i - 1].window);
    }
  }
}

TEST(Limits, LargestCPdu) {
  LoneStation station;
  station.connect();
  station.send(Bytes(limits::s5066_c_pdu_octets), Service::non_arq, 0, all_stations);
  EXPECT_TRUE(station.of<dts::Rejected>().empty());
  station.send(Bytes(limits::s5066_c_pdu_octets + 1), Service::non_arq, 0, all_stations);
  ASSERT_EQ(station.of<dts::Rejected>().size(), 1U);
  EXPECT_EQ(station.of<dts::Rejected>()[0].reason, "too_large");
}

TEST(Limits, QueuedCPdus) {
  LoneStation station;
  for (std::size_t i = 0; i < limits::s5066_queued_c_pdus; ++i) station.send({1}, Service::non_arq, 0, all_stations);
  EXPECT_TRUE(station.of<dts::Rejected>().empty());
  station.send({1}, Service::non_arq, 0, all_stations);
  ASSERT_EQ(station.of<dts::Rejected>().size(), 1U);
  EXPECT_EQ(station.of<dts::Rejected>()[0].reason, "queue_full");
}

TEST(Limits, QueuedOctets) {
  LoneStation station;
  const auto fit = limits::s5066_queued_octets / limits::s5066_c_pdu_octets;
  for (std::size_t i = 0; i < fit; ++i)
    station.send(Bytes(limits::s5066_c_pdu_octets), Service::non_arq, 0, all_stations);
  const auto left = limits::s5066_queued_octets - station.dts->queued_octets();
  station.send(Bytes(left), Service::non_arq, 0, all_stations);
  EXPECT_TRUE(station.of<dts::Rejected>().empty());
  station.send({1}, Service::non_arq, 0, all_stations);
  EXPECT_EQ(station.of<dts::Rejected>().size(), 1U);
}

TEST(Limits, ReceptionsInProgress) {
  LoneStation station;
  for (std::size_t i = 0; i < limits::s5066_receptions; ++i)
    station.hear(part(static_cast<std::uint16_t>(i), 2, 0, {1}));
  EXPECT_EQ(station.discarded("too_many_receptions"), 0U);
  station.hear(part(4000, 2, 0, {1}));
  EXPECT_EQ(station.discarded("too_many_receptions"), 1U);  // the oldest gave way
  station.hear(part(4000, 2, 1, {2}));
  EXPECT_EQ(station.of<dts::Indication>().size(), 1U);
}

TEST(Limits, ReceptionOctets) {
  NonArqReceiver receiver;
  const auto hear = [&](std::uint16_t id, std::uint16_t size) {
    receiver.on_data({1, false}, {2, false}, part(id, size, 0, {1}), from_unix(0), from_unix(0));
  };
  for (std::uint16_t id = 0; id < 16; ++id) hear(id, 65'535);
  hear(16, 16);
  EXPECT_EQ(receiver.held_octets(), limits::s5066_reception_octets);
  EXPECT_TRUE(receiver.take_discarded().empty());
  hear(17, 2);
  EXPECT_LE(receiver.held_octets(), limits::s5066_reception_octets);
  EXPECT_EQ(receiver.take_discarded().size(), 1U);
}

TEST(Limits, RememberedCPdus) {
  NonArqReceiver receiver;
  const auto hear = [&](std::uint32_t from, std::uint16_t id) {
    auto one = part(id, 1, 0, {1});
    one.window = 2000;
    receiver.on_data({from, false}, {2, false}, one, from_unix(0), from_unix(0));
    return receiver.take_delivered().size();
  };
  for (std::uint16_t id = 0; id < 4096; ++id) ASSERT_EQ(hear(1, id), 1U);
  static_assert(limits::s5066_remembered_c_pdus == 4096);
  EXPECT_EQ(hear(1, 5), 0U);  // known
  EXPECT_EQ(hear(9, 0), 1U);  // one of the others is forgotten for it
}

TEST(Limits, StationsRemembered) {
  LoneStation station;
  station.connect();
  for (std::size_t i = 0; i < 3 * limits::s5066_stations; ++i) {
    station.hear(Management{true, false, 1, std::nullopt}, 2 + i);
    station.now += seconds{1};
  }
  EXPECT_EQ(station.dts->status(station.now).at("stations").as_array().size(), limits::s5066_stations);
  station.send({1});  // the connected one is still there
  EXPECT_TRUE(station.of<dts::Rejected>().empty());
}

TEST(Limits, ArqCPduBeyondTheLargestIsDropped) {
  LoneStation station;
  station.connect();
  std::uint8_t fsn = 0;
  for (std::size_t got = 0; got <= limits::s5066_c_pdu_octets; got += 1023, ++fsn)
    station.hear(DataOnly{segment(fsn, got == 0, false, Bytes(1023))});
  station.hear(DataOnly{segment(fsn, false, true, Bytes(1))});
  EXPECT_EQ(station.discarded("c_pdu_too_large"), 1U);
  EXPECT_TRUE(station.of<dts::Indication>().empty());
  station.hear(DataOnly{segment(static_cast<std::uint8_t>(fsn + 1), true, true)});
  EXPECT_EQ(station.of<dts::Indication>().size(), 1U);
}

TEST(Discarded, UnknownTypeGetsWarning0) {  // C-T15-1
  LoneStation station;
  auto octets = encode(station.pdu(Warning{}));
  octets[2] = static_cast<std::uint8_t>(0x90 | (octets[2] & 0x0F));
  const auto crc = crc16_s5066({octets.data() + 2, octets.size() - 4});
  octets[octets.size() - 2] = static_cast<std::uint8_t>(crc);
  octets[octets.size() - 1] = static_cast<std::uint8_t>(crc >> 8);
  station.dts->on_octets(octets, station.now);
  const auto warnings = bodies<Warning>(station.run(seconds{10}));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].received_type, 9);
  EXPECT_EQ(warnings[0].reason, warning_reason::unrecognised_type);
}

TEST(Expiry, RejectsWhatWaitsAndDropsWhatIsUnderWay) {
  LoneStation station;
  station.connect();
  for (int i = 0; i < 2; ++i) {
    CPduRequest r;
    r.ticket = static_cast<std::uint64_t>(100 + i);
    r.dest = i == 0 ? LoneStation::peer() : all_stations;
    r.service = i == 0 ? Service::arq : Service::non_arq;
    r.expiry = station.now + seconds{10};
    r.c_pdu = pattern(20, 1);
    if (i == 0) {
      station.dts->send(r, station.now);
      (void)station.over();
    } else {
      station.dts->on_carrier(true, station.now);
      station.dts->send(r, station.now);
    }
  }
  (void)station.run(seconds{11});
  const auto rejected = station.of<dts::Rejected>();
  ASSERT_EQ(rejected.size(), 2U);
  for (const auto& r : rejected) EXPECT_EQ(r.reason, "ttl_expired");
  CPduRequest late;
  late.ticket = 7;
  late.dest = all_stations;
  late.expiry = station.now;
  station.dts->send(late, station.now);
  station.collect();
  EXPECT_EQ(station.of<dts::Rejected>().size(), 3U);
}

TEST(Reset, OfTheModemRejectsEverything) {
  LoneStation station;
  station.connect();
  for (const auto service : {Service::arq, Service::expedited_arq, Service::non_arq, Service::expedited_non_arq})
    station.send(pattern(5000, 1), service);
  (void)station.dts->begin_over(station.timing, station.now);
  (void)station.dts->next_d_pdu(station.now);
  station.dts->reset(station.now);
  station.collect();
  EXPECT_EQ(station.of<dts::Rejected>().size(), 4U);
  EXPECT_EQ(station.dts->queued_c_pdus(), 0U);
  EXPECT_TRUE(station.run(minutes{5}).empty());
}

}  // namespace
}  // namespace longwire::s5066::testing
