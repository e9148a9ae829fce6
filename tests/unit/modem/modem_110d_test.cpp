#include "bench_110d.hpp"

#include "base/checksum.hpp"
#include "base/rng.hpp"

#include <gtest/gtest.h>

namespace longwire::modem {
namespace {

using namespace port110d;
using std::chrono::milliseconds;
using std::chrono::seconds;

Bytes pattern(std::size_t n, std::uint64_t seed = 1) {
  Rng rng(seed);
  Bytes octets(n);
  for (auto& octet : octets) octet = static_cast<std::uint8_t>(rng.next());
  return octets;
}

// Gives `octets` in units, as they are wanted, then ends the over.
struct Feeder {
  Feeder(Bench110d& b, Bytes o, std::size_t u) : bench(b), octets(std::move(o)), unit(u) {
    bench.feed = [this] { give(); };
  }
  void give() {
    while (bench.dte.wants_octets(bench.now)) {
      if (at == octets.size()) return bench.dte.end(bench.now);
      const auto n = std::min(unit, octets.size() - at);
      bench.dte.transmit(ByteView(octets).subspan(at, n), bench.now);
      at += n;
      most_ahead = std::max(most_ahead, at - bench.on_air.size());
    }
  }
  Bench110d& bench;
  Bytes octets;
  std::size_t unit, at = 0, most_ahead = 0;
};

PortModemSettings dte_at(Waveform waveform) {
  PortModemSettings s;
  s.waveform = waveform;
  return s;
}
DceSettings dce_at(Waveform waveform) {
  DceSettings s;
  s.waveform = waveform;
  return s;
}

TEST(Modem110d, HandshakeAndSetup) {
  for (const bool slow : {false, true}) {
    Bench110d bench({}, dce_at({1200, Interleaver::long_}));
    bench.one_octet_at_a_time = slow;
    EXPECT_FALSE(bench.dte.up());
    bench.open();
    EXPECT_TRUE(bench.dte.up());
    EXPECT_TRUE(bench.dce.up());
    EXPECT_EQ(bench.dte.waveform(), (Waveform{1200, Interleaver::long_}));
    ASSERT_EQ(bench.events<event::Up>().size(), 1U);
    EXPECT_TRUE(bench.events<event::Up>().front().up);
  }
}

TEST(Modem110d, KeepsAliveAndNoticesSilence) {
  Bench110d bench;
  bench.open();
  bench.run(seconds{300});
  EXPECT_TRUE(bench.dte.up());
  EXPECT_TRUE(bench.dce.up());
  EXPECT_LT(bench.turns, 700U);  // keep-alives both ways, no busy loop

  // The modem's cable is cut: nothing arrives any more.
  Modem110d alone({});
  Modem110dDce other({});
  const auto now = bench.now;
  alone.port_opened(now);
  other.opened(now);
  for (int i = 0; i < 4; ++i) {
    other.on_bytes(alone.take_bytes(), now);
    alone.on_bytes(other.take_bytes(), now);
  }
  ASSERT_TRUE(alone.up());
  alone.tick(now + milliseconds{29'999});
  EXPECT_FALSE(alone.wants_close());
  alone.tick(now + seconds{30});
  EXPECT_TRUE(alone.wants_close());
  EXPECT_FALSE(alone.up());
  other.tick(now + milliseconds{29'999});
  EXPECT_FALSE(other.wants_close());
  other.tick(now + seconds{30});
  EXPECT_TRUE(other.wants_close());
}

TEST(Modem110d, HandshakeHasItsTimeLimits) {
  Modem110d modem({});
  const auto now = from_unix(1'700'000'000);
  modem.port_opened(now);
  modem.tick(now + milliseconds{2999});
  EXPECT_FALSE(modem.wants_close());
  EXPECT_EQ(modem.next_wake(), now + seconds{3});
  modem.tick(now + seconds{3});
  EXPECT_TRUE(modem.wants_close());
  modem.port_closed("closed", now + seconds{3});
  modem.port_opened(now + seconds{4});
  modem.on_bytes(encode(ConnectAck{}), now + seconds{4});
  modem.tick(now + milliseconds{9'999});
  EXPECT_FALSE(modem.wants_close());
  modem.tick(now + seconds{10});
  EXPECT_TRUE(modem.wants_close());
}

TEST(Modem110d, RefusesAnotherVersion) {
  Modem110d modem({});
  const auto now = from_unix(1'700'000'000);
  modem.port_opened(now);
  modem.on_bytes(encode(Connect{11}), now);
  EXPECT_TRUE(modem.wants_close());
  Modem110dDce dce({});
  dce.opened(now);
  dce.on_bytes(encode(Connect{13}), now);
  EXPECT_TRUE(dce.wants_close());
}

// A modem that answers CONNECT with CONNECT_ACK alone and one that never sends ours back.
TEST(Modem110d, HandshakeOfLessCompletePeers) {
  const auto now = from_unix(1'700'000'000);
  Modem110d modem({});
  modem.port_opened(now);
  for (const auto& packet : std::vector<Packet>{ConnectAck{}, ConnectionProbe{}, InitialSetup{}, TxSetup{300, 180},
                                                TxStatus{}, CarrierDetect{}})
    modem.on_bytes(encode(packet), now);
  EXPECT_TRUE(modem.up());

  Modem110dDce dce({});
  dce.opened(now);
  dce.on_bytes(encode(Connect{}), now);
  (void)dce.take_bytes();
  dce.tick(dce.next_wake());
  EXPECT_EQ(dce.take_bytes(), encode(ConnectionProbe{}));
  dce.on_bytes(encode(ConnectionProbe{}), now + seconds{1});
  EXPECT_TRUE(dce.up());
}

class Modem110dOver : public testing::TestWithParam<Waveform> {};

TEST_P(Modem110dOver, OctetsReachTheAirWholeAndInOrder) {
  const auto waveform = GetParam();
  for (const bool slow : {false, true}) {
    Bench110d bench(dte_at(waveform), dce_at(waveform));
    bench.one_octet_at_a_time = slow;
    bench.open();
    const std::size_t size = waveform.rate_bps / 8 * 60;  // a minute of air
    Feeder feeder(bench, pattern(size), 200);
    bench.dte.key(bench.now);
    EXPECT_TRUE(bench.dte.keyed());
    ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{120}));
    EXPECT_EQ(bench.on_air, feeder.octets);
    ASSERT_EQ(bench.events<event::OverEnded>().size(), 1U);
    EXPECT_TRUE(bench.events<event::OverEnded>().front().complete);
    EXPECT_EQ(bench.events<event::OverStarted>().size(), 1U);
    // The modem holds three blocks, or two and a second where that is more, what the preamble takes before
    // it draws on them, and one unit.
    const auto block = (blocking_bits(waveform) + 7) / 8;
    const auto early = static_cast<std::size_t>(preamble(waveform) / milliseconds{1}) * waveform.rate_bps / 8000;
    EXPECT_LE(feeder.most_ahead, std::max<std::size_t>(3 * block, 2 * block + waveform.rate_bps / 8) + early + 200 + 1);
  }
}

INSTANTIATE_TEST_SUITE_P(Waveforms, Modem110dOver,
                         testing::Values(Waveform{75, Interleaver::long_}, Waveform{75, Interleaver::none},
                                         Waveform{300, Interleaver::short_}, Waveform{1200, Interleaver::long_},
                                         Waveform{2400, Interleaver::none}, Waveform{9600, Interleaver::long_}));

TEST(Modem110d, AShortOverNeedsNoThreeBlocks) {
  Bench110d bench;
  bench.open();
  Feeder feeder(bench, pattern(5), 5);
  bench.dte.key(bench.now);
  ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{10}));
  EXPECT_EQ(bench.on_air, feeder.octets);
  EXPECT_TRUE(bench.events<event::OverEnded>().front().complete);
}

TEST(Modem110d, OversFollowEachOther) {
  Bench110d bench;
  bench.open();
  Bytes all;
  for (std::uint64_t i = 1; i <= 5; ++i) {
    Feeder feeder(bench, pattern(300, i), 64);
    bench.dte.key(bench.now);
    ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{60}));
    all.insert(all.end(), feeder.octets.begin(), feeder.octets.end());
  }
  EXPECT_EQ(bench.on_air, all);
  EXPECT_EQ(bench.events<event::OverEnded>().size(), 5U);
}

TEST(Modem110d, UnderrunIsAnIncompleteOver) {
  Bench110d bench;
  bench.open();
  bench.dte.key(bench.now);
  bench.settle();
  ASSERT_TRUE(bench.dte.wants_octets(bench.now));
  bench.dte.transmit(pattern(bench.dte.waveform().rate_bps / 8 * 3), bench.now);
  ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{60}));
  ASSERT_EQ(bench.events<event::OverEnded>().size(), 1U);
  EXPECT_FALSE(bench.events<event::OverEnded>().front().complete);
  EXPECT_EQ(bench.events<event::OverEnded>().front().reason, "underrun");
  // And the next one works.
  Feeder feeder(bench, pattern(100), 50);
  bench.dte.key(bench.now);
  ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{60}));
  EXPECT_TRUE(bench.events<event::OverEnded>().back().complete);
}

// Whatever the owner does, the carrier is down at the limit.
TEST(Modem110d, TransmitLimitIsHard) {
  auto settings = dte_at({300, Interleaver::short_});
  settings.max_transmit = seconds{20};
  Bench110d bench(settings);
  bench.open();
  Feeder feeder(bench, pattern(300 / 8 * 60), 100);
  bench.dte.key(bench.now);
  ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{120}));
  EXPECT_FALSE(bench.events<event::OverEnded>().front().complete);
  EXPECT_EQ(bench.events<event::OverEnded>().front().reason, "transmit_limit");
  bench.settle();
  EXPECT_FALSE(bench.connected);
  EXPECT_GT(bench.radiated, seconds{19});
  EXPECT_LE(bench.radiated, seconds{20});
}

