// The part of crypto/mbedtls_port.hpp that only TLS needs: what differs between mbedTLS 2.28 and 3.6 there.
#pragma once

#include "crypto/mbedtls_port.hpp"
#include "crypto/secret.hpp"

#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>

namespace longwire::crypto::port {

// 3.6 does TLS 1.3 by its PSA core, which wants to be started; may be called often.
void tls_start();
// Versions, suites, groups and signatures that we take part in (tls_context.hpp).
void set_floor(mbedtls_ssl_config* config);

bool parse_key(mbedtls_pk_context* key, ByteView file, Random& random);
bool is_pair(const mbedtls_pk_context& public_key, const mbedtls_pk_context& private_key, Random& random);

// Whether an error of the handshake means that the two have no version, or nothing else, in common.
bool is_version_error(int code);
bool is_nothing_in_common(int code);
// A TLS 1.3 ticket that we have no use for: not an error, read on.
bool is_ticket(int code);

}  // namespace longwire::crypto::port
