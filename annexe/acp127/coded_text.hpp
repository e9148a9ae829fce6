// Coded text: any octets in circuit characters, lines of a given length, in a form that people can still read.
//
//   A to Z          stand for a to z; the other circuit characters but + and = for themselves
//   +X              the next letter in the other case: a capital
//   ++              capitals from here on, and back; each line begins without
//   =2F             the octet with these two hexadecimal digits
//   = at the end    the line goes on
//
// A line end stands for CR LF. No line ends with a space, reads as BT or holds NNNN or ZCZC.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::acp127 {

// "Fuel for NATO" = "+FUEL FOR ++NATO". first: characters of the first line that are taken already.
// Octets that do not end with CR LF end with a line that goes on.
std::vector<std::string> encode_coded(std::string_view octets, std::size_t line, std::size_t first = 0);
// One value: line ends in it are coded too, and the last line does not go on.
std::vector<std::string> encode_coded_value(std::string_view octets, std::size_t line, std::size_t first);

// Any letter case, spaces at the end of lines are fillers. Errors: bad_code (offset in the text).
Result<std::string> decode_coded(const std::vector<std::string>& lines);

// May it go as it stands: circuit characters, lines of that length that end with CR LF, nothing that reads as the
// end of a text or of a message?
bool is_plain_body(std::string_view octets, std::size_t line);

}  // namespace longwire::acp127