TEST(Modem110d, AnOverJustBelowTheLimitIsLeftAlone) {
  auto settings = dte_at({300, Interleaver::short_});
  settings.max_transmit = seconds{20};
  Bench110d bench(settings);
  bench.open();
  Feeder feeder(bench, pattern(300 / 8 * 18), 100);
  bench.dte.key(bench.now);
  ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{120}));
  EXPECT_TRUE(bench.events<event::OverEnded>().front().complete);
  EXPECT_LT(bench.radiated, seconds{20});
  EXPECT_GT(bench.radiated, seconds{18});
}

// EMCON: what waits in the driver and in the modem goes nowhere.
TEST(Modem110d, AbortStopsTheTransmitterAtOnce) {
  Bench110d bench;
  bench.open();
  Feeder feeder(bench, pattern(2000), 100);
  bench.dte.key(bench.now);
  bench.run(seconds{5});
  ASSERT_TRUE(bench.dte.keyed());
  const auto before = bench.on_air.size();
  bench.dte.abort(bench.now);
  EXPECT_FALSE(bench.dte.keyed());
  EXPECT_TRUE(bench.dte.take_bytes().empty());
  bench.run(seconds{1});
  EXPECT_EQ(bench.on_air.size(), before);
  EXPECT_EQ(bench.events<event::OverEnded>().back().reason, "aborted");
  // A short absence of its own making is no fault of the modem.
  bench.open();
  bench.feed = nullptr;
  bench.run(seconds{10});
  EXPECT_EQ(bench.events<event::Up>().size(), 1U);
  EXPECT_TRUE(bench.dte.up());
}

