// What a message may not hold when it travels as lines: the smuggling checks of smtp-edge.md 8.
#pragma once

#include "base/bytes.hpp"

#include <cstddef>

namespace longwire::smtp {

struct LineFacts {
  bool bare_line_end = false;  // a CR or LF that is not part of CRLF (RFC 5321 2.3.8)
  bool nul = false;
  bool eight_bit = false;        // any octet above 127
  std::size_t longest_line = 0;  // without CRLF
  bool ends_with_crlf = false;   // true for no octets at all
};

LineFacts check_lines(ByteView text);

// Octets up to and with the CRLF of the last header line; all of it when there is no empty line.
ByteView header_of(ByteView message);

}  // namespace longwire::smtp
