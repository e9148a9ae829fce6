// Identifiers in 7 bits a character, most significant bit first (stanag4406.md 4.1).
#pragma once

#include "base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace longwire::dmp {

// nullopt: a character that is NUL or has 8 bits.
std::optional<Bytes> pack_text(std::string_view text);
// Seven octets hold seven or eight characters: a NUL at the end is none. nullopt: another NUL.
std::optional<std::string> unpack_text(ByteView octets);

}  // namespace longwire::dmp
