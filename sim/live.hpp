// `longwire link`: the channels of the simulator in real time, between programs that do not know
// of it. docs/link.md tells how to write the file and how to point programs at it.
#pragma once

#include "node/io/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace longwire::sim {

struct LiveOptions {
  std::string path;                   // LINK.toml
  std::optional<std::uint64_t> seed;  // in place of the file's
  bool json = false;                  // one JSON object a line on stdout, nothing else
  std::string pcap;                   // file for every packet put on the air; empty = none
  io::Speed speed;                    // as `longwire run` of the programs has it; for links of modems
  bool check_only = false;            // read the file, touch nothing
};

// Runs until SIGINT or SIGTERM, which end it cleanly. Returns the exit code: 0, or 1 when the file
// is wrong or a device cannot be had (said on stderr).
int run_link(const LiveOptions& options);

}  // namespace longwire::sim
