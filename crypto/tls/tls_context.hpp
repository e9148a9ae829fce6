// TlsContext: what the TLS sessions of one listener or client share: certificate, key, trust and our floor.
//
// The floor is the same everywhere: TLS 1.2, and 1.3 where the library has it; suites with forward secrecy and AEAD
// only (ECDHE with AES-GCM or ChaCha20-Poly1305); X25519, P-256, P-384; SHA-256 and better in signatures; no
// renegotiation, no compression, no resumption.
#pragma once

#include "crypto/x509/path.hpp"

#include <memory>
#include <string>
#include <vector>

namespace longwire::crypto {

enum class ClientCertificate : std::uint8_t { none, ask, require };

struct TlsSettings {
  bool server = false;
  // Own chain, leaf first, PEM or one in DER. A server needs it; empty: a client without certificate.
  Bytes certificate_file;
  std::shared_ptr<const Secret> key_file;                          // PKCS#8, PKCS#1 or SEC1, PEM or DER, not encrypted
  TrustStore trust;                                                // who may vouch for the peer
  ClientCertificate client_certificate = ClientCertificate::none;  // what a server asks
  // Of a client. false: encryption against those who only listen (RFC 7435); whoever stands between can be the server.
  bool verify_server = true;
};

class TlsContext {
 public:
  // Errors: those of read_certificates, bad_certificate (the library cannot take it), no_certificate, bad_key,
  // wrong_usage, key_mismatch (not the key of that certificate), no_trust. random: must outlive the context.
  static Result<std::shared_ptr<const TlsContext>> make(TlsSettings settings, Random& random);
  ~TlsContext();
  const TlsSettings& settings() const;
  // Own leaf; nullptr for a client without.
  CertificatePtr certificate() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit TlsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::crypto
