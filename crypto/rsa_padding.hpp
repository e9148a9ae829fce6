// The paddings of RSA key transport (RFC 8017 7.1, 7.2). Reading never tells by time or branch what was wrong.
#pragma once

#include "crypto/constant_time.hpp"
#include "crypto/keys.hpp"

namespace longwire::crypto::rsa_padding {

// modulus_octets: of the result. Errors: too_long.
Result<Secret> write_pkcs1(std::size_t modulus_octets, ByteView key, Random& random);
Result<Secret> write_oaep(std::size_t modulus_octets, const OaepParameters& parameters, ByteView key, Random& random);

// The last key_octets of `block` are the key if the mask says yes. A padding around a key of another length is wrong.
ct::Mask check_pkcs1(ByteView block, std::size_t key_octets);
// Unmasks `block` in place.
ct::Mask check_oaep(std::span<std::uint8_t> block, const OaepParameters& parameters, std::size_t key_octets);

}  // namespace longwire::crypto::rsa_padding
