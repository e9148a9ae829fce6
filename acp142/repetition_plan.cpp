#include "acp142/repetition_plan.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace longwire::acp142 {
namespace {

constexpr unsigned most_copies = 6;
constexpr unsigned rounds_looked_at = 8;

using Copies = std::vector<unsigned>;

// Nothing is missing any more anywhere.
double all_complete(const std::vector<MissingGroup>& groups, const Copies& sent) {
  double complete = 1;
  for (std::size_t g = 0; g < groups.size(); ++g)
    complete *=
        std::pow(1 - std::pow(groups[g].loss, sent[g]), static_cast<double>(groups[g].pdus) * groups[g].receivers);
  return complete;
}

double still_wanted(const MissingGroup& group, unsigned sent) {
  return 1 - std::pow(1 - std::pow(group.loss, sent), group.receivers);
}

// The first round, pass by pass: a pass that finds everybody complete delays nobody.
double first_round(const std::vector<MissingGroup>& groups, const Copies& copies, const RoundCost& cost) {
  double time = 0;
  const auto passes = *std::max_element(copies.begin(), copies.end());
  Copies before(groups.size());
  for (unsigned pass = 1; pass <= passes; ++pass) {
    double pdus = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      before[g] = std::min(copies[g], pass - 1);
      if (copies[g] >= pass) pdus += static_cast<double>(groups[g].pdus);
    }
    const auto incomplete = pass == 1 ? 1.0 : 1 - all_complete(groups, before);
    time += pdus * cost.pdu * (cost.idle_weight + (1 - cost.idle_weight) * incomplete);
  }
  return time;
}

}  // namespace

double expected_time(const std::vector<MissingGroup>& groups, const std::vector<std::vector<unsigned>>& copies,
                     const RoundCost& cost) {
  if (groups.empty() || copies.empty()) return 0;
  auto time = first_round(groups, copies.front(), cost);
  auto sent = copies.front();
  for (unsigned round = 1; round < rounds_looked_at; ++round) {
    const auto incomplete = 1 - all_complete(groups, sent);
    if (incomplete < 1e-6) break;
    time += incomplete * cost.round;
    const auto& now = copies[std::min<std::size_t>(round, copies.size() - 1)];
    for (std::size_t g = 0; g < groups.size(); ++g) {
      time += static_cast<double>(groups[g].pdus) * still_wanted(groups[g], sent[g]) * now[g] * cost.pdu;
      sent[g] += now[g];
    }
  }
  return time;
}

std::vector<unsigned> repetition_plan(const std::vector<MissingGroup>& groups, const RoundCost& cost) {
  // A round is described by how many receivers of a PDU may still lack it: groups that many
  // receivers miss get more copies.
  constexpr std::array<double, 12> accepted{1e9, 1, 0.6, 0.35, 0.2, 0.12, 0.07, 0.04, 0.02, 0.01, 0.004, 0.001};
  Copies best(groups.size(), 1);
  if (groups.empty()) return best;
  auto best_time = 1e300;
  Copies previous;
  for (const auto accept : accepted) {
    Copies first;
    for (const auto& group : groups) {
      unsigned copies = 1;
      while (copies < most_copies && group.receivers * std::pow(group.loss, copies) > accept) ++copies;
      first.push_back(copies);
    }
    if (first == previous) continue;
    previous = first;
    for (unsigned second = 1; second <= 4; ++second)
      for (unsigned later = second; later <= std::min(second + 1, 4U); ++later) {
        const auto time =
            expected_time(groups, {first, Copies(groups.size(), second), Copies(groups.size(), later)}, cost);
        if (time < best_time - 1e-9) {
          best_time = time;
          best = first;
        }
      }
  }
  return best;
}

}  // namespace longwire::acp142
