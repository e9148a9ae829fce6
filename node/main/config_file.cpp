#include "node/main/config_file.hpp"

#include "node/config/config_toml.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace longwire::commands {

std::vector<std::string> usual_config_places() { return {"./longwire.toml", "/etc/longwire/longwire.toml"}; }

std::optional<std::string> find_config(const std::string& given) {
  if (!given.empty()) return given;
  std::error_code ignored;
  for (const auto& place : usual_config_places())
    if (std::filesystem::exists(place, ignored)) return place;
  std::cerr << "longwire: no configuration: -c FILE was not given, and there is no\n";
  for (const auto& place : usual_config_places()) std::cerr << "  " << place << "\n";
  std::cerr << "`longwire check --sample` prints one to begin with.\n";
  return std::nullopt;
}

config::FileAccess all_files(bool strict) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  config::FileAccess out;
  if (folder != nullptr) out.credentials = folder;
  out.now = Time{std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
  out.strict = strict;
  return out;
}

std::optional<engine::Config> read_config(const std::string& path, config::FileAccess files) {
  auto parsed = config::load_config(path, std::move(files));
  for (const auto& p : parsed.problems) std::cerr << config::to_string(p) << "\n";
  return std::move(parsed.config);
}

}  // namespace longwire::commands
