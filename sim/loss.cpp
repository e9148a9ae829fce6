#include "sim/loss.hpp"

#include <algorithm>
#include <cmath>

namespace longwire::sim {

LossProcess::LossProcess(LossModel model, std::uint64_t seed, Time start) : model_(model), rng_(seed), until_(start) {
  // Start in the steady state; an exponential period has no memory, so a fresh one is right.
  bad_ = !rng_.chance(model_.mean);
}

Duration LossProcess::period(double mean_us) {
  const double us = -mean_us * std::log1p(-rng_.uniform());
  return Duration{std::max<std::int64_t>(1, std::llround(std::min(us, 1e15)))};
}

bool LossProcess::lost(Time t) {
  if (model_.mean <= 0) return false;
  if (model_.mean >= 1) return true;
  if (model_.burst <= Duration{0}) return rng_.chance(model_.mean);
  const auto bad_us = static_cast<double>(model_.burst.count());
  const double good_us = bad_us * (1 - model_.mean) / model_.mean;
  while (until_ <= t) {
    bad_ = !bad_;
    until_ += period(bad_ ? bad_us : good_us);
  }
  return bad_;
}

}  // namespace longwire::sim
