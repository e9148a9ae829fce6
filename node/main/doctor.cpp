// longwire doctor: tries every port, folder, server and interface and says what is wrong. It sends
// nothing towards a bearer: it is safe under radio silence.
#include "node/config/config_toml.hpp"
#include "node/io/blocking_stream.hpp"
#include "node/main/commands.hpp"
#include "node/main/config_file.hpp"
#include "node/main/doctor_host.hpp"
#include "node/main/exit_code.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>

namespace longwire::commands {

namespace {

namespace json = boost::json;
using Level = Finding::Level;

std::string_view word(Level level) {
  switch (level) {
    case Level::ok:
      return "ok";
    case Level::warn:
      return "warn";
    case Level::fail:
      return "fail";
  }
  return "fail";
}

bool daemon_runs(const engine::Config& config, Findings& out) {
  engine::Endpoint socket;
  socket.is_unix = true;
  socket.host = config.data_dir + "/control.sock";
  std::string why;
  const bool running = io::BlockingStream::connect(socket, std::chrono::seconds(2), why).has_value();
  out.ok("daemon", running ? "is running and answers at " + socket.host : "is not running");
  return running;
}

void examine(const std::string& path, Findings& out) {
  const auto parsed = config::load_config(path, all_files());
  for (const auto& p : parsed.problems) {
    if (p.severity == config::Problem::Severity::error) out.fail("config", config::to_string(p), "correct the file");
    else out.warn("config", config::to_string(p), "see `longwire check --keys`");
  }
  if (!parsed.config) return;
  const auto& config = *parsed.config;
  if (parsed.problems.empty()) out.ok("config", path + " has no errors");
  const bool running = daemon_runs(config, out);
  examine_clock(out);
  examine_data_dir(config, running, out);
  examine_smtp(config, running, out);
  examine_delivery(config, out);
  for (const auto& b : config.bearers)
    if (b.is_hf()) examine_hf(b, running, out);
    else examine_bearer(b, running, out);
  for (const auto& b : config.bearers)
    if (!b.is_hf()) examine_silence(config, b, out);
}

void print(const Findings& findings, bool as_json) {
  if (!as_json) {
    for (const auto& f : findings.all()) {
      std::cout << word(f.level) << std::string(6 - word(f.level).size(), ' ') << f.subject << ": " << f.text << "\n";
      if (!f.remedy.empty()) std::cout << "      -> " << f.remedy << "\n";
    }
    return;
  }
  json::array list;
  bool ok = true;
  for (const auto& f : findings.all()) {
    ok = ok && f.level != Level::fail;
    list.push_back(
        json::object{{"level", word(f.level)}, {"subject", f.subject}, {"text", f.text}, {"remedy", f.remedy}});
  }
  std::cout << json::object{{"ok", ok}, {"findings", std::move(list)}} << "\n";
}

}  // namespace

int doctor(const DoctorOptions& options) {
  const auto path = find_config(options.config);
  if (!path) return exit_usage;
  Findings findings;
  examine(*path, findings);
  print(findings, options.json);
  const auto& all = findings.all();
  const bool failed = std::any_of(all.begin(), all.end(), [](const Finding& f) { return f.level == Level::fail; });
  return failed ? exit_no : exit_yes;
}

}  // namespace longwire::commands
