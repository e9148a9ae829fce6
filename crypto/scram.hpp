// SCRAM-SHA-256 (RFC 5802, RFC 7677) and PLAIN (RFC 4616) against a file of hashed passwords.
#pragma once

#include "base/result.hpp"
#include "crypto/random.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::crypto {

// "alice:SCRAM-SHA-256$4096:salt$StoredKey:ServerKey" (RFC 5803), a user a line; '#' comments.
struct UserRecord {
  std::string name;
  std::uint32_t iterations = 4096;
  Bytes salt, stored_key, server_key;
};
class UserFile {
 public:
  // Errors: bad_user_file, offset of the line; duplicate_user.
  static Result<UserFile> read(std::string_view text);
  const UserRecord* find(std::string_view name) const;
  // Takes as long for a name that is not there.
  bool check(std::string_view name, std::string_view password) const;

 private:
  std::vector<UserRecord> users_;
};
UserRecord make_user(std::string_view name, std::string_view password, std::uint32_t iterations, Random& random);
std::string format_user(const UserRecord& user);

// One SCRAM-SHA-256 exchange of the server. Texts are SASL messages, base64 undone.
class ScramServer {
 public:
  ScramServer(const UserFile& users, Random& random);
  ~ScramServer();
  struct Step {
    enum class Kind : std::uint8_t { challenge, success, failure } kind = Kind::failure;
    std::string text;  // challenge, or the server's final message
    std::string user;  // success
  };
  Step first(std::string_view client_first);
  Step final(std::string_view client_final);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};
// The client's side, for our own SMTP client.
class ScramClient {
 public:
  ScramClient(std::string name, std::string password, Random& random);
  ~ScramClient();
  std::string first();
  std::optional<std::string> final(std::string_view server_first);  // nullopt: refuse
  bool verify(std::string_view server_final) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::crypto
