// Chance of the operating system, to seed what keys and nonces are made of.
#pragma once

#include "base/bytes.hpp"

namespace longwire::io {

inline constexpr std::size_t seed_octets = 48;  // of crypto::Drbg: 256 bits and half of that again (SP 800-90A)

// From getrandom(2), which waits until the host has gathered enough. Throws std::system_error if there is none:
// nothing secret can be made then.
Bytes system_entropy(std::size_t octets);

}  // namespace longwire::io
