// sendmail(8): submits to the first SMTP listener of the configuration.
#include "base/text.hpp"
#include "node/config/config_toml.hpp"
#include "node/io/blocking_stream.hpp"
#include "node/main/commands.hpp"
#include "node/main/config_file.hpp"
#include "node/main/table.hpp"
#include "node/smtp/submission.hpp"

#include <pwd.h>
#include <unistd.h>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <random>

namespace longwire::commands {

namespace {

using namespace std::chrono_literals;
namespace sysexits = smtp::sysexits;

// The node commits in milliseconds; what takes longer is not going to come.
constexpr auto reply_limit = 60s;

constexpr std::string_view help =
    R"(Submit a message as sendmail(8) does, to the first [smtp] listen of the configuration
Usage: longwire sendmail [-c FILE] [OPTIONS] [RECIPIENT ...] < message.eml

  -t             recipients from To, Cc and Bcc (Bcc is removed)
  -f ADDRESS     envelope sender; "<>" is the null sender        -F NAME  full name for a missing From
  -i, -oi        a line with a single dot does not end the message
  -N NOTIFY      never, or success,failure,delay                  -R full|hdrs    -V ENVID
  -O MT-PRIORITY=N   -9 to 9; 4 is FLASH                          -v  show the replies
  -bs            speak SMTP on standard input and output          -bp  the queue
  -c FILE        configuration (also -C); without it ./longwire.toml, /etc/longwire/longwire.toml

Exit codes are those of sysexits: 0 accepted, 64 usage, 65 bad message, 67 refused, 75 try again later.
Example:
  longwire sendmail -c node.toml -t < message.eml
)";

int complain(int code, const std::string& text) {
  std::cerr << "sendmail: " << text << "\n";
  return code;
}

std::string login_name() {
  const auto* entry = ::getpwuid(::getuid());
  return entry != nullptr ? entry->pw_name : "uid" + std::to_string(::getuid());
}

smtp::SubmissionDefaults defaults_for(const engine::Config& config) {
  const Time now{std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
  std::random_device device;
  ByteWriter unique;
  unique.u64(static_cast<std::uint64_t>(now.time_since_epoch().count()));
  unique.u32(device());
  return {login_name(), config.domain, format_rfc5322(now), "<" + to_hex(unique.view()) + "@" + config.domain + ">"};
}

// The configuration, quietly: a program that sends mail wants one line when something is wrong.
std::optional<engine::Config> configuration(const std::string& given, std::string& why) {
  std::error_code ignored;
  auto places = usual_config_places();
  if (!given.empty()) places = {given};
  for (const auto& place : places) {
    if (given.empty() && !std::filesystem::exists(place, ignored)) continue;
    auto parsed = config::load_config(place, {.read = false, .credentials = {}});
    if (parsed.config) return std::move(parsed.config);
    why = config::to_string(parsed.problems.front());
    return std::nullopt;
  }
  why = "no configuration: -C FILE was not given, and there is no ./longwire.toml or /etc/longwire/longwire.toml";
  return std::nullopt;
}

std::string unreachable(const std::string& why) { return "the node is not running, nothing was sent: " + why; }

int submit(io::BlockingStream& stream, const engine::Config& config, smtp::Submission submission, bool verbose) {
  const auto recipients = submission.envelope.recipients;
  smtp::ClientSession session({false, config.domain}, std::move(submission.envelope), std::move(submission.message));
  while (!session.done()) {
    const auto output = session.take_output();
    if (!output.empty() && !stream.write(as_bytes(output), reply_limit)) session.connection_lost();
    if (session.done()) break;
    const auto chunk = stream.read(reply_limit);
    if (!chunk) session.timed_out();
    else if (chunk->empty()) session.connection_lost();
    else session.feed(*chunk);
  }
  const auto farewell = session.take_output();
  (void)stream.write(as_bytes(farewell), 1s);
  const auto& outcomes = session.outcomes();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const bool good = outcomes[i].kind == smtp::ClientSession::Outcome::Kind::delivered;
    if (good && !verbose) continue;
    std::cerr << "sendmail: " << printable(recipients[i].address) << ": " << printable(outcomes[i].reply) << "\n";
  }
  return smtp::exit_code(outcomes);
}

}  // namespace

int sendmail(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments.front() == "--help") {
    std::cout << help;
    return sysexits::ok;
  }
  const auto options = smtp::parse_sendmail_options("sendmail", arguments);
  if (!options) return complain(sysexits::usage, options.error().text);
  using Mode = smtp::SendmailOptions::Mode;
  if (options->mode == Mode::nothing) return sysexits::ok;

  std::string why;
  const auto config = configuration(options->config_file, why);
  if (!config) return complain(sysexits::temporary, why);
  if (options->mode == Mode::list_queue) {
    AskOptions ask;
    ask.config = options->config_file;
    return queue(ask) == 0 ? sysexits::ok : sysexits::temporary;
  }
  if (config->smtp_listen.empty()) return complain(sysexits::temporary, "the configuration has no [smtp] listen");

  std::optional<smtp::Submission> submission;
  if (options->mode == Mode::submit) {
    const std::string input((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
    auto prepared = smtp::prepare_submission(*options, input, defaults_for(*config));
    if (!prepared) {
      const bool no_recipient = prepared.error().name == "no_recipients";
      return complain(no_recipient ? sysexits::usage : sysexits::data_error, prepared.error().text);
    }
    submission = std::move(*prepared);
  }
  auto stream = io::BlockingStream::connect(config->smtp_listen.front(), 10s, why);
  if (!stream) return complain(sysexits::temporary, unreachable(why));
  if (options->mode == Mode::smtp) {
    stream->pass_through(STDIN_FILENO, STDOUT_FILENO);
    return sysexits::ok;
  }
  return submit(*stream, *config, std::move(*submission), options->verbose);
}

}  // namespace longwire::commands
