// Collects the replies of a server that need not be a friend: every length is bounded.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "node/smtp/line_reader.hpp"

#include <string>
#include <vector>

namespace longwire::smtp {

struct ServerReply {
  int code = 0;
  std::vector<std::string> lines;  // texts behind "250-" and "250 "

  int digit() const { return code / 100; }
  // All lines with their codes, joined by '\n'; octets that are no printable ASCII became '?'.
  std::string exact() const;
  // The enhanced code at the start of the first line when its class is the first digit, else "d.0.0".
  std::string status() const;
};

class ReplyReader {
 public:
  enum class State : std::uint8_t {
    partial,
    reply,
    malformed,  // no reply of RFC 5321 4.2: grammar, line ends, or too much of it
  };

  // Returns how many octets were used: all of them, or up to the end of one reply.
  std::size_t feed(ByteView octets);
  State state() const { return state_; }
  ServerReply take_reply();

 private:
  void add_line(std::string_view line);

  LineReader lines_{limits::smtp_reply_octets};
  ServerReply reply_;
  std::size_t octets_ = 0;
  State state_ = State::partial;
};

}  // namespace longwire::smtp