TEST(Modem110d, AbortWithoutAnOverIsNothing) {
  Bench110d bench;
  bench.open();
  bench.dte.abort(bench.now);
  EXPECT_TRUE(bench.dte.up());
  EXPECT_TRUE(bench.events<event::OverEnded>().empty());
}

TEST(Modem110d, AModemThatStaysAwayIsTold) {
  Bench110d bench;
  bench.open();
  bench.dte.key(bench.now);
  bench.dte.abort(bench.now);
  bench.run(seconds{20});
  ASSERT_EQ(bench.events<event::Up>().size(), 2U);
  EXPECT_FALSE(bench.events<event::Up>().back().up);
}

TEST(Modem110d, PortLostWithinAnOver) {
  Bench110d bench;
  bench.open();
  Feeder feeder(bench, pattern(2000), 100);
  bench.dte.key(bench.now);
  bench.run(seconds{5});
  bench.close();
  ASSERT_FALSE(bench.events<event::OverEnded>().empty());
  EXPECT_EQ(bench.events<event::OverEnded>().front().reason, "port_lost");
  EXPECT_FALSE(bench.events<event::Up>().back().up);
  const auto& last = bench.dce_events.back();
  EXPECT_TRUE(std::holds_alternative<dce::Closed>(last));
  bench.dte.key(bench.now);
  EXPECT_FALSE(bench.dte.keyed());
  // It comes back and works.
  bench.on_air.clear();
  bench.open();
  Feeder again(bench, pattern(500, 2), 100);
  bench.dte.key(bench.now);
  ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{60}));
  EXPECT_EQ(bench.on_air, again.octets);
}

