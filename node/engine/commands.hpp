// Commands: the operator's side of a node. Every answer is {"ok": true, ...} or
// {"ok": false, "error": "text"}; these objects are the --json output of the commands. Times are
// "2026-11-21T12:00:00Z"; octets and counts are numbers; precedences are words.
//
//   {"command": "status"}
//     node{name, domain, pmul_id, time}, emcon{silent, until|null, stopped}, minimize{node, <bearer>...},
//     bearers[{name, kind, up, rate_bps, queued{override..deferred}, queued_total, transfers, receptions,
//              sending, pdus_in, octets_in, pdus_out, octets_out, rejected{<reason>: n}, no_progress,
//              dmp{waiting, sent, acknowledged, failed, received, fallbacks, datagrams_out, datagrams_in} | null,
//              coding, p_mul{...}, outgoing[<as transfers of show>...], incoming[{...}] (coding_views.hpp),
//              hf{...} where the owner has told it (Node::set_bearer_status, bearers::HfBearer::status)}],
//     peers[{name, pmul_id, emcon, unreachable[<bearer>...], coding[{bearer, mode, decodes}]}],
//     totals{messages, local_queue, waiting, alerts}
//   {"command": "queue", "limit": 1000}    "limit" may be left out
//     messages[{id, tracking_id, precedence, accepted, age, expiry, octets, held, from_peer, lanes[...],
//               recipients{queued, in_transfer, delivering, done}, reasons[...]}], total
//     the most urgent first, then the oldest
//   {"command": "show", "id": "..."}       a tracking id or a number
//     message{id, tracking_id, from, precedence, mt_priority, accepted, expiry, deliver_by|null, octets, form, origin,
//             message_id, subject, held, envid,
//             recipients[{address, state, next_hop, status, text, attempts, next_attempt|null, reason}],
//             transfers[{pmul_id, message, bearer, total, round, pending, coded, blocks, data_sent, parity_sent,
//                        code_rate, repair_ratio, peers[{name, acked, done, emcon, coded, wanted}]}]}
//   {"command": "track", "id": "..."}      tracking_id, events[{time, event, recipient, detail}]
//   {"command": "hold" | "release" | "cancel", "id": "..."}    tracking_id
//   {"command": "emcon", "state": "on" | "off" | "status", "for": "6h", "peer": "name"}
//     "for" only with "on"; with "peer" it is told of a peer, not of us. Answer: silent, until|null | peer, silent
//   {"command": "minimize", "level": "off" | <precedence>, "bearer": "name"}   Answer: minimize{...}
//   {"command": "alerts", "all": false, "ack": 7}   "ack" closes one.  alerts[{id, time, name, text, cleared}]
#pragma once

#include "node/engine/parts.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>

namespace longwire::engine {

class Commands {
 public:
  explicit Commands(Parts& parts) : parts_(parts), core_(parts.core) {}

  boost::json::object run(const boost::json::object& request, Time now);

 private:
  using Json = boost::json::object;

  Json status(Time now);
  Json bearer_status(std::size_t index);
  Json queue(const Json& request, Time now);
  Json queue_entry(const LiveMessage& m, Time now);
  Json show(const store::MessageRow& row, Time now);
  boost::json::array transfers_of(std::uint64_t message);
  Json track(const store::MessageRow& row);
  Json hold(const store::MessageRow& row, bool held, Time now);
  Json cancel(const store::MessageRow& row, Time now);
  Json emcon(const Json& request, Time now);
  Json peer_emcon(const std::string& name, const std::string& state, Time now);
  Json minimize(const Json& request, Time now);
  Json minimize_state() const;
  Json alerts(const Json& request, Time now);
  boost::json::object cert(const boost::json::object& request, Time now);
  Json acp127(const Json& request, Time now);  // acp127_commands.cpp says what
  std::optional<store::MessageRow> find(const Json& request);

  Parts& parts_;
  Core& core_;
  std::string who_;  // gave the order that runs, for the audit: "uid 0 (root)"
};

}  // namespace longwire::engine
