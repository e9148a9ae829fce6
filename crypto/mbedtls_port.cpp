#include "crypto/mbedtls_port.hpp"

#include <mbedtls/pkcs5.h>
#include <mbedtls/version.h>

#include <stdexcept>

namespace longwire::crypto::port {

namespace {

unsigned length_of(ByteView octets) { return static_cast<unsigned>(octets.size()); }

}  // namespace

void rsa_init(mbedtls_rsa_context* rsa) {
#if MBEDTLS_VERSION_MAJOR >= 3
  mbedtls_rsa_init(rsa);
#else
  mbedtls_rsa_init(rsa, MBEDTLS_RSA_PKCS_V15, 0);
#endif
}

void must(int code) {
  if (code != 0) throw std::runtime_error("mbedTLS: " + std::to_string(code));
}

int fill_random(void* random, unsigned char* out, std::size_t count) {
  static_cast<Random*>(random)->fill({out, count});
  return 0;
}

mbedtls_md_type_t md_type(Digest digest) {
  switch (digest) {
    case Digest::md5:
      return MBEDTLS_MD_MD5;
    case Digest::sha1:
      return MBEDTLS_MD_SHA1;
    case Digest::sha224:
      return MBEDTLS_MD_SHA224;
    case Digest::sha256:
      return MBEDTLS_MD_SHA256;
    case Digest::sha384:
      return MBEDTLS_MD_SHA384;
    case Digest::sha512:
      return MBEDTLS_MD_SHA512;
  }
  return MBEDTLS_MD_NONE;
}

const mbedtls_md_info_t* md_info(Digest digest) { return mbedtls_md_info_from_type(md_type(digest)); }

Bytes pbkdf2(Digest digest, ByteView password, ByteView salt, std::uint32_t iterations, std::size_t octets) {
  Bytes out(octets);
#if MBEDTLS_VERSION_MAJOR >= 3
  must(mbedtls_pkcs5_pbkdf2_hmac_ext(md_type(digest), password.data(), password.size(), salt.data(), salt.size(),
                                     iterations, static_cast<std::uint32_t>(octets), out.data()));
#else
  Md md;
  must(mbedtls_md_setup(md.get(), md_info(digest), 1));
  must(mbedtls_pkcs5_pbkdf2_hmac(md.get(), password.data(), password.size(), salt.data(), salt.size(), iterations,
                                 static_cast<std::uint32_t>(octets), out.data()));
#endif
  return out;
}

bool rsa_sign_pkcs1(mbedtls_rsa_context* rsa, Digest digest, ByteView hash, std::uint8_t* out, Random& random) {
  // A PSS signature with the same key leaves the other padding behind, which 2.28 refuses here.
  (void)mbedtls_rsa_set_padding(rsa, MBEDTLS_RSA_PKCS_V15, MBEDTLS_MD_NONE);  // void in 2.28
#if MBEDTLS_VERSION_MAJOR >= 3
  return mbedtls_rsa_rsassa_pkcs1_v15_sign(rsa, fill_random, &random, md_type(digest), length_of(hash), hash.data(),
                                           out) == 0;
#else
  return mbedtls_rsa_rsassa_pkcs1_v15_sign(rsa, fill_random, &random, MBEDTLS_RSA_PRIVATE, md_type(digest),
                                           length_of(hash), hash.data(), out) == 0;
#endif
}

bool rsa_sign_pss(mbedtls_rsa_context* rsa, Digest digest, ByteView hash, std::uint8_t* out, Random& random) {
  (void)mbedtls_rsa_set_padding(rsa, MBEDTLS_RSA_PKCS_V21, md_type(digest));  // void in 2.28
  return mbedtls_rsa_rsassa_pss_sign_ext(rsa, fill_random, &random, md_type(digest), length_of(hash), hash.data(),
                                         static_cast<int>(digest_size(digest)), out) == 0;
}

bool rsa_verify_pkcs1(mbedtls_rsa_context* rsa, Digest digest, ByteView hash, const std::uint8_t* signature) {
#if MBEDTLS_VERSION_MAJOR >= 3
  return mbedtls_rsa_rsassa_pkcs1_v15_verify(rsa, md_type(digest), length_of(hash), hash.data(), signature) == 0;
#else
  return mbedtls_rsa_rsassa_pkcs1_v15_verify(rsa, nullptr, nullptr, MBEDTLS_RSA_PUBLIC, md_type(digest),
                                             length_of(hash), hash.data(), signature) == 0;
#endif
}

bool rsa_verify_pss(mbedtls_rsa_context* rsa, Digest digest, ByteView hash, const std::uint8_t* signature, int salt) {
#if MBEDTLS_VERSION_MAJOR >= 3
  return mbedtls_rsa_rsassa_pss_verify_ext(rsa, md_type(digest), length_of(hash), hash.data(), md_type(digest), salt,
                                           signature) == 0;
#else
  return mbedtls_rsa_rsassa_pss_verify_ext(rsa, nullptr, nullptr, MBEDTLS_RSA_PUBLIC, md_type(digest), length_of(hash),
                                           hash.data(), md_type(digest), salt, signature) == 0;
#endif
}

}  // namespace longwire::crypto::port
