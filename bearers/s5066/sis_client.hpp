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
};

namespace sis {
struct Bound {
  std::uint16_t mtu;
};
struct Unbound {
  std::string_view reason;
  bool retry;
};  // rejected, unbound, timeout, stream error
struct Flow {
  bool open;
};
struct Confirmed {
  std::uint64_t ticket;
};
struct Rejected {
  std::uint64_t ticket;
  std::uint8_t reason;
};
struct Received {
  UnidataIndication indication;
};
struct Availability {
  std::uint8_t node_status, reason;
};
struct Invalid {
  std::string_view error;
};  // a primitive that is none, counted
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

  bool bound() const { return bound_; }
  bool flow_open() const { return bound_ && flow_open_; }
  std::uint16_t mtu() const { return mtu_; }
  // ticket 0: no confirmation is awaited. A request with a confirmation in its delivery mode is
  // answered by Confirmed or Rejected; matched by SAP, address and leading octets in order (2.4).
  void send(UnidataRequest request, std::uint64_t ticket, Time now);
  std::size_t outstanding() const { return awaited_.size(); }

  std::vector<SisEvent> take_events();
  void tick(Time now);
  Time next_wake() const;

 private:
  struct Awaited {
    std::uint64_t ticket;
    bool expedited;
    std::uint8_t dest_sap;
    Address dest;
    Bytes head;
  };
  SisClientConfig config_;
  PrimitiveReader reader_;
  Bytes output_;
  std::vector<SisEvent> events_;
  std::deque<Awaited> awaited_;
  bool bound_ = false, flow_open_ = true, wants_close_ = false;
  std::uint16_t mtu_ = 0;
  Time bind_deadline_ = never, last_heard_{}, keep_alive_deadline_ = never;
  bool keep_alive_sent_ = false;
};

}  // namespace longwire::s5066
