// UdpPort: a station whose programs use plain UDP on the loopback device.
//
// The air network 10.66.0.0/24 appears to station K as its view, 127.66.K.0/24: its own programs are
// bound to the address with their own host number, and the emulator stands at all the others. So a
// program needs no help to send to a neighbour or a group, and sees true source ports.
#pragma once

#include "sim/live_config.hpp"
#include "sim/live_port.hpp"
#include "sim/live_system.hpp"

#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace longwire::sim {

class UdpPort : public LivePort {
 public:
  // neighbours: the other stations of the link. Throws LiveError when an address is taken.
  UdpPort(const StationConfig& station, const std::vector<Ipv4>& neighbours);

  void add_descriptors(std::vector<int>& out) const override;
  std::optional<Bytes> receive(int fd) override;
  bool deliver(ByteView packet) override;

 private:
  struct Endpoint {  // where a neighbour or a group is, as this station sees it
    Descriptor socket;
    Ipv4 air;  // its address on the air
    std::uint16_t port = 0;
  };
  using Key = std::pair<Ipv4, std::uint16_t>;  // air address, port

  Descriptor open(Ipv4 local, std::uint16_t port) const;
  void add_group(Ipv4 group, std::uint16_t port);
  const Endpoint* neighbour(Ipv4 air, std::uint16_t port);

  StationConfig station_;
  Ipv4 own_;                            // where the station's programs are bound
  std::map<Key, Endpoint> neighbours_;  // of the configured ports, and of ephemeral ones seen
  std::deque<Key> ephemeral_;           // oldest first
  std::vector<Endpoint> groups_;
  std::uint16_t identification_ = 0;
};

}  // namespace longwire::sim
