// SCRAM-SHA-256 (RFC 5802, RFC 7677) and PLAIN (RFC 4616) against a file of hashed passwords.
//
// Names are printable ASCII without blank and ':'. That is what SASLprep (RFC 4013) leaves as it is, so no table of
// Unicode is needed to compare two names; a name outside of it is refused, never compared octet by octet. Passwords of
// our own users are ASCII for the same reason (make_user); one from a line that another program wrote may be any UTF-8:
// SCRAM clients prepare it themselves, PLAIN is compared as it comes.
#pragma once

#include "base/result.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::crypto {

// 10000: RFC 7677 4 asks for 4096 at least and names 15000; each login costs a small node some 10 ms.
inline constexpr std::uint32_t usual_iterations = 10'000;

// "alice:SCRAM-SHA-256$10000:salt$StoredKey:ServerKey" (RFC 5803), a user a line; '#' comments.
struct UserRecord {
  std::string name;
  std::uint32_t iterations = usual_iterations;
  Bytes salt, stored_key, server_key;
};
bool is_user_name(std::string_view name);

class UserFile {
 public:
  // Errors: bad_user_file, offset of the line; duplicate_user.
  static Result<UserFile> read(std::string_view text);
  const UserRecord* find(std::string_view name) const;
  bool empty() const { return users_.empty(); }
  std::size_t size() const { return users_.size(); }
  // Takes as long for a name that is not there.
  bool check(std::string_view name, std::string_view password) const;
  // Of a name that is not there: a record that is always the same and that no password fits, so that nobody learns
  // who exists.
  UserRecord record_or_decoy(std::string_view name) const;

 private:
  std::vector<UserRecord> users_;  // sorted by name
  Bytes decoy_key_;
};
// Errors: bad_user_name; bad_password: empty, too long, or not printable ASCII (RFC 4013 would have to prepare it).
Result<UserRecord> make_user(std::string_view name, std::string_view password, std::uint32_t iterations,
                             Random& random);
std::string format_user(const UserRecord& user);

// One SCRAM-SHA-256 exchange of the server. Texts are SASL messages, base64 undone.
class ScramServer {
 public:
  ScramServer(const UserFile& users, Random& random);  // both must outlive it
  ~ScramServer();
  ScramServer(ScramServer&&) noexcept;
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
  ScramClient(std::string name, std::string_view password, Random& random);
  ~ScramClient();
  ScramClient(ScramClient&&) noexcept;
  std::string first() const;
  std::optional<std::string> final(std::string_view server_first);  // nullopt: refuse
  bool verify(std::string_view server_final) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::crypto
