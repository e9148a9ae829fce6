// The start-up protocol of systemd (sd_notify(3)): datagrams to the socket in $NOTIFY_SOCKET.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace longwire::io {

// "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=..."; nothing happens without a supervisor.
void notify(std::string_view state);
// Half of $WATCHDOG_USEC, when the supervisor watches us.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace longwire::io
