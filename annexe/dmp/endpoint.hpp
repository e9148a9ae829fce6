// DMP Endpoint: repeats until acknowledged, acknowledges, suppresses repeats (stanag4406.md 4.8, D-02, D-04).
// One a bearer, sans-I/O: datagrams and a time go in, datagrams and the next wake time come out.
//
// A datagram is the same one when peer, id and submission time agree: that holds for every repetition, and an id
// used again after 65536 messages, or after a peer lost its counter, is not taken for a repetition.
#pragma once

#include "annexe/dmp/pdu.hpp"
#include "base/ids.hpp"

#include <memory>

namespace longwire::dmp {

struct Timing {
  Duration retry = std::chrono::seconds{10};  // first; doubles to retry_most
  Duration retry_most = std::chrono::minutes{10};
  std::size_t max_datagram = 1400;  // octets of one datagram on this bearer
};

struct Outgoing {
  std::uint64_t ticket = 0;
  Ipv4 to;
  std::uint8_t priority = 6;  // of P_MUL: 0 is the most urgent, goes first
  Time expiry = never;
  std::uint16_t id = 0;
  Bytes octets;  // encoded, with the checksum bit: it will be acknowledged
};
// After a restart: send() the same octets again (id and submission time unchanged), remember() what was received.

namespace notice {
struct Received {  // a valid datagram that is new; accept() or refuse() answers it
  Ipv4 from;
  std::uint16_t id = 0;
  Pdu pdu;
  Bytes octets;
};
struct Acknowledged {
  std::uint64_t ticket;
};
struct Failed {  // a negative acknowledgement, or the expiry
  std::uint64_t ticket;
  // "refused"; "expired"; "stale": 17 h without an answer, after which nobody could tell its submission time.
  std::string_view reason;
};
struct Rejected {  // an invalid datagram; nothing is delivered. "too_many_undecided": it will be repeated
  Ipv4 from;
  std::string_view reason;
  std::size_t offset = 0;
};
}  // namespace notice
using Notice = std::variant<notice::Received, notice::Acknowledged, notice::Failed, notice::Rejected>;

struct Frame {
  Ipv4 to;
  std::uint8_t priority = 6;
  Time expiry = never;
  Bytes octets;
};

class Endpoint {
 public:
  Endpoint(Timing timing, std::uint64_t seed);
  ~Endpoint();
  Endpoint(Endpoint&&) noexcept;

  // false: larger than max_datagram, no valid PDU of that id with a checksum, to a group, the ticket or the id at
  // that peer is under way, or limits::dmp_waiting are.
  bool send(Outgoing message, Time now);
  void cancel(std::uint64_t ticket);
  void on_datagram(ByteView octets, Ipv4 from, Time now);
  // After the message is stored (the ack goes out), or refused for good (reason 1).
  void accept(Ipv4 from, std::uint16_t id, Time now);
  void refuse(Ipv4 from, std::uint16_t id, Time now);
  // Neither: it could not be stored now. No answer goes out, and the next repetition is Received again.
  void forget(Ipv4 from, std::uint16_t id);
  // Received before a restart: repetitions are only acknowledged again.
  void remember(Ipv4 from, std::uint16_t id, Time submission, bool accepted, Time now);

  // Radio silence: nothing is given for transmission, acknowledgements wait.
  void set_emcon(bool silent, Time now);
  void tick(Time now);  // at next_wake(), where poll_transmit() is not called: expiries
  std::optional<Frame> poll_transmit(Time now);
  std::optional<std::uint8_t> next_priority(Time now) const;  // of what poll_transmit() would give
  Time next_wake() const;
  std::vector<Notice> take_notices();
  std::size_t waiting() const;  // sent and not acknowledged

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::dmp
