#include "node/main/log.hpp"

#include "base/text.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace longwire::commands {

namespace {

constexpr std::array<std::string_view, 5> levels{"debug", "info", "notice", "warning", "alert"};

std::size_t rank(std::string_view level) {
  return static_cast<std::size_t>(std::find(levels.begin(), levels.end(), level) - levels.begin());
}

spdlog::level::level_enum severity(std::string_view level) {
  constexpr std::array map{spdlog::level::debug, spdlog::level::info, spdlog::level::info,
                           spdlog::level::warn,  spdlog::level::err,  spdlog::level::err};
  return map.at(rank(level));
}

bool is_plain(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-:@/+,*<>[]").find(c) != std::string_view::npos;
  });
}

std::string value_text(const boost::json::value& value) {
  if (value.is_string() && is_plain(value.as_string())) return std::string(value.as_string());
  return boost::json::serialize(value);
}

}  // namespace

std::string log_line(const engine::action::Report& report) {
  auto time = format_utc(report.time);
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(report.time.time_since_epoch()).count() % 1000;
  time.insert(time.size() - 1, fmt::format(".{:03}", ms));
  std::string line = fmt::format("{} {} {}", time, report.level, report.name);
  for (const auto& [key, value] : report.fields)
    line += fmt::format(" {}={}", std::string_view(key), value_text(value));
  return line;
}

io::ReportSink make_log(std::string_view level) {
  auto logger = std::make_shared<spdlog::logger>("longwire", std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::debug);
  logger->flush_on(spdlog::level::debug);
  return [logger, lowest = rank(level)](const engine::action::Report& report) {
    if (rank(report.level) >= lowest) logger->log(severity(report.level), log_line(report));
  };
}

}  // namespace longwire::commands