TEST(Modem110d, CarrierAndReceivedOctets) {
  Bench110d bench;
  bench.one_octet_at_a_time = true;
  bench.open();
  const auto octets = pattern(10'000);
  bench.dce.carrier(true, {2400, Interleaver::long_}, bench.now);
  bench.settle();
  EXPECT_TRUE(bench.dte.carrier());
  ASSERT_EQ(bench.events<event::Carrier>().size(), 1U);
  EXPECT_EQ(bench.events<event::Carrier>().front().waveform, (Waveform{2400, Interleaver::long_}));
  bench.dce.received(octets, bench.now);
  bench.dce.carrier(false, {}, bench.now);
  bench.settle();
  EXPECT_FALSE(bench.dte.carrier());
  Bytes got;
  for (const auto& r : bench.events<event::Received>()) got.insert(got.end(), r.octets.begin(), r.octets.end());
  EXPECT_EQ(got, octets);
}

// A.5.1.2.7.2: armed while something is received, the modem starts when the channel is free.
TEST(Modem110d, ReceiverMasterHoldsTheStart) {
  Bench110d bench;
  bench.open();
  bench.dce.carrier(true, {300, Interleaver::short_}, bench.now);
  bench.settle();
  Feeder feeder(bench, pattern(200), 100);
  bench.dte.key(bench.now);
  bench.run(seconds{20});
  EXPECT_TRUE(bench.dte.keyed());
  EXPECT_TRUE(bench.on_air.empty());
  EXPECT_EQ(bench.dce.state(), TxState::armed_not_ready);
  bench.dce.carrier(false, {}, bench.now);
  ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{60}));
  EXPECT_EQ(bench.on_air, feeder.octets);
  EXPECT_TRUE(bench.events<event::OverEnded>().front().complete);
}

TEST(Modem110d, AChannelThatNeverGetsFreeEndsTheOver) {
  Bench110d bench;
  bench.open();
  bench.dce.carrier(true, {300, Interleaver::short_}, bench.now);
  bench.settle();
  Feeder feeder(bench, pattern(200), 100);
  bench.dte.key(bench.now);
  ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{100}));
  EXPECT_EQ(bench.events<event::OverEnded>().front().reason, "channel_busy");
  EXPECT_TRUE(bench.on_air.empty());
}

TEST(Modem110d, NaksOfThisOverEndItThoseOfOthersDoNot) {
  for (const auto cause : {NakCause::not_armed, NakCause::missing_first, NakCause::multiple_first}) {
    Bench110d bench;
    bench.open();
    Feeder feeder(bench, pattern(500), 100);
    bench.dte.key(bench.now);
    bench.run(seconds{3});
    ASSERT_TRUE(bench.dte.keyed());
    bench.dte.on_bytes(encode(DataNak{cause, {}}), bench.now);  // over 0 there never was
    EXPECT_TRUE(bench.dte.keyed());
    PacketId id{};
    id[7] = 1;
    bench.dte.on_bytes(encode(DataNak{cause, id}), bench.now);
    EXPECT_FALSE(bench.dte.keyed());
    EXPECT_TRUE(bench.dte.wants_close());
  }
}

