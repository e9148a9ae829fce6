#include "node/main/pretty.hpp"

#include "node/main/ask.hpp"
#include "node/main/table.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace longwire::commands {

namespace {

// Arrays of words become "a, b"; everything else as text_of() has it.
std::string cell(const boost::json::object& row, std::string_view member) {
  const auto* value = row.if_contains(member);
  if (value == nullptr || !value->is_array()) return text_of(row, member);
  std::string text;
  for (const auto& item : value->as_array()) {
    if (!text.empty()) text += ", ";
    text += item.is_string() ? printable(std::string_view(item.as_string())) : boost::json::serialize(item);
  }
  return text;
}

}  // namespace

void print_table(std::ostream& out, const boost::json::array& rows, std::initializer_list<Column> columns,
                 std::string_view none) {
  if (rows.empty()) {
    out << none << "\n";
    return;
  }
  std::vector<std::string> heads;
  for (const auto& c : columns) heads.emplace_back(c.head);
  Table table(std::move(heads));
  for (const auto& row : rows) {
    if (!row.is_object()) continue;
    std::vector<std::string> cells;
    for (const auto& c : columns) cells.push_back(cell(row.as_object(), c.member));
    table.add(std::move(cells));
  }
  table.print(out);
}

void print_members(std::ostream& out, const boost::json::object& object, std::initializer_list<Column> members) {
  std::size_t width = 0;
  for (const auto& m : members) width = std::max(width, m.head.size());
  for (const auto& m : members) {
    const auto text = cell(object, m.member);
    if (!text.empty()) out << m.head << std::string(width - m.head.size() + 2, ' ') << text << "\n";
  }
}

}  // namespace longwire::commands
