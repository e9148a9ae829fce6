// SMTP / LMTP client session for one message: feed(octets) -> octets to send, then an outcome per
// recipient. smtp-edge.md sections 4 and 10.
//
// The owner writes take_output() whenever it is not empty, feeds what arrives, and stops waiting when
// done(): then it writes what is left (QUIT) and closes. Timeouts are the owner's, at least those of
// RFC 5321 4.5.3.2 (10 minutes after the final dot).
//
// TLS is the owner's: when wants_tls(), the server has said 220 to STARTTLS and everything from now on is TLS; the
// session gets only what is inside. A connection that begins with TLS is told so by tls_established() at once. What
// the server said in the clear is forgotten, and what it sent behind its 220 ends the attempt (RFC 3207 4.2).
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "mail/envelope.hpp"
#include "node/smtp/client_login.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace longwire::smtp {

enum class StartTls : std::uint8_t { off, if_offered, require };

struct ClientOptions {
  bool lmtp = false;
  std::string host_name;  // for EHLO / LHLO
  // A longer line is refused with 5.6.0, never wrapped. Lines above the 998 of limits::text_line are tried:
  // RFC 5321 4.5.3.1 lets a client, the server may refuse, and the message may have crossed a radio already.
  std::size_t max_text_line = limits::smtp_text_line;
  StartTls start_tls = StartTls::off;
  std::optional<Credentials> login{};  // with it, nothing is sent to a server that does not take it
  crypto::Random* random = nullptr;    // for the login; must outlive the session
};

class ClientSession {
 public:
  struct Outcome {
    enum class Kind : std::uint8_t { delivered, temporary, permanent } kind = Kind::temporary;
    std::string status;  // enhanced code, or derived from the reply code
    // The server's exact reply, lines joined with '\n'; what happened in parentheses if there was none.
    std::string reply;
  };

  // `envelope.by` holds the seconds left now (RFC 2852 4.1.4).
  ClientSession(ClientOptions options, mail::Envelope envelope, Bytes message);
  ~ClientSession();
  ClientSession(ClientSession&&) noexcept;

  void feed(ByteView octets);
  void connection_lost();  // every recipient without a final reply becomes temporary
  void timed_out();
  bool wants_tls() const;
  void tls_established();
  void tls_failed(const std::string& why);  // temporary for everybody, status 4.7.5
  std::string take_output();
  bool done() const;                             // outcomes are final; output (QUIT) may still be pending
  const std::vector<Outcome>& outcomes() const;  // one per recipient, in envelope order
  bool server_has_dsn() const;
  bool server_has_deliver_by() const;
  std::string server_name() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::smtp