TEST(Modem110dDce, NaksWhatItCannotTake) {
  Bench110d bench;
  bench.open();
  auto& dce = bench.dce;
  const auto reply = [&](const Packet& packet) {
    (void)dce.take_bytes();
    dce.on_bytes(encode(packet), bench.now);
    return decode(dce.take_bytes());
  };
  const auto nak_of = [&](Order order) {
    const auto r = reply(DataTransfer{order, PacketId{7}, to_bytes("x")});
    const auto* nak = r ? std::get_if<DataNak>(&r.value()) : nullptr;
    return nak && nak->id == PacketId{7} ? std::optional(nak->cause) : std::nullopt;
  };
  EXPECT_EQ(nak_of(Order::first_only), NakCause::not_armed);
  (void)reply(Arm{});
  EXPECT_EQ(nak_of(Order::continuation), NakCause::missing_first);
  EXPECT_EQ(nak_of(Order::first_only), std::nullopt);
  EXPECT_EQ(nak_of(Order::first_only), NakCause::multiple_first);
  EXPECT_EQ(nak_of(Order::last), std::nullopt);
  EXPECT_EQ(nak_of(Order::continuation), NakCause::not_armed);  // after LAST
  EXPECT_EQ(dce.fill(), 2U);
}

// The form of the header in which the DTE writes is the one it is answered in.
TEST(Modem110dDce, AnswersInTheFormItHasSeen) {
  Bench110d bench;
  bench.open();
  auto& dce = bench.dce;
  PacketId id{};
  id[10] = 0x0A;
  id[11] = 0xBC;
  dce.on_bytes(encode(DataTransfer{Order::first_only, id, to_bytes("x"), Header::short_}), bench.now);
  const auto nak = decode(dce.take_bytes());
  ASSERT_TRUE(nak);
  EXPECT_EQ(std::get<DataNak>(nak.value()), (DataNak{NakCause::not_armed, id, Header::short_}));
  dce.carrier(true, {300, Interleaver::short_}, bench.now);
  (void)dce.take_bytes();
  dce.received(to_bytes("heard"), bench.now);
  const auto data = decode(dce.take_bytes());
  ASSERT_TRUE(data);
  EXPECT_EQ(std::get<DataTransfer>(data.value()).header, Header::short_);
  EXPECT_EQ(as_text(std::get<DataTransfer>(data.value()).octets), "heard");
}

TEST(Modem110dDce, TellsItsStatusAtLeastEveryTwoSeconds) {
  Bench110d bench;
  bench.open();
  auto& dce = bench.dce;
  dce.on_bytes(encode(Arm{}), bench.now);
  dce.on_bytes(encode(DataTransfer{Order::first_only, {}, pattern(1000)}), bench.now);
  dce.on_bytes(encode(Start{}), bench.now);
  (void)dce.take_bytes();
  auto now = bench.now;
  for (int i = 0; i < 5; ++i) {
    ASSERT_LE(dce.next_wake(), now + seconds{2});
    now = dce.next_wake();
    dce.tick(now);
    const auto status = decode(dce.take_bytes());
    ASSERT_TRUE(status);
    ASSERT_TRUE(std::holds_alternative<TxStatus>(status.value()));
    EXPECT_EQ(std::get<TxStatus>(status.value()).fill, 1000U);
  }
}

