// ReportLog: what happened in the stack, for the operator and the log.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace longwire::s5066 {

// A state change or a named error, as engine::action::Report.
struct StackReport {
  std::string_view level, name;
  boost::json::object fields;
};

class ReportLog {
 public:
  void add(std::string_view level, std::string_view name, boost::json::object fields = {});
  // For what a bad channel or a bad client brings in thousands: only the 1st, 10th, 100th ... of
  // the same name and reason is told, with the count so far.
  void count(std::string_view level, std::string_view name, std::string_view reason, boost::json::object fields = {});
  std::vector<StackReport> take() { return std::exchange(reports_, {}); }
  // Everything counted so far, by name and reason.
  boost::json::object counts() const;

 private:
  std::vector<StackReport> reports_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts_;
};

}  // namespace longwire::s5066
