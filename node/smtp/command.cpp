#include "node/smtp/command.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace longwire::smtp {
namespace {

struct VerbRow {
  std::string_view name;
  Verb verb;
};

constexpr std::array verbs{
    VerbRow{"MAIL", Verb::mail},
    VerbRow{"RCPT", Verb::rcpt},
    VerbRow{"DATA", Verb::data},
    VerbRow{"BDAT", Verb::bdat},  // RFC 3030
    VerbRow{"EHLO", Verb::ehlo},
    VerbRow{"HELO", Verb::helo},
    VerbRow{"RSET", Verb::rset},
    VerbRow{"NOOP", Verb::noop},
    VerbRow{"QUIT", Verb::quit},
    VerbRow{"VRFY", Verb::vrfy},
    VerbRow{"HELP", Verb::help},
    VerbRow{"STARTTLS", Verb::starttls},  // RFC 3207
    VerbRow{"AUTH", Verb::auth},          // RFC 4954
    VerbRow{"EXPN", Verb::not_implemented},
    VerbRow{"TURN", Verb::not_implemented},  // RFC 821; unsafe
    VerbRow{"SEND", Verb::not_implemented},
    VerbRow{"SOML", Verb::not_implemented},
    VerbRow{"SAML", Verb::not_implemented},
    VerbRow{"ETRN", Verb::not_implemented},  // RFC 1985; MUST NOT on submission, 6409 7
    VerbRow{"ATRN", Verb::not_implemented},  // RFC 2645
    VerbRow{"LHLO", Verb::not_implemented},  // RFC 2033
    VerbRow{"BURL", Verb::not_implemented},  // RFC 4468
    VerbRow{"GET", Verb::foreign},
    VerbRow{"POST", Verb::foreign},
    VerbRow{"PUT", Verb::foreign},
    VerbRow{"OPTIONS", Verb::foreign},
    VerbRow{"CONNECT", Verb::foreign},
};

std::string_view cut_trailing_blanks(std::string_view s) {
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

bool is_helo_octet(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(".-_:[]").find(c) != std::string_view::npos;
}

}  // namespace

Command parse_command(std::string_view line) {
  line = cut_trailing_blanks(line);
  const auto space = line.find(' ');
  const auto name = line.substr(0, space);
  Command command;
  if (space != std::string_view::npos) command.argument = line.substr(space + 1);
  for (const auto& row : verbs)
    if (iequals(row.name, name)) command.verb = row.verb;
  return command;
}

std::optional<std::string_view> argument_after(std::string_view prefix, std::string_view argument) {
  if (!iequals(argument.substr(0, prefix.size()), prefix)) return std::nullopt;
  return argument.substr(prefix.size());
}

bool is_helo_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && std::all_of(name.begin(), name.end(), is_helo_octet);
}

std::optional<BdatArgument> parse_bdat(std::string_view argument) {
  const auto space = argument.find(' ');
  const auto count = parse_unsigned(argument.substr(0, space));
  if (!count) return std::nullopt;
  BdatArgument result{.octets = *count};
  if (space == std::string_view::npos) return result;
  result.last = iequals(argument.substr(space + 1), "LAST");
  result.well_formed = result.last;
  return result;
}

}  // namespace longwire::smtp
