// The state of a ServerSession; only for server.cpp and server_login.cpp.
#pragma once

#include "base/limits.hpp"
#include "node/smtp/authentication.hpp"
#include "node/smtp/command.hpp"
#include "node/smtp/data_reader.hpp"
#include "node/smtp/line_reader.hpp"
#include "node/smtp/reply_text.hpp"
#include "node/smtp/server.hpp"

#include <optional>
#include <utility>

namespace longwire::smtp {

struct ServerTransaction {
  mail::Envelope envelope;
  bool refused_recipient = false;
  bool chunked = false;  // BDAT has begun: no DATA, no further RCPT (RFC 3030 2)
  Bytes message;         // of BDAT so far
};

struct ServerChunk {
  std::uint64_t left = 0;
  std::uint64_t octets = 0;
  bool last = false;
  std::optional<Reply> refusal;  // set: read and drop, then say so
};

struct ServerSession::Impl {
  enum class Mode : std::uint8_t { not_started, command, data, chunk, login, tls, closed };

  Impl(ServerOptions o, Client c, Policy& p) : options(std::move(o)), client(std::move(c)), policy(p) {
    if (options.max_message == 0) options.max_message = limits::message_octets;
  }

  // --- output ------------------------------------------------------------------------------
  void reply(const Reply& r) {
    append_reply(output, r);
    if (r.code == 421) mode = Mode::closed;  // RFC 5321 3.8: 421 announces the end
  }
  void close_with(std::string_view enhanced, std::string_view text) {
    append_reply(output, {421, std::string(enhanced), options.host_name + " " + std::string(text)});
    mode = Mode::closed;
    transaction.reset();
    data.reset();
  }
  // An error in the protocol itself; refusals by policy do not count.
  void fault(const Reply& r) {
    reply(r);
    if (++errors >= limits::smtp_errors && mode != Mode::closed) close_with("4.7.0", "too many errors");
  }
  // Queues a reply the client has to wait for (RFC 2920 3.1).
  void reply_and_wait(int code, std::string_view text) {
    barrier = output.size();
    append_plain_reply(output, code, text);
  }
  void reply_and_wait(const Reply& r) {
    barrier = output.size();
    append_reply(output, r);
  }
  void cut_off_early_talker() {
    output.resize(*barrier);  // it does not get the reply it did not wait for
    barrier.reset();
    close_with("4.7.0", "sent data before it was asked to");
  }

  // --- input -------------------------------------------------------------------------------
  void feed(ByteView octets, Time time) {
    now = time;
    if (mode == Mode::not_started && !octets.empty()) {
      barrier = output.size();
      cut_off_early_talker();
    }
    while (!octets.empty() && mode != Mode::closed) {
      if (barrier) return cut_off_early_talker();
      octets = octets.subspan(consume(octets));
      if (output.size() > limits::smtp_output_octets && mode != Mode::closed)
        close_with("4.7.0", "read the replies before you send more");
    }
  }
  std::size_t consume(ByteView octets) {
    switch (mode) {
      case Mode::command:
        return read_command(octets);
      case Mode::data:
        return read_data(octets);
      case Mode::chunk:
        return read_chunk(octets);
      case Mode::login:
        return read_login(octets);
      case Mode::tls:  // the owner's business; nothing of it is a command
      case Mode::not_started:
      case Mode::closed:
        break;
    }
    return octets.size();
  }

  std::size_t read_command(ByteView octets);
  void run_line(std::string_view text);
  void run(const Command& command);
  std::size_t read_data(ByteView octets);
  std::size_t read_chunk(ByteView octets);

  // RFC 3848.
  std::string protocol() const {
    if (!extended) return "SMTP";
    return std::string("ESMTP") + (client.tls ? "S" : "") + (client.user.empty() ? "" : "A");
  }
  void hello(std::string_view name, bool is_extended);
  void on_mail(std::string_view argument);
  void on_rcpt(std::string_view argument);
  void on_data(std::string_view argument);
  void on_bdat(std::string_view argument);
  void on_reset(std::string_view argument);
  void on_quit(std::string_view argument);
  void on_starttls(std::string_view argument);
  void tls_established(TlsFacts facts);
  void on_auth(std::string_view argument);
  std::optional<Reply> refuse_login() const;
  std::size_t read_login(ByteView octets);
  void go_on(const Authentication::Step& step);
  void wrong_login();
  std::optional<Reply> refuse_content(const mail::Envelope& envelope) const;
  std::optional<Reply> refuse_chunk(const BdatArgument& argument) const;
  void end_chunk();
  void end_data(DataReader::State state);
  void finish(ServerTransaction done, Bytes message, std::size_t longest_line);

  ServerOptions options;
  Client client;
  Policy& policy;
  Mode mode = Mode::not_started;
  bool greeted = false;
  bool extended = false;
  Time now{};
  std::string output;
  std::optional<std::size_t> barrier;  // where in the output the awaited reply starts, until it is taken
  LineReader lines{limits::command_line};
  std::size_t errors = 0;
  std::optional<ServerTransaction> transaction;
  std::optional<DataReader> data;
  ServerChunk chunk;
  std::optional<Authentication> login;
  LineReader login_lines{limits::auth_line};
  std::size_t login_failures = 0;
  Duration pause{0};
};

}  // namespace longwire::smtp
