// Finding and reading the configuration for a sub-command.
#pragma once

#include "node/engine/config.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::commands {

// Where a command without -c looks, in this order.
std::vector<std::string> usual_config_places();
// The file itself, or the first usual place that exists. Empty with an explanation on stderr.
std::optional<std::string> find_config(const std::string& given);
// Where the service manager puts what LoadCredential= names (systemd.exec(5)); empty outside a service.
std::string credentials_directory();
// Reads it; problems go to stderr. Empty when there are errors.
std::optional<engine::Config> read_config(const std::string& path);

}  // namespace longwire::commands
