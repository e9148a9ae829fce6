// Table: columns that line up, for people.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace longwire::commands {

class Table {
 public:
  explicit Table(std::vector<std::string> heads) : heads_(std::move(heads)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  void print(std::ostream& out) const;

 private:
  std::vector<std::string> heads_;
  std::vector<std::vector<std::string>> rows_;
};

// For a terminal: control characters (from subjects, addresses, replies of servers) become '?'.
std::string printable(std::string_view text);

}  // namespace longwire::commands