TEST(Modem110dDce, AFullFifoStopsTheInputAndLosesNothing) {
  DceSettings settings;
  settings.fifo_octets = 10'000;
  Modem110dDce dce(settings);
  auto now = from_unix(1'700'000'000);
  dce.opened(now);
  for (const auto& p : std::vector<Packet>{Connect{}, ConnectAck{}, ConnectionProbe{}, Arm{}})
    dce.on_bytes(encode(p), now);
  ASSERT_TRUE(dce.up());
  std::size_t given = 0, taken = 0;
  for (int i = 0; i < 10; ++i) {
    dce.on_bytes(encode(DataTransfer{i == 0 ? Order::first_only : Order::continuation, {}, pattern(4000)}), now);
    given += 4000;
  }
  EXPECT_FALSE(dce.wants_input());
  EXPECT_LE(dce.fill(), settings.fifo_octets);
  const auto drain = [&] {
    for (const auto& e : dce.take_events())
      if (const auto* o = std::get_if<dce::Octets>(&e)) taken += o->octets.size();
  };
  drain();
  while (dce.fill() > 0) {
    dce.sent(1000, now);
    drain();
  }
  EXPECT_EQ(taken, given);
  EXPECT_TRUE(dce.wants_input());
}

TEST(Modem110dDce, AnOwnerThatDoesNotThrottleIsCutOff) {
  Modem110dDce dce({});
  const auto now = from_unix(1'700'000'000);
  dce.opened(now);
  for (const auto& p : std::vector<Packet>{Connect{}, ConnectAck{}, ConnectionProbe{}, Arm{}})
    dce.on_bytes(encode(p), now);
  for (int i = 0; i < 100 && !dce.wants_close(); ++i)
    dce.on_bytes(encode(DataTransfer{i == 0 ? Order::first_only : Order::continuation, {}, pattern(4000)}), now);
  EXPECT_TRUE(dce.wants_close());
}

TEST(Modem110d, ProtocolErrorsAreAnsweredAndClose) {
  for (const bool at_dce : {false, true}) {
    Bench110d bench;
    bench.open();
    auto bad = encode(KeepAlive{});
    bad[3] = 0x42;
    ByteWriter w;
    w.bytes(ByteView(bad).first(6));
    w.u16(crc16_s5066(w.view()));
    if (at_dce) {
      bench.dce.on_bytes(w.view(), bench.now);
      EXPECT_TRUE(bench.dce.wants_close());
      EXPECT_EQ(bench.dce.take_bytes(), encode(ErrorPacket{}));
    } else {
      bench.dte.on_bytes(w.view(), bench.now);
      EXPECT_TRUE(bench.dte.wants_close());
      EXPECT_EQ(bench.dte.take_bytes(), encode(ErrorPacket{}));
      EXPECT_FALSE(bench.events<event::Up>().back().up && bench.dte.up());
    }
  }
}

TEST(Modem110d, PacketsWithWrongCrcAreAsIfNeverSent) {
  Bench110d bench;
  bench.open();
  auto bad = encode(TxStatus{TxState::draining_forced, 0, 0, 0, 0});
  bad.back() ^= 1;
  bench.dte.on_bytes(bad, bench.now);
  EXPECT_TRUE(bench.dte.up());
  bench.settle();
  ASSERT_EQ(bench.events<event::Fault>().size(), 1U);
  EXPECT_EQ(bench.events<event::Fault>().front().name, "modem_bad_crc");
}

TEST(Modem110d, AsksForAWaveformWhereAllowed) {
  auto settings = dte_at({300, Interleaver::short_});
  Bench110d strict(settings);
  strict.open();
  EXPECT_FALSE(strict.dte.set_waveform({1200, Interleaver::long_}, strict.now));
  EXPECT_TRUE(strict.dte.set_waveform(strict.dte.waveform(), strict.now));

  settings.settable = true;
  Bench110d bench(settings);
  bench.open();
  EXPECT_TRUE(bench.dte.set_waveform({1200, Interleaver::long_}, bench.now));
  bench.settle();
  EXPECT_EQ(bench.dte.waveform(), (Waveform{1200, Interleaver::long_}));
  EXPECT_EQ(bench.dce.waveform(), (Waveform{1200, Interleaver::long_}));
  Feeder feeder(bench, pattern(3000), 100);
  bench.dte.key(bench.now);
  ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{60}));
  EXPECT_EQ(bench.on_air, feeder.octets);
}

