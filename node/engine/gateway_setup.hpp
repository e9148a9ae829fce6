// From [gateway] to the tables of the gateway; a node without the section has a name of its own too.
#pragma once

#include "annexe/gateway/gateway.hpp"
#include "node/engine/config.hpp"

#include <string_view>

namespace longwire::engine {

// "/O=<domain>/PRMD=<domain>/ADMD= /C=ZZ/": ZZ is for users (ISO 3166-1 8.1.3), an ADMD of one space stands for
// any (X.402). A PRMD has 16 characters at most: of a longer domain its first label and a hash of the whole.
x400::OrName default_or_address(std::string_view domain);

gateway::Settings gateway_settings(const Config& config);

// Has a peer on this bearer content = "dmp"?
bool dmp_peers_on(const Config& config, std::size_t bearer);
// UDP port of DMP on this bearer, 0 = none; on HF bearers it stands for the application id.
std::uint16_t dmp_port_of(const Config& config, std::size_t bearer);

}  // namespace longwire::engine
