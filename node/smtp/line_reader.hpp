// Cuts a stream of commands or replies into lines that end with CRLF and nothing else (RFC 5321 2.3.8).
#pragma once

#include "base/bytes.hpp"

#include <string>
#include <string_view>

namespace longwire::smtp {

class LineReader {
 public:
  enum class State : std::uint8_t {
    partial,
    line,           // line() is whole
    too_long,       // ended, but was longer than max_octets
    bare_line_end,  // a LF without CR, or a CR without LF
    endless,        // more than limits::smtp_text_line octets without an end
  };

  // max_octets counts the CRLF.
  explicit LineReader(std::size_t max_octets) : max_octets_(max_octets) {}

  // Returns how many octets were used: all of them, or up to the end of one line.
  std::size_t feed(ByteView octets);
  State state() const { return state_; }
  // Without CRLF; good until the next feed().
  std::string_view line() const { return std::string_view(line_).substr(0, line_.size() - 2); }

 private:
  std::size_t max_octets_;
  std::string line_;        // at most max_octets_
  std::size_t octets_ = 0;  // of this line, kept or not
  bool last_was_cr_ = false;
  State state_ = State::partial;
};

}  // namespace longwire::smtp
