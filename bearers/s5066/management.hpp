// ManagementExchange: MANAGEMENT D_PDUs with one station (C.3.9). One message outstanding, known by
// its frame ID; each is acknowledged by a type 6 with ACK.
#pragma once

#include "bearers/s5066/d_pdu.hpp"

#include <cstdint>
#include <optional>

namespace longwire::s5066 {

class ManagementExchange {
 public:
  explicit ManagementExchange(unsigned max_retries) : max_retries_(max_retries) {}

  struct Outgoing {
    Eow eow;
    Management body;
  };
  // A message of ours. copies: as many D_PDUs of it in one over (an interleaver block's worth).
  // replies: it is itself the answer to the message received last, and acknowledges it.
  void send(Eow eow, unsigned copies, bool replies = false);
  bool outstanding() const { return message_.has_value(); }
  bool owes_answer() const {
    return acknowledgement_.has_value() || (message_ && message_->replies && copies_left_ > 0);
  }
  bool wants_to_send() const { return acknowledgement_.has_value() || (message_ && copies_left_ > 0); }
  Outgoing take();
  std::size_t extended_octets() const { return 0; }
  unsigned copies_left() const { return (acknowledgement_ ? 1 : 0) + (message_ ? copies_left_ : 0); }
  void over_ended(bool complete);
  bool on_silence();  // false: retries are used up
  void repeat();      // nobody could answer, for our own silence: it is sent again, and that is no retry
  void abandon() { message_.reset(); }

  struct Received {
    bool acknowledged = false;  // our outstanding message
    bool fresh = false;         // a message, not a copy of the last one
  };
  Received on_management(const Management& body);
  // What acknowledges the message received last: nothing but DT_ACK, or an EOW as its answer.
  void acknowledge();
  void clear() { *this = ManagementExchange(max_retries_); }

 private:
  struct Message {
    Eow eow;
    std::uint8_t frame_id;
    bool replies;
    unsigned copies;
  };
  unsigned max_retries_;
  std::optional<Message> message_;
  unsigned copies_left_ = 0, retries_ = 0;
  bool sent_ = false;
  std::uint8_t next_frame_id_ = 0;
  int last_received_ = 256;  // out of range: nothing yet (C.3.9 (19))
  std::optional<Eow> acknowledgement_;
  std::optional<Eow> acknowledged_in_over_;
};

}  // namespace longwire::s5066
