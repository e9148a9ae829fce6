#include "node/smtp/server.hpp"

#include "node/smtp/envelope_arguments.hpp"
#include "node/smtp/line_check.hpp"
#include "node/smtp/server_impl.hpp"

#include <algorithm>

namespace longwire::smtp {
namespace {

const Reply no_greeting_yet{503, "5.5.1", "say EHLO or HELO first"};
const Reply no_mail{503, "5.5.1", "MAIL first"};

bool same_recipient(const mail::Recipient& a, const mail::Recipient& b) {
  const auto flags = [](const mail::Recipient& r) {
    if (!r.notify) return 0;
    return 1 + 2 * r.notify->never + 4 * r.notify->success + 8 * r.notify->failure + 16 * r.notify->delay;
  };
  return a.address == b.address && a.orcpt == b.orcpt && flags(a) == flags(b);
}

}  // namespace

// --- command lines ---------------------------------------------------------------------------

std::size_t ServerSession::Impl::read_command(ByteView octets) {
  const auto used = lines.feed(octets);
  switch (lines.state()) {
    case LineReader::State::partial:
      break;
    case LineReader::State::line:
      run_line(lines.line());
      break;
    case LineReader::State::too_long:
      fault({500, "5.5.2", "line too long"});
      break;
    case LineReader::State::bare_line_end:
      reply({500, "5.5.2", "a line ends with CR LF and nothing else"});
      close_with("4.7.0", "closing");
      break;
    case LineReader::State::endless:
      close_with("4.7.0", "endless command line");
      break;
  }
  return used;
}

void ServerSession::Impl::run_line(std::string_view text) {
  const auto is_control = [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; };
  if (std::any_of(text.begin(), text.end(), is_control)) return fault({500, "5.5.2", "control character in a command"});
  run(parse_command(text));
}

void ServerSession::Impl::run(const Command& command) {
  const auto& argument = command.argument;
  switch (command.verb) {
    case Verb::helo:
      return hello(argument, false);
    case Verb::ehlo:
      return hello(argument, true);
    case Verb::mail:
      return on_mail(argument);
    case Verb::rcpt:
      return on_rcpt(argument);
    case Verb::data:
      return on_data(argument);
    case Verb::bdat:
      return on_bdat(argument);
    case Verb::rset:
      return on_reset(argument);
    case Verb::noop:
      return reply({250, "2.0.0", "ok"});
    case Verb::vrfy:  // RFC 5321 3.5.3: neither yes nor no
      if (argument.empty()) return fault({501, "5.5.4", "syntax: VRFY address"});
      return reply({252, "2.5.2", "send some mail, it will be tried"});
    case Verb::quit:
      return on_quit(argument);
    case Verb::help:
      return reply({214, "2.0.0",
                    "commands: EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY STARTTLS AUTH QUIT HELP\nsee RFC 5321"});
    case Verb::starttls:
      return on_starttls(argument);
    case Verb::auth:
      return on_auth(argument);
    case Verb::not_implemented:
      return fault({502, "5.5.1", "command not implemented"});
    case Verb::foreign:
      return close_with("4.7.0", "this is SMTP");
    case Verb::unknown:
      return fault({500, "5.5.1", "command not known"});
  }
}

void ServerSession::Impl::hello(std::string_view name, bool is_extended) {
  if (!is_helo_name(name))
    return fault({501, "5.5.4", is_extended ? "syntax: EHLO domain or address literal" : "syntax: HELO domain"});
  greeted = true;
  extended = is_extended;
  client.helo = name;
  transaction.reset();  // RFC 5321 4.1.4: as RSET
  if (!is_extended) return append_plain_reply(output, 250, options.host_name);
  std::string text = options.host_name;
  text += "\nSIZE " + std::to_string(options.max_message);
  text += "\n8BITMIME\nBINARYMIME\nCHUNKING\nPIPELINING\nENHANCEDSTATUSCODES\nDSN\nDELIVERBY";
  if (options.min_deliver_by > 0) text += " " + std::to_string(options.min_deliver_by);
  text += "\nMT-PRIORITY STANAG4406";
  if (options.starttls && !client.tls) text += "\nSTARTTLS";
  if (options.logins != nullptr && client.user.empty())
    text += "\nAUTH " + std::string(mechanisms(client.tls.has_value()));
  append_plain_reply(output, 250, text);
}

void ServerSession::Impl::on_mail(std::string_view argument) {
  if (!greeted) return fault(no_greeting_yet);
  if (transaction) return fault({503, "5.5.1", "a transaction is open"});
  auto read = read_mail_argument(argument, options, extended);
  if (const auto* refusal = std::get_if<Reply>(&read)) return fault(*refusal);
  auto& envelope = std::get<mail::Envelope>(read);
  envelope.auth.clear();  // RFC 4954 5: of a client that is not trusted to know it counts as unknown
  client.protocol = protocol();
  const auto answer = policy.on_mail(client, envelope, now);
  if (answer.positive()) transaction.emplace().envelope = std::move(envelope);
  reply(answer);
}

void ServerSession::Impl::on_rcpt(std::string_view argument) {
  if (!transaction) return fault(no_mail);
  if (transaction->chunked) return fault({503, "5.5.1", "the message has begun"});
  auto read = read_rcpt_argument(argument, extended);
  if (const auto* refusal = std::get_if<Reply>(&read)) {
    transaction->refused_recipient = true;
    return fault(*refusal);
  }
  auto& recipients = transaction->envelope.recipients;
  auto& recipient = std::get<mail::Recipient>(read);
  if (recipients.size() >= options.max_recipients) return reply({452, "4.5.3", "too many recipients"});
  const auto answer = policy.on_rcpt(client, transaction->envelope, recipient, now);
  const auto known = [&](const mail::Recipient& r) { return same_recipient(r, recipient); };
  if (!answer.positive()) transaction->refused_recipient = true;
  else if (std::none_of(recipients.begin(), recipients.end(), known)) recipients.push_back(std::move(recipient));
  reply(answer);
}

void ServerSession::Impl::on_reset(std::string_view argument) {
  if (!argument.empty()) return fault({501, "5.5.4", "RSET has no argument"});
  transaction.reset();
  reply({250, "2.0.0", "ok"});
}

void ServerSession::Impl::on_quit(std::string_view argument) {
  if (!argument.empty()) return fault({501, "5.5.4", "QUIT has no argument"});
  transaction.reset();
  reply({221, "2.0.0", options.host_name + " closing"});
  mode = Mode::closed;
}

// --- DATA ------------------------------------------------------------------------------------

void ServerSession::Impl::on_data(std::string_view argument) {
  if (!argument.empty()) return fault({501, "5.5.4", "DATA has no argument"});
  if (!transaction) return fault(no_mail);
  if (transaction->chunked) return fault({503, "5.5.1", "DATA after BDAT"});  // RFC 3030 2
  if (transaction->envelope.recipients.empty()) {
    if (transaction->refused_recipient) return reply({554, "5.5.1", "no valid recipients"});
    return fault({503, "5.5.1", "RCPT first"});
  }
  if (transaction->envelope.body == mail::Body::binary)
    return fault({503, "5.5.1", "BINARYMIME needs BDAT"});  // RFC 3030 3
  data.emplace(options.max_message);
  mode = Mode::data;
  reply_and_wait(354, "end with CR LF . CR LF");
}

std::size_t ServerSession::Impl::read_data(ByteView octets) {
  const auto used = data->feed(octets);
  if (data->state() != DataReader::State::reading) end_data(data->state());
  return used;
}

void ServerSession::Impl::end_data(DataReader::State state) {
  mode = Mode::command;
  auto done = std::move(*transaction);
  auto message = data->take_message();
  const auto longest_line = data->longest_line();
  transaction.reset();
  data.reset();
  switch (state) {
    case DataReader::State::reading:
      return;
    case DataReader::State::complete:
      return finish(std::move(done), std::move(message), longest_line);
    case DataReader::State::too_big:
      return reply({552, "5.3.4", "message too big"});
    case DataReader::State::bad_text:
      reply({550, "5.5.2", "bare CR, bare LF or NUL in the message"});
      return close_with("4.7.0", "closing");
    case DataReader::State::flooded:
      reply({552, "5.3.4", "message too big"});
      return close_with("4.7.0", "closing");
  }
}

// --- BDAT (RFC 3030) -------------------------------------------------------------------------

void ServerSession::Impl::on_bdat(std::string_view argument) {
  const auto bdat = parse_bdat(argument);
  if (!bdat) {
    reply({501, "5.5.4", "syntax: BDAT octets [LAST]"});
    return close_with("4.7.0", "cannot tell where the chunk ends");
  }
  chunk = {.left = bdat->octets, .octets = bdat->octets, .last = bdat->last, .refusal = refuse_chunk(*bdat)};
  if (chunk.refusal && chunk.octets > limits::smtp_discarded_octets) {
    reply(*chunk.refusal);
    return close_with("4.7.0", "will not read that much");
  }
  if (chunk.refusal && transaction) transaction->message = {};
  if (!chunk.refusal) transaction->chunked = true;
  mode = Mode::chunk;
  if (chunk.left == 0) end_chunk();
}

std::optional<Reply> ServerSession::Impl::refuse_chunk(const BdatArgument& argument) const {
  if (!transaction) return no_mail;
  if (!extended) return Reply{503, "5.5.1", "BDAT needs EHLO"};
  if (!argument.well_formed) return Reply{501, "5.5.4", "syntax: BDAT octets [LAST]"};
  if (transaction->envelope.recipients.empty()) {
    if (transaction->refused_recipient) return Reply{554, "5.5.1", "no valid recipients"};
    return Reply{503, "5.5.1", "RCPT first"};
  }
  if (argument.octets > options.max_message - transaction->message.size())
    return Reply{552, "5.3.4", "message too big"};
  return std::nullopt;
}

std::size_t ServerSession::Impl::read_chunk(ByteView octets) {
  const auto used = static_cast<std::size_t>(std::min<std::uint64_t>(octets.size(), chunk.left));
  const auto part = octets.first(used);
  if (!chunk.refusal) transaction->message.insert(transaction->message.end(), part.begin(), part.end());
  chunk.left -= used;
  if (chunk.left == 0) end_chunk();
  return used;
}

void ServerSession::Impl::end_chunk() {
  mode = Mode::command;
  if (chunk.refusal) {
    // RFC 3030 2: a failed chunk ends the transaction; those behind it are read and refused in turn.
    transaction.reset();
    return fault(*chunk.refusal);
  }
  if (!chunk.last) return reply({250, "2.0.0", std::to_string(chunk.octets) + " octets received"});
  auto done = std::move(*transaction);
  transaction.reset();
  auto message = std::move(done.message);
  const bool binary = done.envelope.body == mail::Body::binary;
  const auto facts = check_lines(binary ? header_of(message) : ByteView(message));
  // The count told where the message ended, so unlike behind DATA the session can go on.
  if (facts.bare_line_end || facts.nul)
    return reply({554, "5.6.0", binary ? "bare CR, bare LF or NUL in the header" : "bare CR, bare LF or NUL"});
  finish(std::move(done), std::move(message), facts.longest_line);
}

// --- the end of a message --------------------------------------------------------------------

void ServerSession::Impl::finish(ServerTransaction done, Bytes message, std::size_t longest_line) {
  if (longest_line > limits::smtp_text_line) return reply({554, "5.6.0", "line too long"});
  const auto header = header_of(message);
  // Only servers that know SMTPUTF8 may take these (RFC 6531 3.5).
  if (check_lines(header).eight_bit) return reply({554, "5.6.0", "8-bit octets in the header"});
  // Senders often do not declare what they send; later hops need the truth (RFC 6152 3).
  const auto body = ByteView(message).subspan(header.size());
  if (done.envelope.body == mail::Body::seven_bit && check_lines(body).eight_bit)
    done.envelope.body = mail::Body::eight_bit;
  reply(policy.on_message(client, std::move(done.envelope), std::move(message), now));
}

// --- the public face -------------------------------------------------------------------------

ServerSession::ServerSession(ServerOptions options, Client client, Policy& policy)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(client), policy)) {}
ServerSession::~ServerSession() = default;
ServerSession::ServerSession(ServerSession&&) noexcept = default;

void ServerSession::start() {
  if (impl_->mode != Impl::Mode::not_started) return;
  impl_->mode = Impl::Mode::command;
  impl_->reply_and_wait(220, impl_->options.host_name + " ESMTP Longwire");
}
void ServerSession::feed(ByteView octets, Time now) { impl_->feed(octets, now); }
void ServerSession::idle_timeout() {
  if (!closed()) impl_->close_with("4.4.2", "idle for too long");
}
void ServerSession::shut_down() {
  if (!closed()) impl_->close_with("4.3.2", "shutting down");
}
std::string ServerSession::take_output() {
  impl_->barrier.reset();
  return std::exchange(impl_->output, {});
}
bool ServerSession::wants_tls() const { return impl_->mode == Impl::Mode::tls && !impl_->barrier; }
void ServerSession::tls_established(TlsFacts facts) { impl_->tls_established(std::move(facts)); }
Duration ServerSession::take_pause() { return std::exchange(impl_->pause, Duration{0}); }
bool ServerSession::closed() const { return impl_->mode == Impl::Mode::closed; }

}  // namespace longwire::smtp
