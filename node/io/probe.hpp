// Trying what the daemon will need, without sending anything: for `longwire doctor`.
#pragma once

#include "base/ids.hpp"
#include "node/engine/config.hpp"

#include <cstdint>
#include <string>

namespace longwire::io {

// Each binds as the daemon does and lets go again. Empty when it worked, else the system's reason.
std::string try_bind_udp(Ipv4 address, std::uint16_t port);
std::string try_listen(const engine::Endpoint& endpoint);

}  // namespace longwire::io
