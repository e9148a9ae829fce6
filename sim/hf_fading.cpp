#include "sim/hf_fading.hpp"

#include "base/rng.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace longwire::sim {

namespace {

// Samples of the gain in a stretch: four per coherence time 1/spread, but never many.
constexpr int most_samples = 16;

double normal(Rng& rng) {
  const double u = std::max(rng.uniform(), 1e-12);
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * rng.uniform());
}

}  // namespace

std::string_view to_string(HfFading fading) {
  switch (fading) {
    case HfFading::none:
      return "none";
    case HfFading::good:
      return "good";
    case HfFading::moderate:
      return "moderate";
    case HfFading::poor:
      return "poor";
  }
  return "";
}

double doppler_hz(HfFading fading) {
  switch (fading) {
    case HfFading::none:
      return 0;
    case HfFading::good:
      return 0.1;
    case HfFading::moderate:
      return 0.5;
    case HfFading::poor:
      return 1.0;
  }
  return 0;
}

TwoPathFading::TwoPathFading(HfFading fading, std::uint64_t seed, Time start)
    : spread_hz_(doppler_hz(fading)), start_(start) {
  Rng rng(seed);
  // The spread of the specifications is twice the standard deviation of the spectrum.
  for (auto& path : paths_)
    for (auto& ray : path) {
      ray.radians_per_second = 2 * std::numbers::pi * normal(rng) * spread_hz_ / 2;
      ray.phase_i = 2 * std::numbers::pi * rng.uniform();
      ray.phase_q = 2 * std::numbers::pi * rng.uniform();
    }
}

double TwoPathFading::gain(Time t) const {
  if (spread_hz_ <= 0) return 1;
  const double s = to_seconds(t - start_);
  double power = 0;
  for (const auto& path : paths_) {
    double i = 0, q = 0;
    for (const auto& ray : path) {
      i += std::cos(ray.radians_per_second * s + ray.phase_i);
      q += std::cos(ray.radians_per_second * s + ray.phase_q);
    }
    power += (i * i + q * q) / sinusoids / 2;  // mean 1/2 a path
  }
  return power;
}

double TwoPathFading::effective_db(double mean_snr_db, Time from, Time to) const {
  if (spread_hz_ <= 0) return mean_snr_db;
  const double wanted = std::ceil(4 * spread_hz_ * to_seconds(to - from));
  const int samples = std::clamp(static_cast<int>(wanted), 1, most_samples);
  const double snr = std::pow(10, mean_snr_db / 10);
  double capacity = 0;
  for (int i = 0; i < samples; ++i)
    capacity += std::log2(1 + snr * gain(from + (to - from) * (2 * i + 1) / (2 * samples)));
  return 10 * std::log10(std::max(std::exp2(capacity / samples) - 1, 1e-6));
}

}  // namespace longwire::sim
