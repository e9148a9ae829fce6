// Intake: what every message goes through once it is accepted, wherever it came from: routed, stored,
// tracked, queued, timed.
#pragma once

#include "node/engine/core.hpp"
#include "node/engine/judge.hpp"
#include "node/engine/outcomes.hpp"
#include "node/engine/scheduler.hpp"

#include <string>

namespace longwire::engine {

class Intake {
 public:
  Intake(Core& core, Scheduler& scheduler, Outcomes& outcomes)
      : core_(core), scheduler_(scheduler), outcomes_(outcomes) {}

  // row: envelope, rows[].recipient, tracking_id, accepted, expiry, deliver_by, origin, from_peer,
  // message_id, subject. Routes, stores and queues it; what has no route fails at once with a report.
  LiveMessage& accept(store::MessageRow row, ByteView body, Time now);
  // After a restart: the same for a message that is stored already.
  void recover(store::MessageRow row, Time now);

  // What was found of a message that came in is told and has its consequences: refusals, receipts.
  void conclude(LiveMessage& m, const Judgement& judged, Time now);
  void tell_notes(LiveMessage& m, const std::vector<std::string>& notes, Time now) {
    outcomes_.tell_notes(m, notes, now);
  }
  // Short, unique in this node, never repeated. Letters and digits without 0 O 1 I.
  std::string new_tracking_id();

 private:
  LiveMessage& enter(const store::MessageRow& row);
  void route(LiveMessage& m, store::MessageRow& row);
  void refuse_hopeless(LiveMessage& m, Time now);
  void refuse_uncleared(LiveMessage& m, Time now);
  void take_receipt(LiveMessage& m, const security::ReceiptFound& found, Time now);

  Core& core_;
  Scheduler& scheduler_;
  Outcomes& outcomes_;
};

}  // namespace longwire::engine
