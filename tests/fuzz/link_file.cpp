// The reader of link files: any text gives a configuration or problems with a place.
#include "base/bytes.hpp"
#include "sim/live_config.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = longwire::sim::parse_live_config(longwire::as_text({data, size}), "fuzz.toml");
  if (parsed.config.has_value() == longwire::config::has_errors(parsed.problems)) std::abort();
  for (const auto& p : parsed.problems)
    if (p.line == 0 || p.column == 0 || p.text.empty()) std::abort();
  return 0;
}
