// The X.400 name of a message that came by DMP, where identifiers have 16 bits and come round: node, identifier and
// submission time. Stable over repetitions, and it gives the identifier back for a report.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace longwire::engine {

// "10.66.0.9/4711/69208A40": at most 31 characters (an MTS identifier has 32).
std::string dmp_local_id(PmulId source, std::uint16_t id, Time submission);
// The identifier, if the name is that of a message from this node.
std::optional<std::uint16_t> dmp_id_in(std::string_view local_id, PmulId source);

}  // namespace longwire::engine
