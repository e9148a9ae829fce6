// Reports: delivery status notifications, by the rules of smtp-edge.md sections 4 and 5.
#pragma once

#include "node/engine/core.hpp"
#include "node/engine/intake.hpp"
#include "node/engine/outcomes.hpp"
#include "node/engine/x400_reports.hpp"

namespace longwire::engine {

// May this recipient be reported so? RFC 3461 4.1, 5.2; RFC 2852 4.1. `local_sender`: a delay nobody
// asked to hear of is told to our own users only, it is not worth air time.
bool wants_report(const mail::Envelope& envelope, const mail::Recipient& recipient, mail::DsnAction action,
                  bool local_sender);

class Reports {
 public:
  Reports(Core& core, Intake& intake, Outcomes& outcomes, X400Reports& x400)
      : core_(core), intake_(intake), outcomes_(outcomes), x400_(x400) {}

  // Writes the reports collected in Outcomes, one a message, then closes what is finished. Part of
  // every commit, so that a state and its report are durable together. True when a report was written.
  bool flush(Time now);

  // A report that came in for one of our users: closes the tracking of what it speaks of.
  void correlate(const store::MessageRow& report, ByteView message, Time now);

 private:
  bool write(std::uint64_t id, const std::vector<ReportEntry>& entries, Time now);
  void no_way_back(const LiveMessage& m, const std::vector<ReportEntry>& entries, Time now);
  mail::DsnReport compose(const LiveMessage& m, const store::MessageRow& row, const std::vector<ReportEntry>& entries,
                          Time now);
  // Nothing of a message goes where the message itself may not (RFC 2634 6): what is left says that it failed.
  bool may_quote(const store::MessageRow& row) const;
  void write_mail(LiveMessage& m, const store::MessageRow& row, const std::vector<ReportEntry>& wanted, Time now);

  Core& core_;
  Intake& intake_;
  Outcomes& outcomes_;
  X400Reports& x400_;
};

}  // namespace longwire::engine
