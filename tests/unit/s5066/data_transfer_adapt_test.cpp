// Segment sizes and data rates follow the channel (C.6.4, C-DRC-1 to C-DRC-7).
#include "bearers/s5066/eow_rate.hpp"
#include "bearers/s5066/rate_choice.hpp"
#include "bearers/s5066/segment_rule.hpp"
#include "bearers/s5066/segment_size.hpp"
#include "virtual_air.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace longwire::s5066::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const std::vector<modem::Waveform> four{{300, modem::Interleaver::short_},
                                        {600, modem::Interleaver::short_},
                                        {1200, modem::Interleaver::short_},
                                        {2400, modem::Interleaver::short_}};

void expect_clean(const VirtualAir& air) {
  for (const auto& v : air.violations()) ADD_FAILURE() << v << '\n' << air.tail_of_transcript();
}

// Feeds overs of 36 segments, a sixth of the C_PDUs halved when asked, and returns the mean size.
double mean_size(std::uint64_t seed, const std::function<double(std::size_t)>& loss) {
  SegmentSize sizes;
  SegmentSize::Cycle cycle;
  cycle.cap_octets = 37'000;
  cycle.overhead_octets = 600;
  Rng rng(seed);
  double sum = 0;
  std::uint64_t serial = 0;
  for (int over = 0; over < 200; ++over) {
    for (int n = 0; n < 36; ++n) {
      const auto size = sizes.preferred(1023);
      const bool probe = sizes.probe_one_in() != 0 && ++serial % sizes.probe_one_in() == 0;
      for (int part = 0; part < (probe ? 2 : 1); ++part)
        sizes.sample(probe ? size / 2 : size, rng.chance(loss(probe ? size / 2 : size)));
    }
    sizes.settle(cycle, 1023);
    if (over >= 60) sum += static_cast<double>(sizes.preferred(1023)) / 140;
  }
  return sum;
}

TEST(SegmentSize, StaysLargeWhenLossDoesNotDependOnLength) {
  for (const double p : {0.0, 0.05, 0.2, 0.6}) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) sum += mean_size(seed, [p](std::size_t) { return p; });
    EXPECT_GT(sum / 20, 850) << p;
  }
}

TEST(SegmentSize, FollowsBitErrors) {
  // Loss of a tenth of a per mille an octet: best near 450. Of one per mille: best near 140.
  const auto octet_loss = [](double e) {
    return [e](std::size_t octets) { return 1 - std::exp(-e * static_cast<double>(octets + 22)); };
  };
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    EXPECT_NEAR(mean_size(seed, octet_loss(0)), 1023, 1e-6);
    const auto bad = mean_size(seed, octet_loss(1e-3));
    EXPECT_LT(bad, 400) << seed;
    EXPECT_GT(bad, 100) << seed;
  }
}

TEST(SegmentRule, CutsEvenlyAndNeverAboveTheMost) {  // C-SGM-1
  const SegmentRule rule{1023, 1023};
  EXPECT_EQ(rule.cut(1), 1U);
  EXPECT_EQ(rule.cut(1023), 1023U);
  EXPECT_EQ(rule.cut(1024), 512U);
  EXPECT_EQ(rule.cut(2046), 1023U);
  const SegmentRule small{200, 1023};
  EXPECT_EQ(small.cut(200), 200U);
  EXPECT_EQ(small.cut(250), 250U);  // rather a quarter more than two headers
  EXPECT_EQ(small.cut(251), 126U) << "two pieces, the larger first";
  for (std::size_t size = 1; size < 5000; ++size) {
    EXPECT_LE(small.cut(size), 250U);
    EXPECT_LE(SegmentRule({100, 100}).cut(size), 100U);
  }
}

TEST(RateChoice, GoesDownOnLossAndUpWhenClear) {
  RateChoice choice(2);
  const Time t = from_unix(1000);
  for (int i = 0; i < 20; ++i) choice.sample(true);
  auto change = choice.settle(four, std::nullopt, t);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->index, 1U);
  EXPECT_EQ(change->why, "loss");
  for (int i = 0; i < 40; ++i) choice.sample(false);
  EXPECT_FALSE(choice.settle(four, std::nullopt, t + seconds{30}));  // not so soon
  change = choice.settle(four, std::nullopt, t + minutes{3});
  ASSERT_TRUE(change);
  EXPECT_EQ(change->index, 2U);
  EXPECT_EQ(change->why, "clear");
  for (int i = 0; i < 40; ++i) choice.sample(false);
  EXPECT_FALSE(choice.settle(four, needed_snr_db(2400) - 3, t + hours{1}));  // the SNR says no
  EXPECT_TRUE(choice.settle(four, needed_snr_db(2400) + 5, t + hours{1}));
  choice.silence();
  choice.silence();
  change = choice.settle(four, std::nullopt, t + hours{2});
  ASSERT_TRUE(change);
  EXPECT_EQ(change->why, "silence");
}

