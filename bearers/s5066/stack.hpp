// Stack: a whole STANAG 5066 node over one modem: subnetwork interface (Annex A) for several
// clients, channel access (Annex B), data transfer (Annex C). Sans-I/O.
#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "bearers/modem/modem.hpp"
#include "bearers/s5066/client_session.hpp"
#include "bearers/s5066/data_transfer.hpp"
#include "bearers/s5066/report_log.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::s5066 {

struct StackConfig {
  DataTransferConfig transfer;
  // Annex A
  std::uint16_t mtu = general_mtu;
  Duration default_ttl = std::chrono::hours{24};       // for TTL 0
  Duration max_ttl = std::chrono::hours{15 * 24};      // fig A-20; what a client asks beyond it is cut to it
  std::size_t response_frag_size = 32;                 // octets of a U_PDU returned in confirms
  unsigned max_expedited = 1000;                       // requests of one client before it is unbound
  unsigned max_invalid = 10;                           // wrong primitives before it is unbound
  std::size_t max_clients = 16;                        // connections from outside; SAPs are 16
  Duration bind_timeout = std::chrono::seconds{60};    // a connection from outside that never binds is closed
  std::size_t client_queue_octets = 256 * 1024;        // S_DATA_FLOW_OFF above this
  std::size_t client_output_octets = 1024 * 1024;      // a client that does not read is cut off
  std::size_t client_flood_octets = 4 * 1024 * 1024;   // rejected above this: S_DATA_FLOW_OFF is ignored
  std::size_t orphan_octets = 1024 * 1024;             // requests of clients that are gone
  Duration soft_link_idle = std::chrono::seconds{60};  // A-SES-2
  Duration soft_link_max = std::chrono::minutes{10};   // A-SES-3, when others wait
  Duration called_minimum = std::chrono::seconds{10};  // A-SL-2
  // A peer that answers no link request for so long: what waits for it is rejected with reason 3.
  Duration unreachable_after = std::chrono::minutes{5};
  Duration confirm_timeout = std::chrono::hours{1};  // node and client confirmation
  Duration hard_link_timeout = std::chrono::minutes{3};
  Duration keep_alive = std::chrono::seconds{120};  // shortest interval
  std::uint8_t default_rank = 0;                    // of type 0/1 hard link requests from outside
  bool broadcast_only = false;
  // Annex B
  bool link_protocol = true;  // false: stations are linked by an outside process (B.3)
  unsigned max_nonexclusive_links = 8;
  Duration link_timer{0};  // 0 = by the waveform
  unsigned link_retries = 3;
  Duration called_data_timer = std::chrono::minutes{5};
  Duration called_exclusive_idle = std::chrono::minutes{10};  // a called exclusive link, hard ones too
};

class Stack {
 public:
  // What the operator and the log get: state changes, named errors, counters.
  using Report = StackReport;

  Stack(StackConfig config, modem::Modem& modem, std::uint64_t seed, Time now);
  ~Stack();

  // --- clients: one TCP connection, or somebody in this process, each ------------------------------
  // own: of this process; neither max_clients nor bind_timeout is for it.
  ClientId connect(Time now, bool own = false);
  void feed(ClientId client, ByteView octets, Time now);
  Bytes take_output(ClientId client);
  bool wants_close(ClientId client) const;  // after its output
  void disconnect(ClientId client, Time now);
  // False: it goes on sending against S_DATA_FLOW_OFF and has far more queued than that asks for. Read it slowly:
  // its socket holds it back; its keep-alives and its end still have to be seen.
  bool wants_input(ClientId client) const;
  // Requests of this client that are neither sent nor confirmed nor rejected.
  std::size_t outstanding(ClientId client) const;

  // --- the loop ----------------------------------------------------------------------------------
  // Takes the modem's events, runs timers, drives the modem. After every feed, and at next_wake().
  void run(Time now);
  Time next_wake() const;

  void set_emcon(bool silent, Time now);  // cuts an over at once; emits nothing until it is lifted
  bool linked(Address peer) const;        // a physical link stands
  // An outside process (ALE) has linked this station on the common frequency, or has lost it (B.3).
  void outside_link(Address peer, bool up, Time now);
  // Switches to or from an exclusive broadcast session (A.3.2.3): no ARQ meanwhile.
  void set_broadcast_only(bool on, Time now);
  std::vector<Report> take_reports();
  boost::json::object status(Time now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::s5066
