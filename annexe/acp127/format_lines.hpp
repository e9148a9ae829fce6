// The one table of the line grammar: ACP 127 format lines 1-16 (stanag4406.md 7.1).
//
// The standard's text is not public in full: what is doubtful is changed here and nowhere else.
#pragma once

#include "annexe/acp127/message.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::acp127 {

using Words = std::vector<std::string>;

// What a reader found wrong with a line; the caller adds where.
struct LineError {
  std::string_view name;
  std::string text;
};
using LineResult = std::optional<LineError>;

// Output lines without line ends.
using Lines = std::vector<std::string>;

struct FormatLine {
  int number;                // 1..16; FL15 has two rows, FL14 none: tape relay does not use it
  std::string_view prosign;  // how it begins; empty: it is known by its shape
  std::string_view holds;
  bool mandatory;
  bool continues;                         // lines that begin no other row belong to it
  bool (*begins)(std::string_view line);  // line: upper case, trimmed
  // The same line, or one that continues it (first = false): with its leading space, which says that the last item
  // goes on; without one a further item begins. FL12: all lines at once, as they came, with LF.
  LineResult (*read)(std::string_view line, bool first, Message& m);
  void (*write)(const Message& m, const Style& style, Lines& out);
};

std::span<const FormatLine> format_lines();   // all
std::span<const FormatLine> heading_lines();  // FL1 to FL11
std::span<const FormatLine> ending_lines();   // FL13 to FL16
const FormatLine& text_line();                // FL12

inline constexpr std::string_view separation = "BT";          // FL11, FL13
inline constexpr std::string_view end_of_message = "NNNN";    // FL16
inline constexpr std::string_view start_of_message = "ZCZC";  // in FL1, mostly behind a V

// A line that begins like FL2: a doubled prosign and a routing indicator. Where a message begins without FL1.
bool begins_routing_line(std::string_view line);
// "SECTION 1 OF 3", "FINAL SECTION OF 3".
std::optional<Section> parse_section(std::string_view line);
std::string format_section(const Section& section);

}  // namespace longwire::acp127
