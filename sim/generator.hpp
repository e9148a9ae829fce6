// Random scenarios: fleets, links, traffic and trouble from one seed.
//
// The result is the text of a scenario file, so that what fails can be kept as one.
#pragma once

#include <cstdint>
#include <string>

namespace longwire::sim {

std::string generate_scenario(std::uint64_t seed);

}  // namespace longwire::sim
