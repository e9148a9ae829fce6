// The network interface that carries an address of this host.
#pragma once

#include "base/ids.hpp"

#include <optional>
#include <string>

namespace longwire::io {

struct Interface {
  std::string name;
  int index = 0;
  unsigned mtu = 0;  // 0 = unknown
  bool up = false;
  bool running = false;
  bool loopback = false;
  bool multicast = false;
  bool point_to_point = false;
  bool no_arp = false;
};

// The interface with exactly this address; else the loopback one whose network holds it.
std::optional<Interface> interface_of(Ipv4 address);

}  // namespace longwire::io
