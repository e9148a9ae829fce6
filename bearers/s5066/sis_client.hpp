// SisClient: the client end of one subnetwork interface connection (Annex A): binds one SAP, sends
// U_PDUs, matches confirms to them, obeys flow control, answers keep-alives. Sans-I/O.
#pragma once

#include "bearers/s5066/primitive.hpp"

#include "base/time.hpp"

#include <deque>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace longwire::s5066 {

struct SisClientConfig {
  std::uint8_t sap = 7, rank = 0;
  DeliveryMode service{TransmissionMode::non_arq, Confirmation::none, false, 0};  // default of the binding
  Duration bind_timeout = std::chrono::seconds{30};
  Duration keep_alive = std::chrono::seconds{150};  // we ask after so much silence; >= 120 s (A.2.1.16)
  unsigned max_invalid = 10;                        // wrong primitives before the connection is given up
};

namespace sis {
struct Bound {
  std::uint16_t mtu;
};
// The SAP is not ours (any more), or never was; what was outstanding is Rejected before this.
// Reasons: not_enough_resources invalid_sap sap_allocated broadcast_session preempted inactivity
// invalid_primitives too_many_expedited bind_timeout keep_alive_unanswered stream_error disconnected.
struct Unbound {
  std::string_view reason;
  bool retry;  // worth another connection without anybody changing the configuration
};
struct Flow {
  bool open;
};
struct Confirmed {
  std::uint64_t ticket;
};
struct Rejected {
  std::uint64_t ticket;  // 0: of a U_PDU for which nothing was awaited
  std::uint8_t reason;   // unidata_reason
  bool lost = false;     // nobody said so: the connection has ended
};
struct Received {
  UnidataIndication indication;
};
struct Availability {
  std::uint8_t node_status, reason;
};
// A primitive that is none, that a node does not send, or that answers nothing. Counted.
struct Invalid {
  std::string_view error;
};
}  // namespace sis
using SisEvent = std::variant<sis::Bound, sis::Unbound, sis::Flow, sis::Confirmed, sis::Rejected, sis::Received,
                              sis::Availability, sis::Invalid>;

class SisClient {
 public:
  explicit SisClient(SisClientConfig config) : config_(config) {}

  void connected(Time now);     // the byte stream is up: binds
  void disconnected(Time now);  // everything outstanding is lost: told as Rejected not_responding
  void feed(ByteView octets, Time now);
  Bytes take_output();
  bool wants_close() const { return wants_close_; }

  bool bound() const { return state_ == State::bound; }
  bool flow_open() const { return bound() && flow_open_; }
  std::uint16_t mtu() const { return mtu_; }
  // ticket 0: no confirmation is awaited. A request with a confirmation in its delivery mode is
  // answered by Confirmed or Rejected; matched by SAP, address and leading octets in order (2.4).
  // Larger than the MTU, or not bound: Rejected at once.
  void send(UnidataRequest request, std::uint64_t ticket, Time now);
  // Nothing will be told of it any more.
  void forget(std::uint64_t ticket);
  std::size_t outstanding() const { return awaited_.size(); }
  std::uint64_t invalid() const { return all_invalid_; }

  std::vector<SisEvent> take_events();
  void tick(Time now);
  Time next_wake() const;

 private:
  enum class State : std::uint8_t { closed, binding, bound, ended };
  struct Awaited {
    std::uint64_t ticket;
    bool expedited;
    std::uint8_t dest_sap;
    Address dest;
    Bytes u_pdu;
  };
  struct Handler;

  void output(const Primitive& primitive);
  void invalid(std::string_view error);
  void end(std::string_view reason, bool retry);
  std::optional<std::uint64_t> take_awaited(bool expedited, std::uint8_t sap, Address dest, ByteView part);
  void heard_keep_alive(Time now);

  SisClientConfig config_;
  State state_ = State::closed;
  PrimitiveReader reader_;
  Bytes output_;
  std::vector<SisEvent> events_;
  std::deque<Awaited> awaited_;
  bool flow_open_ = true, wants_close_ = false;
  std::uint16_t mtu_ = 0;
  unsigned invalid_ = 0;           // of this connection
  std::uint64_t all_invalid_ = 0;  // of all
  Time bind_deadline_ = never;
  Time ask_at_ = never, answer_deadline_ = never;  // keep-alive of ours
  bool answers_keep_alive_ = false;                // this node has answered one
};

}  // namespace longwire::s5066
