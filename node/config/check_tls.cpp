// Checks of TLS and login: what fits together is tried, not only read.
#include "base/text.hpp"
#include "node/config/schema_tls.hpp"
#include "node/config/tls_settings.hpp"

namespace longwire::config {

namespace {

using engine::Config;

constexpr Duration soon = std::chrono::hours{24 * 30};

class TlsChecker {
 public:
  TlsChecker(Reading& r, const Config& c)
      : r_(r), c_(c), random_(as_bytes("only blinds the trial of a pair of keys")) {}

  void run() {
    server();
    submitters();
    deliver();
  }

 private:
  void error(std::string_view path, std::string text) { r_.error(r_.place(path), std::move(text)); }
  void warning(std::string_view path, std::string text) { r_.warning(r_.place(path), std::move(text)); }
  void needs(const std::string& section, const char* key, const char* other) {
    if (r_.has(section + key) && !r_.has(section + other))
      error(section + key, std::string(key) + " needs " + other + " beside it");
  }

  // A credential that is not there now was warned of where it was read.
  static bool is_read(const security::FileContent& certificate, const security::SecretFile& key) {
    return !certificate.octets.empty() && (key.octets || key.path.empty());
  }

  void try_pair(Result<crypto::TlsSettings> settings, const std::string& section) {
    const auto at = section + "tls_certificate";
    if (!settings) return error(at, settings.error().text);
    const auto made = crypto::TlsContext::make(*std::move(settings), random_);
    if (!made) {
      const auto& e = made.error();
      const bool is_key = e.name == "bad_key" || e.name == "key_mismatch";
      const bool is_trust = e.name == "no_trust";
      const auto key = is_key     ? "tls_key"
                       : is_trust ? (section == "smtp." ? "tls_client_ca" : "tls_trust")
                                  : "tls_certificate";
      return error(section + key, std::string(e.name) + ": " + e.text);
    }
    if (const auto own = (*made)->certificate()) validity(*own, at);
  }

  void validity(const crypto::Certificate& own, const std::string& at) {
    const auto now = r_.files.now;
    if (now == Time{}) return;
    const auto who = "the certificate of '" + own.subject_text() + "' ";
    std::string text;
    if (own.not_after < now) text = who + "has expired at " + format_utc(own.not_after);
    else if (own.not_before > now) text = who + "is not valid before " + format_utc(own.not_before);
    if (!text.empty()) return r_.files.strict ? error(at, text) : warning(at, text);
    if (own.not_after - now < soon) warning(at, who + "expires at " + format_utc(own.not_after));
  }

  void server() {
    const auto& t = c_.smtp_tls;
    needs("smtp.", "listen_tls", "tls_certificate");
    needs("smtp.", "tls_certificate", "tls_key");
    needs("smtp.", "tls_key", "tls_certificate");
    needs("smtp.", "tls_client_crl", "tls_client_ca");
    if (t.clients != "none") {
      needs("smtp.", "tls_clients", "tls_certificate");
      needs("smtp.", "tls_clients", "tls_client_ca");
    } else if (r_.has("smtp.tls_client_ca")) {
      warning("smtp.tls_client_ca", "no client is asked for a certificate: set tls_clients to ask or require");
    }
    if (is_read(t.certificate, t.key) && r_.has("smtp.tls_key")) try_pair(tls_settings(t), "smtp.");
    const auto users = users_of(t);
    if (!users) return error("smtp.auth_users", users.error().text);
    if (t.users.octets && users->empty()) warning("smtp.auth_users", "nobody stands in this file: nobody can log in");
    if (r_.has("smtp.auth_users") && !t.on())
      warning("smtp.auth_users",
              "without tls_certificate only SCRAM-SHA-256 is offered, and mail is sent in the clear");
  }

  void submitters() {
    const auto& t = c_.smtp_tls;
    for (std::size_t i = 0; i < c_.submitters.size(); ++i) {
      const auto path = "smtp.submitter[" + std::to_string(i) + "].";
      const auto& s = c_.submitters[i];
      if (s.require_tls && !t.on()) error(path + "require_tls", "require_tls needs tls_certificate in [smtp]");
      if (s.require_auth && t.users.path.empty() && t.clients == "none")
        error(path + "require_auth", "require_auth needs auth_users or tls_clients in [smtp]");
      if (s.own_address && !s.require_auth && t.clients != "require")
        error(path + "own_address", "own_address needs require_auth: of whom nothing is known, no address is");
    }
  }

  void deliver() {
    const auto& d = c_.deliver;
    const auto& t = d.tls;
    const bool off = t.mode == "off";
    for (const auto* key : {"tls_trust", "tls_crl", "tls_name", "tls_certificate", "tls_key"})
      if (off && r_.has("deliver." + std::string(key)))
        error("deliver." + std::string(key), std::string(key) + " has no effect without tls");
    if ((!off || !t.user.empty()) && !d.lmtp && !d.smtp && r_.has("deliver.maildir"))
      error("deliver", "tls and user are for lmtp and smtp, a Maildir has neither");
    needs("deliver.", "tls_certificate", "tls_key");
    needs("deliver.", "tls_key", "tls_certificate");
    needs("deliver.", "user", "password");
    needs("deliver.", "password", "user");
    if (t.verifies() && t.trust.empty())
      return error("deliver.tls", "tls = \"" + t.mode + "\" needs tls_trust: who vouches for the server");
    if (t.verifies() && server_name(d).empty())
      return error("deliver.tls", "tls = \"" + t.mode + "\" needs tls_name: a unix socket has no host name");
    if (!t.user.empty() && !crypto::is_user_name(t.user))
      error("deliver.user", "a user name is printable ASCII without blank and ':'");
    if (t.password.octets)
      if (const auto password = password_of(t); !password) error("deliver.password", password.error().text);
    const bool read = r_.files.read && (t.certificate.path.empty() || is_read(t.certificate, t.key));
    if (!off && read) try_pair(tls_settings(t), "deliver.");
  }

  Reading& r_;
  const Config& c_;
  crypto::Drbg random_;
};

}  // namespace

void check_tls(Reading& r, const Config& config) { TlsChecker(r, config).run(); }

}  // namespace longwire::config
