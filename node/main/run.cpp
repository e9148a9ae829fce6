// longwire run: the daemon.
#include "base/text.hpp"
#include "node/config/config_toml.hpp"
#include "node/io/runtime.hpp"
#include "node/io/system_random.hpp"
#include "node/main/commands.hpp"
#include "node/main/config_file.hpp"
#include "node/main/exit_code.hpp"
#include "node/main/log.hpp"
#include "node/store/store.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

namespace longwire::commands {

namespace {

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

Time wall_now() {
  return Time{std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
}

std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// SIGHUP: the file is read as at the start, and the log says what a restart would change. Nothing is
// applied on the way: half a configuration is worse than the old one.
void reload(const std::string& path, const std::string& running, const io::ReportSink& log) {
  const auto text = text_of_file(path);
  const auto parsed = config::parse_config(text, path, all_files());
  for (const auto& p : parsed.problems)
    io::report(log, wall_now(), "warning", "config_problem", {{"problem", config::to_string(p)}});
  if (!parsed.config)
    return io::report(log, wall_now(), "alert", "reload_refused", {{"file", path}, {"reason", "the file has errors"}});
  boost::json::array changed;
  for (const auto& key : config::changed_keys(running, text)) changed.emplace_back(key);
  const char* verdict = changed.empty() ? "nothing changed" : "restart to apply";
  io::report(log, wall_now(), "notice", "reload_checked", {{"file", path}, {"changed", changed}, {"verdict", verdict}});
}

// The crash tests count the commits of a workload and then die at each of them in turn.
void die_at_commit(store::Store& store) {
  const char* text = std::getenv("LONGWIRE_CRASH_AT");
  const auto at = text != nullptr ? parse_unsigned(text) : std::nullopt;
  if (!at) return;
  store.on_sync([at = *at](unsigned count) {
    if (count == at) std::raise(SIGKILL);
  });
}

int run_node(engine::Config config, const std::string& path, io::Speed speed, const io::ReportSink& log) {
  const auto running = text_of_file(path);
  // The group may pass through to the control socket; everything else in there is the daemon's alone.
  if (std::filesystem::create_directories(config.data_dir))
    std::filesystem::permissions(config.data_dir, std::filesystem::perms{0750});
  store::Store store(config.data_dir + "/longwire.db");
  die_at_commit(store);
  io::RuntimeOptions options;
  options.config = std::move(config);
  options.seed = random_seed();
  const auto random = io::system_random();
  options.random = random.get();
  options.report = log;
  options.speed = speed;
  options.on_reload = [&] { reload(path, running, log); };
  io::Runtime runtime(std::move(options), store);
  return runtime.run();
}

}  // namespace

int run(const RunOptions& options) {
  const auto path = find_config(options.config);
  if (!path) return exit_usage;
  auto config = read_config(*path, all_files());
  if (!config) return exit_no;
  const auto log = make_log(options.log_level);
  try {
    return run_node(std::move(*config), *path, options.speed, log);
  } catch (const std::exception& e) {
    io::report(log, wall_now(), "alert", "stopped", {{"error", e.what()}});
    return exit_no;
  }
}

}  // namespace longwire::commands
