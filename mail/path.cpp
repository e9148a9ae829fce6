#include "mail/path.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

namespace longwire::mail {

namespace {

constexpr std::size_t domain_octets = 255;  // RFC 5321 4.5.3.1.2; DNS carries no more
constexpr std::size_t label_octets = 63;    // RFC 1035 2.3.4

bool is_let_dig(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_atext(char c) {
  return is_let_dig(c) || (c != '\0' && std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos);
}

// Octets of the Dot-string at the start; 0 if there is none.
std::size_t dot_string(std::string_view s) {
  std::size_t at = 0;
  for (bool need_atom = true; at < s.size(); ++at) {
    if (is_atext(s[at])) need_atom = false;
    else if (s[at] == '.' && !need_atom) need_atom = true;
    else break;
  }
  return at > 0 && s[at - 1] == '.' ? 0 : at;
}

// Octets of the Quoted-string at the start; 0 if there is none.
std::size_t quoted_string(std::string_view s) {
  if (s.empty() || s[0] != '"') return 0;
  for (std::size_t at = 1; at < s.size(); ++at) {
    if (s[at] == '"') return at + 1;
    if (s[at] == '\\') ++at;
    if (at >= s.size() || s[at] < ' ' || s[at] > '~') return 0;
  }
  return 0;
}

std::size_t local_part(std::string_view s) {
  const auto quoted = quoted_string(s);
  return quoted != 0 ? quoted : dot_string(s);
}

bool is_label(std::string_view s) {
  if (s.empty() || s.size() > label_octets || !is_let_dig(s.front()) || !is_let_dig(s.back())) return false;
  for (const char c : s)
    if (!is_let_dig(c) && c != '-') return false;
  return true;
}

bool is_domain(std::string_view s) {
  if (s.empty() || s.size() > domain_octets) return false;
  while (true) {
    const auto dot = s.find('.');
    if (!is_label(s.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    s.remove_prefix(dot + 1);
  }
}

// "[" dcontent "]"; what an address family means by it is not our business here.
bool is_address_literal(std::string_view s) {
  if (s.size() < 3 || s.size() > domain_octets || s.front() != '[' || s.back() != ']') return false;
  for (const char c : s.substr(1, s.size() - 2))
    if (c <= ' ' || c > '~' || c == '[' || c == '\\' || c == ']') return false;
  return true;
}

// A-d-l = "@" Domain *( "," "@" Domain ), then ":". Octets with the colon; 0 if malformed.
std::size_t source_route(std::string_view s) {
  const auto colon = s.find(':');
  if (colon == std::string_view::npos) return 0;
  for (auto list = s.substr(0, colon);;) {
    const auto comma = list.find(',');
    const auto hop = list.substr(0, comma);
    if (hop.size() < 2 || hop[0] != '@' || !is_domain(hop.substr(1))) return 0;
    if (comma == std::string_view::npos) return colon + 1;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

bool is_mailbox(std::string_view address) {
  const auto local = local_part(address);
  if (local == 0 || local >= address.size() || address[local] != '@') return false;
  const auto domain = address.substr(local + 1);
  return is_domain(domain) || is_address_literal(domain);
}

std::optional<ParsedPath> read_path(std::string_view text, PathKind kind) {
  if (text.empty() || text[0] != '<') return std::nullopt;
  std::size_t at = 1;
  if (text.size() > 1 && text[1] == '@') {  // RFC 5321 4.1.2: accept a source route and ignore it
    const auto route = source_route(text.substr(1, limits::path));
    if (route == 0) return std::nullopt;
    at += route;
  }
  // A quoted local part may hold '>', so the closing bracket is looked for behind it.
  const auto close = text.find('>', at + local_part(text.substr(at, limits::path)));
  if (close == std::string_view::npos || close >= limits::path) return std::nullopt;
  const auto address = text.substr(at, close - at);
  const bool empty = kind == PathKind::reverse && address.empty() && at == 1;
  const bool postmaster = kind == PathKind::forward && at == 1 && iequals(address, "postmaster");
  if (!empty && !postmaster && !is_mailbox(address)) return std::nullopt;
  return ParsedPath{std::string(address), close + 1};
}

}  // namespace longwire::mail
