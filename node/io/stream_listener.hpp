// StreamListener: accepts connections on one TCP or unix endpoint.
#pragma once

#include "node/engine/config.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>

namespace longwire::io {

class StreamListener {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;
  using OnAccept = std::function<void(Socket, std::string address)>;
  // Throws boost::system::system_error when the endpoint cannot be opened.
  StreamListener(boost::asio::io_context& io, const engine::Endpoint& endpoint, OnAccept on_accept);
  ~StreamListener();
  void start();
  void stop();
  // With the port that the system chose for port 0.
  std::string address() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::io
