// Finding and reading the configuration for a sub-command.
#pragma once

#include "node/config/file_access.hpp"
#include "node/engine/config.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::commands {

// Where a command without -c looks, in this order.
std::vector<std::string> usual_config_places();
// The file itself, or the first usual place that exists. Empty with an explanation on stderr.
std::optional<std::string> find_config(const std::string& given);
// Of the daemon, and of who looks at the configuration for it: files are read, and credentials are where the service
// manager put them ($CREDENTIALS_DIRECTORY, systemd.exec(5)).
// strict: certificates must be valid now.
config::FileAccess all_files(bool strict = false);
// Reads it; problems go to stderr. Empty when there are errors. By itself for a command that only asks the daemon: its
// user may not see keys, so the files that the text names stay closed.
std::optional<engine::Config> read_config(const std::string& path,
                                          config::FileAccess files = {.read = false, .credentials = {}});

}  // namespace longwire::commands
