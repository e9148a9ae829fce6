// One SMTP command line taken apart (RFC 5321 4.1.1, RFC 3030 2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace longwire::smtp {

enum class Verb : std::uint8_t {
  helo,
  ehlo,
  mail,
  rcpt,
  data,
  bdat,
  rset,
  noop,
  vrfy,
  quit,
  help,
  starttls,
  auth,
  not_implemented,  // a verb some RFC defines and we do not announce: 502
  foreign,          // first line of another protocol, sent by a tricked browser: close
  unknown,
};

struct Command {
  Verb verb = Verb::unknown;
  std::string_view argument;  // behind the verb and one space, trailing blanks cut (4.1.1: tolerate them)
};

// `line` is without CRLF.
Command parse_command(std::string_view line);

// "FROM:<a@b> SIZE=1" with prefix "FROM:" gives "<a@b> SIZE=1"; nullopt when the prefix is not there.
std::optional<std::string_view> argument_after(std::string_view prefix, std::string_view argument);

// A domain, an address literal or whatever else clients call themselves, as long as it cannot break a
// Received field: letters, digits and . - _ : [ ], at most 255 octets.
bool is_helo_name(std::string_view name);

struct BdatArgument {
  std::uint64_t octets = 0;
  bool last = false;
  bool well_formed = true;  // false: the count is good, what follows is not "LAST"
};
// nullopt: no usable count, so nobody can tell where the next command starts.
std::optional<BdatArgument> parse_bdat(std::string_view argument);

}  // namespace longwire::smtp
