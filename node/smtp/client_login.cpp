#include "node/smtp/client_login.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace longwire::smtp {

namespace {

constexpr std::size_t longest_command = 510;  // RFC 5321 4.5.3.1.4, without CRLF

bool has(const std::vector<std::string>& mechanisms, std::string_view name) {
  return std::any_of(mechanisms.begin(), mechanisms.end(), [&](const std::string& m) { return iequals(m, name); });
}

}  // namespace

// RFC 4616 2, without an authorization identity.
std::string ClientLogin::plain() const {
  std::string text = '\0' + credentials_.user + '\0';
  text += as_text(credentials_.password->view());
  auto out = base64_encode(as_bytes(text));
  crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return out;
}

std::optional<std::string> ClientLogin::begin(const std::vector<std::string>& mechanisms, bool tls) {
  if (!credentials_.password) return std::nullopt;
  if (has(mechanisms, "SCRAM-SHA-256")) {
    scram_.emplace(credentials_.user, as_text(credentials_.password->view()), random_);
    return "AUTH SCRAM-SHA-256";
  }
  if (!tls || !has(mechanisms, "PLAIN")) return std::nullopt;
  proven_ = true;  // by its certificate
  const auto command = "AUTH PLAIN " + plain();
  plain_sent_ = command.size() <= longest_command;
  return plain_sent_ ? command : "AUTH PLAIN";
}

std::string ClientLogin::answer(std::string_view challenge) {
  const auto octets = base64_strict(challenge);
  if (!octets) return "*";
  if (!scram_) {
    if (plain_sent_ || !octets->empty()) return "*";
    plain_sent_ = true;
    return plain();
  }
  switch (round_++) {
    case 0:
      return octets->empty() ? base64_encode(as_bytes(scram_->first())) : "*";
    case 1: {
      const auto final = scram_->final(as_text(*octets));
      return final ? base64_encode(as_bytes(*final)) : "*";
    }
    case 2:
      proven_ = scram_->verify(as_text(*octets));
      return proven_ ? "" : "*";
    default:
      proven_ = false;
      return "*";
  }
}

}  // namespace longwire::smtp
