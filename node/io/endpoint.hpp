// Configuration endpoints as socket addresses.
#pragma once

#include "node/engine/config.hpp"
#include "node/io/endpoint_text.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

namespace longwire::io {

// Throws boost::system::system_error when the address is no literal; the configuration reader has
// refused that before.
boost::asio::generic::stream_protocol::endpoint to_asio(const engine::Endpoint& endpoint);

}  // namespace longwire::io
