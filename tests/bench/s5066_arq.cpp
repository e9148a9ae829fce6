// STANAG 5066 ARQ utilisation in virtual time beside the ceiling n L 8 / (R (n (L + H) 8 / R + 32*8/R + 2 o)),
// with n = min(window, (127.5 - o) R / (8 (L + H))), and beside a Monte Carlo of selective repeat with
// lost D_PDUs, the same window and perfect answers. Usage: bench_s5066_arq [--overs N] [--seeds N]
#include "virtual_air.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>

namespace {

using namespace longwire;
using namespace longwire::s5066;
using longwire::s5066::testing::AirConfig;
using longwire::s5066::testing::pattern;
using longwire::s5066::testing::VirtualAir;

constexpr double longest = 127.5;
constexpr std::size_t header = 22, answer = 32, window = 128;

std::size_t segment_for(std::uint32_t rate) { return rate >= 300 ? 1023 : 200; }

struct Ceiling {
  double clean, lossy, bound;
};

Ceiling ceiling(std::uint32_t rate, double overhead, double loss) {
  const auto segment = static_cast<double>(segment_for(rate));
  const double frame = (segment + header) * 8 / rate, ack = answer * 8.0 / rate;
  const auto n = std::max<std::size_t>(1, std::min(window, static_cast<std::size_t>((longest - overhead) / frame)));
  const auto in_over = static_cast<double>(n);
  Ceiling c{};
  c.clean = in_over * segment * 8 / rate / (in_over * frame + ack + 2 * overhead);
  c.bound = c.clean * (1 - loss);
  // Selective repeat: the window counts from the lowest frame that is missing.
  Rng rng(1);
  std::size_t base = 0, done = 0;
  std::set<std::size_t> got;
  double time = 0;
  for (int cycle = 0; cycle < 2000; ++cycle) {
    std::size_t sent = 0;
    for (auto s = base; s < base + window && sent < n; ++s) {
      if (got.contains(s)) continue;
      ++sent;
      if (rng.chance(loss)) continue;
      got.insert(s);
      ++done;
    }
    while (got.erase(base) > 0) ++base;
    time += static_cast<double>(sent) * frame + ack + 2 * overhead;
  }
  c.lossy = static_cast<double>(done) * segment * 8 / rate / time;
  return c;
}

double measure(std::uint32_t rate, double overhead, double loss, unsigned overs, std::uint64_t seed) {
  AirConfig config;
  config.waveform.rate_bps = rate;
  config.timing.lead = from_seconds(overhead / 2);
  config.timing.tail = from_seconds(overhead / 2);
  config.timing.delay = from_seconds(overhead / 4);
  config.propagation = std::chrono::milliseconds{5};
  config.detect = std::min<Duration>(config.detect, config.timing.lead);
  config.loss = loss;
  VirtualAir air(config, seed);
  DataTransferConfig station;
  station.max_silent_overs = 50;
  air.add(station);
  air.add(station);
  air.connect(0, 1);
  std::size_t confirmed = 0;
  Time last{};
  const auto unit = segment_for(rate);
  const auto refill = [&] {
    while (air.dts(0).queued_c_pdus() < 300) {
      CPduRequest request;
      request.dest = VirtualAir::address(1);
      request.service = Service::arq;
      request.c_pdu = pattern(unit, 7);
      request.ticket = 1;
      air.dts(0).send(std::move(request), air.now());
    }
  };
  air.on_event = [&](std::size_t, const DataTransferEvent& event) {
    if (std::holds_alternative<dts::Confirmed>(event)) {
      confirmed += unit;
      last = air.now();
    }
  };
  refill();
  const auto start = air.now();
  while (air.transmissions().size() < 2 * overs) {
    air.run_for(std::chrono::seconds{2});
    refill();
  }
  if (!air.violations().empty()) std::printf("violation: %s\n", air.violations()[0].c_str());
  // Whole cycles: up to the last answer and the time until the next over began.
  Time end = last;
  for (const auto& over : air.transmissions())
    if (over.station == 0 && over.start >= last) {
      end = over.start;
      break;
    }
  return static_cast<double>(confirmed) * 8 / rate / to_seconds(end - start);
}

}  // namespace

int main(int argc, char** argv) {
  unsigned overs = 40;
  std::uint64_t seeds = 3;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--overs") == 0) overs = static_cast<unsigned>(std::atoi(argv[i + 1]));
    if (std::strcmp(argv[i], "--seeds") == 0) seeds = static_cast<std::uint64_t>(std::atoi(argv[i + 1]));
  }
  std::printf(
      "| bit/s | o s | loss | measured | ceiling | Monte Carlo | (1-p) bound | of ceiling or bound | of Monte Carlo "
      "|\n");
  std::printf("|---|---|---|---|---|---|---|---|---|\n");
  for (const auto rate : {75U, 300U, 1200U, 2400U, 9600U})
    for (const auto overhead : {0.2, 2.0, 10.0})
      for (const auto loss : {0.0, 0.05, 0.2}) {
        const auto c = ceiling(rate, overhead, loss);
        double sum = 0;
        const auto runs = loss > 0 ? seeds : 1;
        for (std::uint64_t seed = 1; seed <= runs; ++seed) sum += measure(rate, overhead, loss, overs, seed);
        const auto u = sum / static_cast<double>(runs);
        std::printf("| %u | %.1f | %.0f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.3f | %.3f |\n", rate, overhead,
                    100 * loss, 100 * u, 100 * c.clean, 100 * c.lossy, 100 * c.bound, u / c.bound, u / c.lossy);
      }
}
