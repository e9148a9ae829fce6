// The CRC of DMP (stanag4406.md 4.9): polynomial 1021, not reflected, initial FFFF, no inversion at the end;
// "123456789" gives 29B1. The dissector's name for it says X.25, the algorithm is not that one.
#pragma once

#include "base/bytes.hpp"

namespace longwire::dmp {

inline constexpr std::size_t checksum_octets = 2;  // at the end, high octet first

std::uint16_t checksum(ByteView octets);

}  // namespace longwire::dmp
