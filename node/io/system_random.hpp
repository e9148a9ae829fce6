// Randomness of the operating system: where every key, nonce and blinding of a running node begins.
#pragma once

#include "crypto/random.hpp"

#include <memory>

namespace longwire::io {

// A generator seeded with 64 octets of the kernel's entropy; waits for a kernel that has none yet. Throws
// std::system_error when there is none to be had: no node runs on keys that can be guessed.
std::unique_ptr<crypto::Random> system_random();

}  // namespace longwire::io