TEST(Modem110d, AModemThatCannotBeToldIsAskedOnce) {
  auto settings = dte_at({300, Interleaver::short_});
  settings.settable = true;
  DceSettings strict;
  strict.settable = false;
  Bench110d bench(settings, strict);
  bench.open();
  EXPECT_TRUE(bench.dte.set_waveform({1200, Interleaver::long_}, bench.now));
  bench.settle();
  EXPECT_FALSE(bench.connected);
  bench.open();
  EXPECT_EQ(bench.dte.waveform(), (Waveform{300, Interleaver::short_}));
  EXPECT_FALSE(bench.dte.set_waveform({1200, Interleaver::long_}, bench.now));

  Bench110d deaf(settings);  // takes the packet and does nothing
  deaf.key_refused = true;
  deaf.open();
  EXPECT_TRUE(deaf.dte.set_waveform({1200, Interleaver::long_}, deaf.now));
  deaf.run(seconds{5});
  EXPECT_EQ(deaf.dte.waveform(), (Waveform{300, Interleaver::short_}));
  EXPECT_FALSE(deaf.dte.set_waveform({1200, Interleaver::long_}, deaf.now));
}

// Anything may happen at any time; what must hold: no octet on the air that was not given for that over,
// every key() gets one OverEnded, nothing is keyed beyond the limit, the modem works afterwards.
TEST(Modem110d, RandomLives) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Rng rng(seed);
    auto settings =
        dte_at({rng.chance(0.5) ? 300U : 2400U, rng.chance(0.5) ? Interleaver::short_ : Interleaver::long_});
    settings.max_transmit = seconds{60};
    Bench110d bench(settings, dce_at(settings.waveform));
    bench.one_octet_at_a_time = rng.chance(0.2);
    bench.open();
    std::size_t keys = 0;
    Bytes given;
    Time keyed_at{};
    bool stall = false;
    bench.feed = [&] {
      while (!stall && bench.dte.wants_octets(bench.now)) {
        if (rng.chance(0.05)) return bench.dte.end(bench.now);
        const auto octets = pattern(1 + rng.below(300), rng.next());
        given.insert(given.end(), octets.begin(), octets.end());
        bench.dte.transmit(octets, bench.now);
      }
    };
    for (int step = 0; step < 60; ++step) {
      bench.run(Duration{static_cast<std::int64_t>(rng.below(4'000'000))});
      EXPECT_TRUE(!bench.dte.keyed() || bench.now - keyed_at <= seconds{60 + 61}) << seed;
      switch (rng.below(12)) {
        case 0:
          bench.dte.abort(bench.now);
          break;
        case 1:
          if (bench.connected) bench.close();
          break;
        case 2:
          bench.dce.carrier(rng.chance(0.5), settings.waveform, bench.now);
          break;
        case 3:
          stall = rng.chance(0.5);
          break;
        case 4:
          bench.dte.on_bytes(pattern(rng.below(40), rng.next()), bench.now);
          break;
        case 5:
          bench.dce.on_bytes(pattern(rng.below(40), rng.next()), bench.now);
          break;
        default:
          if (!bench.connected) {
            bench.open();
          } else if (!bench.dte.keyed()) {
            bench.settle();
            ++keys;
            keyed_at = bench.now;
            bench.on_air.clear();
            given.clear();
            bench.dte.key(bench.now);
          }
      }
      bench.settle();
      ASSERT_LE(bench.on_air.size(), given.size()) << seed;
      ASSERT_TRUE(std::equal(bench.on_air.begin(), bench.on_air.end(), given.begin())) << seed;
    }
    stall = false;
    bench.dce.carrier(false, {}, bench.now);
    ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{200})) << seed;
    EXPECT_EQ(bench.events<event::OverEnded>().size(), keys) << seed;
    EXPECT_LT(bench.turns, 40'000U) << seed;

    if (!bench.connected) bench.open();
    bench.run(seconds{10});
    if (!bench.connected) bench.open();
    bench.on_air.clear();
    Feeder feeder(bench, pattern(400), 100);
    bench.dte.key(bench.now);
    ASSERT_TRUE(bench.run_until([&] { return !bench.dte.keyed(); }, seconds{60})) << seed;
    EXPECT_EQ(bench.on_air, feeder.octets) << seed;
  }
}

}  // namespace
}  // namespace longwire::modem
