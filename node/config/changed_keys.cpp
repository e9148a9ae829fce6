#include "node/config/config_toml.hpp"

#include <toml++/toml.h>

#include <map>
#include <sstream>

namespace longwire::config {

namespace {

using Leaves = std::map<std::string, std::string>;

void collect(const toml::node& node, const std::string& path, Leaves& out) {
  if (const auto* table = node.as_table()) {
    for (const auto& [key, child] : *table)
      collect(child, path + (path.empty() ? "" : ".") + std::string(key.str()), out);
    return;
  }
  if (const auto* array = node.as_array(); array != nullptr && array->is_array_of_tables()) {
    std::size_t i = 0;
    for (const auto& child : *array) collect(child, path + "[" + std::to_string(i++) + "]", out);
    return;
  }
  std::ostringstream text;
  node.visit([&text](const auto& value) { text << value; });
  out[path] = text.str();
}

Leaves leaves_of(std::string_view text) {
  Leaves out;
  if (const auto parsed = toml::parse(text)) collect(parsed.table(), "", out);
  return out;
}

}  // namespace

std::vector<std::string> changed_keys(std::string_view before, std::string_view after) {
  const auto old_leaves = leaves_of(before);
  const auto new_leaves = leaves_of(after);
  std::vector<std::string> changed;
  for (const auto& [key, value] : old_leaves) {
    const auto found = new_leaves.find(key);
    if (found == new_leaves.end() || found->second != value) changed.push_back(key);
  }
  for (const auto& [key, value] : new_leaves)
    if (!old_leaves.contains(key)) changed.push_back(key);
  return changed;
}

}  // namespace longwire::config
