#include "crypto/tls/tls_port.hpp"

#include <mbedtls/version.h>
#if MBEDTLS_VERSION_MAJOR >= 3
#include <psa/crypto.h>
#endif

#include <array>

namespace longwire::crypto::port {

namespace {

// Forward secrecy and AEAD (RFC 9325 4.2); ECDSA and the lighter ciphers first.
constexpr std::array suites {
#if MBEDTLS_VERSION_MAJOR >= 3
  MBEDTLS_TLS1_3_AES_128_GCM_SHA256, MBEDTLS_TLS1_3_AES_256_GCM_SHA384, MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
#endif
      MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
      MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
      MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, 0,
};

#if MBEDTLS_VERSION_MAJOR >= 3
constexpr std::array<std::uint16_t, 4> groups{MBEDTLS_SSL_IANA_TLS_GROUP_X25519, MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
                                              MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, MBEDTLS_SSL_IANA_TLS_GROUP_NONE};
constexpr std::array<std::uint16_t, 9> signatures{MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
                                                  MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
                                                  MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
                                                  MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
                                                  MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
                                                  MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
                                                  MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
                                                  MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
                                                  MBEDTLS_TLS1_3_SIG_NONE};
#else
constexpr std::array groups{MBEDTLS_ECP_DP_CURVE25519, MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_SECP384R1,
                            MBEDTLS_ECP_DP_NONE};
constexpr std::array<int, 4> signatures{MBEDTLS_MD_SHA256, MBEDTLS_MD_SHA384, MBEDTLS_MD_SHA512, MBEDTLS_MD_NONE};
#endif

// The library reads PEM only with a NUL behind it.
Bytes with_nul(ByteView file) {
  Bytes out;
  out.reserve(file.size() + 1);
  out.assign(file.begin(), file.end());
  out.push_back(0);
  return out;
}

}  // namespace

void tls_start() {
#if MBEDTLS_VERSION_MAJOR >= 3
  must(psa_crypto_init());
#endif
}

void set_floor(mbedtls_ssl_config* config) {
  mbedtls_ssl_conf_ciphersuites(config, suites.data());
#if MBEDTLS_VERSION_MAJOR >= 3
  mbedtls_ssl_conf_min_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
  mbedtls_ssl_conf_groups(config, groups.data());
  mbedtls_ssl_conf_sig_algs(config, signatures.data());
#else
  mbedtls_ssl_conf_min_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
  mbedtls_ssl_conf_curves(config, groups.data());
  mbedtls_ssl_conf_sig_hashes(config, signatures.data());
#endif
#if defined(MBEDTLS_SSL_RENEGOTIATION)
  mbedtls_ssl_conf_renegotiation(config, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
#endif
#if defined(MBEDTLS_SSL_SESSION_TICKETS) && defined(MBEDTLS_SSL_CLI_C)
  mbedtls_ssl_conf_session_tickets(config, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
#endif
}

bool parse_key(mbedtls_pk_context* key, ByteView file, Random& random) {
  const bool pem = !file.empty() && file.front() != 0x30;
  const Secret octets(with_nul(file));
  const auto size = pem ? octets.size() : file.size();
#if MBEDTLS_VERSION_MAJOR >= 3
  return mbedtls_pk_parse_key(key, octets.view().data(), size, nullptr, 0, fill_random, &random) == 0;
#else
  (void)random;
  return mbedtls_pk_parse_key(key, octets.view().data(), size, nullptr, 0) == 0;
#endif
}

bool is_pair(const mbedtls_pk_context& public_key, const mbedtls_pk_context& private_key, Random& random) {
#if MBEDTLS_VERSION_MAJOR >= 3
  return mbedtls_pk_check_pair(&public_key, &private_key, fill_random, &random) == 0;
#else
  (void)random;
  return mbedtls_pk_check_pair(&public_key, &private_key) == 0;
#endif
}

bool is_version_error(int code) {
#if MBEDTLS_VERSION_MAJOR >= 3
  return code == MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION;
#else
  return code == MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION;
#endif
}

bool is_nothing_in_common(int code) {
#if MBEDTLS_VERSION_MAJOR >= 3
  return code == MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE;
#else
  return code == MBEDTLS_ERR_SSL_NO_CIPHER_CHOSEN || code == MBEDTLS_ERR_SSL_NO_USABLE_CIPHERSUITE;
#endif
}

bool is_ticket(int code) {
#if MBEDTLS_VERSION_MAJOR >= 3
  return code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
#else
  (void)code;
  return false;
#endif
}

}  // namespace longwire::crypto::port
