// PtyPort: a modem's serial line as a pseudo terminal. It has no control lines: push-to-talk cannot be
// seen, so data keys the radio.
#pragma once

#include "sim/live_byte_port.hpp"
#include "sim/live_system.hpp"

namespace longwire::sim {

class PtyPort : public BytePort {
 public:
  // link: a symbolic link to the device is made there and taken away at the end; a former link is
  // replaced, anything else is not. Throws LiveError.
  explicit PtyPort(std::string link);
  ~PtyPort() override;
  PtyPort(const PtyPort&) = delete;
  PtyPort& operator=(const PtyPort&) = delete;

  void add_descriptors(std::vector<int>& out, bool input) const override;
  bool owns(int fd) const override { return fd == master_.get(); }
  PortNews read(int fd) override;
  bool write(ByteView octets) override;
  bool backlog() const override { return false; }  // a serial line waits for nobody
  void close() override {}
  std::string where() const override { return link_ + " (" + device_ + ")"; }

 private:
  std::string link_, device_;
  Descriptor master_, slave_;  // ours holds the line open when no program does
};

}  // namespace longwire::sim
