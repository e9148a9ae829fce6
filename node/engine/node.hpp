// The Node: sans-I/O. Events and a time go in; frames, actions and the next wake time come out.
//
// One rule makes it durable: drain() commits the store before it hands anything out, and the owner
// lets no byte leave (SMTP reply, PDU, delivery) that was produced before the last drain(). So a
// loop turn is: feed whatever is ready, drain() once, then write.
#pragma once

#include "acp142/entity.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "mail/envelope.hpp"
#include "node/engine/config.hpp"
#include "node/smtp/policy.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace longwire::store {
class Store;
}
namespace longwire::crypto {
class Random;
}

namespace longwire::engine {

using BearerIndex = std::size_t;  // position in Config::bearers

struct Datagram {
  Ipv4 peer;  // where it goes, or where it came from; over STANAG 5066 s5066::to_bearer_address()
  std::uint16_t port = 0;
  Bytes octets;
  // For bearers that have services and a queue of their own (STANAG 5066); UDP looks at none of it.
  bool arq = false;           // one destination that may transmit: reliable service, confirmed
  std::uint8_t priority = 6;  // of P_MUL: 0 is the most urgent
  Time expiry = never;        // of the message
  std::uint64_t ticket = 0;   // not 0: the owner answers with event::DatagramDone
};

// --- events -----------------------------------------------------------------------------------
namespace event {
struct DatagramIn {
  BearerIndex bearer;
  Datagram datagram;
};
struct BearerState {
  BearerIndex bearer;
  bool up;
};
// A bearer with a queue of its own (BearerConfig::is_hf): room for another datagram, or not. Open at
// the start, but such a bearer is down until BearerState tells that it is up.
struct BearerFlow {
  BearerIndex bearer;
  bool open;
  unsigned below = 0;  // not open, but urgent ones may still go: P_MUL priorities below this
};
// Answer to Datagram::ticket: it has left the radio; sent by ARQ: the far node has it (ok) or does not.
struct DatagramDone {
  BearerIndex bearer;
  std::uint64_t ticket;
  bool ok;
};
// Answer to action::Deliver, one per recipient of that action, in order.
struct DeliveryResult {
  std::uint64_t delivery = 0;
  struct PerRecipient {
    enum class Outcome : std::uint8_t { delivered, temporary, permanent } outcome;
    std::string status;  // "2.0.0", "5.1.1"
    std::string text;    // reply of the server, or of the file system
    bool remote_has_dsn = true;
  };
  std::vector<PerRecipient> recipients;
  std::string remote;  // name of the server for Remote-MTA; empty for a Maildir
};
// An ACP 127 circuit can send, or not; down at the start.
struct CircuitState {
  std::size_t circuit;  // position in Config::circuits
  bool up;
  std::string text;
};
// One message as acp127::Scanner found it.
struct CircuitIn {
  std::size_t circuit;
  std::string text;
  std::string problem;
};
// Answer to action::CircuitOut. left: not ok, but some of it may have gone out.
struct CircuitDone {
  std::size_t circuit;
  std::uint64_t delivery;
  bool ok;
  bool left;
  std::size_t octets;
  std::string text;
};
// The time given from this event on is this much later than what has passed since the last one: the
// wall clock was set forward, and the owner follows it.
struct ClockStepped {
  Duration by;
};
struct Tick {};  // next_wake() has come
}  // namespace event
using Event =
    std::variant<event::DatagramIn, event::BearerState, event::BearerFlow, event::DatagramDone, event::DeliveryResult,
                 event::CircuitState, event::CircuitIn, event::CircuitDone, event::ClockStepped, event::Tick>;

// --- actions ----------------------------------------------------------------------------------
namespace action {
// Hand this message to the configured local delivery. The owner answers with DeliveryResult.
struct Deliver {
  std::uint64_t delivery = 0;
  std::uint64_t message = 0;  // node-local id, stable over restarts: names the Maildir file
  mail::Envelope envelope;    // only the recipients to be delivered now
  Bytes octets;               // with Return-Path and Received
};
// Send these octets on a circuit. The owner answers with CircuitDone.
struct CircuitOut {
  std::size_t circuit;
  std::uint64_t delivery;
  Bytes octets;
  std::string name;  // "RFLSVH 0042 3251200"
};
// Something an operator, a log or a test wants to know.
struct Report {
  Time time;
  std::string_view level;  // debug info notice warning alert
  std::string_view name;   // "message_accepted", "pdu_rejected", ...
  boost::json::object fields;
};
}  // namespace action
using Action = std::variant<action::Deliver, action::CircuitOut, action::Report>;

class Node : public smtp::Policy {
 public:
  // Recovers everything the store holds. random: for keys and nonces, from the operating system where the node is a
  // real one; seed: for what need not be secret. Throws std::runtime_error for a configuration that `check` refuses.
  Node(Config config, store::Store& store, crypto::Random& random, std::uint64_t seed, Time now);
  ~Node() override;

  void handle(Event event, Time now);
  // Commits, then returns what is to be done. Call after every batch of events.
  std::vector<Action> drain(Time now);
  Time next_wake() const;
  // True when the store failed since the drain before this one: nothing an SMTP session or a command
  // produced in that time is stored. The owner discards that output and closes those connections.
  bool withdrawn() const;

  // The next datagram for a bearer, paced to its rate; nothing under EMCON. Commits what the
  // datagram depends on before it returns.
  std::optional<Datagram> poll_transmit(BearerIndex bearer, Time now);

  // smtp::Policy: admission. on_message() stores; the reply counts only after drain().
  smtp::Reply on_mail(const smtp::Client& client, mail::Envelope& envelope, Time now) override;
  smtp::Reply on_rcpt(const smtp::Client& client, const mail::Envelope& envelope, const mail::Recipient& recipient,
                      Time now) override;
  smtp::Reply on_message(const smtp::Client& client, mail::Envelope envelope, Bytes message, Time now) override;

  // Operator commands, as sent over the control socket:
  // {"command": "status" | "queue" | "show" | "track" | "hold" | "release" | "cancel" | "emcon" |
  //  "minimize" | "alerts", ...}. Answers {"ok": true, ...} or {"ok": false, "error": "..."}.
  boost::json::object command(const boost::json::object& request, Time now);

  // What the owner knows of a bearer with a machine of its own: `status` shows it as the member "hf".
  using BearerStatus = std::function<boost::json::object(Time)>;
  void set_bearer_status(BearerIndex bearer, BearerStatus status);

  const Config& config() const;
  bool emcon() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::engine
