#include "node/smtp/envelope_arguments.hpp"

#include "base/text.hpp"
#include "mail/parameters.hpp"
#include "node/smtp/command.hpp"

#include <algorithm>
#include <optional>

namespace longwire::smtp {
namespace {

bool has_eight_bit(std::string_view s) {
  return std::any_of(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; });
}

std::string_view keyword_at(std::string_view arguments, std::size_t offset) {
  arguments = arguments.substr(std::min(offset, arguments.size()));
  return arguments.substr(0, arguments.find_first_of("= "));
}

// What follows the path, whose local part may be a quoted string with any of "> " in it.
std::string_view parameters_of(std::string_view arguments) {
  bool quoted = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (quoted && arguments[i] == '\\') ++i;
    else if (arguments[i] == '"') quoted = !quoted;
    else if (arguments[i] == '>' && !quoted) return arguments.substr(i + 1);
  }
  return {};
}

// The value of a parameter, nullopt when it is not there.
std::optional<std::string_view> find_parameter(std::string_view parameters, std::string_view keyword) {
  while (!parameters.empty()) {
    const auto end = parameters.find(' ');
    const auto one = parameters.substr(0, end);
    const auto equals = one.find('=');
    if (iequals(one.substr(0, equals), keyword))
      return equals == std::string_view::npos ? std::string_view{} : one.substr(equals + 1);
    if (end == std::string_view::npos) break;
    parameters.remove_prefix(end + 1);
  }
  return std::nullopt;
}

Reply not_offered(std::string_view keyword) {
  return {555, "5.5.4", "parameter " + std::string(keyword) + " is not offered here"};
}

Reply refusal_of(const Error& e, std::string_view arguments, std::string_view path_status) {
  if (e.name == "bad_path") return {501, std::string(path_status), "bad address syntax"};
  const auto keyword = keyword_at(arguments, e.offset);
  const std::string what = e.name == "duplicate_parameter" ? "given twice: " : "bad parameter: ";
  // RFC 6710 4.1 asks for 5.5.2 here, everything else is 5.5.4.
  const bool priority = iequals(keyword, "MT-PRIORITY") && e.name != "duplicate_parameter";
  return {501, priority ? "5.5.2" : "5.5.4", what + std::string(keyword)};
}

std::optional<Reply> refuse_deliver_by(const mail::DeliverBy& by, const ServerOptions& options) {
  if (!by.return_if_late) return std::nullopt;
  if (by.seconds < options.min_deliver_by)
    return Reply{555, "5.3.3", "cannot deliver within " + std::to_string(by.seconds) + " seconds"};
  return std::nullopt;
}

std::optional<Reply> refuse_mail(const mail::Envelope& envelope, std::string_view arguments,
                                 const ServerOptions& options) {
  const auto parameters = parameters_of(arguments);
  if (!envelope.other.empty()) return not_offered(envelope.other.front().substr(0, envelope.other.front().find('=')));
  if (options.logins == nullptr && find_parameter(parameters, "AUTH")) return not_offered("AUTH");
  if (envelope.by)
    if (auto refusal = refuse_deliver_by(*envelope.by, options)) return refusal;
  if (envelope.size && *envelope.size > options.max_message)
    return Reply{552, "5.3.4", "message is larger than " + std::to_string(options.max_message) + " octets"};
  return std::nullopt;
}

}  // namespace

std::variant<mail::Envelope, Reply> read_mail_argument(std::string_view argument, const ServerOptions& options,
                                                       bool extended) {
  const auto arguments = argument_after("FROM:", argument);
  if (!arguments) return Reply{501, "5.5.4", "syntax: MAIL FROM:<address> [parameters]"};
  if (has_eight_bit(*arguments)) return Reply{501, "5.1.7", "address must be ASCII"};
  auto envelope = mail::parse_mail_arguments(*arguments);
  if (!envelope) return refusal_of(envelope.error(), *arguments, "5.1.7");
  if (!extended && !parameters_of(*arguments).empty()) return Reply{555, "5.5.4", "parameters need EHLO"};
  if (auto refusal = refuse_mail(*envelope, *arguments, options)) return *refusal;
  return std::move(*envelope);
}

std::variant<mail::Recipient, Reply> read_rcpt_argument(std::string_view argument, bool extended) {
  const auto arguments = argument_after("TO:", argument);
  if (!arguments) return Reply{501, "5.5.4", "syntax: RCPT TO:<address> [parameters]"};
  if (has_eight_bit(*arguments)) return Reply{501, "5.1.3", "address must be ASCII"};
  auto recipient = mail::parse_rcpt_arguments(*arguments);
  if (!recipient) return refusal_of(recipient.error(), *arguments, "5.1.3");
  if (recipient->address.empty()) return Reply{501, "5.1.3", "empty recipient"};
  if (!extended && !parameters_of(*arguments).empty()) return Reply{555, "5.5.4", "parameters need EHLO"};
  if (!recipient->other.empty())
    return not_offered(recipient->other.front().substr(0, recipient->other.front().find('=')));
  return std::move(*recipient);
}

}  // namespace longwire::smtp
