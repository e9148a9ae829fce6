#include "limits.hpp"

#include "base/rng.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace longwire::bench {

namespace {

constexpr double address_octets = 28 + 24, ack_octets = 28 + 24;  // + 8 a destination; + 6 a missing range
constexpr double ranges_at_most = 40;

using Plan = std::vector<unsigned>;  // copies in round 0, 1, ...; the last entry holds from there on

std::size_t packets(std::size_t size, std::size_t segment) { return (size + segment - 1) / segment; }

struct Receiver {
  std::vector<bool> missing;
  std::size_t left = 0;
  bool known_complete = false;
  double done = 0;
};

class Round {
 public:
  Round(const Case& c, const Link& link, const Plan& plan, std::uint64_t seed)
      : case_(c),
        link_(link),
        plan_(plan),
        rng_(seed),
        k_(packets(c.size, link.mtu - data_headers)),
        receivers_(c.receivers, Receiver{std::vector<bool>(k_, true), k_, false, 0}) {}

  double run() {
    for (std::size_t round = 0;; ++round) {
      send(plan_[std::min(round, plan_.size() - 1)]);
      if (std::ranges::all_of(receivers_, [](const Receiver& r) { return r.left == 0; })) break;
      acknowledge();
    }
    double last = 0;
    for (const auto& r : receivers_) last = std::max(last, r.done);
    return last;
  }

 private:
  double air(double octets) const { return octets * 8 / link_.rate; }

  void send(unsigned copies) {
    if (link_.half) now_ += link_.turnaround;
    now_ += air(address_octets + 8 * static_cast<double>(case_.receivers));
    std::vector<std::size_t> wanted;
    for (std::size_t s = 0; s < k_; ++s)
      if (std::ranges::any_of(receivers_, [&](const Receiver& r) { return r.missing[s]; })) wanted.push_back(s);
    for (unsigned copy = 0; copy < copies; ++copy)
      for (const auto s : wanted) packet(s);
  }

  void packet(std::size_t s) {
    const auto segment = link_.mtu - data_headers;
    const auto last = case_.size - (k_ - 1) * segment + data_headers;
    now_ += air(static_cast<double>(s + 1 < k_ ? link_.mtu : last));
    for (auto& r : receivers_) {
      if (!r.missing[s] || rng_.chance(case_.loss)) continue;
      r.missing[s] = false;
      if (--r.left == 0) r.done = now_ + link_.delay;
    }
  }

  void acknowledge() {
    for (auto& r : receivers_) {
      if (r.known_complete) continue;
      const double octets = ack_octets + 6 * std::min(static_cast<double>(r.left), ranges_at_most);
      if (link_.half) now_ += link_.turnaround + air(octets);
      r.known_complete = r.left == 0;
    }
    if (!link_.half) now_ += 2 * link_.delay + air(ack_octets + 60);
  }

  const Case& case_;
  const Link& link_;
  const Plan& plan_;
  Rng rng_;
  std::size_t k_;
  std::vector<Receiver> receivers_;
  double now_ = 0;
};

}  // namespace

double tail(std::size_t n, std::size_t k, double p) {
  double sum = 0;
  for (std::size_t i = 0; i < k && i <= n; ++i) {
    const auto in = static_cast<double>(i), nn = static_cast<double>(n);
    sum += std::exp(std::lgamma(nn + 1) - std::lgamma(in + 1) - std::lgamma(nn - in + 1) + in * std::log(1 - p) +
                    (nn - in) * std::log(p));
  }
  return sum;
}

double coded(std::size_t k, double p, std::size_t receivers) {
  if (p == 0) return static_cast<double>(k);
  double mean = 0;
  for (std::size_t n = 0;; ++n) {  // E[max] = sum over n of P(not all done after n)
    const double open = 1 - std::pow(1 - (n >= k ? tail(n, k, p) : 1.0), static_cast<double>(receivers));
    mean += open;
    if (n > k && open < 1e-9) return mean;
  }
}

double genie_seconds(const Case& c, const Link& link) {
  const auto k = packets(c.size, link.mtu - 76);
  return link.turnaround + link.delay +
         coded(k, c.loss, c.receivers) * static_cast<double>(c.size) / static_cast<double>(k) * 8 / link.rate;
}

double coded_seconds(const Case& c, const Link& link) {
  constexpr double destination_octets = 8;
  const auto k = static_cast<double>(packets(c.size, link.mtu - data_headers));
  const auto air = address_octets + destination_octets * static_cast<double>(c.receivers) +
                   coded(static_cast<std::size_t>(k), c.loss, c.receivers) *
                       (static_cast<double>(c.size) / k + static_cast<double>(data_headers));
  return link.turnaround + link.delay + air * 8 / link.rate;
}

double conforming_seconds(const Case& c, const Link& link, unsigned seeds) {
  static const std::array<Plan, 8> plans{{{1}, {1, 2}, {1, 1, 2}, {1, 2, 3}, {1, 3}, {2}, {2, 3}, {3}}};
  double best = std::numeric_limits<double>::infinity();
  for (const auto& plan : plans) {
    double sum = 0;
    for (unsigned seed = 0; seed < seeds; ++seed) sum += Round(c, link, plan, 0x5EED + seed).run();
    best = std::min(best, sum / seeds);
  }
  return best;
}

double repetition_probability(std::size_t k, double p, std::size_t receivers, unsigned copies) {
  return std::pow(1 - std::pow(p, copies), static_cast<double>(k * receivers));
}

}  // namespace longwire::bench
