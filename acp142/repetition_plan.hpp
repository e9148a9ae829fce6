// How often to send each Data_PDU in one round so that the whole message takes the least time.
#pragma once

#include <cstddef>
#include <vector>

namespace longwire::acp142 {

// PDUs that the same number of receivers still miss.
struct MissingGroup {
  std::size_t pdus = 0;
  unsigned receivers = 1;  // > 0
  double loss = 0;         // of one copy at one of them
  friend bool operator==(const MissingGroup&, const MissingGroup&) = default;
};

struct RoundCost {
  double pdu = 0;    // s on the air
  double round = 0;  // s from the end of one round to the start of the next: turnarounds, answers, latency
  // Air time that delays nobody (the receivers have everything already) counts this much, 0..1.
  double idle_weight = 0.15;
};

// Mean time until every receiver has every PDU when round r sends each PDU of group g copies[r][g]
// times (the last row is repeated), as whole passes. A PDU is still wanted after c copies in all
// with probability 1 - (1 - loss^c)^receivers.
double expected_time(const std::vector<MissingGroup>& groups, const std::vector<std::vector<unsigned>>& copies,
                     const RoundCost& cost);

// Copies (>= 1) for each group in the round to come.
std::vector<unsigned> repetition_plan(const std::vector<MissingGroup>& groups, const RoundCost& cost);

}  // namespace longwire::acp142
