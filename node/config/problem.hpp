// Problem: what is wrong with a configuration text, and where.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace longwire::config {

struct Problem {
  enum class Severity : unsigned char { error, warning };
  Severity severity = Severity::error;
  std::string file;
  std::size_t line = 1, column = 1;
  std::string text;
};
using Problems = std::vector<Problem>;

// "FILE:LINE:COL: error: text", the form compilers use.
std::string to_string(const Problem& problem);
bool has_errors(const Problems& problems);

}  // namespace longwire::config
