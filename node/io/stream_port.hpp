// StreamPort: TCP connection to a server (a modem, a STANAG 5066 node), opened again whenever it is lost.
#pragma once

#include "node/io/back_off.hpp"
#include "node/io/byte_port.hpp"
#include "node/io/clock.hpp"
#include "node/io/transmit_watchdog.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace longwire::io {

class StreamPort : public BytePort {
 public:
  using Endpoint = boost::asio::generic::stream_protocol::endpoint;
  // most_keyed: real time after which a modem's connection is cut while set_ptt(); zero: this is no modem.
  StreamPort(boost::asio::io_context& io, Endpoint where, std::string name, const Clock& clock, Handlers handlers,
             std::chrono::microseconds most_keyed = {});
  ~StreamPort() override;

  void start() override;
  void stop() override;
  void write(Bytes octets) override;
  void reopen(bool at_once) override;
  void set_ptt(bool on) override;
  std::string name() const override { return name_; }
  // Descriptor of the open connection, else -1.
  int descriptor();

 private:
  struct Connection;
  void connect();
  void connected();
  void read();
  void write_some();
  void lost(std::string_view why);
  bool drop();
  void retry(std::chrono::microseconds pause);

  boost::asio::io_context& io_;
  Endpoint where_;
  std::string name_;
  const Clock& clock_;
  Handlers handlers_;
  boost::asio::steady_timer timer_;
  BackOff back_off_;
  std::shared_ptr<Connection> connection_;  // callbacks of an old one find it gone
  std::chrono::microseconds most_keyed_;
  std::optional<TransmitWatchdog> watchdog_;
  bool keyed_ = false;
  bool stopped_ = false;
};

}  // namespace longwire::io
