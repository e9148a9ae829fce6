// Reads what follows DATA up to CRLF.CRLF, and nothing else, as its end (RFC 5321 4.1.1.4, 4.5.2).
#pragma once

#include "base/bytes.hpp"

#include <cstddef>

namespace longwire::smtp {

// The octets kept are at most max_octets, however much is sent. The result is the same wherever the
// input is cut.
class DataReader {
 public:
  enum class State : std::uint8_t {
    reading,
    complete,  // message() is whole
    too_big,   // ended in order, but there were more than max_octets; message() is empty
    bad_text,  // a bare CR, a bare LF or a NUL; only closing the connection is safe
    flooded,   // far beyond max_octets and still no end: give up reading
  };

  explicit DataReader(std::size_t max_octets) : max_octets_(max_octets) {}

  // Returns how many octets were used; fewer than given only when state() leaves `reading`.
  std::size_t feed(ByteView octets);
  State state() const { return state_; }
  std::size_t longest_line() const { return longest_line_; }
  Bytes take_message() { return std::move(message_); }

 private:
  // Where in a line we are. `mid_cr`: a CR that needs its LF. `dot`: "." at the start of a line.
  enum class Place : std::uint8_t { start, dot, dot_cr, mid, mid_cr };

  std::size_t step(ByteView octets);
  std::size_t read_text(ByteView octets);
  std::size_t skip_bad_text(ByteView octets);
  void begin_bad_text(Place place);
  void keep(ByteView octets);
  void end_line();

  std::size_t max_octets_;
  Bytes message_;
  std::size_t total_ = 0;
  std::size_t line_ = 0;
  std::size_t longest_line_ = 0;
  Place place_ = Place::start;
  State state_ = State::reading;
  bool bad_ = false;
  bool over_ = false;
};

}  // namespace longwire::smtp
