// TLS and login: keys of [smtp], [[smtp.submitter]] and [deliver].
#include "node/config/config_toml.hpp"
#include "node/config/tls_settings.hpp"

#include <gtest/gtest.h>

namespace longwire::config {
namespace {

const std::string pki = LONGWIRE_VECTORS "/tls/";

std::string text_with(const std::string& smtp, const std::string& deliver) {
  return R"([node]
name = "ship-a"
domain = "ship-a.example"
pmul_id = "10.66.0.1"
data_dir = "/var/lib/longwire"
[smtp]
listen = ["127.0.0.1:2525"]
)" + smtp +
         "\n[deliver]\n" + (deliver.empty() ? "maildir = \"/var/mail/{local}\"" : deliver) + "\n";
}

ParsedConfig parsed(const std::string& smtp, const std::string& deliver = {}, FileAccess files = {}) {
  if (files.now == Time{}) files.now = from_unix(1'790'000'000);
  return parse_config(text_with(smtp, deliver), "n.toml", std::move(files));
}

std::string problems(const std::string& smtp, const std::string& deliver = {}, FileAccess files = {}) {
  std::string all;
  for (const auto& p : parsed(smtp, deliver, std::move(files)).problems)
    if (p.text.find("no [[bearer]]") == std::string::npos) all += to_string(p) + "\n";
  return all;
}

bool says(const std::string& all, const std::string& part) {
  EXPECT_NE(all.find(part), std::string::npos) << part << " is not in\n" << all;
  return all.find(part) != std::string::npos;
}

std::string pair(const std::string& certificate, const std::string& key) {
  return "tls_certificate = \"" + pki + certificate + ".crt\"\ntls_key = \"" + pki + key + ".key\"\n";
}

// The keys of the test PKI are open to everybody, as the warning says.
std::string without_mode(std::string all) {
  std::string out;
  for (std::size_t at = 0; at < all.size();) {
    const auto end = all.find('\n', at) + 1;
    const auto line = all.substr(at, end - at);
    if (line.find("open to other users") == std::string::npos) out += line;
    at = end;
  }
  return out;
}

TEST(TlsConfig, ACompleteServer) {
  const auto smtp = pair("server", "server") +
                    "listen_tls = [\"127.0.0.1:465\"]\ntls_clients = \"ask\"\ntls_client_ca = [\"" + pki +
                    "ca.crt\"]\n[[smtp.submitter]]\nnetwork = \"127.0.0.0/8\"\nrequire_tls = true\n" +
                    "require_auth = true\nown_address = true\n";
  EXPECT_EQ(without_mode(problems(smtp)), "");
  const auto config = *parsed(smtp).config;
  EXPECT_EQ(config.smtp_listen_tls.at(0).port, 465);
  EXPECT_TRUE(config.submitters.at(0).require_tls && config.submitters.at(0).require_auth);
  EXPECT_TRUE(config.submitters.at(0).own_address);
  const auto settings = tls_settings(config.smtp_tls);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->client_certificate, crypto::ClientCertificate::ask);
  EXPECT_EQ(settings->trust.anchors.size(), 1U);
  EXPECT_TRUE(settings->key_file);
}

TEST(TlsConfig, CertificatesAndKeysAreTried) {
  says(problems(pair("server", "client")), "key_mismatch");
  says(problems(pair("client", "client")), "wrong_usage");
  says(problems(pair("nothing", "server")), "no such file");
  says(problems("tls_certificate = \"" + pki + "server.key\"\ntls_key = \"" + pki + "server.key\"\n"),
       "no_certificate");
  says(problems("tls_certificate = \"" + pki + "server.crt\"\ntls_key = \"" + pki + "server.crt\"\n"), "bad_key");
  says(problems("tls_certificate = \"" + pki + "server.crt\"\n"), "error: tls_certificate needs tls_key");
  says(problems("tls_key = \"" + pki + "server.key\"\n"), "error: tls_key needs tls_certificate");
  says(problems("listen_tls = [\"127.0.0.1:465\"]\n"), "error: listen_tls needs tls_certificate");
}

TEST(TlsConfig, ExpiryIsAWarning) {
  EXPECT_TRUE(
      says(problems(pair("expired", "expired")), "warning: the certificate of 'CN=Expired server' has expired"));
  EXPECT_TRUE(parsed(pair("expired", "expired")).config.has_value());
  FileAccess files;
  files.strict = true;  // as `check` looks
  says(problems(pair("expired", "expired"), {}, files), "error: the certificate of 'CN=Expired server' has expired");
  files.strict = false;
  files.now = from_unix(4'070'908'800 - 86'400 * 10);  // ten days before 2099-01-01
  says(problems(pair("server", "server"), {}, files), "expires at 2099-01-01");
  files.now = from_unix(1'000'000'000);
  says(problems(pair("server", "server"), {}, files), "is not valid before 2020");
}

TEST(TlsConfig, ClientsNeedAnAuthority) {
  says(problems(pair("server", "server") + "tls_clients = \"require\"\n"), "tls_clients needs tls_client_ca");
  says(problems(pair("server", "server") + "tls_client_ca = [\"" + pki + "ca.crt\"]\n"), "warning: no client is asked");
  says(problems(pair("server", "server") + "tls_clients = \"ask\"\ntls_client_ca = [\"" + pki + "server.key\"]\n"),
       "no_certificate");
  says(problems("[[smtp.submitter]]\nnetwork = \"127.0.0.0/8\"\nrequire_tls = true\nrequire_auth = true\n"),
       "require_auth needs auth_users or tls_clients");
  says(problems("[[smtp.submitter]]\nnetwork = \"127.0.0.0/8\"\nrequire_tls = true\n"),
       "require_tls needs tls_certificate");
  says(problems("[[smtp.submitter]]\nnetwork = \"127.0.0.0/8\"\nown_address = true\n"),
       "own_address needs require_auth");
}

TEST(TlsConfig, DeliveryByTls) {
  const std::string smtp = "smtp = \"10.0.0.5:25\"\n";
  const std::string trust = "tls_trust = [\"" + pki + "ca.crt\"]\n";
  EXPECT_EQ(problems("", smtp + "tls = \"require\"\n" + trust), "");
  EXPECT_EQ(problems("", smtp + "tls = \"try\"\n"), "");
  const auto config = *parsed("", smtp + "tls = \"implicit\"\n" + trust).config;
  EXPECT_EQ(server_name(config.deliver), "10.0.0.5");
  EXPECT_TRUE(tls_settings(config.deliver.tls)->verify_server);
  EXPECT_FALSE(tls_settings(parsed("", smtp + "tls = \"try\"\n").config->deliver.tls)->verify_server);
  says(problems("", smtp + "tls = \"require\"\n"), "needs tls_trust");
  says(problems("", smtp + trust), "tls_trust has no effect without tls");
  says(problems("", "lmtp = \"unix:/run/lmtp\"\ntls = \"require\"\n" + trust), "needs tls_name");
  says(problems("", "maildir = \"/var/mail/{local}\"\ntls = \"try\"\n"), "a Maildir has neither");
  says(problems("", smtp + "user = \"relay\"\n"), "user needs password");
  says(problems("", smtp + "user = \"two words\"\npassword = \"" + pki + "README.md\"\n"),
       "a user name is printable ASCII");
  says(problems("", smtp + "tls = \"sometimes\"\n"), "require");
}

TEST(TlsConfig, CredentialsOfTheService) {
  const auto smtp = "tls_certificate = \"" + pki + "server.crt\"\ntls_key = \"credential:server.key\"\n";
  says(problems(smtp), "warning: 'credential:server.key' cannot be looked at here");
  FileAccess files;
  files.credentials = pki;
  EXPECT_EQ(without_mode(problems(smtp, {}, files)), "");
  EXPECT_TRUE(parsed(smtp, {}, files).config->smtp_tls.key.octets);
  for (const char* bad : {"credential:", "credential:../x", "credential:a/b", "credential:.."})
    says(problems("tls_certificate = \"" + pki + "server.crt\"\ntls_key = \"" + bad + "\"\n", {}, files),
         "no name of a credential");
}

TEST(TlsConfig, WhoOnlyAsksTheDaemonOpensNoFile) {
  FileAccess none;
  none.read = false;
  EXPECT_EQ(problems(pair("nothing", "nothing") + "auth_users = \"/nowhere\"\n", {}, none), "");
  const auto config = *parsed(pair("server", "server"), {}, none).config;
  EXPECT_FALSE(config.smtp_tls.key.octets);
  EXPECT_TRUE(config.smtp_tls.certificate.octets.empty());
}

TEST(TlsConfig, TheListOfUsersIsRead) {
  says(problems("auth_users = \"" + pki + "README.md\"\n"), "bad_user_file");
  says(problems("auth_users = \"/dev/zero\"\n"), "no such file");
}

}  // namespace
}  // namespace longwire::config
