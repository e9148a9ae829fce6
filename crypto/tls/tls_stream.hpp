// TlsStream: TLS 1.2 (1.3 where the library has it) as a layer over two byte queues; no socket, no clock.
#pragma once

#include "crypto/x509/path.hpp"

#include <memory>
#include <string>
#include <vector>

namespace longwire::crypto {

struct TlsContext {  // shared by the sessions of a listener or client; must outlive them
  bool server = false;
  std::vector<CertificatePtr> chain;  // own, leaf first
  std::shared_ptr<const PrivateKey> key;
  Bytes key_file;  // PKCS#8, as mbedTLS wants it
  TrustStore trust;
  enum class ClientCertificate : std::uint8_t { none, ask, require } client_certificate = ClientCertificate::none;
};

class TlsStream {
 public:
  // peer_name: client: the name the server's certificate must have; empty: not checked.
  TlsStream(std::shared_ptr<const TlsContext> context, std::string peer_name, Random& random, Time now);
  ~TlsStream();
  TlsStream(TlsStream&&) noexcept;

  void feed(ByteView cipher_octets);  // from the wire
  void write(ByteView plain);         // to be sent; before the handshake is done it waits
  void close();                       // close_notify
  std::string take_output();          // for the wire
  std::string take_plain();           // received
  bool established() const;
  bool closed() const;                   // by the peer's close_notify; an end without it is a truncation
  std::optional<Error> failure() const;  // tls_handshake, tls_certificate, tls_record: text says what
  std::string version() const;           // "TLSv1.2"
  std::string cipher() const;
  CertificatePtr peer_certificate() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::crypto
