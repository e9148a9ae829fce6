// Configuration endpoints as people write them.
#pragma once

#include "node/engine/config.hpp"

#include <string>

namespace longwire::io {

std::string to_string(const engine::Endpoint& endpoint);

}  // namespace longwire::io
