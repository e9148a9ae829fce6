#include "bearers/s5066/report_log.hpp"

#include "base/limits.hpp"

namespace longwire::s5066 {

namespace {

bool power_of_ten(std::uint64_t n) {
  while (n % 10 == 0 && n > 0) n /= 10;
  return n == 1;
}

}  // namespace

void ReportLog::add(std::string_view level, std::string_view name, boost::json::object fields) {
  // Nobody takes them: keep the newest.
  if (reports_.size() >= limits::s5066_reports) reports_.erase(reports_.begin());
  reports_.push_back({level, name, std::move(fields)});
}

void ReportLog::count(std::string_view level, std::string_view name, std::string_view reason,
                      boost::json::object fields) {
  const auto n = ++counts_[{std::string(name), std::string(reason)}];
  if (!power_of_ten(n)) return;
  fields["reason"] = reason;
  fields["count"] = n;
  add(level, name, std::move(fields));
}

boost::json::object ReportLog::counts() const {
  boost::json::object out;
  for (const auto& [key, n] : counts_) {
    auto& by_reason = out[key.first];
    if (!by_reason.is_object()) by_reason.emplace_object();
    by_reason.as_object()[key.second] = n;
  }
  return out;
}

}  // namespace longwire::s5066
