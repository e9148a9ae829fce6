// Any text as a scenario file: problems or a scenario, never a crash.
#include "sim/scenario.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 20'000) return 0;
  const auto parsed = longwire::sim::parse_scenario(longwire::as_text({data, size}), "fuzz.toml", "");
  if (!parsed.scenario && parsed.problems.empty()) std::abort();  // a refusal must have a reason
  return 0;
}
