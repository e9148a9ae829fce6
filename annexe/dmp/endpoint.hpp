// DMP Endpoint: repeats until acknowledged, acknowledges, suppresses repeats (stanag4406.md 4.8, D-02, D-04).
// One a bearer, sans-I/O: datagrams and a time go in, datagrams and the next wake time come out.
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
  std::string_view reason;  // "refused", "expired"
};
struct Rejected {  // an invalid datagram; nothing is delivered
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

  // false: larger than max_datagram, or the ticket is known.
  bool send(Outgoing message, Time now);
  void cancel(std::uint64_t ticket);
  void on_datagram(ByteView octets, Ipv4 from, Time now);
  // After the message is stored (the ack goes out), or refused for good (reason 1).
  void accept(Ipv4 from, std::uint16_t id, Time now);
  void refuse(Ipv4 from, std::uint16_t id, Time now);

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
