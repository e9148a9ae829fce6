// Whatever the channel does: every ARQ C_PDU arrives once, in order where asked, nothing arrives wrong,
// and it goes on. Many seeds; a failure names its own.
#include "virtual_air.hpp"

#include <gtest/gtest.h>

#include <map>

namespace longwire::s5066::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Sent {
  std::size_t from;
  CPduRequest request;
  bool confirmed = false;
  unsigned delivered = 0;
};

class Traffic {
 public:
  Traffic(VirtualAir& air, std::uint64_t seed) : air_(air), rng_(seed) {
    air_.on_event = [this](std::size_t i, const DataTransferEvent& event) { on_event(i, event); };
  }

  void send(std::size_t from, std::size_t to, Service service) {
    CPduRequest request;
    request.dest = VirtualAir::address(to);
    request.service = service;
    request.priority = static_cast<std::uint8_t>(rng_.below(16));
    request.in_order = in_order_priority_ && rng_.chance(0.4);
    if (request.in_order) request.priority = 5;  // those of one priority keep their order
    request.c_pdu = pattern(1 + rng_.below(rng_.chance(0.2) ? 6000 : 600), ++made_);
    const auto ticket = air_.send(from, request);
    sent_.emplace(ticket, Sent{from, request});
  }

  void check(bool all_confirmed) const {
    for (const auto& v : air_.violations()) ADD_FAILURE() << v;
    for (const auto& text : wrong_) ADD_FAILURE() << text;
    for (const auto& [ticket, s] : sent_) {
      if (s.request.service == Service::non_arq || s.request.service == Service::expedited_non_arq) continue;
      EXPECT_TRUE(!s.confirmed || s.delivered == 1) << "ticket " << ticket << " delivered " << s.delivered;
      EXPECT_LE(s.delivered, 1U) << "ticket " << ticket;
      EXPECT_TRUE(s.confirmed || !all_confirmed) << "ticket " << ticket;
    }
  }
  const std::map<std::uint64_t, Sent>& sent() const { return sent_; }

 private:
  void on_event(std::size_t i, const DataTransferEvent& event) {
    if (const auto* confirmed = std::get_if<dts::Confirmed>(&event)) {
      auto& s = sent_.at(confirmed->ticket);
      if (s.confirmed) wrong_.push_back("confirmed twice");
      if (s.delivered == 0) wrong_.push_back("confirmed before it was delivered");
      s.confirmed = true;
    }
    if (const auto* up = std::get_if<dts::Indication>(&event)) on_indication(i, *up);
  }

  void on_indication(std::size_t i, const dts::Indication& up) {
    const auto at = std::find_if(sent_.begin(), sent_.end(), [&](const auto& entry) {
      const auto& s = entry.second;
      return s.request.c_pdu == up.c_pdu && VirtualAir::address(s.from) == up.from && s.request.service == up.service;
    });
    if (at == sent_.end()) return wrong_.push_back("something was delivered that nobody sent");
    auto& s = at->second;
    if (s.request.dest != VirtualAir::address(i) && !s.request.dest.group)
      wrong_.push_back("delivered at the wrong station");
    ++s.delivered;
    if (s.delivered > 1 && !s.request.dest.group) wrong_.push_back("delivered twice");
    if (!s.request.in_order || s.request.service != Service::arq) return;
    auto& last = last_in_order_[{s.from, i}];
    if (at->first < last) wrong_.push_back("out of order");
    last = at->first;
  }

  VirtualAir& air_;
  Rng rng_;
  bool in_order_priority_ = true;
  std::uint64_t made_ = 0;
  std::map<std::uint64_t, Sent> sent_;
  std::map<std::pair<std::size_t, std::size_t>, std::uint64_t> last_in_order_;
  std::vector<std::string> wrong_;
};

constexpr std::array<Service, 5> services{Service::arq, Service::arq, Service::arq, Service::expedited_arq,
                                          Service::non_arq};

