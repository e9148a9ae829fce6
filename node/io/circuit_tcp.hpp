// CircuitTcp: ACP 127 over a TCP (or unix) connection that one side opens and opens again when it is lost.
#pragma once

#include "node/engine/config.hpp"
#include "node/io/back_off.hpp"
#include "node/io/circuit_port.hpp"
#include "node/io/clock.hpp"
#include "node/io/stream_listener.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>

namespace longwire::io {

class CircuitTcp : public CircuitPort {
 public:
  struct Settings {
    std::optional<engine::Endpoint> listen, connect;  // one of the two
    acp127::Code code = acp127::Code::ia5;
  };
  // Throws boost::system::system_error when the endpoint cannot be opened.
  CircuitTcp(boost::asio::io_context& io, Settings settings, const Clock& clock, Handlers handlers);
  ~CircuitTcp() override;

  void start() override;
  void stop() override;
  void send(std::uint64_t delivery, std::string name, Bytes octets) override;
  std::string address() const;  // of the listener

 private:
  struct Connection;
  void connect();
  void opened(std::shared_ptr<Connection> connection, const std::string& who);
  void read();
  void write();
  void wait_for_peer(unsigned looks);
  void finish(bool ok, const std::string& text);
  void lost(const std::string& why);

  boost::asio::io_context& io_;
  Settings settings_;
  const Clock& clock_;
  Handlers handlers_;
  std::unique_ptr<StreamListener> listener_;
  boost::asio::steady_timer retry_, drain_;
  BackOff back_off_;
  std::shared_ptr<Connection> connection_;  // callbacks of an old one find it gone
  struct Sending {
    std::uint64_t delivery = 0;
    Bytes octets;
    std::size_t written = 0;
  };
  std::optional<Sending> sending_;
  bool stopped_ = false;
};

}  // namespace longwire::io
