#include "node/config/problem.hpp"

#include <algorithm>

namespace longwire::config {

std::string to_string(const Problem& problem) {
  const char* severity = problem.severity == Problem::Severity::error ? "error" : "warning";
  return problem.file + ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " + severity +
         ": " + problem.text;
}

bool has_errors(const Problems& problems) {
  return std::any_of(problems.begin(), problems.end(),
                     [](const Problem& p) { return p.severity == Problem::Severity::error; });
}

}  // namespace longwire::config