AirConfig channel(Rng& rng) {
  AirConfig air;
  air.timing.lead = milliseconds{rng.below(3000)};
  air.timing.tail = milliseconds{rng.below(2000)};
  air.timing.delay = std::min<Duration>(milliseconds{rng.below(2000)}, air.timing.tail);
  air.propagation = milliseconds{rng.below(50)};
  constexpr std::array<std::uint32_t, 5> rates{75, 300, 1200, 2400, 9600};
  air.waveform.rate_bps = rates[rng.below(rates.size())];
  return air;
}

TEST(DataTransferProperty, TwoStationsHalfDuplexAnyLoss) {
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng(seed);
    auto config = channel(rng);
    config.loss = 0.1 * static_cast<double>(rng.below(6));
    config.carrier_detect = rng.chance(0.8);
    VirtualAir air(config, seed);
    DataTransferConfig station;
    station.max_silent_overs = 60;
    station.slots = rng.chance(0.5) ? 4 : 0;
    station.window = rng.chance(0.3) ? 4 : 128;
    air.add(station);
    air.add(station);
    air.connect(0, 1);
    Traffic traffic(air, seed);
    for (int i = 0; i < 14; ++i) {
      const auto from = rng.below(2);
      traffic.send(from, 1 - from, services[rng.below(services.size())]);
      air.run_for(seconds{rng.below(90)});
    }
    EXPECT_TRUE(air.settle(hours{20})) << air.dts(0).queued_c_pdus() << ' ' << air.dts(1).queued_c_pdus();
    traffic.check(true);
    if (HasFailure()) {
      ADD_FAILURE() << "rate " << config.waveform.rate_bps << " loss " << config.loss << '\n'
                    << air.tail_of_transcript();
      break;
    }
  }
}

TEST(DataTransferProperty, FourStationsShareTheChannel) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng(seed + 1000);
    auto config = channel(rng);
    config.loss = 0.1 * static_cast<double>(rng.below(4));
    if (config.waveform.rate_bps < 300) config.waveform.rate_bps = 300;
    VirtualAir air(config, seed);
    DataTransferConfig station;
    station.max_silent_overs = 100;
    station.slots = rng.chance(0.8) ? 8 : 0;
    station.slot_time = config.timing.lead + milliseconds{200};
    station.turnaround = milliseconds{rng.below(500)};
    for (int i = 0; i < 4; ++i) air.add(station);
    // The last one keeps silent all the time.
    air.dts(3).set_emcon(true, air.now());
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t b = a + 1; b < 3; ++b) air.connect(a, b);
    Traffic traffic(air, seed);
    for (int i = 0; i < 16; ++i) {
      const auto from = rng.below(3);
      traffic.send(from, (from + 1 + rng.below(2)) % 3, services[rng.below(services.size())]);
      if (rng.chance(0.3)) air.send(3, 0, pattern(100, seed), Service::non_arq);  // held back
      if (rng.chance(0.6)) air.run_for(seconds{rng.below(60)});
    }
    const auto begun = air.now();
    while (air.now() < begun + hours{40} &&
           air.dts(0).queued_c_pdus() + air.dts(1).queued_c_pdus() + air.dts(2).queued_c_pdus() > 0)
      air.run_for(seconds{30});
    traffic.check(true);
    EXPECT_TRUE(std::none_of(air.transmissions().begin(), air.transmissions().end(),
                             [](const auto& over) { return over.station == 3; }));
    if (HasFailure()) {
      ADD_FAILURE() << air.tail_of_transcript();
      break;
    }
  }
}

