#include "node/smtp/hop.hpp"

#include "base/text.hpp"
#include "node/smtp/command.hpp"

#include <algorithm>

namespace longwire::smtp {
namespace {

std::uint64_t number_or_zero(std::string_view text) { return parse_unsigned(text).value_or(0); }

void add_mechanisms(Hop& hop, std::string_view names) {
  while (!names.empty()) {
    const auto space = names.find(' ');
    if (space != 0) hop.mechanisms.emplace_back(names.substr(0, space));
    names.remove_prefix(space == std::string_view::npos ? names.size() : space + 1);
  }
}

void add_extension(Hop& hop, std::string_view line) {
  const auto space = line.find(' ');
  const auto keyword = line.substr(0, space);
  const auto argument = space == std::string_view::npos ? std::string_view{} : trim(line.substr(space + 1));
  auto& e = hop.extensions;
  if (iequals(keyword, "SIZE")) {
    e.size = true;
    e.size_limit = number_or_zero(argument);  // RFC 1870 3: absent or 0 = none stated
  } else if (iequals(keyword, "8BITMIME")) {
    e.eight_bit = true;
  } else if (iequals(keyword, "BINARYMIME")) {
    e.binary = true;
  } else if (iequals(keyword, "CHUNKING")) {
    e.chunking = true;
  } else if (iequals(keyword, "DSN")) {
    e.dsn = true;
  } else if (iequals(keyword, "PIPELINING")) {
    e.pipelining = true;
  } else if (iequals(keyword, "MT-PRIORITY")) {
    e.mt_priority = true;
  } else if (iequals(keyword, "STARTTLS")) {
    hop.starttls = true;
  } else if (iequals(keyword, "AUTH")) {
    add_mechanisms(hop, argument);
  } else if (iequals(keyword, "DELIVERBY")) {
    e.deliver_by = true;
    const auto least = number_or_zero(argument.substr(0, argument.find(',')));
    hop.min_deliver_by = static_cast<std::int64_t>(std::min<std::uint64_t>(least, 999'999'999));  // 9 digits
  }
}

}  // namespace

std::string host_name_in(const ServerReply& reply) {
  if (reply.lines.empty()) return {};
  const auto word = std::string_view(reply.lines.front()).substr(0, reply.lines.front().find(' '));
  return is_helo_name(word) ? std::string(word) : std::string();
}

Hop read_hop(const ServerReply& ehlo) {
  Hop hop;
  hop.name = host_name_in(ehlo);
  for (std::size_t i = 1; i < ehlo.lines.size(); ++i) add_extension(hop, ehlo.lines[i]);
  return hop;
}

}  // namespace longwire::smtp
