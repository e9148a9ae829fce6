#include "node/config/config_toml.hpp"

#include "node/config/config_table.hpp"
#include "node/config/schema.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <tuple>

namespace longwire::config {

namespace {

ParsedConfig failed(std::string_view file_name, std::string text) {
  ParsedConfig out;
  out.problems.push_back(problem_at({}, file_name, std::move(text)));
  return out;
}

ParsedConfig finish(Reading& r, engine::Config config) {
  check_whole(r, config);
  std::stable_sort(r.problems.begin(), r.problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  ParsedConfig out;
  if (!has_errors(r.problems)) out.config = std::move(config);
  out.problems = std::move(r.problems);
  return out;
}

// [node] keys and sections side by side, as [[node]] of a scenario has them.
std::vector<Field<engine::Config>> inline_fields() {
  std::vector<Field<engine::Config>> all(node_fields().begin(), node_fields().end());
  for (const auto& f : root_fields())
    if (f.name != "node") all.push_back(f);
  return all;
}

}  // namespace

ParsedConfig parse_config(const toml::table& table, std::string_view file_name, const TableOptions& options) {
  Reading r;
  r.file = file_name;
  r.host_keys_optional = options.host_keys_optional;
  r.files = options.files;
  r.places.emplace("node", table.source());
  engine::Config config;
  if (options.node_keys_inline) {
    r.node_prefix.clear();
    const auto fields = inline_fields();
    read_fields(r, table, "", std::span<const Field<engine::Config>>(fields), config, options.foreign_keys);
  } else {
    read_fields(r, table, "", root_fields(), config, options.foreign_keys);
  }
  return finish(r, std::move(config));
}

ParsedConfig parse_config(std::string_view text, std::string_view file_name, FileAccess files) {
  if (text.size() > limits::config_file_octets)
    return failed(file_name, "the file is larger than " + std::to_string(limits::config_file_octets) + " octets");
  const auto parsed = toml::parse(text, file_name);
  TableOptions options;
  options.files = std::move(files);
  if (parsed) return parse_config(parsed.table(), file_name, options);
  ParsedConfig out;
  out.problems.push_back(problem_at(parsed.error().source(), file_name, std::string(parsed.error().description())));
  return out;
}

ParsedConfig load_config(const std::string& path, FileAccess files) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return failed(path, "cannot open the file");
  std::string text;
  // One octet more than allowed is enough to see that it is too large.
  std::vector<char> chunk(limits::config_file_octets + 1);
  file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
  if (file.bad() || (file.fail() && !file.eof())) return failed(path, "cannot read the file");
  text.assign(chunk.data(), static_cast<std::size_t>(file.gcount()));
  return parse_config(text, path, std::move(files));
}

}  // namespace longwire::config
