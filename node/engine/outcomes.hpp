// Outcomes: the one way a recipient changes its state. Store, tracking, reports, queue and memory
// move together, inside the transaction that is open.
#pragma once

#include "mail/dsn.hpp"
#include "node/engine/core.hpp"
#include "node/engine/scheduler.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace longwire::engine {

struct Verdict {
  store::RecipientState state = store::RecipientState::queued;
  std::string_view event;                   // for tracking: "transferred", "delivered", "failed", ...
  std::string status;                       // enhanced status code, "2.0.0"
  std::string text;                         // the last real cause, for tracking and the operator
  std::optional<mail::DsnAction> report{};  // what the sender may have asked to hear
  std::string remote{};                     // Remote-MTA
  std::string diagnostic_type{};            // "smtp" or "X-PMUL"
  std::string diagnostic{};
};

// What a DSN will say of one recipient.
struct ReportEntry {
  std::uint32_t index = 0;
  Verdict verdict;
  Time at;
};

class Outcomes {
 public:
  Outcomes(Core& core, Scheduler& scheduler) : core_(core), scheduler_(scheduler) {}

  // Several calls for one message, then one changed().
  void settle(LiveMessage& m, std::uint32_t index, const Verdict& verdict, Time now);
  void changed(LiveMessage& m, Time now);
  // Fails one for a reason of security: the sender hears no more than Refusal::text, the operator and the audit all.
  void refuse(LiveMessage& m, std::uint32_t index, const security::Refusal& why, Time now);
  // The same for all that are queued, then changed().
  void refuse_waiting(LiveMessage& m, const security::Refusal& why, Time now);
  // Settles every recipient that is queued (not those on the air or in delivery).
  void settle_waiting(LiveMessage& m, const Verdict& verdict, Time now);

  void track(const LiveMessage& m, std::string recipient, Time now, std::string_view event, std::string detail);
  // What conversions of a message could not map, each once: a repetition is converted again.
  void tell_notes(LiveMessage& m, const std::vector<std::string>& notes, Time now);

  // For Reports: what was collected since the last call, by message.
  std::map<std::uint64_t, std::vector<ReportEntry>> take_reports() { return std::exchange(reports_, {}); }
  // Forgets the messages whose last recipient was settled, once their reports are written.
  void close_finished(Time now);

 private:
  Core& core_;
  Scheduler& scheduler_;
  std::map<std::uint64_t, std::vector<ReportEntry>> reports_;
  std::set<std::uint64_t> finished_;
};

}  // namespace longwire::engine
