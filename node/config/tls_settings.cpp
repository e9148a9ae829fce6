#include "node/config/tls_settings.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace longwire::config {

namespace {

using security::FileContent;

Error in_file(Error e, const std::string& path) {
  e.text = "'" + path + "': " + std::string(e.name) + (e.text.empty() ? "" : ": " + e.text);
  return e;
}

Result<crypto::TrustStore> trust_of(const std::vector<FileContent>& anchors, const std::vector<FileContent>& crls) {
  crypto::TrustStore trust;
  for (const auto& file : anchors) {
    auto read = crypto::read_certificates(file.octets);
    if (!read) return in_file(read.error(), file.path);
    trust.anchors.insert(trust.anchors.end(), read->begin(), read->end());
  }
  for (const auto& file : crls) {
    auto read = crypto::read_crls(file.octets);
    if (!read) return in_file(read.error(), file.path);
    for (auto& crl : *read) trust.crls.push_back(std::move(crl));
  }
  return trust;
}

}  // namespace

Result<crypto::TlsSettings> tls_settings(const engine::ServerTlsConfig& config) {
  crypto::TlsSettings s;
  s.server = true;
  s.certificate_file = config.certificate.octets;
  s.key_file = config.key.octets;
  auto trust = trust_of(config.client_ca, config.client_crls);
  if (!trust) return trust.error();
  s.trust = *std::move(trust);
  using crypto::ClientCertificate;
  s.client_certificate = config.clients == "require" ? ClientCertificate::require
                         : config.clients == "ask"   ? ClientCertificate::ask
                                                     : ClientCertificate::none;
  return s;
}

Result<crypto::TlsSettings> tls_settings(const engine::DeliverTlsConfig& config) {
  crypto::TlsSettings s;
  s.certificate_file = config.certificate.octets;
  s.key_file = config.key.octets;
  auto trust = trust_of(config.trust, config.crls);
  if (!trust) return trust.error();
  s.trust = *std::move(trust);
  s.verify_server = config.verifies();
  return s;
}

Result<crypto::UserFile> users_of(const engine::ServerTlsConfig& config) {
  if (!config.users.octets) return crypto::UserFile{};
  auto read = crypto::UserFile::read(as_text(config.users.octets->view()));
  if (!read) return in_file(read.error(), config.users.path);
  return read;
}

Result<std::shared_ptr<const crypto::Secret>> password_of(const engine::DeliverTlsConfig& config) {
  if (!config.password.octets) return error("bad_password", 0, "'" + config.password.path + "' was not read");
  auto text = as_text(config.password.octets->view());
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty() || text.size() > limits::password)
    return error("bad_password", 0, "'" + config.password.path + "': the first line is no password");
  const auto octets = as_bytes(text);
  return std::make_shared<const crypto::Secret>(Bytes(octets.begin(), octets.end()));
}

std::string server_name(const engine::DeliverConfig& config) {
  if (!config.tls.name.empty()) return config.tls.name;
  const auto& server = config.smtp ? config.smtp : config.lmtp;
  return server && !server->is_unix ? server->host : std::string();
}

}  // namespace longwire::config