// A station that starts anew has forgotten the connection; the other is told by a WARNING. What was
// confirmed before had been delivered; nothing is delivered twice to one life of a station.
TEST(DataTransferProperty, RestartsLoseNothingThatWasConfirmed) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng(seed + 2000);
    auto config = channel(rng);
    if (config.waveform.rate_bps < 300) config.waveform.rate_bps = 300;
    config.loss = 0.1 * static_cast<double>(rng.below(4));
    VirtualAir air(config, seed);
    DataTransferConfig station;
    station.max_silent_overs = 60;
    air.add(station);
    air.add(station);
    air.connect(0, 1);
    std::map<std::uint64_t, Bytes> sent, open;
    std::set<std::uint64_t> confirmed;
    std::map<Bytes, unsigned> delivered;
    unsigned lost = 0;
    air.on_event = [&](std::size_t i, const DataTransferEvent& event) {
      if (const auto* up = std::get_if<dts::Indication>(&event)) ++delivered[up->c_pdu];
      if (i != 0) return;
      if (const auto* c = std::get_if<dts::Confirmed>(&event)) confirmed.insert(c->ticket), open.erase(c->ticket);
      if (const auto* gone = std::get_if<dts::ConnectionLost>(&event)) {
        EXPECT_EQ(gone->reason, "not_connected_there");
        ++lost;
        air.at(air.now() + seconds{1}, [&] { air.connect(0, 1); });  // channel access links again
      }
    };
    for (int round = 0; round < 4; ++round) {
      for (int k = 0; k < 4; ++k) {
        const auto c_pdu = pattern(50 + rng.below(3000), seed * 100 + sent.size());
        const auto ticket = air.send(0, 1, c_pdu, rng.chance(0.3) ? Service::expedited_arq : Service::arq);
        sent.emplace(ticket, c_pdu);
      }
      air.run_for(seconds{1 + rng.below(60)});
      air.restart(1);
      air.run_for(std::chrono::minutes{30});
    }
    for (const auto& v : air.violations()) ADD_FAILURE() << v;
    for (const auto ticket : confirmed) EXPECT_EQ(delivered[sent[ticket]], 1U) << ticket;
    for (const auto& [c_pdu, times] : delivered) EXPECT_LE(times, 1U);
    EXPECT_EQ(air.dts(0).queued_c_pdus(), 0U);  // all confirmed or rejected
    if (HasFailure()) {
      ADD_FAILURE() << air.tail_of_transcript();
      break;
    }
  }
}

TEST(DataTransferProperty, FullDuplexWithLoss) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng(seed + 3000);
    auto config = channel(rng);
    config.half_duplex = false;
    config.loss = 0.1 * static_cast<double>(rng.below(5));
    VirtualAir air(config, seed);
    DataTransferConfig station;
    station.max_silent_overs = 60;
    air.add(station);
    air.add(station);
    air.connect(0, 1);
    Traffic traffic(air, seed);
    for (int i = 0; i < 14; ++i) {
      const auto from = rng.below(2);
      traffic.send(from, 1 - from, services[rng.below(services.size())]);
      air.run_for(seconds{rng.below(60)});
    }
    EXPECT_TRUE(air.settle(hours{20}));
    traffic.check(true);
    for (const auto& over : air.transmissions())
      for (const auto& [start, pdu] : over.d_pdus) ASSERT_EQ(pdu.eot, 0U);  // C-EOT-3
    if (HasFailure()) {
      ADD_FAILURE() << air.tail_of_transcript();
      break;
    }
  }
}

// Bits in error: CRCs catch them, nothing wrong is delivered.
TEST(DataTransferProperty, BitErrors) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng(seed + 4000);
    auto config = channel(rng);
    config.bit_error_rate = rng.chance(0.5) ? 1e-5 : 1e-4;
    VirtualAir air(config, seed);
    DataTransferConfig station;
    station.max_silent_overs = 60;
    air.add(station);
    air.add(station);
    air.connect(0, 1);
    Traffic traffic(air, seed);
    for (int i = 0; i < 10; ++i) {
      const auto from = rng.below(2);
      traffic.send(from, 1 - from, services[rng.below(services.size())]);
      air.run_for(seconds{rng.below(60)});
    }
    EXPECT_TRUE(air.settle(hours{20}));
    traffic.check(true);
    if (HasFailure()) {
      ADD_FAILURE() << air.tail_of_transcript();
      break;
    }
  }
}

}  // namespace
}  // namespace longwire::s5066::testing
