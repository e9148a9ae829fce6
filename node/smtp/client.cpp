#include "node/smtp/client.hpp"

#include "node/smtp/hop.hpp"
#include "node/smtp/outgoing.hpp"
#include "node/smtp/reply_reader.hpp"

#include <deque>
#include <optional>
#include <utility>

namespace longwire::smtp {
namespace {

using Outcome = ClientSession::Outcome;

// One reply we have a right to, in the order of RFC 2920 3.1: counted, never matched by text.
struct Awaited {
  enum class What : std::uint8_t { greeting, ehlo, helo, starttls, auth, mail, rcpt, data, content } what;
  std::size_t recipient = 0;  // rcpt; LMTP content
};

bool too_many_recipients(const ServerReply& reply) {
  // RFC 5321 4.5.3.1.10: an old 552 to RCPT means the count; with X.2.x or X.3.x it means a size.
  if (reply.code != 552) return false;
  const auto status = reply.status();
  return status == "5.0.0" || status == "5.5.3";
}

Outcome outcome_of(const ServerReply& reply) {
  Outcome outcome{Outcome::Kind::temporary, reply.status(), reply.exact()};
  if (reply.digit() == 2) outcome.kind = Outcome::Kind::delivered;
  if (reply.digit() == 5) outcome.kind = Outcome::Kind::permanent;
  if (reply.digit() == 3) outcome.status = "4.5.0";  // an answer that fits no question here
  return outcome;
}

Outcome as_temporary(Outcome outcome) {
  outcome.kind = Outcome::Kind::temporary;
  outcome.status.replace(0, 1, "4");
  return outcome;
}

std::string_view step_name(Awaited::What what) {
  switch (what) {
    case Awaited::What::greeting:
      return "the greeting";
    case Awaited::What::ehlo:
      return "EHLO";
    case Awaited::What::helo:
      return "HELO";
    case Awaited::What::starttls:
      return "STARTTLS";
    case Awaited::What::auth:
      return "AUTH";
    case Awaited::What::mail:
      return "MAIL";
    case Awaited::What::rcpt:
      return "RCPT";
    case Awaited::What::data:
      return "DATA";
    case Awaited::What::content:
      return "the end of the message";
  }
  return {};
}

}  // namespace

struct ClientSession::Impl {
  using What = Awaited::What;

  Impl(ClientOptions o, mail::Envelope e, Bytes m)
      : options(std::move(o)),
        envelope(std::move(e)),
        message(std::move(m)),
        outcomes(envelope.recipients.size()),
        settled(envelope.recipients.size(), false),
        accepted(envelope.recipients.size(), false) {
    awaited.push_back({What::greeting});
    answerable = 1;  // the one reply that follows no command
  }

  // --- output --------------------------------------------------------------------------------
  void say(std::string_view line, Awaited reply) {
    output += line;
    output += "\r\n";
    awaited.push_back(reply);
  }
  void settle(std::size_t i, const Outcome& outcome) {
    if (settled[i]) return;
    settled[i] = true;
    outcomes[i] = outcome;
  }
  void settle_all(const Outcome& outcome) {
    for (std::size_t i = 0; i < settled.size(); ++i) settle(i, outcome);
  }
  // Ends the work; the connection is still in step, so it is closed as RFC 5321 4.1.1.10 asks.
  void finish() {
    done = true;
    awaited.clear();
    output += "QUIT\r\n";
    message = {};
  }
  void give_up(std::string_view status, const std::string& why) {
    settle_all({Outcome::Kind::temporary, std::string(status), "(" + why + ")"});
    done = true;
    awaited.clear();
    output.clear();  // half a message must never look like a whole one
    message = {};
  }

  // With nothing awaited: the owner shakes hands.
  std::string awaited_step() const {
    return awaited.empty() ? "the start of TLS" : std::string(step_name(awaited.front().what));
  }