TEST(EowRate, EveryRateAndInterleaverBothWays) {  // C-EOW-1
  for (const auto rate : eow_rates)
    for (const auto i : {modem::Interleaver::none, modem::Interleaver::short_, modem::Interleaver::long_}) {
      const auto eow = drc_eow({rate, i}, drc_other::request_equal);
      ASSERT_TRUE(eow);
      EXPECT_EQ(waveform_of(*eow), (modem::Waveform{rate, i}));
    }
  EXPECT_FALSE(drc_eow({12800, modem::Interleaver::none}, 0));
  EXPECT_FALSE(waveform_of({1, 0xC0}));
  EXPECT_FALSE(waveform_of({1, 0x0C}));
}

struct Changing {
  explicit Changing(bool autobaud, double loss_2400) : air(config(autobaud), 3) {
    air.loss_at = [this, loss_2400](modem::Waveform w) { return w.rate_bps >= broken_from ? loss_2400 : 0.0; };
    DataTransferConfig station;
    station.waveforms = four;
    station.autobaud = autobaud;
    station.max_silent_overs = 30;
    air.add(station);
    air.add(station);
    air.connect(0, 1);
  }
  static AirConfig config(bool autobaud) {
    AirConfig c;
    c.autobaud = autobaud;
    c.waveform = autobaud ? four[3] : four[0];
    return c;
  }
  void load(std::size_t c_pdus) {
    for (std::size_t i = 0; i < c_pdus; ++i) air.send(0, 1, pattern(2000, i));
  }
  std::uint32_t broken_from = 2400;
  VirtualAir air;
};

TEST(DataRate, WithAutobaudTheSenderJustChanges) {
  Changing two(true, 0.9);
  two.load(40);
  ASSERT_TRUE(two.air.settle(hours{6}));
  expect_clean(two.air);
  const auto changes = two.air.events_of<dts::WaveformChanged>(0);
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes[0].waveform, four[2]);
  EXPECT_EQ(two.air.received().size(), 40U);
  EXPECT_EQ(two.air.count_sent(0, DPduType::management), 0U);  // no exchange
}

// C-DRC-1 to C-DRC-4, C-DRC-7: request, accept, DT_ACK, both change, confirmation; starts at 300 short.
TEST(DataRate, ExchangeWithoutAutobaud) {
  Changing two(false, 0.0);
  two.broken_from = 1'000'000;
  two.load(60);
  ASSERT_TRUE(two.air.settle(hours{20}));
  expect_clean(two.air);
  EXPECT_EQ(two.air.received().size(), 60U);
  const auto at_master = two.air.events_of<dts::WaveformChanged>(0);
  const auto at_slave = two.air.events_of<dts::WaveformChanged>(1);
  ASSERT_FALSE(at_master.empty());
  EXPECT_EQ(two.air.transmissions().front().waveform, four[0]);
  ASSERT_EQ(at_master.size(), at_slave.size());
  for (std::size_t i = 0; i < at_master.size(); ++i) {
    EXPECT_EQ(at_master[i].waveform, at_slave[i].waveform);
    EXPECT_EQ(at_master[i].why, "exchange");
  }
  EXPECT_TRUE(two.air.events_of<dts::ConnectionLost>(0).empty());
  // Copies of the request share their frame ID and count down (C-DRC-3).
  for (const auto& over : two.air.transmissions()) {
    std::optional<std::uint8_t> id;
    for (const auto& [start, pdu] : over.d_pdus)
      if (const auto* m = std::get_if<Management>(&pdu.body); m != nullptr && m->valid) {
        EXPECT_EQ(id.value_or(m->frame_id), m->frame_id);
        id = m->frame_id;
      }
  }
}

TEST(DataRate, ExchangeSurvivesLoss) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto config = Changing::config(false);
    config.loss = 0.15;
    VirtualAir air(config, seed);
    DataTransferConfig station;
    station.waveforms = four;
    station.autobaud = false;
    station.max_silent_overs = 30;
    station.max_retries = 8;
    air.add(station);
    air.add(station);
    air.connect(0, 1);
    air.on_event = [&](std::size_t i, const DataTransferEvent& event) {
      if (std::holds_alternative<dts::ConnectionLost>(event))
        air.at(air.now() + seconds{5}, [&air, i] { air.connect(i, 1 - i); });
    };
    for (std::size_t i = 0; i < 25; ++i) air.send(0, 1, pattern(2000, i));
    EXPECT_TRUE(air.settle(hours{20}));
    expect_clean(air);
  }
}

// C-DRC-1: a node without rate changes says so.
TEST(DataRate, RefusedByAStationWithAFixedRate) {
  auto config = Changing::config(false);
  VirtualAir air(config, 1);
  DataTransferConfig station;
  station.waveforms = four;
  station.autobaud = false;
  air.add(station);
  station.waveforms.clear();
  air.add(station);
  air.connect(0, 1);
  for (std::size_t i = 0; i < 30; ++i) air.send(0, 1, pattern(2000, i));
  ASSERT_TRUE(air.settle(hours{20}));
  expect_clean(air);
  EXPECT_EQ(air.received().size(), 30U);
  EXPECT_TRUE(air.events_of<dts::WaveformChanged>(0).empty());
  const auto told = air.events_of<dts::ManagementReceived>(0);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told[0].eow, drc_response(drc_answer::refuse, drc_reason::neither));
  EXPECT_TRUE(air.events_of<dts::ConnectionLost>(0).empty());
}

}  // namespace
}  // namespace longwire::s5066::testing
