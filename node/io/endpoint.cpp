#include "node/io/endpoint.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace longwire::io {

boost::asio::generic::stream_protocol::endpoint to_asio(const engine::Endpoint& endpoint) {
  if (endpoint.is_unix) return boost::asio::local::stream_protocol::endpoint(endpoint.host);
  return boost::asio::ip::tcp::endpoint(boost::asio::ip::make_address(endpoint.host), endpoint.port);
}

std::string to_string(const engine::Endpoint& endpoint) {
  if (endpoint.is_unix) return "unix:" + endpoint.host;
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

}  // namespace longwire::io
