// VirtualChannel: joins Entities in virtual time, for tests and for the rounds benchmark.
//
// Full duplex: every station has its own transmitter. Half duplex: one channel with ideal medium
// access; the floor goes round among the stations that have something to send, a turnaround is
// charged at the start of every over, and a station keeps the floor while it has PDUs. Loss is drawn
// for each receiver by itself.
#pragma once

#include "acp142/entity.hpp"
#include "base/rng.hpp"

#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>

namespace longwire::acp142::testing {

struct Link {
  BearerTiming timing;
  double loss = 0;
};

inline constexpr Ipv4 group_address{0xEF420001};
inline PmulId station_id(std::size_t index) { return PmulId{0x0A420001 + static_cast<std::uint32_t>(index)}; }
inline Ipv4 station_address(std::size_t index) { return Ipv4{station_id(index).value}; }

class VirtualChannel {
 public:
  struct Station {
    std::unique_ptr<Entity> entity;
    bool up = true;
    bool accepts = true;  // answers Received with accept()
    Time transmitter_free{};
    std::map<ReceptionKey, std::vector<std::pair<Time, Bytes>>> received;
    std::vector<Notice> notices;
    std::size_t frames_sent = 0;
    std::size_t octets_sent = 0;  // with the overhead of the bearer
  };

  VirtualChannel(const Link& link, std::uint64_t seed) : link_(link), rng_(seed) {}

  std::size_t add(std::unique_ptr<Entity> entity) {
    stations_.push_back({});
    stations_.back().entity = std::move(entity);
    return stations_.size() - 1;
  }
  // n stations that know each other.
  void add_stations(std::size_t n, const Parameters& parameters, std::uint64_t seed, double known_loss = -1) {
    for (std::size_t i = 0; i < n; ++i) add(make(i, n, parameters, seed, known_loss));
  }
  std::unique_ptr<Entity> make(std::size_t index, std::size_t n, const Parameters& parameters, std::uint64_t seed,
                               double known_loss = -1) const {
    std::vector<Peer> peers;
    for (std::size_t other = 0; other < n; ++other)
      if (other != index) {
        Peer peer;
        peer.id = station_id(other);
        peer.address = station_address(other);
        peer.loss = known_loss;
        if (coding) peer.coding = coding(index, other);
        peers.push_back(peer);
      }
    return std::make_unique<Entity>(station_id(index), link_.timing, parameters, std::move(peers), seed * 1000 + index);
  }

  Station& station(std::size_t index) { return stations_.at(index); }
  std::size_t size() const { return stations_.size(); }
  Entity& entity(std::size_t index) { return *stations_.at(index).entity; }
  Time now() const { return now_; }
  void set_loss(double loss) { link_.loss = loss; }

  // Seen by every frame before it goes on the air; may alter what is delivered.
  std::function<void(std::size_t from, const Frame&)> on_air;
  std::function<bool(std::size_t from, std::size_t to, const Frame&)> drop;  // besides the random loss
  std::function<void(std::size_t station, const Notice&)> on_notice;
  std::function<Coding(std::size_t at, std::size_t peer)> coding;  // what make() configures; unset: off
  double duplicate = 0;                                            // chance that a frame arrives twice
  Duration reorder{0};                                             // up to this much later, by chance

  // Runs until `until`, or until `done` says so (asked after every event).
  bool run(Time until, const std::function<bool()>& done = {}) {
    collect();
    while (!(done && done())) {
      const auto next = next_event();
      if (next > until) {
        now_ = std::max(now_, until);
        return false;
      }
      now_ = std::max(now_, next);
      deliver();
      transmit();
      collect();
    }
    return true;
  }
  // For calls on the entities from outside: hands on what they caused.
  void collect() {
    for (std::size_t i = 0; i < stations_.size(); ++i) collect(i);
  }

