// The two checksums of ACP 142 PDUs and the two CRCs of STANAG 5066.
#pragma once

#include "base/bytes.hpp"

namespace longwire {

// RFC 1071 over all octets; an odd last octet counts as the high half of a word. ACP 142(A).
std::uint16_t internet_checksum(ByteView octets);

// ACP 142 (2001) annex B: the two Fletcher check octets (mod 255) that make the running sums
// zero when they stand at `position` and position + 1. Those two octets must be zero in `octets`.
std::uint16_t fletcher_checksum(ByteView octets, std::size_t position);

// STANAG 5066 C.3.2.8: x^16+x^15+x^12+x^11+x^8+x^6+x^3+1, LSB of each octet first, register 0 at the
// start, no inversion; "123456789" gives 0x7D01. D_PDUs send it least significant octet first, packets
// of MIL-STD-188-110D Appendix A most significant octet first.
std::uint16_t crc16_s5066(ByteView octets);
// C.3.2.11: 0x10AA725CF (not Ethernet's), else as above; "123456789" gives 0x6738A384.
std::uint32_t crc32_s5066(ByteView octets);

}  // namespace longwire
