// The node's configuration (design 4.2) read from TOML text. All problems are found in one run.
#pragma once

#include "node/config/file_access.hpp"
#include "node/config/problem.hpp"
#include "node/engine/config.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::config {

struct ParsedConfig {
  std::optional<engine::Config> config;  // set when no problem is an error
  Problems problems;                     // in the order of the text; warnings too
};

ParsedConfig parse_config(std::string_view text, std::string_view file_name, FileAccess files = {});
// Reads the file first; an unreadable file is a problem at 1:1.
ParsedConfig load_config(const std::string& path, FileAccess files = {});

// The keys whose values differ between two texts that parse: "bearer[0].rate", "peer[2]".
std::vector<std::string> changed_keys(std::string_view before, std::string_view after);

// Every key with type, default and meaning: for `longwire check --keys` and the manual.
std::string reference_text();
// The same table as an annotated configuration that parse_config() takes without an error.
std::string sample_text();

}  // namespace longwire::config
