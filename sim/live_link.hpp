// LiveLink: one channel in real time, with the ports of its stations.
#pragma once

#include "sim/channel.hpp"
#include "sim/live_config.hpp"
#include "sim/live_medium.hpp"
#include "sim/live_port.hpp"

#include <boost/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace longwire::sim {

// What the programs of a station did, beside what its radio did (StationAir).
struct StationTraffic {
  std::uint64_t packets_offered = 0, octets_offered = 0;  // every packet, whatever it was
  std::uint64_t not_ipv4 = 0;                             // of these: on the air, but for nobody
  std::uint64_t no_station = 0;                           // likewise: no station has that address
  std::uint64_t packets_delivered = 0;
  std::uint64_t undeliverable = 0;  // came off the air, the port could not take it
};

class LiveLink : public LiveMedium {
 public:
  using OnAir = std::function<void(Time, ByteView)>;  // each packet once, when its first bit leaves

  // Opens the ports of the stations of `config` that are on link `index`. Throws LiveError.
  LiveLink(const LiveConfig& config, std::size_t index, std::uint64_t seed, Time start, OnAir on_air);

  void add_descriptors(std::vector<int>& out) const override;
  bool receive(int fd, Time now) override;
  Time next_event() const override { return channel_.next_event(); }
  void advance(Time now) override;
  boost::json::object report() const override;
  std::string table() const override;

 private:
  struct Station {
    StationConfig config;
    std::unique_ptr<LivePort> port;
    StationTraffic traffic;
  };

  void take(StationIndex from, Bytes packet, Time now);
  std::vector<StationIndex> receivers(StationIndex from, Ipv4 destination) const;

  std::vector<Station> stations_;
  Channel channel_;
  OnAir on_air_;
  std::uint64_t serial_ = 0;
};

}  // namespace longwire::sim
