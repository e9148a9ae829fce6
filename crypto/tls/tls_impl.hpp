// What TlsContext and TlsStream share of the library; only for the .cpp files beside it.
#pragma once

#include "crypto/mbedtls_port.hpp"
#include "crypto/tls/tls_context.hpp"

#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

namespace longwire::crypto {

struct TlsContext::Impl {
  TlsSettings settings;
  std::vector<CertificatePtr> own;
  port::Owned<mbedtls_x509_crt, mbedtls_x509_crt_init, mbedtls_x509_crt_free> chain, anchors;
  port::Owned<mbedtls_pk_context, mbedtls_pk_init, mbedtls_pk_free> key;
  port::Owned<mbedtls_ssl_config, mbedtls_ssl_config_init, mbedtls_ssl_config_free> config;
};

}  // namespace longwire::crypto
