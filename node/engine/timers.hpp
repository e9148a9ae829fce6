// Timers: every moment at which the node has to look at a message or at itself, in one ordered set.
#pragma once

#include "base/time.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <set>

namespace longwire::engine {

enum class TimerKind : std::uint8_t {
  expiry,            // of a message: retention or BY=..;R is over
  delay_warning,     // a delayed DSN may be due
  deliver_by,        // BY=..;N has passed
  overdue,           // the delivery goal of its precedence has passed
  retry,             // a recipient may be tried again
  peer_retry,        // a silent peer may be tried again; id = bearer << 32 | peer
  emcon_end,         // timed radio silence ends
  dmp_patience,      // a DMP datagram found no answer: another bearer, if there is one; id = its ticket
  watchdog,          // link up, queue not empty, no progress; id = bearer
  circuit_sections,  // ACP 127: sections whose others do not come
  housekeeping,      // forget what is old
};

struct Timer {
  Time at;
  TimerKind kind;
  std::uint64_t id = 0;
  friend auto operator<=>(const Timer&, const Timer&) = default;
};

class Timers {
 public:
  void arm(Time at, TimerKind kind, std::uint64_t id) {
    if (at != never) timers_.insert({at, kind, id});
  }
  void disarm(Time at, TimerKind kind, std::uint64_t id) { timers_.erase({at, kind, id}); }
  Time next() const { return timers_.empty() ? never : timers_.begin()->at; }
  std::optional<Timer> pop_due(Time now) {
    if (next() > now) return std::nullopt;
    return timers_.extract(timers_.begin()).value();
  }

 private:
  std::set<Timer> timers_;
};

}  // namespace longwire::engine
