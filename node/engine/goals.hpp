// Delivery goals by precedence: how long after acceptance the next hop should have a message before
// the operator is told. Naval handling times (routine 6 h to next day, priority 3 h, immediate 30 min,
// flash 10 min as fast as humanly possible).
#pragma once

#include "base/precedence.hpp"
#include "base/time.hpp"

namespace longwire::engine {

constexpr Duration delivery_goal(Precedence level) {
  using namespace std::chrono_literals;
  switch (level) {
    case Precedence::override_:
      return 5min;
    case Precedence::flash:
      return 10min;
    case Precedence::immediate:
      return 30min;
    case Precedence::priority:
      return 3h;
    case Precedence::routine:
      return 8h;
    case Precedence::deferred:
      return 24h;
  }
  return 24h;
}

}  // namespace longwire::engine
