// What differs between mbedTLS 2.28 and 3.6, and how its C types are owned; the rest of crypto is written once.
#pragma once

#include "crypto/hash.hpp"
#include "crypto/random.hpp"

#include <mbedtls/bignum.h>
#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/rsa.h>

namespace longwire::crypto::port {

// A C struct with its init and free functions.
template <class T, auto init, auto release>
class Owned {
 public:
  Owned() { init(&value_); }
  ~Owned() { release(&value_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  T* get() { return &value_; }
  const T* get() const { return &value_; }
  T* operator->() { return &value_; }
  const T* operator->() const { return &value_; }

 private:
  T value_;
};

void rsa_init(mbedtls_rsa_context* rsa);

using Mpi = Owned<mbedtls_mpi, mbedtls_mpi_init, mbedtls_mpi_free>;
using Point = Owned<mbedtls_ecp_point, mbedtls_ecp_point_init, mbedtls_ecp_point_free>;
using Group = Owned<mbedtls_ecp_group, mbedtls_ecp_group_init, mbedtls_ecp_group_free>;
using Rsa = Owned<mbedtls_rsa_context, rsa_init, mbedtls_rsa_free>;
using Md = Owned<mbedtls_md_context_t, mbedtls_md_init, mbedtls_md_free>;

// For calls that fail for want of memory or by our own mistake only: throws std::runtime_error.
void must(int code);

// The library's f_rng over a Random, which is its p_rng.
int fill_random(void* random, unsigned char* out, std::size_t count);

const mbedtls_md_info_t* md_info(Digest digest);
mbedtls_md_type_t md_type(Digest digest);
Bytes pbkdf2(Digest digest, ByteView password, ByteView salt, std::uint32_t iterations, std::size_t octets);

// RSASSA-PKCS1-v1_5 and RSASSA-PSS with one digest for everything. `out` has the length of the modulus.
bool rsa_sign_pkcs1(mbedtls_rsa_context* rsa, Digest digest, ByteView hash, std::uint8_t* out, Random& random);
bool rsa_sign_pss(mbedtls_rsa_context* rsa, Digest digest, ByteView hash, std::uint8_t* out, Random& random);
bool rsa_verify_pkcs1(mbedtls_rsa_context* rsa, Digest digest, ByteView hash, const std::uint8_t* signature);
// salt: its length, or MBEDTLS_RSA_SALT_LEN_ANY
bool rsa_verify_pss(mbedtls_rsa_context* rsa, Digest digest, ByteView hash, const std::uint8_t* signature, int salt);

}  // namespace longwire::crypto::port
