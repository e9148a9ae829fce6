#include "node/config/schema_tls.hpp"

#include "node/config/file_value.hpp"

#include <array>

namespace longwire::config {

namespace {

using engine::Config;
using engine::DeliverConfig;
using engine::Submitter;

void read_clients(const Value& v, Config& c) {
  constexpr std::array<std::string_view, 3> words{"none", "ask", "require"};
  v.choice(words, c.smtp_tls.clients);
}

void read_mode(const Value& v, DeliverConfig& d) {
  constexpr std::array<std::string_view, 4> words{"off", "try", "require", "implicit"};
  v.choice(words, d.tls.mode);
}

constexpr std::array smtp_table{
    Field<Config>{"listen_tls", "array of addresses", "[]", "", "as listen, with TLS from the first octet",
                  [](const Value& v, Config& c) { v.endpoints(c.smtp_listen_tls); }},
    Field<Config>{"tls_certificate", "path", "none", "", "PEM, own certificate first; offers STARTTLS on listen",
                  [](const Value& v, Config& c) { read_file(v, FileKind::open, c.smtp_tls.certificate); }},
    Field<Config>{"tls_key", "path or credential:NAME", "none", "", "its private key, PEM or DER, not encrypted",
                  [](const Value& v, Config& c) { read_file(v, c.smtp_tls.key); }},
    Field<Config>{"tls_clients", "none, ask, require", "\"none\"", "", "certificates of clients", read_clients},
    Field<Config>{"tls_client_ca", "array of paths", "[]", "", "authorities that vouch for clients",
                  [](const Value& v, Config& c) { read_files(v, FileKind::open, c.smtp_tls.client_ca); }},
    Field<Config>{"tls_client_crl", "array of paths", "[]", "", "what they have revoked",
                  [](const Value& v, Config& c) { read_files(v, FileKind::open, c.smtp_tls.client_crls); }},
    Field<Config>{"auth_users", "path or credential:NAME", "none", "",
                  "users who may log in; lines made by longwire user hash",
                  [](const Value& v, Config& c) { read_file(v, c.smtp_tls.users); }},
};

constexpr std::array submitter_table{
    Field<Submitter>{"require_tls", "boolean", "false", "false", "only inside TLS",
                     [](const Value& v, Submitter& s) { v.boolean(s.require_tls); }},
    Field<Submitter>{"require_auth", "boolean", "false", "false", "only after a login or with a client certificate",
                     [](const Value& v, Submitter& s) { v.boolean(s.require_auth); }},
    Field<Submitter>{"own_address", "boolean", "false", "false",
                     "only from the address of the login or of the client certificate",
                     [](const Value& v, Submitter& s) { v.boolean(s.own_address); }},
};

constexpr std::array deliver_table{
    Field<DeliverConfig>{"tls", "off, try, require, implicit", "\"off\"", "",
                         "towards lmtp or smtp; try: STARTTLS where offered, nobody verified", read_mode},
    Field<DeliverConfig>{"tls_trust", "array of paths", "[]", "", "authorities that vouch for the server",
                         [](const Value& v, DeliverConfig& d) { read_files(v, FileKind::open, d.tls.trust); }},
    Field<DeliverConfig>{"tls_crl", "array of paths", "[]", "", "what they have revoked",
                         [](const Value& v, DeliverConfig& d) { read_files(v, FileKind::open, d.tls.crls); }},
    Field<DeliverConfig>{"tls_name", "host name", "of the address", "", "the server's certificate must have it",
                         [](const Value& v, DeliverConfig& d) { v.text(d.tls.name); }},
    Field<DeliverConfig>{"tls_certificate", "path", "none", "", "our certificate, where the server asks for one",
                         [](const Value& v, DeliverConfig& d) { read_file(v, FileKind::open, d.tls.certificate); }},
    Field<DeliverConfig>{"tls_key", "path or credential:NAME", "none", "", "its private key",
                         [](const Value& v, DeliverConfig& d) { read_file(v, d.tls.key); }},
    Field<DeliverConfig>{"user", "text", "none", "", "login at the server (SCRAM-SHA-256, or PLAIN inside TLS)",
                         [](const Value& v, DeliverConfig& d) { v.text(d.tls.user); }},
    Field<DeliverConfig>{"password", "path or credential:NAME", "none", "", "file whose first line is the password",
                         [](const Value& v, DeliverConfig& d) { read_file(v, d.tls.password); }},
};

}  // namespace

std::span<const Field<Config>> smtp_tls_fields() { return smtp_table; }
std::span<const Field<Submitter>> submitter_tls_fields() { return submitter_table; }
std::span<const Field<DeliverConfig>> deliver_tls_fields() { return deliver_table; }

}  // namespace longwire::config
