#include "sim/scenario.hpp"

#include "base/limits.hpp"
#include "sim/scenario_parts.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace longwire::sim {

namespace {

constexpr Time default_start = from_unix(1'767'225'600);  // 2026-01-01T00:00:00Z

// "2026-01-01T00:00:00Z" as a string or as TOML's own date-time.
Time read_start(Section& top) {
  const auto* value = top.node("start");
  if (value == nullptr) return default_start;
  std::optional<toml::date_time> at;
  if (const auto* native = value->as_date_time()) at = native->get();
  if (const auto* text = value->as_string()) {
    const std::string line = "t = " + text->get();
    if (auto parsed = toml::parse(line); parsed.succeeded() && parsed.table()["t"].is_date_time())
      at = parsed.table()["t"].as_date_time()->get();
  }
  const bool utc = at && (!at->offset || at->offset->minutes == 0);
  if (!utc || at->date.year < 1971 || at->date.year > 2100) {
    top.error(*value, "start must be a UTC time from 1971 to 2100 such as \"2026-01-01T00:00:00Z\"");
    return default_start;
  }
  using namespace std::chrono;
  const sys_days day = year{at->date.year} / month{at->date.month} / std::chrono::day{at->date.day};
  return Time{duration_cast<Duration>(day.time_since_epoch()) + hours{at->time.hour} + minutes{at->time.minute} +
              seconds{at->time.second}};
}

template <class Plan>
void sort_by_time(std::vector<Plan>& plans) {
  std::ranges::stable_sort(plans, {}, &Plan::at);
}

Scenario read_root(toml::table& root, ReaderContext& context) {
  Scenario scenario;
  scenario.file = context.file;
  Section top(root, context.file, context.problems);
  top.number("seed", scenario.seed, 0, std::uint64_t(std::numeric_limits<std::int64_t>::max()));
  top.required("duration");
  top.duration("duration", scenario.duration);
  scenario.start = read_start(top);
  scenario.links = read_links(root, top, context);
  scenario.nodes = read_nodes(root, top, scenario.links, context);
  scenario.messages = read_messages(top, scenario, context);
  scenario.events = read_events(top, scenario, context);
  scenario.expect = read_expectations(top, scenario, context);
  top.finish();
  sort_by_time(scenario.messages);
  sort_by_time(scenario.events);
  return scenario;
}

}  // namespace

ParsedScenario parse_scenario(std::string_view text, std::string_view file_name, const std::string& directory) {
  ParsedScenario out;
  auto parsed = toml::parse(text, file_name);
  if (parsed.failed()) {
    out.problems.push_back(
        config::problem_at(parsed.error().source(), file_name, std::string(parsed.error().description())));
    return out;
  }
  ReaderContext context{std::string(file_name), directory, out.problems, {}, {}};
  auto scenario = read_root(parsed.table(), context);
  std::ranges::stable_sort(out.problems, [](const auto& a, const auto& b) {
    return a.file == b.file && std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  if (!config::has_errors(out.problems)) out.scenario = std::move(scenario);
  return out;
}

ParsedScenario load_scenario(const std::string& path) {
  ParsedScenario out;
  const auto refuse = [&](std::string text) {
    out.problems.push_back({config::Problem::Severity::error, path, 1, 1, std::move(text)});
    return out;
  };
  std::ifstream in(path, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(path)) return refuse("cannot read the file");
  std::string text(limits::scenario_file_octets + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > limits::scenario_file_octets) return refuse("larger than a scenario may be (1 MiB)");
  const auto directory = std::filesystem::path(path).parent_path();
  return parse_scenario(text, path, directory.empty() ? "." : directory.string());
}

}  // namespace longwire::sim
