// Pacer: keeps a datagram bearer's own queue short, so that precedence decides at every PDU.
#pragma once

#include "base/time.hpp"

#include <algorithm>
#include <cstdint>

namespace longwire::bearers {

// Models when the radio behind a datagram socket will have sent what it was given: `rate_bps` on
// the air, plus a turnaround at the start of every over of a half-duplex bearer.
class Pacer {
 public:
  Pacer(std::uint64_t rate_bps, bool half_duplex, Duration turnaround, Duration lead)
      : rate_bps_(rate_bps), turnaround_(half_duplex ? turnaround : Duration{0}), lead_(lead) {}

  // The next datagram may be handed over from here on: `lead` before the previous one has left,
  // so that the radio never runs dry within an over.
  Time ready_at() const { return busy_until_ - lead_; }
  bool ready(Time now) const { return now >= ready_at(); }

  // Takes `octets` (as on the air) now; returns when they will have left.
  Time sent(std::size_t octets, Time now) {
    if (now > busy_until_) busy_until_ = now + turnaround_;
    busy_until_ += air_time(octets, rate_bps_);
    return busy_until_;
  }
  // Another station was heard: the floor was not ours, the next datagram opens a new over.
  void heard(Time now) {
    if (turnaround_ > Duration{0}) busy_until_ = std::min(busy_until_, now - Duration{1});
  }
  // What is still queued in the radio.
  Duration backlog(Time now) const { return std::max(Duration{0}, busy_until_ - now); }

 private:
  std::uint64_t rate_bps_;
  Duration turnaround_;
  Duration lead_;
  Time busy_until_{};
};

}  // namespace longwire::bearers
