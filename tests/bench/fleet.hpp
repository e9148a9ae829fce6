// Scenario text for the benchmarks: one link, a sender and its receivers, the whole node stack.
#pragma once

#include "limits.hpp"
#include "sim/world.hpp"

#include <cstdint>
#include <string>

namespace longwire::bench {

// The three links of the benchmark tables.
inline const Link sat64k{"sat64k", false, 64'000, 0.3, 0, 1500};
inline const Link hf9600{"hf9600", true, 9'600, 0.02, 2, 576};
inline const Link hf2400{"hf2400", true, 2'400, 0.02, 2, 576};

struct FleetOptions {
  Case load;
  double hours = 4;               // of simulated time
  bool silent_receivers = false;  // EMCON
  std::string bearer_keys;        // further lines for the sender's [[node.bearer]]
};

// Node "s" and receivers "r1" ...; messages are appended by the caller.
std::string fleet_text(const Link& link, const FleetOptions& options);
std::string message_text(const std::string& name, double at_seconds, std::size_t size, std::size_t receivers,
                         const std::string& precedence = "routine");

// Parses; ends the program with the problems when the text is wrong.
sim::Scenario scenario(const std::string& text);

struct Mean {
  double sum = 0;
  unsigned n = 0;
  void add(double v) {
    sum += v;
    ++n;
  }
  double value() const { return n == 0 ? 0 : sum / n; }
};

}  // namespace longwire::bench
