// HfQueue: the units an HF node was given and has neither sent nor confirmed, and what may follow.
#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace longwire::bearers {

struct HfQueued {
  std::uint64_t ticket = 0;
  bool arq = false;
  std::uint8_t urgency = 0;  // U_PDU priority, 15 first
  std::size_t octets = 0;
  Time left = never;         // non-ARQ at another's node: it should have left the radio then
  Time given_up_at = never;  // nothing was told of it: it never will be
};

class HfQueue {
 public:
  void add(const HfQueued& unit) {
    octets_ += unit.octets;
    units_.push_back(unit);
  }
  std::optional<HfQueued> take(std::uint64_t ticket);
  // Our own node still has `remaining` of the non-ARQ units: the rest has left, the most urgent first.
  std::vector<HfQueued> take_sent(std::size_t remaining);
  // By the clock: what should have left, and what was given up.
  std::vector<HfQueued> take_left(Time now);
  std::vector<HfQueued> take_given_up(Time now);
  std::vector<HfQueued> take_all();

  std::size_t size() const { return units_.size(); }
  std::size_t octets() const { return octets_; }
  struct Load {
    std::size_t units = 0, octets = 0;
  };
  // Of the units that are as urgent as this, or more.
  Load load(std::uint8_t urgency) const;
  Time next_wake() const;

 private:
  template <class Wanted>
  std::vector<HfQueued> take_if(Wanted wanted);

  std::deque<HfQueued> units_;  // in the order they were given
  std::size_t octets_ = 0;
};

}  // namespace longwire::bearers
