#include "sim/channel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace longwire::sim {
namespace {

using namespace std::chrono_literals;

constexpr Time start = from_unix(1'000'000);

LinkConfig half_duplex(std::uint64_t rate = 8'000, Duration turnaround = 2s) {
  LinkConfig link;
  link.name = "hf";
  link.kind = LinkKind::half_duplex;
  link.rate_bps = rate;
  link.turnaround = turnaround;
  return link;
}

class Bench {
 public:
  explicit Bench(LinkConfig link, std::size_t stations = 3, std::uint64_t seed = 1)
      : channel(std::move(link), names(stations), seed, start) {}

  static std::vector<std::string> names(std::size_t stations) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < stations; ++i) out.push_back(std::string(1, static_cast<char>('a' + i)));
    return out;
  }
  bool send(StationIndex from, std::size_t octets, Time at, std::uint64_t serial = 0) {
    AirFrame frame;
    frame.from = from;
    for (StationIndex s = 0; s < channel.stations(); ++s)
      if (s != from) frame.to.push_back(s);
    frame.octets_on_air = octets;
    frame.serial = serial;
    return channel.enqueue(std::move(frame), at);
  }
  void run(Time until = never) {
    while (channel.next_event() <= until && channel.next_event() != never)
      channel.advance(channel.next_event(), events);
  }
  std::vector<double> times(AirEvent::Kind kind, StationIndex station) const {
    std::vector<double> out;
    for (const auto& e : events)
      if (e.kind == kind && e.station == station) out.push_back(to_seconds(e.time - start));
    return out;
  }

  Channel channel;
  std::vector<AirEvent> events;
};

using Kind = AirEvent::Kind;
using Times = std::vector<double>;

