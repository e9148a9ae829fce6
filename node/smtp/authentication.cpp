#include "node/smtp/authentication.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace longwire::smtp {

namespace {

using Step = Authentication::Step;
using Kind = Step::Kind;

constexpr std::string_view plain_name = "PLAIN";
constexpr std::string_view scram_name = "SCRAM-SHA-256";

Step refused(int code, std::string enhanced, std::string text) {
  return {Kind::refused, {}, {}, {code, std::move(enhanced), std::move(text)}};
}

}  // namespace

std::string_view mechanisms(bool tls) { return tls ? "SCRAM-SHA-256 PLAIN" : "SCRAM-SHA-256"; }

Step Authentication::begin(std::string_view argument, bool tls) {
  const auto space = argument.find(' ');
  const auto name = argument.substr(0, space);
  if (name.empty()) return refused(501, "5.5.4", "syntax: AUTH mechanism [initial-response]");
  if (iequals(name, plain_name)) mechanism_ = plain_name;
  else if (iequals(name, scram_name)) mechanism_ = scram_name;
  // RFC 4954 4: 504 for those that are not there and for those that need encryption.
  if (mechanism_.empty()) return refused(504, "5.5.4", "mechanisms: " + std::string(mechanisms(tls)));
  if (mechanism_ == plain_name && !tls) return refused(504, "5.5.4", "PLAIN needs TLS: STARTTLS first");
  if (mechanism_ == scram_name) scram_.emplace(users_, random_);
  if (space == std::string_view::npos) return {Kind::challenge, {}, {}, {}};  // both let the client speak first
  const auto initial = argument.substr(space + 1);
  return initial == "=" ? respond({}) : next(initial);
}

Step Authentication::next(std::string_view line) {
  if (line == "*") return refused(501, "5.7.0", "authentication cancelled");
  const auto response = base64_strict(line);
  if (!response) return refused(501, "5.5.2", "that is not base64");
  return respond(*response);
}

Step Authentication::respond(ByteView response) {
  return mechanism_ == plain_name ? plain(as_text(response)) : scram(as_text(response));
}

// RFC 4616 2: [authzid] NUL authcid NUL passwd. Nobody acts for another.
Step Authentication::plain(std::string_view response) const {
  const auto first = response.find('\0');
  const auto second = first == std::string_view::npos ? first : response.find('\0', first + 1);
  if (second == std::string_view::npos || response.find('\0', second + 1) != std::string_view::npos) return {};
  const auto identity = response.substr(0, first);
  const auto user = response.substr(first + 1, second - first - 1);
  const bool right = users_.check(user, response.substr(second + 1));
  if (!right || (!identity.empty() && identity != user)) return {};
  return {Kind::success, {}, std::string(user), {}};
}

Step Authentication::scram(std::string_view response) {
  switch (round_++) {
    case 0: {
      const auto step = scram_->first(response);
      if (step.kind != crypto::ScramServer::Step::Kind::challenge) return {};
      return {Kind::challenge, step.text, {}, {}};
    }
    case 1: {
      const auto step = scram_->final(response);
      if (step.kind != crypto::ScramServer::Step::Kind::success) return {};
      user_ = step.user;
      // RFC 4954 4: SMTP has no room for data beside the 235, so our proof is one more challenge.
      return {Kind::challenge, step.text, {}, {}};
    }
    default:
      if (!response.empty()) return refused(501, "5.5.2", "an empty line was expected");
      return {Kind::success, {}, user_, {}};
  }
}

}  // namespace longwire::smtp
