// Two-path Rayleigh fading: the Watterson model of an HF channel, as far as a burst of data notices.
//
// Each path is a sum of sinusoids whose frequencies are drawn from a Gaussian Doppler spectrum, so
// that the gain at any time is known without a history.
#pragma once

#include "base/time.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace longwire::sim {

enum class HfFading : std::uint8_t { none, good, moderate, poor };
std::string_view to_string(HfFading fading);
// Two-sided Doppler spread of ITU-R F.1487 mid-latitude quiet, moderate and disturbed channels.
double doppler_hz(HfFading fading);

class TwoPathFading {
 public:
  TwoPathFading(HfFading fading, std::uint64_t seed, Time start);
  // Power gain; its mean is 1. The paths differ in delay by more than a symbol and an equaliser takes
  // both, so their powers add.
  double gain(Time t) const;
  // What a decoder sees of a stretch of time, in dB beside the mean SNR: the mean of the capacity.
  double effective_db(double mean_snr_db, Time from, Time to) const;

 private:
  static constexpr std::size_t sinusoids = 12;
  struct Ray {
    double radians_per_second, phase_i, phase_q;
  };
  double spread_hz_;
  Time start_;
  std::array<std::array<Ray, sinusoids>, 2> paths_{};
};

}  // namespace longwire::sim
