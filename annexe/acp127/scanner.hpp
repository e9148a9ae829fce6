// Scanner: the octets of a file, a TCP stream or a serial line become messages. A message begins with ZCZC or with
// a line like FL2 and ends with a line NNNN; what stands between messages is noise.
#pragma once

#include "annexe/acp127/ita2.hpp"
#include "annexe/acp127/message.hpp"

#include <deque>
#include <optional>
#include <string>

namespace longwire::acp127 {

struct Scanned {
  std::string text;          // IA5, from the first line of the message to NNNN
  std::string_view problem;  // empty: it has an end; else no_end, too_long, garbled
};

class Scanner {
 public:
  explicit Scanner(Code code) : code_(code) {}

  // Memory stays below limits::acp127_message_octets and what poll() has not fetched yet.
  void feed(ByteView octets);
  // The stream is at its end: what is there of a message is given out as no_end.
  void finish();
  std::optional<Scanned> poll();

  std::uint64_t noise_octets() const { return noise_; }  // dropped between messages so far
  bool inside() const { return inside_; }                // a message has begun

 private:
  void line();
  void give(std::string_view problem);

  Code code_;
  Ita2Decoder ita2_;
  std::string line_;     // the one that is coming in, with its CRs
  std::string message_;  // the lines before it
  bool inside_ = false;
  bool overlong_ = false;  // too long already: skipped up to its end
  std::uint64_t noise_ = 0;
  std::deque<Scanned> ready_;
};

}  // namespace longwire::acp127
