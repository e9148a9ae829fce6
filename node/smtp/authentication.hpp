// Authentication: one AUTH exchange of a server (RFC 4954), mechanisms PLAIN (RFC 4616) and SCRAM-SHA-256 (RFC 7677).
#pragma once

#include "crypto/scram.hpp"
#include "node/smtp/policy.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace longwire::smtp {

class Authentication {
 public:
  Authentication(const crypto::UserFile& users, crypto::Random& random) : users_(users), random_(random) {}

  struct Step {
    enum class Kind : std::uint8_t {
      challenge,  // reply 334 with the text and read a line
      success,    // user; reply 235
      refused,    // by the protocol: `reply`
      wrong,      // name or password; reply 535
    } kind = Kind::wrong;
    std::string text;
    std::string user;
    Reply reply;
  };
  // What stands behind AUTH. PLAIN shows the password, so it needs TLS.
  Step begin(std::string_view argument, bool tls);
  Step next(std::string_view line);
  const std::string& mechanism() const { return mechanism_; }

 private:
  Step respond(ByteView response);
  Step plain(std::string_view response) const;
  Step scram(std::string_view response);

  const crypto::UserFile& users_;
  crypto::Random& random_;
  std::string mechanism_;
  std::optional<crypto::ScramServer> scram_;
  unsigned round_ = 0;
  std::string user_;  // proven; the client only has to take note of our proof
};

// The AUTH line of an EHLO reply, without "AUTH ".
std::string_view mechanisms(bool tls);

}  // namespace longwire::smtp
