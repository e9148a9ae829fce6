// The messages of RFC 5802 7 and what both sides compute from them (3).
#include "crypto/scram.hpp"

#include "base/base64.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "crypto/hash.hpp"

#include <algorithm>

namespace longwire::crypto {

namespace {

constexpr std::size_t key_octets = 32;
// 6.5 bits a character: 130 bits of the client, 196 of the server.
constexpr std::size_t client_nonce = 20;
constexpr std::size_t server_nonce = 30;

// Characters of `printable`: 93 of them, each as likely as any other.
std::string make_nonce(Random& random, std::size_t count) {
  std::string out;
  while (out.size() < count) {
    const auto octet = random_octets(random, 1).front();
    if (octet >= 186) continue;
    const char c = static_cast<char>('!' + octet % 93);
    out += c >= ',' ? static_cast<char>(c + 1) : c;
  }
  return out;
}

bool is_nonce(std::string_view text) {
  return !text.empty() && text.size() <= limits::scram_nonce &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && c != ','; });
}

// Attributes one after another: next('r') gives the value of "r=..." when that is what stands next.
class Attributes {
 public:
  explicit Attributes(std::string_view text) : rest_(text), any_(true) {}
  std::optional<std::string_view> next(char letter) {
    if (!any_ || rest_.size() < 2 || rest_[0] != letter || rest_[1] != '=') return std::nullopt;
    const auto comma = rest_.find(',');
    const auto value = rest_.substr(2, comma - 2);
    any_ = comma != std::string_view::npos;
    rest_.remove_prefix(any_ ? comma + 1 : rest_.size());
    return value;
  }
  // What is left are extensions nobody has to know (RFC 5802 5.1), in their syntax.
  bool only_extensions() const {
    auto rest = rest_;
    for (bool any = any_; any;) {
      const auto comma = rest.find(',');
      const auto one = rest.substr(0, comma);
      if (one.size() < 3 || one[1] != '=' || !is_letter(one[0]) || one[0] == 'm') return false;
      any = comma != std::string_view::npos;
      rest.remove_prefix(any ? comma + 1 : rest.size());
    }
    return true;
  }

 private:
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
  std::string_view rest_;
  bool any_;
};

bool is_message(std::string_view text) {
  return !text.empty() && text.size() <= limits::scram_message && is_utf8(text) &&
         text.find('\0') == std::string_view::npos;
}

std::optional<std::string> from_saslname(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    const auto code = text.substr(i + 1, 2);
    if (code != "2C" && code != "3D") return std::nullopt;
    out += code == "2C" ? ',' : '=';
    i += 2;
  }
  return out;
}

std::string to_saslname(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == ',') out += "=2C";
    else if (c == '=') out += "=3D";
    else out += c;
  }
  return out;
}

Bytes exclusive_or(ByteView a, ByteView b) {
  Bytes out(a.begin(), a.end());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(out[i] ^ b[i]);
  return out;
}

}  // namespace

// --- server --------------------------------------------------------------------------------

struct ScramServer::Impl {
  enum class Place : std::uint8_t { first, final, over } place = Place::first;
  const UserFile& users;
  Random& random;
  UserRecord record;
  bool known = false;
  std::string gs2_header, nonce, auth_message;
};

ScramServer::ScramServer(const UserFile& users, Random& random)
    : impl_(new Impl{Impl::Place::first, users, random, {}, false, {}, {}, {}}) {}  // clang 14: no aggregate in ()
ScramServer::~ScramServer() = default;
ScramServer::ScramServer(ScramServer&&) noexcept = default;

ScramServer::Step ScramServer::first(std::string_view text) {
  auto& s = *impl_;
  if (std::exchange(s.place, Impl::Place::over) != Impl::Place::first || !is_message(text)) return {};
  // gs2-header: we offer no channel binding, so a client that asks for one ("p=") is refused (6).
  if (!text.starts_with("n,") && !text.starts_with("y,")) return {};
  const auto comma = text.find(',', 2);
  if (comma == std::string_view::npos) return {};
  const auto bare = text.substr(comma + 1);
  Attributes attributes(bare);
  const auto name_text = attributes.next('n');
  const auto client = attributes.next('r');
  const auto name = name_text ? from_saslname(*name_text) : std::nullopt;
  if (!name || !is_user_name(*name) || !client || !is_nonce(*client) || !attributes.only_extensions()) return {};
  // Nobody acts for another: an authorization identity must be the user (RFC 4422 3.4.1).
  const auto identity = text.substr(2, comma - 2);
  if (!identity.empty() && (!identity.starts_with("a=") || from_saslname(identity.substr(2)) != *name)) return {};
  s.known = s.users.find(*name) != nullptr;
  s.record = s.users.record_or_decoy(*name);
  s.gs2_header = text.substr(0, comma + 1);
  s.nonce = std::string(*client) + make_nonce(s.random, server_nonce);
  const auto answer =
      "r=" + s.nonce + ",s=" + base64_encode(s.record.salt) + ",i=" + std::to_string(s.record.iterations);
  s.auth_message = std::string(bare) + "," + answer + ",";
  s.place = Impl::Place::final;
  return {Step::Kind::challenge, answer, {}};
}

