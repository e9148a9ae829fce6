// The part of a server session that is about STARTTLS (RFC 3207) and AUTH (RFC 4954).
#include "base/base64.hpp"
#include "node/smtp/server_impl.hpp"

#include <algorithm>

namespace longwire::smtp {

void ServerSession::Impl::on_starttls(std::string_view argument) {
  if (!options.starttls) return fault({502, "5.5.1", "command not implemented"});
  if (!argument.empty()) return fault({501, "5.5.4", "STARTTLS has no argument"});
  if (client.tls) return fault({503, "5.5.1", "TLS is on"});
  transaction.reset();
  reply_and_wait({220, "2.0.0", "ready for TLS"});
  mode = Mode::tls;
}

// RFC 3207 4.2: whatever came before may have been said by somebody else.
void ServerSession::Impl::tls_established(TlsFacts facts) {
  client.tls = std::move(facts);
  if (mode != Mode::tls) return;
  mode = Mode::command;
  greeted = extended = false;
  client.helo.clear();
  client.user.clear();
  transaction.reset();
  login.reset();
  lines = LineReader{limits::command_line};
  output.clear();
}

std::optional<Reply> ServerSession::Impl::refuse_login() const {
  if (options.logins == nullptr) return Reply{502, "5.5.1", "command not implemented"};
  if (!extended) return Reply{503, "5.5.1", "say EHLO first"};
  if (!client.user.empty()) return Reply{503, "5.5.1", "you are logged in"};
  if (transaction) return Reply{503, "5.5.1", "a transaction is open"};
  return std::nullopt;
}

void ServerSession::Impl::on_auth(std::string_view argument) {
  if (const auto refusal = refuse_login()) return fault(*refusal);
  auto& logins = *options.logins;
  if (logins.blocked(client.address, now)) return fault({454, "4.7.0", "too many failures, try again later"});
  login.emplace(logins.users(), logins.chance());
  login_lines = LineReader{limits::auth_line};
  go_on(login->begin(argument, client.tls.has_value()));
}

std::size_t ServerSession::Impl::read_login(ByteView octets) {
  const auto used = login_lines.feed(octets);
  switch (login_lines.state()) {
    case LineReader::State::partial:
      break;
    case LineReader::State::line:
      go_on(login->next(login_lines.line()));
      break;
    case LineReader::State::too_long:
      mode = Mode::command;
      fault({500, "5.5.6", "line too long"});
      break;
    case LineReader::State::bare_line_end:
    case LineReader::State::endless:
      close_with("4.7.0", "a line ends with CR LF");
      break;
  }
  return used;
}

void ServerSession::Impl::go_on(const Authentication::Step& step) {
  mode = Mode::command;
  switch (step.kind) {
    case Authentication::Step::Kind::challenge:
      mode = Mode::login;
      return reply_and_wait(334, base64_encode(as_bytes(step.text)));
    case Authentication::Step::Kind::success:
      client.user = step.user;
      options.logins->tell(client, {login->mechanism(), step.user, true, {}}, now);
      return reply({235, "2.7.0", "authentication succeeded"});
    case Authentication::Step::Kind::refused:
      return fault(step.reply);
    case Authentication::Step::Kind::wrong:
      return wrong_login();
  }
}

void ServerSession::Impl::wrong_login() {
  options.logins->tell(client, {login->mechanism(), {}, false, "wrong name or password"}, now);
  pause += std::chrono::seconds{1} * (1 << std::min<std::size_t>(login_failures, 4));
  fault({535, "5.7.8", "authentication failed"});
  if (++login_failures >= limits::login_failures && mode != Mode::closed) close_with("4.7.0", "too many failures");
}

}  // namespace longwire::smtp
