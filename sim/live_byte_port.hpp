// BytePort: where a program is connected to a simulated modem: a TCP port or a pseudo terminal.
#pragma once

#include "base/bytes.hpp"

#include <string>
#include <vector>

namespace longwire::sim {

// What a port has to say, in this order: closed before opened, octets after opened.
struct PortNews {
  bool closed = false, opened = false;
  Bytes octets;
};

class BytePort {
 public:
  virtual ~BytePort() = default;
  // To be watched for reading. input: octets are wanted now; connections always are.
  virtual void add_descriptors(std::vector<int>& out, bool input) const = 0;
  virtual bool owns(int fd) const = 0;
  virtual PortNews read(int fd) = 0;
  // Takes what the program can; returns false when it is cut off because it reads nothing.
  virtual bool write(ByteView octets) = 0;
  virtual bool backlog() const = 0;       // octets wait for the program: write({}) tries again
  virtual void close() = 0;               // hang up
  virtual std::string where() const = 0;  // for the operator: how to connect
};

// Octets that wait for a program that does not read; more than an hour at 9600 bit/s holds.
inline constexpr std::size_t most_port_backlog = 4 * 1024 * 1024;

}  // namespace longwire::sim
