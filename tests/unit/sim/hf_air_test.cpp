#include "sim/hf_air.hpp"

#include "sim/bits.hpp"
#include "sim/virtual_modem.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace longwire::sim {
namespace {

using namespace std::chrono_literals;
namespace ev = modem::event;

constexpr Time start = from_unix(1'000'000);

LinkConfig frequency(std::uint64_t rate = 300) {
  LinkConfig link;
  link.name = "hf";
  link.kind = LinkKind::hf;
  link.rate_bps = rate;
  link.propagation = 10ms;
  link.hf.modems = true;
  return link;
}

Bytes pattern(std::size_t octets, std::uint8_t first) {
  Bytes out(octets);
  for (std::size_t i = 0; i < octets; ++i) out[i] = static_cast<std::uint8_t>(first + i * 7);
  return out;
}

// One modem with somebody who takes all that it says.
struct Operator {
  std::unique_ptr<VirtualModem> modem;
  Bytes received;
  std::vector<std::pair<Time, modem::Event>> events;

  template <class T>
  std::vector<std::pair<Time, T>> all() const {
    std::vector<std::pair<Time, T>> out;
    for (const auto& [t, e] : events)
      if (const auto* one = std::get_if<T>(&e)) out.emplace_back(t, *one);
    return out;
  }
};

class Bench {
 public:
  explicit Bench(const LinkConfig& link, std::size_t stations = 3, std::uint64_t seed = 1)
      : air(link, names(stations), seed, start), operators(stations) {
    for (StationIndex s = 0; s < stations; ++s) operators[s].modem = std::make_unique<VirtualModem>(air, s);
    listen();
  }
  static std::vector<std::string> names(std::size_t stations) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < stations; ++i) out.push_back(std::string(1, static_cast<char>('a' + i)));
    return out;
  }
  void listen() {
    for (auto& o : operators) {
      if (!o.modem) continue;
      for (auto& e : o.modem->take_events()) {
        if (const auto* r = std::get_if<ev::Received>(&e))
          o.received.insert(o.received.end(), r->octets.begin(), r->octets.end());
        o.events.emplace_back(now, std::move(e));
      }
    }
  }
  void run(Time until) {
    listen();
    while (air.next_event() <= until) {
      now = air.next_event();
      air.advance(now, events);
      listen();
    }
    now = until;
  }
  // A whole over of these units, begun now.
  void send(StationIndex s, const std::vector<Bytes>& units) {
    auto& modem = *operators[s].modem;
    modem.key(now);
    for (const auto& unit : units) modem.transmit(unit, now);
    modem.end(now);
  }
  std::size_t count(HfEvent::Kind kind, StationIndex s, std::string_view reason = {}) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        events, [&](const HfEvent& e) { return e.kind == kind && e.station == s && e.reason == reason; }));
  }

  HfAir air;
  std::vector<Operator> operators;
  std::vector<HfEvent> events;
  Time now = start;
};

using Kind = HfEvent::Kind;

// Whether `received` holds `sent` at some bit offset below eight.
bool holds_shifted(const Bytes& received, const Bytes& sent) {
  for (std::size_t shift = 0; shift < 8; ++shift) {
    bool good = received.size() * 8 >= shift + sent.size() * 8;
    for (std::size_t b = 0; good && b < sent.size() * 8; ++b) good = bit_at(received, shift + b) == bit_at(sent, b);
    if (good) return true;
  }
  return false;
}