  // --- input ---------------------------------------------------------------------------------
  void feed(ByteView octets) {
    while (!octets.empty() && !done) {
      // Whoever wrote this behind the 220 wants it taken for what comes out of TLS.
      if (tls == Tls::wanted) return give_up("4.7.0", "server sent more behind its reply to STARTTLS");
      octets = octets.subspan(reader.feed(octets));
      if (reader.state() == ReplyReader::State::malformed) return give_up("4.5.0", "server does not talk SMTP");
      if (reader.state() == ReplyReader::State::reply) on_reply(reader.take_reply());
    }
  }
  void on_reply(const ServerReply& reply) {
    if (reply.code == 421) return on_closing(reply);
    // A reply to a command that has not left yet is no answer to it (command injection, RFC 3207 4.2).
    if (answerable == 0) return give_up("4.5.0", "server replied before it was asked");
    --answerable;
    const auto question = awaited.front();
    awaited.pop_front();
    switch (question.what) {
      case What::greeting:
        return on_greeting(reply);
      case What::ehlo:
        return on_ehlo(reply);
      case What::helo:
        return on_helo(reply);
      case What::starttls:
        return on_starttls(reply);
      case What::auth:
        return on_auth(reply);
      case What::mail:
        return on_mail(reply);
      case What::rcpt:
        return on_rcpt(question.recipient, reply);
      case What::data:
        return on_data(reply);
      case What::content:
        return on_content(question.recipient, reply);
    }
  }
  // RFC 5321 3.8: may come at any time and instead of any reply.
  void on_closing(const ServerReply& reply) {
    settle_all(outcome_of(reply));
    give_up("4.3.2", "server is closing");
  }

  void on_greeting(const ServerReply& reply);
  void on_ehlo(const ServerReply& reply);
  void on_helo(const ServerReply& reply);
  void say_hello() { say((options.lmtp ? "LHLO " : "EHLO ") + options.host_name, {What::ehlo}); }
  void after_hello();
  void on_starttls(const ServerReply& reply);
  void tls_established();
  void begin_login();
  void on_auth(const ServerReply& reply);
  void refuse_server(std::string_view status, const std::string& why);
  void begin_transaction();
  void say_recipient(std::size_t i);
  std::optional<std::size_t> next_sayable(std::size_t from) const;
  void on_mail(const ServerReply& reply);
  void on_rcpt(std::size_t i, const ServerReply& reply);
  void after_recipients();
  void on_data(const ServerReply& reply);
  void send_chunk();
  void await_content_replies();
  void on_content(std::size_t i, const ServerReply& reply);
  bool anyone_accepted() const {
    for (const bool a : accepted)
      if (a) return true;
    return false;
  }
  bool pipelined_data() const { return hop.extensions.pipelining && !outgoing.chunked; }

