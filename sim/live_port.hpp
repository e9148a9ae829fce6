// LivePort: where one station's programs meet the emulator. Packets are whole IPv4 packets with
// the addresses they have on the air, whatever the port does to carry them on this machine.
#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"

#include <optional>
#include <vector>

namespace longwire::sim {

class LivePort {
 public:
  virtual ~LivePort() = default;
  // To be watched for reading; may change after every call below.
  virtual void add_descriptors(std::vector<int>& out) const = 0;
  // The next packet the station's programs sent through `fd`; nullopt when there is no more.
  virtual std::optional<Bytes> receive(int fd) = 0;
  // A packet came off the air. False when the port cannot hand it over (no such protocol, buffer full).
  virtual bool deliver(ByteView packet) = 0;
};

}  // namespace longwire::sim
