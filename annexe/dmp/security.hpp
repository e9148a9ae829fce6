// The security octets of DMP (stanag4406.md 4.5).
#pragma once

#include "annexe/dmp/pdu.hpp"

#include <string_view>

namespace longwire::dmp {

inline constexpr std::uint8_t policy_nato = 4, policy_national = 5, policy_extended_national = 6,
                              policy_extended_mission = 7;
// Bits of Categories::first under the policies 4, 5 and 6.
inline constexpr std::uint8_t category_clear = 0x80, category_crypto = 0x40, category_exclusive = 0x20,
                              category_national_eyes = 0x10;

// The octet "class | policy | two bits of the content" and the policy and category octets behind it.
// Errors: truncated, bad_security.
struct SecurityHead {
  Security security;
  std::uint8_t low_bits = 0;
};
Result<SecurityHead> read_security(ByteReader& in, int version);
bool write_security(ByteWriter& out, int version, const Security& security, unsigned low_bits);

// "nor", "EAPC"; empty for a number without a nation.
std::string_view nation_name(std::uint8_t number);

}  // namespace longwire::dmp