  ClientOptions options;
  mail::Envelope envelope;
  Bytes message;
  std::vector<Outcome> outcomes;
  std::vector<bool> settled;   // the outcome of that recipient is final
  std::vector<bool> accepted;  // RCPT was answered 2yz
  Hop hop;
  Outgoing outgoing;
  ReplyReader reader;
  std::deque<Awaited> awaited;
  std::size_t answerable = 0;  // of awaited: the commands that have been handed out
  std::string output;
  enum class Tls : std::uint8_t { off, wanted, on } tls = Tls::off;
  std::optional<ClientLogin> login;
  bool mail_refused = false;
  bool done = false;
};

// --- greeting --------------------------------------------------------------------------------

void ClientSession::Impl::on_greeting(const ServerReply& reply) {
  if (reply.digit() != 2) {
    // It refuses us, not this message: keep the mail and let the operator see why (RFC 5321 3.1).
    auto outcome = as_temporary(outcome_of(reply));
    outcome.status = "4.3.2";
    settle_all(outcome);
    return finish();
  }
  hop.name = host_name_in(reply);
  say_hello();
}

void ClientSession::Impl::on_ehlo(const ServerReply& reply) {
  if (reply.digit() == 5 && !options.lmtp) return say("HELO " + options.host_name, {What::helo});
  if (reply.digit() != 2) {
    settle_all(reply.digit() == 5 ? outcome_of(reply) : as_temporary(outcome_of(reply)));
    return finish();
  }
  auto read = read_hop(reply);
  if (read.name.empty()) read.name = hop.name;
  hop = std::move(read);
  after_hello();
}

void ClientSession::Impl::on_helo(const ServerReply& reply) {
  if (reply.digit() == 2) return after_hello();
  settle_all(reply.digit() == 5 ? outcome_of(reply) : as_temporary(outcome_of(reply)));
  finish();
}

// --- TLS (RFC 3207) and login (RFC 4954) -------------------------------------------------------

void ClientSession::Impl::after_hello() {
  if (tls == Tls::off && options.start_tls != StartTls::off) {
    if (hop.starttls) return say("STARTTLS", {What::starttls});
    if (options.start_tls == StartTls::require) return refuse_server("4.7.10", "server offers no STARTTLS");
  }
  if (options.login) return begin_login();
  begin_transaction();
}

void ClientSession::Impl::on_starttls(const ServerReply& reply) {
  if (reply.digit() == 2) {
    tls = Tls::wanted;
    return;
  }
  if (options.start_tls == StartTls::require) return refuse_server("4.7.10", "server has no TLS now: " + reply.exact());
  if (options.login) return begin_login();
  begin_transaction();
}

void ClientSession::Impl::tls_established() {
  const bool upgraded = tls == Tls::wanted;
  tls = Tls::on;
  if (!upgraded) return;  // before the greeting
  hop = {};
  reader = {};
  say_hello();
}

// The server will not do, and that is not the message's fault.
void ClientSession::Impl::refuse_server(std::string_view status, const std::string& why) {
  settle_all({Outcome::Kind::temporary, std::string(status), "(" + why + ")"});
  finish();
}

void ClientSession::Impl::begin_login() {
  login.emplace(*options.login, *options.random);
  const auto command = login->begin(hop.mechanisms, tls == Tls::on);
  if (!command) return refuse_server("4.7.0", "server offers no login that may be used here");
  say(*command, {What::auth});
}

void ClientSession::Impl::on_auth(const ServerReply& reply) {
  if (reply.digit() == 3 && !reply.lines.empty()) return say(login->answer(reply.lines.front()), {What::auth});
  if (reply.digit() != 2) return refuse_server("4.7.8", "server does not take the login: " + reply.exact());
  if (!login->proven()) return refuse_server("4.7.8", "server did not show that it knows the password");
  begin_transaction();
}

// --- envelope --------------------------------------------------------------------------------

void ClientSession::Impl::begin_transaction() {
  outgoing = fit_to_hop(envelope, message, hop, options.lmtp, options.max_text_line);
  const auto permanent = [](const Refusal& r) {
    return Outcome{Outcome::Kind::permanent, r.status, "(" + r.text + ")"};
  };
  if (outgoing.refusal) settle_all(permanent(*outgoing.refusal));
  for (std::size_t i = 0; i < outgoing.recipients.size(); ++i)
    if (outgoing.recipients[i].refusal) settle(i, permanent(*outgoing.recipients[i].refusal));
  if (!next_sayable(0)) return finish();

  say(outgoing.mail_command, {What::mail});
  if (!hop.extensions.pipelining) return;
  for (auto i = next_sayable(0); i; i = next_sayable(*i + 1)) say_recipient(*i);
  if (pipelined_data()) say("DATA", {What::data});
}

void ClientSession::Impl::say_recipient(std::size_t i) { say(outgoing.recipients[i].command, {What::rcpt, i}); }

std::optional<std::size_t> ClientSession::Impl::next_sayable(std::size_t from) const {
  for (auto i = from; i < settled.size(); ++i)
    if (!settled[i]) return i;
  return std::nullopt;
}

void ClientSession::Impl::on_mail(const ServerReply& reply) {
  mail_refused = reply.digit() != 2;
  if (mail_refused) settle_all(outcome_of(reply));
  if (hop.extensions.pipelining) return;  // the replies to the rest of the group still come
  if (mail_refused) return finish();
  say_recipient(*next_sayable(0));
}

void ClientSession::Impl::on_rcpt(std::size_t i, const ServerReply& reply) {
  if (reply.digit() == 2 && !mail_refused) accepted[i] = true;
  else settle(i, too_many_recipients(reply) ? as_temporary(outcome_of(reply)) : outcome_of(reply));
  if (!hop.extensions.pipelining)
    if (const auto next = next_sayable(i + 1)) return say_recipient(*next);
  if (awaited.empty()) after_recipients();
}

void ClientSession::Impl::after_recipients() {
  if (!anyone_accepted()) return finish();
  if (outgoing.chunked) send_chunk();
  else say("DATA", {What::data});
}

// --- content ---------------------------------------------------------------------------------

void ClientSession::Impl::on_data(const ServerReply& reply) {
  if (reply.digit() != 3) {
    // 2yz here would be nonsense: nothing was sent, so nothing was delivered.
    settle_all(reply.digit() == 2 ? as_temporary(outcome_of(reply)) : outcome_of(reply));
    return finish();
  }
  if (!anyone_accepted()) {
    // RFC 2920 3.1: pipelined DATA was taken though nobody is left; end it at once. An LMTP server owes
    // no reply then (RFC 2033 4.2).
    output += ".\r\n";
    return finish();
  }
  output += as_data(message);
  message = {};
  await_content_replies();
}

void ClientSession::Impl::send_chunk() {
  output += "BDAT " + std::to_string(message.size()) + " LAST\r\n";
  output += as_text(message);
  message = {};
  await_content_replies();
}

void ClientSession::Impl::await_content_replies() {
  for (std::size_t i = 0; i < accepted.size(); ++i) {
    if (!accepted[i]) continue;
    awaited.push_back({What::content, i});
    if (!options.lmtp) return;  // one reply for all; LMTP: one each, in order (RFC 2033 4.2)
  }
}

void ClientSession::Impl::on_content(std::size_t i, const ServerReply& reply) {
  if (options.lmtp) settle(i, outcome_of(reply));
  else settle_all(outcome_of(reply));
  if (awaited.empty()) finish();
}

// --- the public face -------------------------------------------------------------------------

ClientSession::ClientSession(ClientOptions options, mail::Envelope envelope, Bytes message)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(envelope), std::move(message))) {}
ClientSession::~ClientSession() = default;
ClientSession::ClientSession(ClientSession&&) noexcept = default;

