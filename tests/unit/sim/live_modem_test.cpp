// Simulated modems behind ports: the program's end is the driver that the daemon uses.
#include "sim/live_modem_110d.hpp"
#include "sim/live_modem_raw.hpp"

#include "bearers/modem/settings.hpp"
#include "sim/bits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace longwire::sim {
namespace {

using namespace std::chrono_literals;
namespace ev = modem::event;

constexpr Time start = from_unix(1'000'000);

LinkConfig frequency(std::uint64_t rate) {
  LinkConfig link;
  link.name = "hf";
  link.kind = LinkKind::hf;
  link.rate_bps = rate;
  link.hf.modems = true;
  return link;
}

bool holds_shifted(const Bytes& received, const Bytes& sent) {
  for (std::size_t shift = 0; shift < 8; ++shift) {
    bool good = received.size() * 8 >= shift + sent.size() * 8;
    for (std::size_t b = 0; good && b < sent.size() * 8; ++b) good = bit_at(received, shift + b) == bit_at(sent, b);
    if (good) return true;
  }
  return false;
}

// Two modems of one kind, each with the driver of a program.
class Bench {
 public:
  Bench(const LinkConfig& link, modem::Attach attach) : air(link, {"a", "b"}, 1, start) {
    modem::PortModemSettings settings;
    settings.attach = attach;
    settings.waveform = {static_cast<std::uint32_t>(link.rate_bps), link.hf.interleaver};
    for (StationIndex s = 0; s < 2; ++s) {
      if (attach == modem::Attach::data_port_110d) modems[s] = std::make_unique<LiveModem110d>(air, s);
      else modems[s] = std::make_unique<LiveModemRaw>(air, s);
      drivers[s] = modem::make_port_modem(settings);
      modems[s]->opened(start);
      drivers[s]->port_opened(start);
    }
    run(start + 1s);
  }
  // What the drivers transmit: as late as they want it.
  void pump() {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t s = 0; s < 2; ++s) {
        modems[s]->step(now);
        const auto down = modems[s]->take_octets();
        if (!down.empty()) drivers[s]->on_bytes(down, now);
        drivers[s]->tick(now);
        for (auto& e : drivers[s]->take_events()) {
          if (const auto* r = std::get_if<ev::Received>(&e))
            heard[s].insert(heard[s].end(), r->octets.begin(), r->octets.end());
          events[s].push_back(std::move(e));
        }
        while (drivers[s]->keyed() && !to_send[s].empty() && drivers[s]->wants_octets(now)) {
          const auto n = std::min<std::size_t>(100, to_send[s].size());
          drivers[s]->transmit(ByteView(to_send[s]).first(n), now);
          to_send[s].erase(to_send[s].begin(), to_send[s].begin() + static_cast<std::ptrdiff_t>(n));
          if (to_send[s].empty()) drivers[s]->end(now);
        }
        const auto up = drivers[s]->take_bytes();
        if (!up.empty()) modems[s]->on_octets(up, now);
        moved = moved || !up.empty() || !down.empty() || air.attention(s);
      }
    }
  }
  void run(Time until) {
    pump();
    while (true) {
      Time next = std::min({air.next_event(), modems[0]->next_wake(), modems[1]->next_wake(), drivers[0]->next_wake(),
                            drivers[1]->next_wake()});
      if (next > until) break;
      now = std::max(now, next);
      std::vector<HfEvent> out;
      air.advance(now, out);
      pump();
    }
    now = until;
  }
  template <class T>
  std::vector<T> all(std::size_t s) const {
    std::vector<T> out;
    for (const auto& e : events[s])
      if (const auto* one = std::get_if<T>(&e)) out.push_back(*one);
    return out;
  }

  HfAir air;
  std::unique_ptr<LiveModem> modems[2];
  std::unique_ptr<modem::PortModem> drivers[2];
  Bytes heard[2], to_send[2];
  std::vector<modem::Event> events[2];
  Time now = start;
};

Bytes pattern(std::size_t octets) {
  Bytes out(octets);
  for (std::size_t i = 0; i < octets; ++i) out[i] = static_cast<std::uint8_t>(1 + i * 7);
  return out;
}

TEST(LiveModem110d, CarriesAnOverBetweenTwoDrivers) {
  for (const std::uint64_t rate : {75U, 1'200U, 9'600U}) {
    Bench bench(frequency(rate), modem::Attach::data_port_110d);
    ASSERT_TRUE(bench.drivers[0]->up());
    EXPECT_EQ(bench.drivers[0]->waveform().rate_bps, rate);
    bench.to_send[0] = pattern(1'000);
    bench.drivers[0]->key(bench.now);
    bench.run(start + 4min);
    EXPECT_TRUE(holds_shifted(bench.heard[1], pattern(1'000))) << rate;
    const auto ended = bench.all<ev::OverEnded>(0);
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_TRUE(ended[0].complete) << ended[0].reason;
    const auto carriers = bench.all<ev::Carrier>(1);
    ASSERT_FALSE(carriers.empty());
    EXPECT_TRUE(carriers.front().on);
    EXPECT_FALSE(carriers.back().on);
    EXPECT_EQ(bench.air.station(0).octets_sent, 1'000U);
  }
}

TEST(LiveModem110d, HangingUpDropsTheCarrier) {
  Bench bench(frequency(300), modem::Attach::data_port_110d);
  bench.to_send[0] = pattern(1'000);
  bench.drivers[0]->key(bench.now);
  bench.run(start + 10s);
  EXPECT_TRUE(bench.air.on_air(0, bench.now));
  bench.modems[0]->closed(bench.now);
  bench.modems[0]->step(bench.now);
  EXPECT_FALSE(bench.air.on_air(0, bench.now));
}

TEST(LiveModemRaw, OctetsKeyTheRadio) {
  Bench bench(frequency(1'200), modem::Attach::raw_tcp);
  bench.to_send[0] = pattern(600);
  bench.drivers[0]->key(bench.now);
  bench.run(start + 1min);
  EXPECT_TRUE(holds_shifted(bench.heard[1], pattern(600)));
  EXPECT_EQ(bench.air.station(0).overs, 1U);
  EXPECT_FALSE(bench.air.keyed(0));
}

}  // namespace
}  // namespace longwire::sim
