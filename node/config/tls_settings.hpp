// From the configuration to what crypto/tls and the login want. Used by the check and by the daemon.
#pragma once

#include "crypto/scram.hpp"
#include "crypto/tls/tls_context.hpp"
#include "node/engine/config.hpp"

namespace longwire::config {

// Errors: those of the readers; text names the file.
Result<crypto::TlsSettings> tls_settings(const engine::ServerTlsConfig& config);
Result<crypto::TlsSettings> tls_settings(const engine::DeliverTlsConfig& config);
Result<crypto::UserFile> users_of(const engine::ServerTlsConfig& config);
// The first line of the password's file. Error: bad_password.
Result<std::shared_ptr<const crypto::Secret>> password_of(const engine::DeliverTlsConfig& config);
// What the server's certificate must have.
std::string server_name(const engine::DeliverConfig& config);

}  // namespace longwire::config
