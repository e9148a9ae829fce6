// The TLS contexts and the users of a running node, made once from its configuration.
#pragma once

#include "crypto/random.hpp"
#include "crypto/tls/tls_stream.hpp"
#include "node/engine/config.hpp"
#include "node/smtp/client_login.hpp"
#include "node/smtp/logins.hpp"
#include "node/smtp/policy.hpp"

#include <memory>
#include <optional>

namespace longwire::io {

// Of the SMTP listeners.
struct ServerTls {
  std::shared_ptr<const crypto::TlsContext> context;  // nullptr: no TLS
  std::optional<smtp::Logins> logins;
};
// Both throw std::runtime_error with the words for the operator.
void set_up(ServerTls& out, const engine::ServerTlsConfig& config, crypto::Random& random,
            smtp::Logins::OnAttempt on_attempt);

// Towards the mail server of [deliver].
struct DeliverTls {
  std::shared_ptr<const crypto::TlsContext> context;  // nullptr: in the clear
  std::string server_name;                            // that its certificate must have
  bool implicit = false;
  bool falls_back = false;  // "try": a handshake that fails is followed by an attempt in the clear
  std::optional<smtp::Credentials> login;
};
DeliverTls set_up(const engine::DeliverConfig& config, crypto::Random& random);

// Of an established stream, for the session.
smtp::TlsFacts facts_of(const crypto::TlsStream& stream);

}  // namespace longwire::io
