#include "bearers/s5066/segment_size.hpp"

#include <algorithm>
#include <cmath>

namespace longwire::s5066 {

namespace {

constexpr std::size_t shortest = 48;
constexpr double enough = 16, probes_enough = 40, probes_most = 120, proof = 100;  // samples
constexpr double little = 0.03, hopeless = 0.5;                                    // loss
constexpr unsigned quiet_samples = 1500;

}  // namespace

void SegmentSize::Count::add(bool was_lost, double most) {
  if (sent >= most) sent /= 2, lost /= 2;
  ++sent;
  if (was_lost) ++lost;
}

double SegmentSize::Count::spread() const {
  const auto p = (lost + 1) / (sent + 2);
  return std::sqrt(p * (1 - p) / std::max(sent, 1.0));
}

void SegmentSize::sample(std::size_t octets, bool lost) {
  if (quiet_ > 0) --quiet_;
  const auto size = preferred(largest_);
  if (octets * 4 > size * 3) usual_.add(lost, 200);
  else if (octets * 3 > size) half_.add(lost, 2 * probes_most);
}

// Useful octets per octet of air time, answers and turnarounds included.
double SegmentSize::yield(const Cycle& cycle, std::size_t octets, double lost) {
  const auto frame = static_cast<double>(octets + cycle.header);
  const auto fit = std::max(1.0, std::floor(static_cast<double>(cycle.cap_octets) / frame));
  const auto n = std::min(static_cast<double>(cycle.window), fit);
  return n * static_cast<double>(octets) * (1 - lost) / (n * frame + static_cast<double>(cycle.overhead_octets));
}

void SegmentSize::halve() {
  ++halvings_;
  before_ = usual_.share();
  usual_ = half_ = {};
  probing_ = false;
}

void SegmentSize::enlarge() {
  --halvings_;
  usual_ = half_ = {};
  probing_ = false;
  before_ = -1;
}

void SegmentSize::stop_probing() {
  probing_ = false;
  half_ = {};
  quiet_ = quiet_samples;
}

// It was made shorter, perhaps by chance. Did that help?
bool SegmentSize::went_back(const Cycle& cycle) {
  if (before_ < 0 || usual_.sent < proof) return false;
  const auto size = preferred(largest_);
  // Where little gets through, chance hides what the headers cost; but bit errors would make the
  // logarithm of what gets through half of what it was.
  const bool better = before_ >= hopeless ? std::log(1.001 - usual_.share()) > 0.75 * std::log(1.001 - before_)
                                          : yield(cycle, size, usual_.share()) > yield(cycle, size * 2, before_);
  before_ = -1;
  if (better) return false;
  enlarge();
  stop_probing();
  return true;
}

void SegmentSize::settle(const Cycle& cycle, std::size_t largest) {
  if (largest != largest_) *this = SegmentSize{};
  largest_ = largest;
  if (usual_.sent < enough || went_back(cycle) || before_ >= 0) return;
  const auto size = preferred(largest_), half = size / 2;
  const auto lost = usual_.share();
  const auto here = yield(cycle, size, lost);
  if (halvings_ > 0 && lost < little) {
    if (yield(cycle, size * 2, 1 - (1 - lost) * (1 - lost)) > here) enlarge();
    return;
  }
  if (half < shortest || quiet_ > 0) return;
  if (lost >= hopeless) {
    halve();
    return;
  }
  probing_ = lost >= little;
  if (half_.sent < probes_enough) return;
  const auto doubt = std::hypot(half_.spread(), usual_.spread());
  if (yield(cycle, half, std::min(1.0, half_.share() + 2 * doubt)) > here) halve();
  else if (half_.sent >= probes_most) stop_probing();
}

}  // namespace longwire::s5066