TEST(HfWaveform, EveryRateHasWholeBitsInABlock) {
  for (const auto rate : hf_rates())
    for (const auto interleaver : {modem::Interleaver::none, modem::Interleaver::short_, modem::Interleaver::long_}) {
      const auto w = find_waveform({rate, interleaver});
      ASSERT_TRUE(w);
      EXPECT_EQ(w->block.count() * rate % 1'000'000, 0) << rate;
      EXPECT_GT(w->block_bits(), 0U);
    }
  EXPECT_FALSE(find_waveform({1'000, modem::Interleaver::none}));
}

TEST(HfWaveform, TimesOfAnOver) {
  const auto w = *find_waveform({300, modem::Interleaver::short_});
  EXPECT_EQ(w.block_bits(), 180U);
  // 800 + 32 + 144 bits: six blocks of 0.6 s, behind 0.1 s of keying and 0.6 s of preamble.
  EXPECT_EQ(over_time(w, 100ms, 100), 4'300ms);
  EXPECT_EQ(timing_of(w, 100ms).lead, 700ms);
  const auto fast = *find_waveform({9'600, modem::Interleaver::long_});
  EXPECT_EQ(timing_of(fast, 0ms).lead, 4'320ms);  // the first block has to be there
  EXPECT_EQ(timing_of(fast, 0ms).delay, 4'320ms);
}

TEST(HfAir, ClearAirCarriesEveryOctet) {
  Bench bench(frequency());
  bench.send(0, {pattern(60, 1), pattern(40, 9)});
  bench.run(start + 1min);
  auto sent = pattern(60, 1);
  const auto second = pattern(40, 9);
  sent.insert(sent.end(), second.begin(), second.end());
  for (const StationIndex s : {1U, 2U}) {
    EXPECT_TRUE(holds_shifted(bench.operators[s].received, sent));
    EXPECT_EQ(bench.count(Kind::heard, s), 2U);
  }
  const auto ended = bench.operators[0].all<ev::OverEnded>();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_TRUE(ended[0].second.complete);
  EXPECT_EQ(ended[0].first - start, over_time(*find_waveform({300, modem::Interleaver::short_}), 100ms, 100));
  EXPECT_EQ(bench.operators[0].all<ev::OverStarted>()[0].first - start, 700ms);
  EXPECT_EQ(bench.air.station(0).octets_sent, 100U);
  EXPECT_EQ(bench.air.station(0).bits_on_air, 6U * 180);
  EXPECT_EQ(bench.air.station(0).carrier, 4'200ms);
  EXPECT_TRUE(bench.operators[0].received.empty());
}

TEST(HfAir, OctetBordersAreKeptWhenTold) {
  auto link = frequency(75);
  link.hf.shift_bits = false;
  Bench bench(link);
  bench.send(0, {pattern(33, 5)});
  bench.run(start + 1min);
  EXPECT_EQ(bench.operators[1].received, pattern(33, 5));
}

TEST(HfAir, OvertureTellsTheCarrierThenTheWaveform) {
  Bench bench(frequency());
  bench.send(0, {pattern(20, 1)});
  bench.run(start + 1min);
  const auto carriers = bench.operators[1].all<ev::Carrier>();
  ASSERT_EQ(carriers.size(), 3U);
  EXPECT_EQ(carriers[0].first - start, 310ms);  // keying 100, propagation 10, detection 200
  EXPECT_TRUE(carriers[0].second.on);
  EXPECT_FALSE(carriers[0].second.waveform);
  EXPECT_EQ(carriers[1].first - start, 710ms);
  EXPECT_EQ(carriers[1].second.waveform, (modem::Waveform{300, modem::Interleaver::short_}));
  EXPECT_FALSE(carriers[2].second.on);
  // Everything is heard before the carrier goes.
  EXPECT_LE(bench.operators[1].all<ev::Received>().back().first, carriers[2].first);
  EXPECT_FALSE(bench.operators[1].modem->carrier());
}

TEST(HfAir, OctetsArePulledAboutOneBlockAhead) {
  Bench bench(frequency(1'200));  // a block is 90 octets
  auto& modem = *bench.operators[0].modem;
  modem.key(bench.now);
  std::size_t given = 0;
  const auto fill = [&] {
    while (modem.wants_octets(bench.now) && given < 40)
      modem.transmit(pattern(50, static_cast<std::uint8_t>(++given)), bench.now);
    if (given == 40) modem.end(bench.now);
  };
  fill();
  EXPECT_EQ(given, 2U);
  while (bench.air.next_event() != never) {
    bench.run(bench.air.next_event());
    const auto on_air = bench.air.station(0).octets_sent;
    fill();
    EXPECT_LE(given * 50, on_air + 90 + 50);
  }
  EXPECT_EQ(given, 40U);
  EXPECT_EQ(bench.count(Kind::heard, 1), 40U);
  EXPECT_TRUE(bench.operators[0].all<ev::OverEnded>()[0].second.complete);
}

TEST(HfAir, AnEmptyModemEndsTheOverAsUnderrun) {
  Bench bench(frequency());
  bench.operators[0].modem->key(bench.now);
  bench.operators[0].modem->transmit(pattern(30, 1), bench.now);
  bench.run(start + 1min);
  const auto ended = bench.operators[0].all<ev::OverEnded>();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_FALSE(ended[0].second.complete);
  EXPECT_EQ(ended[0].second.reason, "underrun");
  EXPECT_EQ(bench.count(Kind::heard, 1), 1U);
}

TEST(HfAir, AbortDropsTheCarrierAtOnce) {
  Bench bench(frequency());
  bench.send(0, {pattern(30, 1), pattern(200, 2)});
  bench.run(start + 3s);
  EXPECT_TRUE(bench.operators[1].modem->carrier());
  EXPECT_TRUE(bench.air.on_air(0, bench.now));
  bench.operators[0].modem->abort(bench.now);
  EXPECT_FALSE(bench.air.on_air(0, bench.now));
  EXPECT_FALSE(bench.operators[0].modem->keyed());
  bench.run(start + 1min);
  EXPECT_EQ(bench.operators[1].all<ev::Carrier>().back().first - start, 3'010ms);
  EXPECT_EQ(bench.count(Kind::heard, 1), 1U);
  EXPECT_EQ(bench.count(Kind::lost, 1, "aborted"), 1U);
  EXPECT_EQ(bench.operators[0].all<ev::OverEnded>()[0].second.reason, "aborted");
  EXPECT_EQ(bench.air.station(0).carrier, 2'900ms);
}

TEST(HfAir, AnOverThatIsCutInItsLastBlockEndsOnce) {
  Bench bench(frequency());
  bench.send(0, {pattern(30, 1)});  // from 0.7 to 2.5 s
  bench.run(start + 2'200ms);
  bench.operators[0].modem->abort(bench.now);
  bench.run(start + 1min);
  EXPECT_EQ(bench.count(Kind::carrier_down, 0, "aborted"), 1U);
  EXPECT_EQ(bench.air.station(0).carrier, 2'100ms);
}

TEST(HfAir, AbortWhileKeyingEmitsNothing) {
  Bench bench(frequency());
  bench.send(0, {pattern(30, 1)});
  bench.operators[0].modem->abort(bench.now);
  bench.run(start + 1min);
  EXPECT_EQ(bench.air.station(0).overs, 0U);
  EXPECT_EQ(bench.air.station(0).carrier, Duration{0});
  EXPECT_TRUE(bench.operators[1].all<ev::Carrier>().empty());
}

TEST(HfAir, TwoCarriersDestroyEachOther) {
  Bench bench(frequency());
  bench.send(0, {pattern(30, 1)});
  bench.run(start + 200ms);
  bench.send(1, {pattern(30, 2)});
  bench.run(start + 1min);
  EXPECT_EQ(bench.count(Kind::lost, 2, "collision"), 2U);
  EXPECT_EQ(bench.count(Kind::lost, 0, "deaf"), 1U);
  EXPECT_EQ(bench.count(Kind::lost, 1, "deaf"), 1U);
  EXPECT_EQ(bench.air.station(0).collisions, 1U);
  EXPECT_EQ(bench.air.station(1).collisions, 1U);
}

TEST(HfAir, TheStrongerCarrierCaptures) {
  auto link = frequency();
  link.hf.snr_db = 20;
  link.hf.paths = {{"a", "c", 40}};
  Bench bench(link);
  bench.send(0, {pattern(30, 1)});
  bench.send(1, {pattern(30, 2)});
  bench.run(start + 1min);
  EXPECT_EQ(bench.count(Kind::heard, 2), 1U);
  EXPECT_EQ(bench.count(Kind::lost, 2, "collision"), 1U);
  EXPECT_TRUE(holds_shifted(bench.operators[2].received, pattern(30, 1)));
}

TEST(HfAir, AHiddenStationIsNotNoticed) {
  auto link = frequency();
  link.hf.snr_db = 20;
  link.hf.paths = {{"a", "b", -30}};
  Bench bench(link);
  bench.send(0, {pattern(30, 1)});
  bench.run(start + 1min);
  EXPECT_TRUE(bench.operators[1].all<ev::Carrier>().empty());
  EXPECT_EQ(bench.count(Kind::lost, 1, "no_sync"), 1U);
  EXPECT_EQ(bench.count(Kind::heard, 2), 1U);
}

TEST(HfAir, WhoMissesThePreambleMissesTheOver) {
  Bench bench(frequency());
  bench.send(1, {pattern(30, 2)});  // ends at 0.1 + 0.6 + 3 x 0.6 s
  bench.run(start + 2'350ms);
  bench.send(0, {pattern(500, 1)});
  bench.run(start + 1min);
  EXPECT_EQ(bench.count(Kind::lost, 1, "deaf"), 1U);
  // It notices the carrier all the same once it listens.
  const auto carriers = bench.operators[1].all<ev::Carrier>();
  ASSERT_FALSE(carriers.empty());
  EXPECT_TRUE(carriers.front().second.on);
  EXPECT_FALSE(carriers.front().second.waveform);
}

TEST(HfAir, LossSpoilsThatShareOfUnits) {
  auto link = frequency(9'600);
  link.loss.mean = 0.2;
  Bench bench(link, 2);
  std::vector<Bytes> units;
  for (int i = 0; i < 1'000; ++i) units.push_back(pattern(100, static_cast<std::uint8_t>(i)));
  bench.send(0, units);
  bench.run(start + 10min);
  EXPECT_NEAR(static_cast<double>(bench.count(Kind::lost, 1, "noise")), 200, 40);
  EXPECT_EQ(bench.count(Kind::lost, 1, "noise") + bench.count(Kind::heard, 1), 1'000U);
  EXPECT_EQ(bench.air.station(1).frames_lost, bench.count(Kind::lost, 1, "noise"));
}

TEST(HfAir, NoiseDependsOnRateAndSnr) {
  const auto heard = [](std::uint64_t rate, double snr) {
    auto link = frequency(rate);
    link.hf.snr_db = snr;
    Bench bench(link, 2);
    bench.send(0, std::vector<Bytes>(50, pattern(100, 3)));
    bench.run(start + 1h);
    return bench.count(Kind::heard, 1);
  };
  EXPECT_EQ(heard(9'600, 25), 50U);
  EXPECT_EQ(heard(9'600, 15), 0U);
  EXPECT_EQ(heard(300, 15), 50U);
  EXPECT_EQ(heard(75, -5), 50U);
  const auto marginal = heard(9'600, 19.9);
  EXPECT_GT(marginal, 5U);
  EXPECT_LT(marginal, 48U);
}

TEST(HfAir, PoorFadingLosesInBurstsWhatAClearChannelCarries) {
  auto link = frequency(2'400);
  link.hf.snr_db = 13;
  link.hf.fading = HfFading::poor;
  Bench bench(link, 2);
  bench.send(0, std::vector<Bytes>(300, pattern(100, 3)));
  bench.run(start + 1h);
  const auto lost = bench.count(Kind::lost, 1, "noise");
  EXPECT_GT(lost, 20U);
  EXPECT_LT(lost, 250U);
  // Neighbours share their fate more often than strangers would.
  std::vector<bool> fate;
  for (const auto& e : bench.events)
    if (e.kind == Kind::heard || e.kind == Kind::lost) fate.push_back(e.kind == Kind::lost);
  double pairs = 0;
  for (std::size_t i = 1; i < fate.size(); ++i) pairs += fate[i] && fate[i - 1] ? 1 : 0;
  const double share = static_cast<double>(lost) / static_cast<double>(fate.size());
  EXPECT_GT(pairs / static_cast<double>(fate.size()), 1.2 * share * share);
  EXPECT_FALSE(bench.operators[1].all<ev::Signal>().empty());
}

TEST(HfAir, AnOutageHidesTheCarrierToo) {
  auto link = frequency();
  link.fades.push_back({10s, 70s, 1, {"b"}});
  Bench bench(link);
  bench.run(start + 20s);
  bench.send(0, {pattern(30, 1)});
  bench.run(start + 2min);
  EXPECT_TRUE(bench.operators[1].all<ev::Carrier>().empty());
  EXPECT_EQ(bench.count(Kind::lost, 1, "fade"), 1U);
  EXPECT_EQ(bench.count(Kind::heard, 2), 1U);
  bench.send(0, {pattern(30, 1)});
  bench.run(start + 4min);
  EXPECT_EQ(bench.count(Kind::heard, 1), 1U);
}

TEST(HfAir, AnUnpluggedModemIsDownUntilItIsBack) {
  Bench bench(frequency());
  bench.send(0, {pattern(200, 1)});
  bench.run(start + 2s);
  bench.air.set_modem(0, false, bench.now);
  bench.listen();
  EXPECT_FALSE(bench.operators[0].modem->up());
  EXPECT_EQ(bench.operators[0].all<ev::OverEnded>()[0].second.reason, "port lost");
  EXPECT_FALSE(bench.operators[0].all<ev::Up>().back().second.up);
  bench.operators[0].modem->key(bench.now);
  EXPECT_FALSE(bench.operators[0].modem->keyed());
  bench.air.set_modem(0, true, bench.now);
  bench.listen();
  EXPECT_TRUE(bench.operators[0].all<ev::Up>().back().second.up);
  bench.send(0, {pattern(30, 1)});
  bench.run(start + 1min);
  EXPECT_EQ(bench.count(Kind::heard, 1), 1U);
}

TEST(HfAir, TheModemOfADeadProgramFinishesAndThenServesTheNext) {
  Bench bench(frequency());
  bench.send(0, {pattern(60, 1)});
  bench.run(start + 1s);
  bench.operators[0].modem.reset();
  bench.operators[0].modem = std::make_unique<VirtualModem>(bench.air, 0);
  EXPECT_FALSE(bench.operators[0].modem->up());
  bench.run(start + 1min);
  EXPECT_EQ(bench.count(Kind::heard, 1), 1U);
  EXPECT_TRUE(bench.operators[0].modem->up());
  EXPECT_TRUE(bench.operators[0].all<ev::OverEnded>().empty());  // nobody's but the dead one's
}

TEST(HfAir, ThePanelOverrulesTheProgram) {
  Bench bench(frequency());
  auto& modem = *bench.operators[0].modem;
  EXPECT_TRUE(modem.set_waveform({1'200, modem::Interleaver::long_}, bench.now));
  EXPECT_FALSE(modem.set_waveform({1'234, modem::Interleaver::long_}, bench.now));
  bench.air.set_panel_rate(0, 150);
  EXPECT_EQ(modem.waveform().rate_bps, 150U);
  EXPECT_FALSE(modem.set_waveform({1'200, modem::Interleaver::long_}, bench.now));
  bench.air.set_panel_rate(0, 0);
  EXPECT_TRUE(modem.set_waveform({1'200, modem::Interleaver::long_}, bench.now));
}

TEST(HfAir, TheSameSeedGivesTheSameAir) {
  const auto run = [](std::uint64_t seed) {
    auto link = frequency(1'200);
    link.hf.snr_db = 9;
    link.hf.fading = HfFading::moderate;
    Bench bench(link, 3, seed);
    bench.send(0, std::vector<Bytes>(100, pattern(100, 3)));
    bench.run(start + 1h);
    return bench.operators[1].received;
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7), run(8));
}

TEST(TwoPathFading, HasUnitMeanAndForgetsInACoherenceTime) {
  double mean = 0, together = 0, apart = 0;
  constexpr int runs = 400;
  for (int i = 0; i < runs; ++i) {
    const TwoPathFading fading(HfFading::moderate, static_cast<std::uint64_t>(i) * 77 + 1, start);
    const double g = fading.gain(start + 5s);
    mean += g / runs;
    together += std::abs(g - fading.gain(start + 5s + 50ms)) / runs;
    apart += std::abs(g - fading.gain(start + 15s)) / runs;
  }
  EXPECT_NEAR(mean, 1, 0.1);
  EXPECT_LT(together * 4, apart);
}

}  // namespace
}  // namespace longwire::sim
