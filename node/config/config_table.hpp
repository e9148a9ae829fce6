// The same reader for a table that is already parsed: scenario files hold whole node
// configurations inside [[node]].
#pragma once

#include "base/did_you_mean.hpp"
#include "node/config/config_toml.hpp"

#include <toml++/toml.h>

#include <string>
#include <string_view>
#include <vector>

namespace longwire::config {

struct TableOptions {
  // The keys of [node] may stand in the table itself, beside the sections: [[node]] of a scenario
  // has name, pmul_id ... and [node.deliver], [[node.bearer]] ...
  bool node_keys_inline = false;
  // A simulated node has no disk and no mail server: data_dir and [deliver] may be missing.
  bool host_keys_optional = false;
  // Keys of the table that are the caller's own ("links", "config").
  std::vector<std::string> foreign_keys;
  FileAccess files;
};

ParsedConfig parse_config(const toml::table& table, std::string_view file_name, const TableOptions& options = {});

// Helpers for other readers of TOML files in this project.
Problem problem_at(const toml::source_region& where, std::string_view file_name, std::string text);
using longwire::did_you_mean;

}  // namespace longwire::config
