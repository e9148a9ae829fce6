// Random scenarios: fleets, links, traffic and trouble from one seed.
//
// The result is the text of a scenario file, so that what fails can be kept as one.
#pragma once

#include <cstdint>
#include <string>

namespace longwire::sim {

// modems: most links are HF frequencies with modems and STANAG 5066 stacks.
// mixed: nodes write MULE, Annex E and DMP for each other, by chance.
// coded: P_MUL between them is coded, or some of it.
std::string generate_scenario(std::uint64_t seed, bool modems = false, bool mixed = false, bool coded = false);

}  // namespace longwire::sim
