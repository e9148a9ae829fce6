// The two checksums of ACP 142 PDUs.
#pragma once

#include "base/bytes.hpp"

namespace longwire {

// RFC 1071 over all octets; an odd last octet counts as the high half of a word. ACP 142(A).
std::uint16_t internet_checksum(ByteView octets);

// ACP 142 (2001) annex B: the two Fletcher check octets (mod 255) that make the running sums
// zero when they stand at `position` and position + 1. Those two octets must be zero in `octets`.
std::uint16_t fletcher_checksum(ByteView octets, std::size_t position);

}  // namespace longwire
