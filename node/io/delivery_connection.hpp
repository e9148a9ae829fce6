// DeliveryConnection: one SMTP or LMTP conversation that hands a message to the local mail server.
#pragma once

#include "node/engine/config.hpp"
#include "node/smtp/client.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace longwire::io {

class DeliveryConnection : public std::enable_shared_from_this<DeliveryConnection> {
 public:
  // Called once; the session then has its outcomes.
  using OnDone = std::function<void(const smtp::ClientSession&)>;

  DeliveryConnection(boost::asio::io_context& io, engine::Endpoint server, smtp::ClientSession session, OnDone on_done);
  void start();
  void abort();  // at shutdown: no outcome, the message is tried again after the next start

 private:
  void read();
  void pump();
  void lost();
  void finish();
  void arm(std::chrono::seconds limit);

  engine::Endpoint server_;
  boost::asio::generic::stream_protocol::socket socket_;
  smtp::ClientSession session_;
  OnDone on_done_;
  boost::asio::steady_timer timer_;
  std::array<std::uint8_t, 16 * 1024> in_;
  std::string out_;
  bool writing_ = false;
  bool reported_ = false;
  bool closed_ = false;
};

}  // namespace longwire::io