TEST(Channel, HalfDuplexChargesTheTurnaroundAtTheStartOfEveryOver) {
  Bench bench(half_duplex());
  bench.send(0, 1'000, start);  // 1 s each at 8000 bit/s
  bench.send(0, 1'000, start);
  bench.send(1, 1'000, start);
  bench.run();
  EXPECT_EQ(bench.times(Kind::started, 0), (Times{2, 3}));
  EXPECT_EQ(bench.times(Kind::started, 1), (Times{6}));
  EXPECT_EQ(bench.times(Kind::arrived, 2), (Times{3, 4, 7}));
  EXPECT_EQ(bench.channel.station(0).overs, 1U);
  EXPECT_EQ(bench.channel.station(0).turnarounds, 1U);
  EXPECT_EQ(bench.channel.station(0).octets_sent, 2'000U);
  EXPECT_EQ(bench.channel.station(2).octets_received, 3'000U);
}

TEST(Channel, AnOverGoesOnWhileFramesComeInTimeAndEndsWhenTheQueueIsEmpty) {
  Bench bench(half_duplex());
  bench.send(0, 1'000, start);
  bench.run(start + 2'900ms);
  bench.send(0, 1'000, start + 2'950ms);  // just before the first has left
  bench.run(start + 4s);
  bench.send(0, 1'000, start + 4'001ms);  // too late: another over
  bench.run();
  EXPECT_EQ(bench.times(Kind::started, 0), (Times{2, 3, 6.001}));
  EXPECT_EQ(bench.channel.station(0).overs, 2U);
}

TEST(Channel, AnOverEndsAtItsCapAndTheOthersHaveTheirTurn) {
  auto link = half_duplex();
  link.max_over = 3s;
  Bench bench(link);
  for (int i = 0; i < 5; ++i) bench.send(0, 1'000, start);
  bench.send(1, 1'000, start);
  bench.run();
  EXPECT_EQ(bench.times(Kind::started, 0), (Times{2, 3, 4, 10, 11}));
  EXPECT_EQ(bench.times(Kind::started, 1), (Times{7}));
}

TEST(Channel, AFrameLongerThanTheCapStillLeavesAlone) {
  auto link = half_duplex();
  link.max_over = 500ms;
  Bench bench(link);
  bench.send(0, 1'000, start);
  bench.send(0, 1'000, start);
  bench.run();
  EXPECT_EQ(bench.times(Kind::started, 0), (Times{2, 5}));
}

TEST(Channel, StationsTakeTurnsRoundRobin) {
  auto link = half_duplex(8'000, 0s);
  link.max_over = 1s;
  Bench bench(link);
  for (const StationIndex s : {0U, 0U, 1U, 1U, 2U, 2U}) bench.send(s, 1'000, start);
  bench.run();
  std::vector<StationIndex> order;
  for (const auto& e : bench.events)
    if (e.kind == Kind::started) order.push_back(e.station);
  EXPECT_EQ(order, (std::vector<StationIndex>{0, 1, 2, 0, 1, 2}));
}

TEST(Channel, FullDuplexGivesEverySenderItsOwnCarrier) {
  LinkConfig link;
  link.kind = LinkKind::satcom;
  link.rate_bps = 8'000;
  link.propagation = 300ms;
  Bench bench(link);
  bench.send(0, 1'000, start);
  bench.send(1, 1'000, start);
  bench.run();
  EXPECT_EQ(bench.times(Kind::arrived, 2), (Times{1.3, 1.3}));
}

TEST(Channel, BernoulliLossHasItsMean) {
  auto link = half_duplex(8'000'000, 0s);
  link.loss = {0.2, 0s};
  link.receivers.push_back({"b", LossModel{0, 0s}, {}, {}});
  Bench bench(link);
  for (int i = 0; i < 900; ++i) bench.send(0, 100, start);
  bench.run();
  EXPECT_EQ(bench.channel.station(1).frames_lost, 0U);
  EXPECT_NEAR(static_cast<double>(bench.channel.station(2).frames_lost), 180, 45);  // 4 sigma = 48
}

TEST(Channel, BurstLossHasItsMeanAndItsBurstLength) {
  LossProcess process({0.2, 3s}, 7, start);
  int lost = 0, bursts = 0;
  bool before = false;
  constexpr int draws = 400'000;  // every 100 ms: 40 000 s, about 2 700 bursts
  for (int i = 0; i < draws; ++i) {
    const bool now = process.lost(start + 100ms * i);
    lost += now;
    bursts += now && !before;
    before = now;
  }
  EXPECT_NEAR(static_cast<double>(lost) / draws, 0.2, 0.02);
  EXPECT_NEAR(static_cast<double>(lost) / 10 / bursts, 3.1, 0.25);  // bursts below 100 ms are seldom seen
}

TEST(Channel, FadesAndOutagesHitTheirReceiversInTheirTime) {
  auto link = half_duplex(8'000, 0s);
  link.fades.push_back({1500ms, 3500ms, 1.0, {"b"}});
  Bench bench(link);
  for (int i = 0; i < 5; ++i) bench.send(0, 1'000, start);
  bench.run();
  EXPECT_EQ(bench.times(Kind::lost, 1), (Times{2, 3, 4}));  // any overlap counts
  EXPECT_EQ(bench.times(Kind::arrived, 1), (Times{1, 5}));
  EXPECT_EQ(bench.channel.station(2).frames_lost, 0U);
}

TEST(Channel, TwoThatStartTogetherLoseBothAndTryLater) {
  auto link = half_duplex(8'000, 100ms);
  link.collisions = true;
  link.propagation = 10ms;
  Bench bench(link);
  bench.send(0, 1'000, start);
  bench.send(1, 1'000, start + 5ms);   // has not heard the first yet
  bench.send(2, 1'000, start + 50ms);  // hears it and waits
  bench.run();
  EXPECT_EQ(bench.channel.station(0).collisions, 1U);
  EXPECT_EQ(bench.channel.station(1).collisions, 1U);
  EXPECT_EQ(bench.channel.station(2).collisions, 0U);
  EXPECT_EQ(bench.channel.station(2).frames_lost, 2U);
  EXPECT_EQ(bench.channel.station(0).frames_received, 1U);  // only station 2 gets through
  EXPECT_GT(bench.times(Kind::started, 2).front(), 1.1);
}

TEST(Channel, ALinkThatIsDownTakesNothingAndLosesWhatItHas) {
  Bench bench(half_duplex(8'000, 0s));
  bench.send(0, 1'000, start);
  bench.send(0, 1'000, start);
  bench.run(start + 1s);
  bench.channel.set_up(false, start + 1'500ms);
  EXPECT_EQ(bench.channel.next_event(), never);
  EXPECT_FALSE(bench.send(0, 1'000, start + 2s));
  bench.channel.set_up(true, start + 3s);
  EXPECT_TRUE(bench.send(0, 1'000, start + 3s));
  bench.run();
  EXPECT_EQ(bench.times(Kind::arrived, 1), (Times{1, 4}));
}

TEST(Channel, SilenceCutsTheCarrierAndLetsOthersSpeak) {
  Bench bench(half_duplex(8'000, 0s));
  for (int i = 0; i < 3; ++i) bench.send(0, 1'000, start);
  bench.send(1, 1'000, start);
  bench.run(start + 1s);
  bench.channel.silence(0, start + 1'200ms);
  bench.run();
  EXPECT_EQ(bench.times(Kind::started, 1), (Times{1.2}));
  EXPECT_EQ(bench.channel.station(2).frames_received, 2U);
  EXPECT_EQ(bench.channel.station(0).frames_dropped, 2U);
}

TEST(Channel, TheRadioHoldsSoManyFramesAndNotOneMore) {
  Bench bench(half_duplex());
  for (std::size_t i = 0; i < radio_queue_frames; ++i) ASSERT_TRUE(bench.send(0, 100, start));
  EXPECT_FALSE(bench.send(0, 100, start));
  EXPECT_EQ(bench.channel.station(0).frames_dropped, 1U);
}

TEST(Channel, TheSameSeedLosesTheSameFrames) {
  auto link = half_duplex(8'000'000, 0s);
  link.loss = {0.3, 1ms};
  const auto lost = [&](std::uint64_t seed) {
    Bench bench(link, 3, seed);
    for (std::uint64_t i = 0; i < 500; ++i) bench.send(0, 100, start, i);
    bench.run();
    std::vector<std::uint64_t> serials;
    for (const auto& e : bench.events)
      if (e.kind == Kind::lost) serials.push_back(e.frame->serial);
    return serials;
  };
  EXPECT_EQ(lost(5), lost(5));
  EXPECT_NE(lost(5), lost(6));
}

}  // namespace
}  // namespace longwire::sim
