// The command line of bench_coded: what it may say, and in which range.
#pragma once

#include "base/result.hpp"
#include "coded_world.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::bench {

extern const char* const coded_help;

struct CodedOptions {
  unsigned seeds = 0, first_seed = 1;   // 0: as many as the cell takes
  std::string link;                     // empty: all
  std::size_t size = 0, receivers = 0;  // 0: all
  std::size_t plain_receivers = 0;
  double loss = -1;  // < 0: all
  bool singly = true, bursts = true, trace = false, table = false, emcon = false, help = false;
  std::optional<Knowledge> knowledge;
};

const std::vector<Link>& coded_links();

// The error's text names the option, what was given and what may be.
Result<CodedOptions> read_coded_options(const std::vector<std::string>& arguments);

}  // namespace longwire::bench
