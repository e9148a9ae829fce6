// HfBearer: P_MUL PDUs over STANAG 5066, by somebody else's node (we are its client) or by our own
// stack and modem. UDOP (non-ARQ) and RCOP (ARQ) are two clients of the subnetwork interface either
// way: in this process or over TCP. Sans-I/O; one object a bearer.
#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "bearers/modem/modem.hpp"
#include "bearers/s5066/stack.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace longwire::bearers {

struct HfBearerConfig {
  std::string name;
  std::uint32_t rate_bps = 1200;            // paces non-ARQ data where nobody tells when it has left
  Duration overhead{0};                     // per over: lead, tail, turnaround
  Duration max_over = s5066::longest_over;  // about as much is handed over ahead
  bool arq = true;                          // false: UDOP only
  std::size_t max_segment = 0;              // octets of data of a D_PDU; 0 = by rate
  std::uint8_t udop_sap = 7, rcop_sap = 6;
  std::uint8_t rank = 0;
  std::uint16_t app_id = 0x2000;
  std::vector<std::uint16_t> other_apps{};    // further application identifiers that are taken (DMP)
  std::size_t most_outstanding = 256;         // U_PDUs handed over and neither sent nor confirmed
  std::optional<s5066::StackConfig> stack{};  // our own node; unset: a client of another one
};

// One P_MUL PDU, or a datagram of another application, on its way out.
struct HfUnit {
  Ipv4 to;                    // s5066::to_bearer_address()
  bool arq = false;           // RCOP: one destination that may transmit
  std::uint8_t priority = 6;  // of P_MUL: 0 is the most urgent; becomes 15 - priority
  Time expiry = never;        // of the message: the TTL never exceeds it
  std::uint64_t ticket = 0;   // named in Done
  Bytes octets;
  std::uint16_t app = 0;  // application identifier; 0: the bearer's, P_MUL
};

namespace hf {
struct Received {
  Ipv4 from;
  Ipv4 to;
  bool arq;
  Bytes octets;
  std::uint16_t app = 0;  // 0: the bearer's, P_MUL
};
// ARQ: ok = the far node has it. Non-ARQ: it has left (or, over another's node, should have by now).
struct Done {
  std::uint64_t ticket;
  bool ok;
  std::string_view reason;
};
struct State {
  bool up;
  std::string_view reason;
};  // bound and the subnetwork is on, or not
// Room for another unit, or not; then perhaps still for P_MUL priorities below `below`, as each
// precedence waits behind what is as urgent or more only.
struct Flow {
  bool open;
  unsigned below;
};
struct Report {
  std::string_view level, name;
  boost::json::object fields;
};
}  // namespace hf
using HfEvent = std::variant<hf::Received, hf::Done, hf::State, hf::Flow, hf::Report>;

class HfBearer {
 public:
  // modem: with config.stack only.
  HfBearer(HfBearerConfig config, std::unique_ptr<modem::Modem> modem, std::uint64_t seed, Time now);
  ~HfBearer();

  bool up() const;
  // Up and room for another unit, at least for as urgent ones as the last hf::Flow said.
  bool ready() const;
  // An over is planned by what waits when it begins: hand over all there is while ready(), then run().
  void send(HfUnit unit, Time now);
  // Largest P_MUL PDU: it fills one D_PDU, so that the loss of one D_PDU is the loss of one PDU.
  std::size_t max_pdu() const;
  void set_emcon(bool silent, Time now);

  // --- ports: byte streams the owner opens and keeps open ------------------------------------------
  // Client of another node: two TCP connections to its port 5066. Own stack with a PortModem: one.
  std::size_t ports() const;
  void port_opened(std::size_t port, Time now);
  void port_closed(std::size_t port, std::string_view why, Time now);
  void on_bytes(std::size_t port, ByteView octets, Time now);
  Bytes take_bytes(std::size_t port);
  bool wants_close(std::size_t port) const;
  bool ptt() const;  // the transmitter is meant to be on

  // Clients of others on our own stack; nullptr when there is none.
  s5066::Stack* stack();

  // After every call above and at next_wake().
  void run(Time now);
  Time next_wake() const;
  std::vector<HfEvent> take_events();
  boost::json::object status(Time now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::bearers
