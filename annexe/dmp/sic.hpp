// Subject indicator codes (stanag4406.md 4.6): numbers in base 36 or 74, three to eight characters each.
//
// First octets B8-BD, and base 74 SICs of three characters in lists, are derived: the one public decoder masks
// these values wrongly (as it does eight characters of base 74 beyond 44 bits), so it proves nothing about them.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::dmp {

inline constexpr std::size_t sics_most = 8;  // three bits of count

// Errors: truncated, bad_sic.
Result<std::vector<std::string>> read_sics(ByteReader& in);
// false: more than sics_most, or one that valid_sic() refuses.
bool write_sics(ByteWriter& out, const std::vector<std::string>& sics);
// Three to eight of A-Z 0-9 a-z ' ( ) + , - . / : = ? and space.
bool valid_sic(std::string_view sic);

}  // namespace longwire::dmp
