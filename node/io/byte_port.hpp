// BytePort: a byte stream that is opened and kept open: TCP connection or serial line.
#pragma once

#include "base/bytes.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace longwire::io {

class BytePort {
 public:
  struct Handlers {
    std::function<void()> opened;
    std::function<void(std::string_view why)> closed;  // or could not be opened; tried again by itself
    std::function<void(ByteView)> bytes;
    std::function<void(std::string_view name, std::string text)> warn;
  };

  virtual ~BytePort() = default;

  virtual void start() = 0;
  virtual void stop() = 0;  // no handler is called afterwards
  // While it is not open octets go nowhere.
  virtual void write(Bytes octets) = 0;
  // Close and open anew. now: what has not left this host is dropped and the peer is cut off at once
  // (a modem stops transmitting); otherwise it still gets what was written.
  virtual void reopen(bool at_once) = 0;
  // The driver's transmitter is on. A serial line keys the radio; every port of a modem counts the time and
  // takes the transmitter off the air when it gets too long, whatever the driver and the loop do.
  virtual void set_ptt(bool on) = 0;
  virtual std::string name() const = 0;
};

}  // namespace longwire::io
