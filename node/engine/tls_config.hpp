// TLS and login of the mail edges, as configured: pure data, files already read.
#pragma once

#include "node/security/config.hpp"

#include <string>
#include <vector>

namespace longwire::engine {

struct ServerTlsConfig {  // keys of [smtp]
  security::FileContent certificate;
  security::SecretFile key;
  std::vector<security::FileContent> client_ca, client_crls;
  std::string clients = "none";  // certificates of clients: "none" | "ask" | "require"
  security::SecretFile users;    // crypto::UserFile
  bool on() const { return !certificate.path.empty(); }
};

struct DeliverTlsConfig {    // keys of [deliver]
  std::string mode = "off";  // "off" | "try" | "require" | "implicit"
  std::vector<security::FileContent> trust, crls;
  std::string name;                   // the server's certificate must have; empty: the host of its address
  security::FileContent certificate;  // of our own
  security::SecretFile key;
  std::string user;               // login; empty: none
  security::SecretFile password;  // the file's first line
  bool verifies() const { return mode == "require" || mode == "implicit"; }
};

}  // namespace longwire::engine