ScramServer::Step ScramServer::final(std::string_view text) {
  auto& s = *impl_;
  if (std::exchange(s.place, Impl::Place::over) != Impl::Place::final || !is_message(text)) return {};
  const auto at = text.rfind(",p=");
  if (at == std::string_view::npos) return {};
  const auto without_proof = text.substr(0, at);
  const auto proof = base64_strict(text.substr(at + 3));
  Attributes attributes(without_proof);
  const auto binding = attributes.next('c');
  const auto nonce = attributes.next('r');
  if (!proof || proof->size() != key_octets || !binding || !nonce || !attributes.only_extensions()) return {};
  const auto bound = base64_strict(*binding);
  if (!bound || as_text(*bound) != s.gs2_header || *nonce != s.nonce) return {};
  s.auth_message += without_proof;
  const auto signature = hmac(Digest::sha256, s.record.stored_key, as_bytes(s.auth_message));
  const Secret client_key(exclusive_or(*proof, signature));
  const bool fits = equal_in_constant_time(hash(Digest::sha256, client_key.view()), s.record.stored_key);
  if (!fits || !s.known) return {};
  const auto own = hmac(Digest::sha256, s.record.server_key, as_bytes(s.auth_message));
  return {Step::Kind::success, "v=" + base64_encode(own), s.record.name};
}

// --- client --------------------------------------------------------------------------------

struct ScramClient::Impl {
  std::string bare;
  std::string nonce;
  Secret password;
  Bytes server_signature;
};

ScramClient::ScramClient(std::string name, std::string_view password, Random& random)
    : impl_(std::make_unique<Impl>()) {
  const auto octets = as_bytes(password);
  impl_->nonce = make_nonce(random, client_nonce);
  impl_->bare = "n=" + to_saslname(name) + ",r=" + impl_->nonce;
  impl_->password = Secret(Bytes(octets.begin(), octets.end()));
}
ScramClient::~ScramClient() = default;
ScramClient::ScramClient(ScramClient&&) noexcept = default;

std::string ScramClient::first() const { return "n,," + impl_->bare; }

std::optional<std::string> ScramClient::final(std::string_view text) {
  auto& c = *impl_;
  if (!is_message(text)) return std::nullopt;
  Attributes attributes(text);
  const auto nonce = attributes.next('r');
  const auto salt_text = attributes.next('s');
  const auto count_text = attributes.next('i');
  if (!nonce || !salt_text || !count_text || !attributes.only_extensions()) return std::nullopt;
  const auto salt = base64_strict(*salt_text);
  const auto count = parse_unsigned(*count_text);
  if (!is_nonce(*nonce) || !nonce->starts_with(c.nonce) || nonce->size() == c.nonce.size()) return std::nullopt;
  if (!salt || salt->empty() || salt->size() > limits::scram_salt) return std::nullopt;
  // Few iterations make a proof cheap to guess from, and a false server could ask for few; many would stop the loop.
  if (!count || *count < limits::scram_least_iterations || *count > limits::scram_iterations) return std::nullopt;

  const Secret salted(pbkdf2(Digest::sha256, c.password.view(), *salt, static_cast<std::uint32_t>(*count), key_octets));
  const Secret client_key(hmac(Digest::sha256, salted.view(), as_bytes("Client Key")));
  const Secret server_key(hmac(Digest::sha256, salted.view(), as_bytes("Server Key")));
  const auto without_proof = "c=biws,r=" + std::string(*nonce);  // biws: "n,,"
  const auto auth_message = c.bare + "," + std::string(text) + "," + without_proof;
  const auto signature = hmac(Digest::sha256, hash(Digest::sha256, client_key.view()), as_bytes(auth_message));
  c.server_signature = hmac(Digest::sha256, server_key.view(), as_bytes(auth_message));
  return without_proof + ",p=" + base64_encode(exclusive_or(client_key.view(), signature));
}

bool ScramClient::verify(std::string_view text) const {
  if (impl_->server_signature.empty() || !is_message(text)) return false;
  Attributes attributes(text);
  const auto verifier = attributes.next('v');
  const auto octets = verifier ? base64_strict(*verifier) : std::nullopt;
  return octets && attributes.only_extensions() && equal_in_constant_time(*octets, impl_->server_signature);
}

}  // namespace longwire::crypto
