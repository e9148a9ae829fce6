// The report of one run, for programs (JSON) and for people (a table).
#pragma once

#include "sim/world.hpp"

#include <boost/json.hpp>

#include <ostream>
#include <string>
#include <vector>

namespace longwire::sim {

boost::json::object report_json(World& world, std::uint64_t seed, const std::vector<std::string>& failed);
void report_text(std::ostream& out, World& world, std::uint64_t seed, const std::vector<std::string>& failed);

}  // namespace longwire::sim
