// longwire check: all problems of a configuration in one run.
#include "node/config/config_toml.hpp"
#include "node/main/commands.hpp"
#include "node/main/config_file.hpp"
#include "node/main/exit_code.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace longwire::commands {

namespace json = boost::json;

int check(const CheckOptions& options) {
  if (options.keys) std::cout << config::reference_text();
  if (options.sample) std::cout << config::sample_text();
  if (options.keys || options.sample) return exit_yes;

  const auto path = find_config(options.config);
  if (!path) return exit_usage;
  const auto parsed = config::load_config(*path, all_files(true));
  if (!options.json) {
    for (const auto& p : parsed.problems) std::cout << config::to_string(p) << "\n";
    return parsed.config ? exit_yes : exit_no;
  }
  json::array problems;
  for (const auto& p : parsed.problems)
    problems.push_back(json::object{{"file", p.file},
                                    {"line", p.line},
                                    {"column", p.column},
                                    {"severity", p.severity == config::Problem::Severity::error ? "error" : "warning"},
                                    {"text", p.text}});
  std::cout << json::object{{"ok", parsed.config.has_value()}, {"problems", std::move(problems)}} << "\n";
  return parsed.config ? exit_yes : exit_no;
}

}  // namespace longwire::commands
