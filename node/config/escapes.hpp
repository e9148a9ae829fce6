// Escapes in the commands of equipment: TOML has none for single octets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace longwire::config {

// \r \n \t \\ and \xNN; nothing for any other escape. Characters stand for themselves.
std::optional<std::string> unescape(std::string_view text);

}  // namespace longwire::config
