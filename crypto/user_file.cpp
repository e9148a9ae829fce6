// The file of users: one line each in the form of RFC 5803.
#include "base/base64.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "crypto/hash.hpp"
#include "crypto/scram.hpp"

#include <algorithm>

namespace longwire::crypto {

namespace {

constexpr std::string_view scheme = "SCRAM-SHA-256";
constexpr std::size_t key_octets = 32;

// What is before the separator; the rest loses it. nullopt: no separator.
std::optional<std::string_view> cut(std::string_view& rest, char separator) {
  const auto at = rest.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const auto part = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return part;
}

// The reason, empty when the record is good.
std::string_view read_line(std::string_view line, UserRecord& user) {
  const auto name = cut(line, ':');
  if (!name || !is_user_name(*name)) return "no user name before the ':'";
  user.name = *name;
  const auto kind = cut(line, '$');
  if (!kind || *kind != scheme) return "no SCRAM-SHA-256$";
  const auto count = cut(line, ':');
  const auto iterations = count ? parse_unsigned(*count) : std::nullopt;
  if (!iterations || *iterations < limits::scram_least_iterations || *iterations > limits::scram_iterations)
    return "iterations must be from 4096 to 200000";
  user.iterations = static_cast<std::uint32_t>(*iterations);
  const auto salt = cut(line, '$');
  const auto stored = cut(line, ':');
  if (!salt || !stored) return "no salt$StoredKey:ServerKey";
  auto salt_octets = base64_strict(*salt);
  auto stored_octets = base64_strict(*stored);
  auto server_octets = base64_strict(line);
  if (!salt_octets || salt_octets->empty() || salt_octets->size() > limits::scram_salt) return "bad salt";
  if (!stored_octets || stored_octets->size() != key_octets) return "bad StoredKey";
  if (!server_octets || server_octets->size() != key_octets) return "bad ServerKey";
  user.salt = *std::move(salt_octets);
  user.stored_key = *std::move(stored_octets);
  user.server_key = *std::move(server_octets);
  return {};
}

Bytes stored_key_of(std::string_view password, const UserRecord& user, Bytes* server_key) {
  const Secret salted(pbkdf2(Digest::sha256, as_bytes(password), user.salt, user.iterations, key_octets));
  const Secret client_key(hmac(Digest::sha256, salted.view(), as_bytes("Client Key")));
  if (server_key != nullptr) *server_key = hmac(Digest::sha256, salted.view(), as_bytes("Server Key"));
  return hash(Digest::sha256, client_key.view());
}

bool by_name(const UserRecord& a, const UserRecord& b) { return a.name < b.name; }

}  // namespace

bool is_user_name(std::string_view name) {
  return !name.empty() && name.size() <= limits::user_name &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7F && c != ':'; });
}

Result<UserFile> UserFile::read(std::string_view text) {
  UserFile file;
  Hasher secret(Digest::sha256);
  std::size_t at = 0;
  std::size_t number = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = trim(text.substr(at, end - at));
    const auto fail = [&](std::string_view why) {
      return error("bad_user_file", at, "line " + std::to_string(number) + ": " + std::string(why));
    };
    ++number;
    if (!line.empty() && line.front() != '#') {
      UserRecord user;
      if (const auto why = read_line(line, user); !why.empty()) return fail(why);
      if (file.users_.size() >= limits::users) return fail("too many users");
      secret.add(user.server_key);
      file.users_.push_back(std::move(user));
    }
    at = end + 1;
  }
  std::stable_sort(file.users_.begin(), file.users_.end(), by_name);
  const auto twin = std::adjacent_find(file.users_.begin(), file.users_.end(),
                                       [](const UserRecord& a, const UserRecord& b) { return a.name == b.name; });
  if (twin != file.users_.end()) return error("duplicate_user", 0, "'" + twin->name + "' stands there twice");
  file.decoy_key_ = secret.finish();
  return file;
}

const UserRecord* UserFile::find(std::string_view name) const {
  const auto at = std::lower_bound(users_.begin(), users_.end(), name,
                                   [](const UserRecord& u, std::string_view n) { return u.name < n; });
  return at != users_.end() && at->name == name ? &*at : nullptr;
}

UserRecord UserFile::record_or_decoy(std::string_view name) const {
  if (const auto* user = find(name)) return *user;
  UserRecord decoy;
  decoy.name = name;
  // As the others look: their length of salt, their count.
  const std::size_t salt = users_.empty() ? 16 : users_.front().salt.size();
  if (!users_.empty()) decoy.iterations = users_.front().iterations;
  decoy.salt = pbkdf2(Digest::sha256, decoy_key_, as_bytes("salt " + std::string(name)), 1, salt);
  decoy.stored_key = hmac(Digest::sha256, decoy_key_, as_bytes("stored " + std::string(name)));
  decoy.server_key = hmac(Digest::sha256, decoy_key_, as_bytes("server " + std::string(name)));
  return decoy;
}

bool UserFile::check(std::string_view name, std::string_view password) const {
  if (name.size() > limits::user_name || password.empty() || password.size() > limits::password) return false;
  const bool known = find(name) != nullptr;
  const auto user = record_or_decoy(name);
  const bool fits = equal_in_constant_time(stored_key_of(password, user, nullptr), user.stored_key);
  return known && fits;
}

Result<UserRecord> make_user(std::string_view name, std::string_view password, std::uint32_t iterations,
                             Random& random) {
  if (!is_user_name(name)) return error("bad_user_name", 0, "printable ASCII without blank and ':'");
  if (password.empty() || password.size() > limits::password ||
      !std::all_of(password.begin(), password.end(), [](char c) { return c >= ' ' && c < 0x7F; }))
    return error("bad_password", 0, "1 to " + std::to_string(limits::password) + " printable ASCII characters");
  UserRecord user;
  user.name = name;
  user.iterations = iterations;
  user.salt = random_octets(random, 16);
  user.stored_key = stored_key_of(password, user, &user.server_key);
  return user;
}

std::string format_user(const UserRecord& user) {
  return user.name + ":" + std::string(scheme) + "$" + std::to_string(user.iterations) + ":" +
         base64_encode(user.salt) + "$" + base64_encode(user.stored_key) + ":" + base64_encode(user.server_key);
}

}  // namespace longwire::crypto
