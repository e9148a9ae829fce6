// Core: what the parts of one node share. Plain state; the rules live in the parts.
#pragma once

#include "acp142/entity.hpp"
#include "annexe/compressed_data.hpp"
#include "annexe/dmp/endpoint.hpp"
#include "annexe/gateway/gateway.hpp"
#include "base/limits.hpp"
#include "base/rng.hpp"
#include "bearers/pacer.hpp"
#include "node/engine/dictionary_book.hpp"
#include "node/engine/emission_gate.hpp"
#include "node/engine/events.hpp"
#include "node/engine/label_gate.hpp"
#include "node/engine/ledger.hpp"
#include "node/engine/link_policy.hpp"
#include "node/engine/minimize.hpp"
#include "node/engine/outbox.hpp"
#include "node/engine/queue.hpp"
#include "node/engine/routing.hpp"
#include "node/engine/rows.hpp"
#include "node/engine/timers.hpp"
#include "node/security/shaper.hpp"

#include <map>
#include <string>
#include <vector>

namespace longwire::engine {

// Of P_MUL transfers since the start of the program.
struct PmulTotals {
  std::uint64_t transfers = 0;  // that began in this life of the program
  std::uint64_t sources = 0;    // sum of Total, of those
  std::uint64_t sent = 0;       // Data_PDUs, parity and repeats included
  std::uint64_t parity = 0;     // of them, those above Total
  void add(const PmulTotals& other) {
    transfers += other.transfers;
    sources += other.sources;
    sent += other.sent;
    parity += other.parity;
  }
};

struct Traffic {
  std::uint64_t pdus_in = 0, octets_in = 0, pdus_out = 0, octets_out = 0;
  std::map<std::string, std::uint64_t> rejected;  // by named error
  PmulTotals plain, coded;                        // of transfers that are over
};

// Datagrams of the Direct Message Profile, counted apart.
struct DmpTraffic {
  std::uint64_t in = 0, out = 0, sent = 0, acknowledged = 0, received = 0, failed = 0, fallbacks = 0;
};

// A PDU in the queue of an HF bearer.
struct UnderWay {
  std::uint32_t message_id = 0;
  bool arq = false;
  Ipv4 to;
};

// One bearer: its protocol machine, its pacing and what is known of it.
struct BearerLink {
  static constexpr unsigned every_priority = 256;

  BearerLink(acp142::Entity machine, bearers::Pacer pacing, Time now, bool has_queue)
      : entity(std::move(machine)), pacer(pacing), last_progress(now), queued(has_queue) {}

  // When the next PDU may be handed over; never while the bearer has no room.
  Time ready_at() const { return !queued ? pacer.ready_at() : priority < flow_below ? Time{} : never; }

  acp142::Entity entity;
  bearers::Pacer pacer;
  Traffic traffic;
  link_policy::Load load;
  std::map<PeerIndex, link_policy::Load> peer_load;
  Time last_progress;    // an answer came, or nothing was waiting
  bool wants = false;    // the machine has a PDU to send, as of the last look
  bool stalled = false;  // the watchdog has raised its alert
  bool watched = false;  // its timer is armed
  std::uint64_t stall_alert = 0;
  struct Loss {
    double loss = 0, burst = -1;
  };
  std::map<PeerIndex, Loss> loss;               // as stored last
  bool queued;                                  // the bearer has a queue of its own and tells of every PDU (HF)
  unsigned flow_below = every_priority;         // it has room for these P_MUL priorities
  std::uint8_t priority = 0;                    // of the PDU the machine would send next
  std::map<std::uint64_t, UnderWay> under_way;  // by the machine's ticket
  std::map<PeerIndex, Time> arq_heard;          // ARQ worked with that peer then: a link stands
  std::optional<dmp::Endpoint> dmp;             // short messages in one datagram each, where peers take them
  DmpTraffic dmp_traffic;
  std::map<PeerIndex, Ipv4> addresses;  // as heard
};

struct PeerState {
  bool silent = false;            // EMCON: cannot answer now
  std::uint64_t unreachable = 0;  // bearers (bit = index) on which it does not answer
  std::uint64_t probing = 0;      // bearers on which one message finds out whether it answers again
  std::vector<Duration> pause;    // back-off, per bearer
  annexe::TagStyle tags = annexe::TagStyle::implicit_tags;
};

struct Core {
  // Throws std::runtime_error for keys, policies and clearances that `check` refuses.
  Core(Config settings, store::Store& the_store, crypto::Random& random, std::uint64_t seed, Time now);

  void report(Time now, std::string_view severity, std::string_view name, boost::json::object fields) {
    outbox.report(now, severity, name, std::move(fields));
  }
  // Raises an alert once while it is open; returns its id.
  std::uint64_t alert(Time now, std::string_view name, const std::string& text);
  void clear_alert(std::uint64_t id, Time now);
  // Those open of that name, and with that text unless it is empty.
  void clear_alerts(std::string_view name, std::string_view text, Time now);
  std::optional<PeerIndex> hf_peer(Ipv4 address) const;
  // Where a peer is reached on a bearer: as configured, as heard, or its node id read as an address.
  Ipv4 address_of(std::size_t bearer, PeerIndex peer) const;
  std::optional<PeerIndex> peer_at(std::size_t bearer, Ipv4 address) const;
  void refresh_views();  // after a bearer or MINIMIZE changed
  // With the label where mail has it (RFC 7444): in place of another, else if the configuration wants it.
  Bytes labelled(ByteView message, const SecurityLabel& label, Time now) const;
  bool counts_as_local(PmulId from_peer) const { return from_peer == PmulId{}; }
  // nullptr: messages to and from it pass as they are.
  const security::Profile* profile_of(PeerIndex peer) const { return shaper.profile(config.peers.at(peer).profile); }
  const security::Profile* profile_of(PmulId id) const {
    const auto peer = router.peer_of(id);
    return peer ? profile_of(*peer) : nullptr;
  }

  Config config;
  gateway::Settings gateway;
  LabelGate labels;
  store::Store& store;
  security::Shaper shaper;
  Router router;
  DictionaryBook dictionaries;
  EmissionGate gate;
  Minimize minimize;
  Ledger ledger;
  Queue queue;
  Timers timers;
  Outbox outbox;
  Rows rows;
  Rng rng;
  std::vector<BearerLink> bearers;
  std::vector<bool> up;                        // per bearer
  std::vector<link_policy::BearerView> views;  // per bearer, for the policy
  std::vector<PeerState> peers;
};

}  // namespace longwire::engine
