// `longwire sim`: runs a scenario, or scenarios made from seeds, and says what came of it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

namespace longwire::sim {

struct SimOptions {
  std::string scenario;                                // file; empty with `generate`
  bool generate = false;                               // make the scenario from the seed
  bool modems = false;                                 // of these, HF links with modems
  bool mixed = false;                                  // of these, nodes with Annex E and DMP
  bool coded = false;                                  // of these, nodes with coded P_MUL
  bool print = false;                                  // print that scenario instead of running it
  std::optional<std::uint64_t> seed;                   // in place of the scenario's own
  std::optional<std::uint64_t> first_seed, last_seed;  // --seeds A..B
  bool json = false;
  std::string trace_file;  // one JSON object a line
  std::string pcap_file;
  bool progress = false;  // err is a terminal
};

// Text for --help: the options that need more than a line.
extern const char* const sim_help;

// 0 every expectation holds; 1 it does not, or the scenario is not valid; 2 the options do not go together.
int run_scenario(const SimOptions& options, std::ostream& out, std::ostream& err);

// "17" or "1..1000"; false when it is neither.
bool parse_seeds(const std::string& text, std::uint64_t& first, std::uint64_t& last);

}  // namespace longwire::sim
