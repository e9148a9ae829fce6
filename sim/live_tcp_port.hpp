// TcpPort: a modem's TCP port on this machine. It serves one program at a time; others are refused.
#pragma once

#include "node/engine/config.hpp"
#include "sim/live_byte_port.hpp"
#include "sim/live_system.hpp"

namespace longwire::sim {

class TcpPort : public BytePort {
 public:
  // Throws LiveError when the address cannot be had.
  explicit TcpPort(const engine::Endpoint& listen);

  void add_descriptors(std::vector<int>& out, bool input) const override;
  bool owns(int fd) const override { return fd == listener_.get() || (fd >= 0 && fd == connection_.get()); }
  PortNews read(int fd) override;
  bool write(ByteView octets) override;
  bool backlog() const override { return !out_.empty(); }
  void close() override;
  std::string where() const override { return where_; }

 private:
  PortNews accept();

  Descriptor listener_, connection_;
  Bytes out_;
  std::string where_;
};

}  // namespace longwire::sim
