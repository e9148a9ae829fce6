// SerialPort: an asynchronous serial line to a modem, 8 data bits, no parity, one stop bit, RTS, DTR or
// a command on the line for the push-to-talk. Opened again whenever it is lost.
//
// libserialport sets up real ports; it knows none that are not in /sys/class/tty, such as pseudo
// terminals, which termios sets up.
#pragma once

#include "node/io/back_off.hpp"
#include "node/io/byte_port.hpp"
#include "node/io/clock.hpp"
#include "node/io/transmit_watchdog.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace longwire::io {

class SerialPort : public BytePort {
 public:
  struct Settings {
    std::string device;
    std::uint32_t baud = 19'200;
    unsigned data_bits = 8;  // 5 for telegraph codes
    enum class Ptt : std::uint8_t { none, rts, dtr, command };
    Ptt ptt = Ptt::rts;                                                // RTS stays down in all other cases
    Bytes ptt_on, ptt_off;                                             // commands
    std::chrono::microseconds most_keyed = std::chrono::seconds{131};  // real time, whatever anybody wants
  };
  SerialPort(boost::asio::io_context& io, Settings settings, const Clock& clock, Handlers handlers);
  ~SerialPort() override;

  void start() override;
  void stop() override;
  void write(Bytes octets) override;
  void reopen(bool at_once) override;
  void set_ptt(bool on) override;
  std::string name() const override { return settings_.device; }

 private:
  struct Line;
  void open();
  void read();
  void write_some();
  void key_on();
  void key_off(int descriptor) const;
  void lost(std::string_view why);
  void drop();

  boost::asio::io_context& io_;
  Settings settings_;
  const Clock& clock_;
  Handlers handlers_;
  boost::asio::steady_timer timer_;
  BackOff back_off_;
  TransmitWatchdog watchdog_;
  std::shared_ptr<Line> line_;
  bool keyed_ = false;
  bool stopped_ = false;
};

}  // namespace longwire::io
