// Watch: what happens because time passes. Expiry, delay reports, delivery goals, stalled links.
#pragma once

#include "node/engine/core.hpp"
#include "node/engine/local_delivery.hpp"
#include "node/engine/outcomes.hpp"
#include "node/engine/scheduler.hpp"
#include "node/engine/transfers.hpp"

namespace longwire::engine {

class Watch {
 public:
  Watch(Core& core, Scheduler& scheduler, Outcomes& outcomes, Transfers& transfers)
      : core_(core), scheduler_(scheduler), outcomes_(outcomes), transfers_(transfers) {}

  // One timer that has come due; emcon_end and circuit_sections belong to the caller.
  void due(const Timer& timer, Time now);
  // Arms the watchdog of a bearer that has something to do.
  void guard(std::size_t bearer, Time now);

 private:
  void expire(LiveMessage& m, Time now);
  void warn_of_delay(LiveMessage& m, std::string status, Time now);
  void overdue(LiveMessage& m, Time now);
  void watchdog(std::size_t bearer, Time now);
  bool should_progress(std::size_t bearer) const;
  Duration patience(std::size_t bearer) const;
  void housekeeping(Time now);
  void certificates(Time now);  // those that end soon

  Core& core_;
  Scheduler& scheduler_;
  Outcomes& outcomes_;
  Transfers& transfers_;
};

}  // namespace longwire::engine
