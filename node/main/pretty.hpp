// Answers of the daemon for people.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <initializer_list>
#include <ostream>
#include <string_view>

namespace longwire::commands {

struct Column {
  std::string_view member;
  std::string_view head;
};
// One row an object; the text `none` when there is no row.
void print_table(std::ostream& out, const boost::json::array& rows, std::initializer_list<Column> columns,
                 std::string_view none);
// "name  ship-a" lines for the members that are there.
void print_members(std::ostream& out, const boost::json::object& object, std::initializer_list<Column> members);

}  // namespace longwire::commands