 private:
  struct Arrival {
    Time at;
    std::uint64_t order;
    std::size_t to;
    Ipv4 from;
    Bytes octets;
    bool operator>(const Arrival& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  Time next_event() {
    auto next = arrivals_.empty() ? never : arrivals_.top().at;
    for (auto& station : stations_) {
      if (!station.up) continue;
      next = std::min(next, station.entity->next_wake());
      if (!station.entity->wants_to_send(now_)) continue;
      next = std::min(next, std::max(now_, link_.timing.half_duplex ? channel_free_ : station.transmitter_free));
    }
    return next;
  }

  void deliver() {
    while (!arrivals_.empty() && arrivals_.top().at <= now_) {
      const auto arrival = arrivals_.top();
      arrivals_.pop();
      auto& station = stations_[arrival.to];
      if (!station.up) continue;
      station.entity->on_frame(arrival.octets, arrival.from, now_);
      collect(arrival.to);
    }
  }

  void transmit() {
    if (link_.timing.half_duplex) return transmit_half();
    for (std::size_t i = 0; i < stations_.size(); ++i) {
      auto& station = stations_[i];
      if (!station.up || station.transmitter_free > now_) continue;
      if (const auto frame = station.entity->poll_transmit(now_))
        station.transmitter_free = put_on_air(i, *frame, now_);
    }
  }

  void transmit_half() {
    if (channel_free_ > now_) return;
    if (opening_) {  // the turnaround is over
      opening_ = false;
      talk();
      return;
    }
    if (holder_ < stations_.size() && channel_free_ == now_ && wants(holder_)) return talk();
    for (std::size_t step = 1; step <= stations_.size(); ++step) {
      const auto candidate = (holder_ + step) % stations_.size();
      if (!wants(candidate)) continue;
      holder_ = candidate;
      ++overs;
      channel_free_ = now_ + link_.timing.turnaround;
      opening_ = true;
      if (link_.timing.turnaround == Duration{0}) transmit_half();
      return;
    }
  }
  bool wants(std::size_t index) {
    auto& station = stations_[index];
    return station.up && station.entity->wants_to_send(now_);
  }
  void talk() {
    if (!stations_[holder_].up) return;
    const auto frame = stations_[holder_].entity->poll_transmit(now_);
    if (frame) channel_free_ = put_on_air(holder_, *frame, now_);
  }

  Time put_on_air(std::size_t from, const Frame& frame, Time start) {
    if (on_air) on_air(from, frame);
    auto& sender = stations_[from];
    const auto octets = frame.octets.size() + link_.timing.overhead;
    const auto end = start + air_time(octets, link_.timing.rate_bps);
    ++sender.frames_sent;
    sender.octets_sent += octets;
    sender.entity->transmitted(end);
    for (std::size_t to = 0; to < stations_.size(); ++to) {
      if (to == from) continue;
      if (!frame.to.is_multicast() && frame.to != station_address(to)) continue;
      if (rng_.chance(link_.loss) || (drop && drop(from, to, frame))) continue;
      for (int copies = rng_.chance(duplicate) ? 2 : 1; copies > 0; --copies) {
        auto at = end + link_.timing.latency;
        if (reorder > Duration{0})
          at += Duration{static_cast<Duration::rep>(rng_.below(static_cast<std::uint64_t>(reorder.count())))};
        arrivals_.push({at, ++order_, to, station_address(from), frame.octets});
      }
    }
    collect(from);
    return end;
  }

  void collect(std::size_t index) {
    auto& station = stations_[index];
    for (auto notices = station.entity->take_notices(); !notices.empty(); notices = station.entity->take_notices())
      for (auto& notice : notices) {
        if (on_notice) on_notice(index, notice);
        if (auto* received = std::get_if<notice::Received>(&notice)) {
          station.received[received->key].emplace_back(now_, received->octets);
          if (station.accepts) station.entity->accept(received->key, now_);
        }
        if (keep_notices) station.notices.push_back(std::move(notice));
      }
  }

  Link link_;
  Rng rng_;
  Time now_{};
  Time channel_free_{};
  bool opening_ = false;
  std::size_t holder_ = static_cast<std::size_t>(-2) / 2;
  std::uint64_t order_ = 0;
  std::vector<Station> stations_;
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;

 public:
  std::size_t overs = 0;
  bool keep_notices = true;
};

}  // namespace longwire::acp142::testing
