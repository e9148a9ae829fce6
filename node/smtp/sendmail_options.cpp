#include "node/smtp/sendmail_options.hpp"

#include "base/text.hpp"
#include "mail/parameters.hpp"
#include "node/smtp/address_list.hpp"

namespace longwire::smtp {
namespace {

using Mode = SendmailOptions::Mode;

// Options whose value is the rest of the argument or the next one.
constexpr std::string_view with_value = "fFrNRVBCcOXLhpAxD";
// Options whose value, if any, is the rest of the argument: -oi, -bs, -q30m, -d8.1.
constexpr std::string_view with_attached = "obqde";
constexpr std::string_view without_value = "tivGmnUs";

bool read_mode(std::string_view value, SendmailOptions& o) {
  if (value == "m") o.mode = Mode::submit;
  else if (value == "s") o.mode = Mode::smtp;
  else if (value == "p") o.mode = Mode::list_queue;
  else if (value == "i") o.mode = Mode::nothing;
  else return false;
  return true;
}

// A value with a space would smuggle in a second parameter.
bool has_space(std::string_view value) { return value.find(' ') != std::string_view::npos; }

// -N and -R have the grammar of the SMTP parameters, so those readers decide.
bool read_notify(const std::string& value, SendmailOptions& o) {
  const auto recipient = mail::parse_rcpt_arguments("<a@b> NOTIFY=" + value);
  if (has_space(value) || !recipient || !recipient->notify) return false;
  o.notify = recipient->notify;
  return true;
}

bool read_mail_parameter(const std::string& parameter, SendmailOptions& o) {
  const auto envelope = mail::parse_mail_arguments("<> " + parameter);
  if (has_space(parameter) || !envelope) return false;
  if (envelope->ret != mail::Ret::unset) o.ret = envelope->ret;
  if (!envelope->envid.empty()) o.envid = envelope->envid;
  if (envelope->mt_priority) o.mt_priority = envelope->mt_priority;
  return true;
}

bool read_sender(std::string_view value, SendmailOptions& o) {
  const auto addresses = addresses_in(value);
  const bool null = trim(value).empty() || trim(value) == "<>";
  if (!null && addresses.size() != 1) return false;
  o.from = null ? std::string() : addresses.front();
  return true;
}

bool read_option(char option, const std::string& value, SendmailOptions& o) {
  switch (option) {
    case 't':
      o.recipients_from_header = true;
      return true;
    case 'i':
      o.dot_is_text = true;
      return true;
    case 'v':
      o.verbose = true;
      return true;
    case 'o':
      if (value == "i") o.dot_is_text = true;
      return true;
    case 'b':
      return read_mode(value, o);
    case 'q':
      o.mode = Mode::nothing;
      return true;
    case 'f':
    case 'r':
      return read_sender(value, o);
    case 'F':
      o.full_name = value;
      return true;
    case 'C':
    case 'c':  // as every other command of the program spells it
      o.config_file = value;
      return true;
    case 'N':
      return read_notify(value, o);
    case 'R':
      return read_mail_parameter("RET=" + value, o);
    case 'V':
      return read_mail_parameter("ENVID=" + mail::xtext_encode(value), o);
    case 'O':
      if (!to_lower(value).starts_with("mt-priority=")) return true;
      return read_mail_parameter(value, o);
    case 'B':
      return iequals(value, "7BIT") || iequals(value, "8BITMIME");  // the octets decide
    default:
      return true;
  }
}

Error usage(std::size_t index, std::string text) { return error("usage", index, std::move(text)); }

bool is_in(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

// One argument may hold several options ("-ti", "-tf a@b"). `i` moves on when the next one is used.
Result<void> read_argument(const std::vector<std::string>& arguments, std::size_t& i, SendmailOptions& o) {
  const auto start = i;
  const auto& argument = arguments[start];
  for (std::size_t at = 1; at < argument.size(); ++at) {
    const char option = argument[at];
    const auto name = std::string("-") + option;
    std::string value;
    if (is_in(with_attached, option)) {
      value = argument.substr(at + 1);
    } else if (is_in(with_value, option)) {
      value = argument.substr(at + 1);
      if (value.empty() && i + 1 == arguments.size()) return usage(start, name + " needs a value");
      if (value.empty()) value = arguments[++i];
    } else if (!is_in(without_value, option)) {
      return usage(start, "unknown option " + name);
    }
    if (!read_option(option, value, o))
      return usage(start, std::string("bad value of ").append(name + ": ").append(value));
    if (!is_in(without_value, option)) break;
  }
  return {};
}

}  // namespace

Result<SendmailOptions> parse_sendmail_options(std::string_view called_as, const std::vector<std::string>& arguments) {
  SendmailOptions o;
  const auto name = called_as.substr(called_as.rfind('/') + 1);  // npos + 1 is 0
  if (name == "mailq") o.mode = Mode::list_queue;
  if (name == "newaliases") o.mode = Mode::nothing;
  bool options_over = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    if (!options_over && argument == "--") {
      options_over = true;
    } else if (!options_over && argument.size() > 1 && argument.front() == '-') {
      if (const auto read = read_argument(arguments, i, o); !read) return read.error();
    } else {
      const auto addresses = addresses_in(argument);
      if (addresses.empty()) return usage(i, "not an address: " + argument);
      o.recipients.insert(o.recipients.end(), addresses.begin(), addresses.end());
    }
  }
  if (o.mode == Mode::submit && o.recipients.empty() && !o.recipients_from_header)
    return usage(arguments.size(), "no recipients: name them, or use -t");
  return o;
}

}  // namespace longwire::smtp
