#include "node/io/tls_setup.hpp"

#include "node/config/tls_settings.hpp"

#include <stdexcept>

namespace longwire::io {

namespace {

std::shared_ptr<const crypto::TlsContext> context_of(Result<crypto::TlsSettings> settings, const char* section,
                                                     crypto::Random& random) {
  if (!settings) throw std::runtime_error(std::string(section) + ": " + settings.error().text);
  auto made = crypto::TlsContext::make(*std::move(settings), random);
  if (made) return *std::move(made);
  throw std::runtime_error(std::string(section) + " TLS: " + std::string(made.error().name) + ": " + made.error().text);
}

}  // namespace

void set_up(ServerTls& out, const engine::ServerTlsConfig& config, crypto::Random& random,
            smtp::Logins::OnAttempt on_attempt) {
  if (config.on()) out.context = context_of(config::tls_settings(config), "[smtp]", random);
  if (config.users.path.empty()) return;
  if (!config.users.octets) throw std::runtime_error("[smtp] auth_users '" + config.users.path + "' was not read");
  auto users = config::users_of(config);
  if (!users) throw std::runtime_error("[smtp] auth_users " + users.error().text);
  if (!users->empty()) out.logins.emplace(*std::move(users), random, std::move(on_attempt));
}

DeliverTls set_up(const engine::DeliverConfig& config, crypto::Random& random) {
  DeliverTls out;
  const auto& t = config.tls;
  if (t.mode != "off") out.context = context_of(config::tls_settings(t), "[deliver]", random);
  out.server_name = config::server_name(config);
  out.implicit = t.mode == "implicit";
  out.falls_back = t.mode == "try";
  if (t.user.empty()) return out;
  auto password = config::password_of(t);
  if (!password) throw std::runtime_error("[deliver] password " + password.error().text);
  out.login = smtp::Credentials{t.user, *std::move(password)};
  return out;
}

smtp::TlsFacts facts_of(const crypto::TlsStream& stream) {
  smtp::TlsFacts facts{stream.version(), stream.cipher(), {}, {}};
  if (const auto peer = stream.peer_certificate()) {
    facts.subject = peer->subject_text();
    facts.addresses = peer->addresses;
  }
  return facts;
}

}  // namespace longwire::io
