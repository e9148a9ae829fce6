// CircuitSerial: ACP 127 over a serial line. The line tells nothing back: a message has gone when the time is over
// that its octets take.
#pragma once

#include "node/io/circuit_port.hpp"
#include "node/io/clock.hpp"
#include "node/io/serial_port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>

namespace longwire::io {

class CircuitSerial : public CircuitPort {
 public:
  struct Settings {
    std::string device;
    std::uint32_t baud = 75;
    acp127::Code code = acp127::Code::ia5;
  };
  CircuitSerial(boost::asio::io_context& io, const Settings& settings, const Clock& clock, Handlers handlers);

  void start() override { port_.start(); }
  void stop() override;
  void send(std::uint64_t delivery, std::string name, Bytes octets) override;

 private:
  void feed_line();
  void finish(bool ok, const std::string& text);
  void fetch();
  SerialPort::Settings port_settings(const Settings& settings) const;
  BytePort::Handlers port_handlers();

  boost::asio::io_context& io_;
  const Clock& clock_;
  Handlers handlers_;
  double characters_a_second_;
  acp127::Scanner scanner_;
  SerialPort port_;
  boost::asio::steady_timer timer_;
  struct Sending {
    std::uint64_t delivery = 0;
    Bytes octets;
    std::size_t written = 0;
  };
  std::optional<Sending> sending_;
  bool open_ = false;
  bool stopped_ = false;
};

}  // namespace longwire::io
