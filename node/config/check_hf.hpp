// Checks of [[bearer]] sections of the kinds stanag5066 and modem, and of the keys each kind has.
#pragma once

#include "node/config/value.hpp"
#include "node/engine/config.hpp"

#include <cstddef>

namespace longwire::config {

// Also fills in what follows from the kind: rate, duplex, the modem's address or device.
void check_hf_bearer(Reading& r, engine::Config& config, std::size_t index);
// A key of another kind is refused: it would be without effect, and its author does not know.
void check_kind_keys(Reading& r, const engine::BearerConfig& bearer, std::size_t index);

// True when a bearer of that kind has the key.
bool is_key_of(std::string_view key, std::string_view kind);

}  // namespace longwire::config
