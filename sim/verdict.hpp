// Verdict: which expectations of a scenario a run did not meet, each with its reason.
#pragma once

#include "sim/world.hpp"

#include <string>
#include <vector>

namespace longwire::sim {

std::vector<std::string> judge(World& world);

// The greatest time from submission to delivery; nullopt when nothing was delivered.
std::optional<Duration> slowest_delivery(const Scoreboard& scoreboard);

}  // namespace longwire::sim
