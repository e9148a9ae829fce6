// TlsStream: one TLS session as a layer over two byte queues; no socket, no clock.
//
// The owner feeds what came from the wire and writes take_output() to it, until that is empty. Whom the peer's
// certificate names is decided by our own path validation (crypto/x509/path.hpp), so that mail and TLS have one truth.
#pragma once

#include "crypto/tls/tls_context.hpp"

#include <memory>
#include <optional>
#include <string>

namespace longwire::crypto {

class TlsStream {
 public:
  // peer_name: of a client: the host name or IP address that the server's certificate must have (RFC 7817), and that
  // it is asked for (SNI); empty: not checked. now: for validity; a session does not outlive certificates by much.
  TlsStream(std::shared_ptr<const TlsContext> context, std::string peer_name, Time now);
  ~TlsStream();
  TlsStream(TlsStream&&) noexcept;

  void feed(ByteView cipher_octets);  // from the wire
  void end_of_input();                // the wire has ended: without close_notify before, that is tls_truncated
  void write(ByteView plain);         // to be sent; before the handshake is done it waits
  void close();                       // close_notify, behind everything written
  // For the wire: at most some limits::tls_chunk_octets at a time, so ask until it is empty.
  std::string take_output();
  std::string take_plain();  // received; ask until it is empty
  bool established() const;
  bool closed() const;  // by the peer's close_notify
  // tls_version, tls_no_common (suite, group or signature), tls_certificate (text begins with the word of PathResult,
  // or "wrong_name"), tls_no_client_certificate, tls_alert (the peer refused), tls_record, tls_handshake,
  // tls_truncated, tls_overflow (limits::tls_...). The alert for the peer is in take_output().
  const std::optional<Error>& failure() const;
  std::string version() const;  // "TLSv1.2"
  std::string cipher() const;
  // Of the peer, when one came; unless the context verifies nothing it is verified once established().
  CertificatePtr peer_certificate() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::crypto