void ClientSession::feed(ByteView octets) { impl_->feed(octets); }
void ClientSession::connection_lost() {
  if (impl_->done) return;
  // RFC 5321 3.8: as if 451 had come; behind the final dot this may make a duplicate.
  impl_->give_up("4.4.2", "connection lost waiting for the reply to " + impl_->awaited_step());
}
void ClientSession::timed_out() {
  if (impl_->done) return;
  const bool greeting = !impl_->awaited.empty() && impl_->awaited.front().what == Awaited::What::greeting;
  impl_->give_up(greeting ? "4.4.1" : "4.4.2", "no reply in time to " + impl_->awaited_step());
}
bool ClientSession::wants_tls() const { return impl_->tls == Impl::Tls::wanted && !impl_->done; }
void ClientSession::tls_established() { impl_->tls_established(); }
void ClientSession::tls_failed(const std::string& why) {
  if (!impl_->done) impl_->give_up("4.7.5", "TLS: " + why);
}
std::string ClientSession::take_output() {
  impl_->answerable = impl_->awaited.size();
  return std::exchange(impl_->output, {});
}
bool ClientSession::done() const { return impl_->done; }
const std::vector<ClientSession::Outcome>& ClientSession::outcomes() const { return impl_->outcomes; }
bool ClientSession::server_has_dsn() const { return impl_->hop.extensions.dsn; }
bool ClientSession::server_has_deliver_by() const { return impl_->hop.extensions.deliver_by; }
std::string ClientSession::server_name() const { return impl_->hop.name; }

}  // namespace longwire::smtp
