// TransmitGuard: the hard limit on how long this station radiates, whatever the stack, the modem or
// the configuration of the over say. A stuck transmitter blocks the frequency for everybody and
// burns the amplifier.
#pragma once

#include "base/time.hpp"

namespace longwire::modem {

class TransmitGuard {
 public:
  explicit TransmitGuard(Duration limit) : limit_(limit) {}

  void key(Time now) { until_ = now + limit_; }  // again: counts anew
  void release() { until_ = never; }
  bool armed() const { return until_ != never; }
  bool expired(Time now) const { return armed() && now >= until_; }
  Time deadline() const { return until_; }

 private:
  Duration limit_;
  Time until_ = never;
};

}  // namespace longwire::modem
