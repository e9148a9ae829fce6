// ClientLogin: one AUTH exchange of our own SMTP client (RFC 4954): SCRAM-SHA-256 where the server has it, else PLAIN,
// and that only inside TLS.
#pragma once

#include "crypto/random.hpp"
#include "crypto/scram.hpp"
#include "crypto/secret.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::smtp {

struct Credentials {
  std::string user;
  std::shared_ptr<const crypto::Secret> password;
};

class ClientLogin {
 public:
  ClientLogin(Credentials credentials, crypto::Random& random)
      : credentials_(std::move(credentials)), random_(random) {}

  // The AUTH command; nullopt: the server has no mechanism that may be used here.
  std::optional<std::string> begin(const std::vector<std::string>& mechanisms, bool tls);
  // The line that answers a 334; "*" gives up (RFC 4954 4).
  std::string answer(std::string_view challenge);
  // A 235 counts: the server has shown that it knows the password too, as far as the mechanism has that.
  bool proven() const { return proven_; }

 private:
  std::string plain() const;

  Credentials credentials_;
  crypto::Random& random_;
  std::optional<crypto::ScramClient> scram_;
  unsigned round_ = 0;
  bool plain_sent_ = false;
  bool proven_ = false;
};

}  // namespace longwire::smtp
