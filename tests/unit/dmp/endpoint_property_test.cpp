// Two endpoints over a channel that loses, doubles, delays, reorders and breaks datagrams, in virtual time: every
// message is delivered exactly once, also when stations start anew from what their stores would hold.
#include "annexe/dmp/endpoint.hpp"
#include "base/rng.hpp"
#include "tests/unit/dmp/samples.hpp"

#include <map>
#include <set>

namespace longwire::dmp {
namespace {

using namespace test;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array addresses{Ipv4{0x0A420001}, Ipv4{0x0A420009}};

struct Faults {
  double loss = 0, twice = 0, broken = 0, restart = 0, not_stored = 0;
};

struct Station {
  std::optional<Endpoint> endpoint;
  // What its store would hold.
  std::map<std::uint64_t, Outgoing> unacknowledged;
  std::map<std::uint16_t, Time> stored;  // id -> submission
  std::map<std::uint16_t, int> deliveries;
  std::set<std::uint64_t> acknowledged;
};

class World {
 public:
  World(std::uint64_t seed, Faults faults) : rng_(seed), faults_(faults) {
    for (auto& s : stations_) start(s);
  }

  void submit(std::size_t at, std::uint16_t id) {
    Outgoing out;
    out.ticket = id;
    out.to = addresses[1 - at];
    out.priority = static_cast<std::uint8_t>(rng_.below(11));
    out.id = id;
    auto pdu = plain_message(id, std::string(rng_.below(200), 'x'));
    pdu.envelope.submission = std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<2>>>(now_);
    out.octets = encode(pdu).value();
    stations_[at].unacknowledged[out.ticket] = out;
    ASSERT_TRUE(stations_[at].endpoint->send(out, now_));
  }

  // Until nothing waits and nothing flies.
  void run() {
    const auto end = now_ + std::chrono::hours{12};
    while (now_ < end) {
      for (std::size_t at = 0; at < 2; ++at) drive(at);
      Time next = flying_.empty() ? never : flying_.begin()->first;
      for (auto& s : stations_) next = std::min(next, s.endpoint->next_wake());
      if (next == never) return;
      now_ = std::max(now_, next);
      arrive();
    }
    FAIL() << "no end";
  }

  const Station& station(std::size_t at) const { return stations_[at]; }
  int frames() const { return frames_; }

 private:
  void start(Station& s) {
    Timing timing;
    timing.retry = seconds{5};
    timing.retry_most = minutes{2};
    s.endpoint.emplace(timing, rng_.next());
    for (const auto& [id, submission] : s.stored)
      s.endpoint->remember(addresses[static_cast<std::size_t>(&s == &stations_[0])], id, submission, true, now_);
    for (const auto& [ticket, out] : s.unacknowledged) ASSERT_TRUE(s.endpoint->send(out, now_));
  }

  void settle(Station& s) {
    for (const auto& notice : s.endpoint->take_notices()) {
      if (const auto* received = std::get_if<notice::Received>(&notice)) {
        if (rng_.chance(faults_.not_stored)) {
          s.endpoint->forget(received->from, received->id);
          continue;
        }
        ++s.deliveries[received->id];
        s.stored[received->id] = received->pdu.envelope.submission;
        s.endpoint->accept(received->from, received->id, now_);
      } else if (const auto* acknowledged = std::get_if<notice::Acknowledged>(&notice)) {
        EXPECT_TRUE(s.acknowledged.insert(acknowledged->ticket).second);
        s.unacknowledged.erase(acknowledged->ticket);
      } else {
        EXPECT_FALSE(std::holds_alternative<notice::Failed>(notice));
      }
    }
  }

  void drive(std::size_t at) {
    auto& s = stations_[at];
    settle(s);
    if (rng_.chance(faults_.restart)) start(s);
    while (const auto frame = s.endpoint->poll_transmit(now_)) {
      ++frames_;
      if (rng_.chance(faults_.loss)) continue;
      for (int copies = rng_.chance(faults_.twice) ? 2 : 1; copies > 0; --copies) {
        auto octets = frame->octets;
        if (rng_.chance(faults_.broken))
          octets[rng_.below(octets.size())] ^= static_cast<std::uint8_t>(1 + rng_.below(255));
        flying_.emplace(now_ + milliseconds{50 + rng_.below(20'000)}, std::pair(1 - at, std::move(octets)));
      }
    }
  }

  void arrive() {
    while (!flying_.empty() && flying_.begin()->first <= now_) {
      auto [to, octets] = std::move(flying_.begin()->second);
      flying_.erase(flying_.begin());
      stations_[to].endpoint->on_datagram(octets, addresses[1 - to], now_);
      settle(stations_[to]);
    }
  }

  Rng rng_;
  Faults faults_;
  Time now_ = noon;
  std::array<Station, 2> stations_;
  std::multimap<Time, std::pair<std::size_t, Bytes>> flying_;
  int frames_ = 0;
};

void exactly_once(std::uint64_t seed, Faults faults) {
  World world(seed, faults);
  constexpr std::uint16_t each = 20;
  for (std::uint16_t n = 0; n < each; ++n) {
    world.submit(0, static_cast<std::uint16_t>(1000 + n));
    world.submit(1, static_cast<std::uint16_t>(5000 + n));
  }
  world.run();
  for (std::size_t at = 0; at < 2; ++at) {
    EXPECT_TRUE(world.station(at).unacknowledged.empty()) << seed;
    EXPECT_EQ(world.station(at).acknowledged.size(), each) << seed;
    EXPECT_EQ(world.station(at).deliveries.size(), each) << seed;
    for (const auto& [id, times] : world.station(at).deliveries) EXPECT_EQ(times, 1) << seed << " " << id;
  }
}

TEST(DmpEndpointProperty, ExactlyOnceOnAGoodChannel) {
  World world(1, {});
  world.submit(0, 1000);
  world.run();
  EXPECT_EQ(world.station(1).deliveries.at(1000), 1);
  EXPECT_LE(world.frames(), 8);  // delays pass the first retries, hardly more
}

TEST(DmpEndpointProperty, ExactlyOnceUnderLossDoublingReorderingAndNoise) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) exactly_once(seed, {0.3, 0.2, 0.1, 0, 0.1});
}

TEST(DmpEndpointProperty, ExactlyOnceOnATerribleChannel) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) exactly_once(seed, {0.7, 0.3, 0.3, 0, 0});
}

TEST(DmpEndpointProperty, ExactlyOnceAcrossRestarts) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) exactly_once(seed, {0.3, 0.2, 0.1, 0.02, 0.1});
}

}  // namespace
}  // namespace longwire::dmp
