#include "crypto/tls/tls_context.hpp"

#include "crypto/tls/tls_impl.hpp"
#include "crypto/tls/tls_port.hpp"
#include "crypto/x509/extension_oids.hpp"

#include <algorithm>

namespace longwire::crypto {

namespace {

using Made = Result<std::shared_ptr<const TlsContext>>;

// RFC 5280 4.2.1.12: serverAuth, or any; without the extension everything.
bool may_serve(const Certificate& own) {
  const auto& usage = own.extended_usage;
  const auto has = [&](std::string_view one) { return std::find(usage.begin(), usage.end(), one) != usage.end(); };
  return usage.empty() || has(oid::server_auth) || has(oid::any_extended_key_usage);
}

std::optional<Error> load_own(TlsContext::Impl& c, Random& random) {
  const auto& s = c.settings;
  if (s.certificate_file.empty()) {
    if (s.server) return error("no_certificate", 0, "a TLS server needs a certificate");
    return std::nullopt;
  }
  auto read = read_certificates(s.certificate_file);
  if (!read) return read.error();
  c.own = *std::move(read);
  if (s.server && !may_serve(*c.own.front()))
    return error("wrong_usage", 0, "'" + c.own.front()->subject_text() + "' is not for TLS servers (extendedKeyUsage)");
  for (const auto& one : c.own)
    if (mbedtls_x509_crt_parse_der(c.chain.get(), one->der.data(), one->der.size()) != 0)
      return error("bad_certificate", 0, "'" + one->subject_text() + "' cannot be used for TLS");
  if (!s.key_file || s.key_file->size() == 0) return error("bad_key", 0, "no private key for the certificate");
  if (!port::parse_key(c.key.get(), s.key_file->view(), random))
    return error("bad_key", 0, "no private key that is not encrypted (PKCS#8, PKCS#1 or SEC1)");
  if (!port::is_pair(c.chain->pk, *c.key.get(), random))
    return error("key_mismatch", 0, "the key is not that of '" + c.own.front()->subject_text() + "'");
  port::must(mbedtls_ssl_conf_own_cert(c.config.get(), c.chain.get(), c.key.get()));
  return std::nullopt;
}

std::optional<Error> load_trust(TlsContext::Impl& c) {
  const auto& s = c.settings;
  const bool needed = s.server ? s.client_certificate != ClientCertificate::none : s.verify_server;
  if (!needed) return std::nullopt;
  bool any = false;
  for (const auto& anchor : s.trust.anchors)
    any = mbedtls_x509_crt_parse_der(c.anchors.get(), anchor->der.data(), anchor->der.size()) == 0 || any;
  if (!any) return error("no_trust", 0, "nobody is named who may vouch for the other side");
  // A server sends their names, so that clients can choose; who is trusted is decided in tls_stream.cpp.
  mbedtls_ssl_conf_ca_chain(c.config.get(), c.anchors.get(), nullptr);
  return std::nullopt;
}

int authentication(const TlsSettings& s) {
  if (!s.server) return s.verify_server ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_NONE;
  switch (s.client_certificate) {
    case ClientCertificate::none:
      return MBEDTLS_SSL_VERIFY_NONE;
    case ClientCertificate::ask:
      return MBEDTLS_SSL_VERIFY_OPTIONAL;
    case ClientCertificate::require:
      return MBEDTLS_SSL_VERIFY_REQUIRED;
  }
  return MBEDTLS_SSL_VERIFY_REQUIRED;
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;
const TlsSettings& TlsContext::settings() const { return impl_->settings; }
CertificatePtr TlsContext::certificate() const { return impl_->own.empty() ? nullptr : impl_->own.front(); }

Made TlsContext::make(TlsSettings settings, Random& random) {
  auto impl = std::make_unique<Impl>();
  impl->settings = std::move(settings);
  auto* config = impl->config.get();
  port::tls_start();
  port::must(mbedtls_ssl_config_defaults(config, impl->settings.server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
                                         MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT));
  mbedtls_ssl_conf_rng(config, port::fill_random, &random);
  mbedtls_ssl_conf_authmode(config, authentication(impl->settings));
  port::set_floor(config);
  if (auto bad = load_own(*impl, random)) return *std::move(bad);
  if (auto bad = load_trust(*impl)) return *std::move(bad);
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(impl)));
}

}  // namespace longwire::crypto
