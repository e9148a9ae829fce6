// What noise does to a frame: independent loss, or bursts (Gilbert-Elliott in continuous time).
#pragma once

#include "base/rng.hpp"
#include "base/time.hpp"

namespace longwire::sim {

struct LossModel {
  double mean = 0;    // share of frames lost, 0 .. 1
  Duration burst{0};  // mean length of a bad period; 0 = every frame by itself
  friend bool operator==(const LossModel&, const LossModel&) = default;
};

// The channel from one station to another. Its generator is its own, so that traffic elsewhere does
// not change what happens here.
class LossProcess {
 public:
  LossProcess(LossModel model, std::uint64_t seed, Time start);

  // Draws for a frame that ends at t; t never goes back. With bursts the state at the end of the
  // frame decides, so that the mean share of lost frames is `mean` whatever their length.
  bool lost(Time t);
  // One draw with another probability (a fade on top).
  bool lost_with(double probability) { return probability > 0 && rng_.chance(probability); }

 private:
  Duration period(double mean_us);

  LossModel model_;
  Rng rng_;
  bool bad_ = false;
  Time until_{};  // of the present good or bad period
};

}  // namespace longwire::sim
