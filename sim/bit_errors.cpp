#include "sim/bit_errors.hpp"

#include "sim/bits.hpp"

#include <algorithm>
#include <cmath>

namespace longwire::sim {

namespace {

constexpr double decade_db = 0.6;
constexpr double rate_at_threshold = 1e-5;
constexpr std::size_t event_bits = 20;  // mean length of an error event; half of its bits are wrong
constexpr double dense = 0.1;           // above this the events run into each other
constexpr double spoilt_share = 0.02;

}  // namespace

double bit_error_rate(double db_over_threshold) {
  return std::min(0.5, rate_at_threshold * std::pow(10, -db_over_threshold / decade_db));
}

void draw_errors(Bytes& mask, std::size_t bits, double rate, Rng& rng) {
  if (bits == 0) return;
  if (rate >= dense) {
    for (std::size_t b = 0; b < bits; ++b)
      if (rng.chance(rate)) flip_bit(mask, b);
    return;
  }
  // The distance to the next event is exponential.
  const double mean_gap = event_bits / 2.0 / rate;
  double at = 0;
  while (true) {
    at += -mean_gap * std::log1p(-rng.uniform());
    if (at >= static_cast<double>(bits)) return;
    const auto first = static_cast<std::size_t>(at);
    const auto length = 1 + rng.below(2 * event_bits - 1);
    for (auto b = first; b < std::min<std::size_t>(bits, first + length); ++b)
      if (b == first || rng.chance(0.5)) flip_bit(mask, b);
    at += static_cast<double>(length);
  }
}

void spoil(Bytes& mask, std::size_t first, std::size_t last, std::optional<std::size_t> header, Rng& rng) {
  for (auto b = first; b < last; ++b)
    if (b == header || rng.chance(spoilt_share)) flip_bit(mask, b);
}

}  // namespace longwire::sim
