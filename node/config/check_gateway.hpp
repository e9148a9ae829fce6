// Checks of [gateway] and of what peers with content annex-e or dmp need.
#pragma once

#include "node/config/value.hpp"

namespace longwire::config {

void check_gateway(Reading& r, engine::Config& config);

}  // namespace longwire::config
