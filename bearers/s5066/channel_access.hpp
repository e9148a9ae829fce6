// ChannelAccess: physical links of one station (Annex B, type 1). It makes, answers and breaks
// them and puts the C_PDU header on S_PDUs; who needs a link is decided above.
#pragma once

#include "bearers/s5066/data_service.hpp"
#include "bearers/s5066/s_pdu.hpp"

#include <boost/json/array.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace longwire::s5066 {

struct ChannelAccessConfig {
  bool link_protocol = true;  // false: stations are linked by an outside process (B.3)
  bool broadcast_only = false;
  unsigned max_nonexclusive_links = 8;
  Duration link_timer{0};     // from the request's end on the air to the answer; 0: by set_answer_time()
  unsigned link_retries = 3;  // a request or break is sent 1 + this many times
  Duration called_data_timer = std::chrono::minutes{5};
  // An exclusive link keeps everybody else out. When its caller is not heard for so long, the called side ends it.
  Duration called_exclusive_idle = std::chrono::minutes{10};
};

namespace ca {
// Why a link is no more. remade: the peer asked for it anew, so it has lost what it knew of us.
enum class Cause : std::uint8_t { by_us, by_remote, not_answering, inactive, modem, remade };
std::string_view to_string(Cause cause);

struct LinkMade {
  Address peer;
  bool exclusive = false, called = false;  // called: the peer asked for it
};
struct LinkFailed {
  Address peer;
  bool exclusive = false;
  std::optional<std::uint8_t> rejected;  // c_reject; nothing: no answer
};
// ARQ S_PDUs that were not confirmed by now never will be.
struct LinkBroken {
  Address peer;
  bool exclusive = false;
  Cause cause = Cause::by_us;
};
struct Received {  // an S_PDU; the blocks count from its first octet
  Address from, dest;
  Service service = Service::arq;
  bool with_errors = false;
  std::vector<std::pair<std::uint16_t, std::uint16_t>> errored, missing;
  Bytes s_pdu;
};
struct Confirmed {
  std::uint64_t ticket;
  Address peer;
};
struct Sent {
  std::uint64_t ticket;
};
struct Rejected {
  std::uint64_t ticket;
  std::string_view reason;  // of dts::Rejected
};
struct Discarded {  // a C_PDU that cannot be used
  Address from;
  std::string_view reason;
};
}  // namespace ca
using ChannelEvent = std::variant<ca::LinkMade, ca::LinkFailed, ca::LinkBroken, ca::Received, ca::Confirmed, ca::Sent,
                                  ca::Rejected, ca::Discarded>;

class ChannelAccess {
 public:
  ChannelAccess(ChannelAccessConfig config, DataService& data) : config_(config), data_(data) {}

  // Ends in LinkMade or LinkFailed. An exclusive link breaks the nonexclusive ones when it is made.
  void make_link(Address peer, bool exclusive, Time now);
  void break_link(Address peer, std::uint8_t reason, Time now);  // c_break; ends in LinkBroken
  // An outside process has linked this peer, or the common frequency is lost (B.3 3.3).
  void outside_link(Address peer, bool up, Time now);
  // request.c_pdu holds the S_PDU; its ticket is below 2^63.
  void send(CPduRequest request, Time now);
  void cancel(std::uint64_t ticket, Time now);

  void on_event(DataTransferEvent event, Time now);
  void on_heard(Address peer, Time now);  // any D_PDU of its that a connection is needed for
  void modem_lost(Time now);              // no exchange is possible: every link is gone
  void set_silent(bool silent, Time now);
  void set_broadcast_only(bool on) { config_.broadcast_only = on; }
  // Longest time from the end of a request on the air to the end of its answer.
  void set_answer_time(Duration d) { answer_time_ = d; }

  bool linked(Address peer) const;
  bool exclusive(Address peer) const;
  bool idle(Address peer) const { return !links_.contains(peer); }  // neither linked nor being linked
  std::size_t links(bool exclusive) const;                          // made ones
  bool room() const { return links(false) + calling() < config_.max_nonexclusive_links && links(true) == 0; }
  std::vector<Address> peers(bool exclusive) const;

  std::vector<ChannelEvent> take_events() { return std::exchange(events_, {}); }
  Time next_wake() const;
  void tick(Time now);
  boost::json::array status() const;

 private:
  enum class State : std::uint8_t { calling, made, breaking };
  struct PhysicalLink {
    State state = State::calling;
    bool exclusive = false, called = false;
    bool outside = false;      // no exchange made it
    bool data_seen = false;    // the peer knows of the link too
    unsigned sent = 0;         // requests or breaks so far
    std::uint64_t turn = 0;    // the next request or break waits for it; the smallest is next, 0: none waits
    std::uint64_t ticket = 0;  // of the control C_PDU on its way to the air
    Time deadline = never;     // of its answer, or of the next word of the caller
    std::uint8_t break_reason = 0;
    ca::Cause cause = ca::Cause::by_us;
  };
  using Links = std::map<Address, PhysicalLink>;

  std::size_t calling() const;
  Duration timer() const { return config_.link_timer > Duration{0} ? config_.link_timer : answer_time_; }
  std::uint64_t control(Address peer, CPdu pdu, Time now);
  void call(PhysicalLink& link);  // a request or break, when it is its turn
  // One exchange at a time: two stations asked in one over would answer at the same moment.
  void start_next(Time now);
  void made(Address peer, PhysicalLink& link, bool called, Time now);
  void gone(Links::iterator link, ca::Cause cause, Time now);
  void start_break(Address peer, PhysicalLink& link, std::uint8_t reason, ca::Cause cause, Time now);
  void break_nonexclusive(Address except, Time now);
  void on_control(Address peer, const CPdu& pdu, Time now);
  void on_request(Address peer, bool exclusive, Time now);
  std::optional<std::uint8_t> refusal(Address peer, bool exclusive) const;
  void on_indication(dts::Indication indication, Time now);
  void on_lost(Address peer, bool not_connected_there, Time now);
  // The caller of this link has proved that it has it.
  void proved(PhysicalLink& link, Time now);
  Time silence_end(const PhysicalLink& link, Time now) const;
  void on_control_ticket(std::uint64_t ticket, Time now);
  void pass_on(std::uint64_t ticket, ChannelEvent event, bool confirmed, Time now);
  void expired(Links::iterator link, Time now);

  ChannelAccessConfig config_;
  DataService& data_;
  Duration answer_time_ = std::chrono::seconds{30};
  bool silent_ = false;
  std::uint64_t last_turn_ = 0;
  std::uint64_t last_ticket_ = std::uint64_t{1} << 63;
  Links links_;
  std::set<Address> needs_protocol_;              // outside links that a WARNING has denied
  std::map<std::uint64_t, Address> unconfirmed_;  // ARQ S_PDUs handed down
  std::vector<ChannelEvent> events_;
};

}  // namespace longwire::s5066
