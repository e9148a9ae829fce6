#include "acp142/loss_estimate.hpp"

#include <algorithm>
#include <cmath>

namespace longwire::acp142 {

LossEstimate::LossEstimate(double prior, double prior_weight)
    : prior_(std::clamp(prior, 0.0, 0.9)), prior_weight_(prior_weight) {}

void LossEstimate::observe(unsigned copies, bool missing) {
  if (seen_ >= memory) {
    seen_ /= 2;
    missing_ /= 2;
    prior_weight_ /= 2;
    for (auto& count : sent_) count /= 2;
  }
  seen_ += 1;
  missing_ += missing ? 1 : 0;
  sent_[std::clamp(copies, 1U, most_copies) - 1] += 1;
}

// The p that explains what is missing: sum of n(c) p^c + w p = missing + w prior. The left side
// grows with p, so halving the interval finds it.
double LossEstimate::value() const {
  const auto wanted = missing_ + prior_weight_ * prior_;
  double low = 0;
  double high = 0.9;
  for (int i = 0; i < 24; ++i) {
    const auto p = (low + high) / 2;
    auto explained = prior_weight_ * p;
    auto power = 1.0;
    for (const auto count : sent_) explained += count * (power *= p);
    (explained < wanted ? low : high) = p;
  }
  return low;
}

void BurstEstimate::observe_run(unsigned lost, double pdu_seconds) {
  constexpr double memory = 40;  // runs
  const auto keep = runs_ < memory ? 1.0 : 1 - 1 / memory;
  runs_ = runs_ * keep + 1;
  lost_ = lost_ * keep + lost;
  pdu_seconds_ += (pdu_seconds - pdu_seconds_) / runs_;
}

double BurstEstimate::seconds(double loss) const {
  constexpr double doubt = 4;      // runs of chance's length that are assumed beside those seen
  constexpr double clearly = 1.6;  // times as long as chance
  const auto by_chance = 1 / (1 - loss);
  const auto mean = (lost_ + doubt * by_chance) / (runs_ + doubt);
  if (runs_ < 1 || mean < clearly * by_chance) return 0;
  return (lost_ / runs_ - 0.5) * pdu_seconds_;  // a burst begins and ends between PDUs
}

}  // namespace longwire::acp142
