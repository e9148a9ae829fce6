// Scheduler: keeps every waiting message in the lanes it may take right now.
#pragma once

#include "node/engine/core.hpp"

namespace longwire::engine {

class Scheduler {
 public:
  explicit Scheduler(Core& core) : core_(core) {}

  // Call after anything about the message changed. Costs its own recipients, not the queue.
  void place(LiveMessage& m, Time now);
  // Call after a bearer, a peer, MINIMIZE or a rule changed: looks at every message once.
  void place_all(Time now);
  // Takes the message out of every lane.
  void remove(LiveMessage& m);

  link_policy::Choice choose(const LiveMessage& m, const LiveRecipient& r) const;
  // Why the recipient waits: a word of link_policy::why, "held", "retry_later", "emcon" or empty.
  std::string_view reason(const LiveMessage& m, const LiveRecipient& r, Time now) const;

  // The recipient is not tried before `at`.
  void pause(LiveMessage& m, LiveRecipient& r, Time at);

 private:
  void stand(const LiveMessage& m, bool there);
  Lane lane_for(const LiveMessage& m, const LiveRecipient& r, Time now) const;

  Core& core_;
};

}  // namespace longwire::engine
