// TunPort: a station whose programs use a TUN device, so that any IP program runs over the link.
#pragma once

#include "sim/live_config.hpp"
#include "sim/live_port.hpp"
#include "sim/live_system.hpp"

#include <string>

namespace longwire::sim {

class TunPort : public LivePort {
 public:
  // Makes the namespace when it is not there, the device, its address and routes. Needs root
  // (CAP_NET_ADMIN, CAP_SYS_ADMIN); throws LiveError. mtu: of IP packets.
  TunPort(const StationConfig& station, std::size_t mtu);
  ~TunPort() override;  // takes away what it made
  TunPort(const TunPort&) = delete;
  TunPort& operator=(const TunPort&) = delete;

  void add_descriptors(std::vector<int>& out) const override { out.push_back(device_.get()); }
  std::optional<Bytes> receive(int fd) override;
  bool deliver(ByteView packet) override;

 private:
  StationConfig station_;
  Descriptor device_;
  bool made_netns_ = false;
};

}  // namespace longwire::sim
