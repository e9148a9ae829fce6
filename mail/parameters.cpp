#include "mail/parameters.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "mail/path.hpp"

#include <algorithm>

namespace longwire::mail {

namespace {

// Lengths of smtp-edge.md section 2.
constexpr std::size_t orcpt_octets = 500;  // RFC 3461 4.2
constexpr std::size_t auth_octets = 500;   // RFC 4954 8

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool all_digits(std::string_view s, std::size_t most) {
  return !s.empty() && s.size() <= most && std::all_of(s.begin(), s.end(), is_digit);
}

// esmtp-param of RFC 5321 4.1.2. had_value tells "SIZE=" from "SIZE".
struct Parameter {
  std::string_view keyword;
  std::string_view value;
  std::string_view whole;
  bool has_value = false;
  std::size_t offset = 0;
};

bool well_formed(const Parameter& p) {
  if (p.keyword.empty() || !is_alnum(p.keyword[0])) return false;
  if (!std::all_of(p.keyword.begin(), p.keyword.end(), [](char c) { return is_alnum(c) || c == '-'; })) return false;
  if (p.has_value == p.value.empty()) return false;
  // base64 padding: RFC 3885 3.1 needs '=' inside the value although RFC 5321 has none.
  const bool equals = iequals(p.keyword, "MTRK");
  return std::all_of(p.value.begin(), p.value.end(),
                     [equals](char c) { return c >= '!' && c <= '~' && (c != '=' || equals); });
}

Error bad_parameter(const Parameter& p, std::string text) { return error("bad_parameter", p.offset, std::move(text)); }

// Splits " A=1 B" and hands each to `take`, which says whether the value is good.
template <class Take>
Result<void> each_parameter(std::string_view text, std::size_t at, Take take) {
  std::vector<std::string> seen;
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);  // RFC 5321 4.1.1: tolerate it
  while (at < text.size()) {
    if (text[at] != ' ') return error("bad_parameter", at, "one space must stand in front of a parameter");
    ++at;
    const auto end = std::min(text.find(' ', at), text.size());
    Parameter p;
    p.whole = text.substr(at, end - at);
    p.offset = at;
    const auto equals = p.whole.find('=');
    p.keyword = p.whole.substr(0, equals);
    p.has_value = equals != std::string_view::npos;
    if (p.has_value) p.value = p.whole.substr(equals + 1);
    if (!well_formed(p)) return bad_parameter(p, "not a parameter as RFC 5321 4.1.2 writes it");
    auto name = to_lower(p.keyword);
    if (std::find(seen.begin(), seen.end(), name) != seen.end())
      return error("duplicate_parameter", p.offset, std::string(p.keyword) + " stands twice");
    seen.push_back(std::move(name));
    if (!take(p)) return bad_parameter(p, "bad value of " + std::string(p.keyword));
    at = end;
  }
  return {};
}

bool read_size(std::string_view v, Envelope& e) {  // RFC 1870 3
  const auto n = parse_unsigned(v);
  if (!all_digits(v, 20) || !n) return false;
  e.size = n;
  return true;
}

bool read_body(std::string_view v, Envelope& e, Dialect dialect) {  // RFC 6152 2, RFC 3030 3
  if (iequals(v, "7BIT")) e.body = Body::seven_bit;
  else if (iequals(v, "8BITMIME")) e.body = Body::eight_bit;
  else if (iequals(v, "BINARYMIME") || (dialect == Dialect::mule && iequals(v, "BINARY"))) e.body = Body::binary;
  else return false;
  return true;
}

bool read_ret(std::string_view v, Envelope& e) {  // RFC 3461 4.3
  if (iequals(v, "FULL")) e.ret = Ret::full;
  else if (iequals(v, "HDRS")) e.ret = Ret::headers;
  else return false;
  return true;
}

bool printable(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool read_envid(std::string_view v, Envelope& e) {  // RFC 3461 4.4
  const auto decoded = xtext_decode(v);
  if (v.empty() || v.size() > envid_octets || !decoded || !printable(*decoded)) return false;
  e.envid = v;
  return true;
}

bool read_mt_priority(std::string_view v, Envelope& e) {  // RFC 6710 7: "0" / ["-"] "1".."9"
  const bool negative = v.starts_with('-');
  const auto digit = negative ? v.substr(1) : v;
  if (digit.size() != 1 || !is_digit(digit[0]) || (negative && digit[0] == '0')) return false;
  e.mt_priority = negative ? -(digit[0] - '0') : digit[0] - '0';
  return true;
}

bool read_by(std::string_view v, Envelope& e) {  // RFC 2852 4
  const auto semicolon = v.find(';');
  if (semicolon == std::string_view::npos) return false;
  auto number = v.substr(0, semicolon);
  const auto mode = v.substr(semicolon + 1);
  const bool negative = number.starts_with('-');
  if (negative || number.starts_with('+')) number.remove_prefix(1);
  if (!all_digits(number, 9) || mode.empty() || mode.size() > 2) return false;
  DeliverBy by;
  by.seconds = static_cast<std::int64_t>(parse_unsigned(number).value_or(0));
  if (negative) by.seconds = -by.seconds;
  by.return_if_late = iequals(mode.substr(0, 1), "R");
  by.trace = mode.size() == 2;
  if (!by.return_if_late && !iequals(mode.substr(0, 1), "N")) return false;
  if (by.trace && !iequals(mode.substr(1), "T")) return false;
  if (by.return_if_late && by.seconds <= 0) return false;
  e.by = by;
  return true;
}

bool read_auth(std::string_view v, Envelope& e) {  // RFC 4954 5
  const auto decoded = xtext_decode(v);
  if (v.size() > auth_octets || !decoded || (*decoded != "<>" && !is_mailbox(*decoded))) return false;
  e.auth = v;
  return true;
}

bool valid_mtrk(std::string_view v) {  // RFC 3885 3.1
  const auto colon = v.find(':');
  if (colon != std::string_view::npos && !all_digits(v.substr(colon + 1), 9)) return false;
  auto certifier = v.substr(0, colon);
  if (certifier.empty() || certifier.size() % 4 != 0) return false;
  for (int padding = 0; padding < 2 && certifier.ends_with('='); ++padding) certifier.remove_suffix(1);
  return std::all_of(certifier.begin(), certifier.end(), [](char c) { return is_alnum(c) || c == '+' || c == '/'; });
}

bool take_mail(const Parameter& p, Envelope& e, Dialect dialect) {
  if (iequals(p.keyword, "SIZE")) return read_size(p.value, e);
  if (iequals(p.keyword, "BODY")) return read_body(p.value, e, dialect);
  if (iequals(p.keyword, "RET")) return read_ret(p.value, e);
  if (iequals(p.keyword, "ENVID")) return read_envid(p.value, e);
  if (iequals(p.keyword, "BY")) return read_by(p.value, e);
  if (iequals(p.keyword, "MT-PRIORITY")) return read_mt_priority(p.value, e);
  if (iequals(p.keyword, "AUTH")) return read_auth(p.value, e);
  if (iequals(p.keyword, "MTRK") && !valid_mtrk(p.value)) return false;
  e.other.emplace_back(p.whole);
  return true;
}

bool read_notify(std::string_view v, Recipient& r) {  // RFC 3461 4.1
  Notify n;
  if (iequals(v, "NEVER")) {
    n.never = true;
    r.notify = n;
    return true;
  }
  while (true) {
    const auto comma = v.find(',');
    const auto word = v.substr(0, comma);
    if (iequals(word, "SUCCESS")) n.success = true;
    else if (iequals(word, "FAILURE")) n.failure = true;
    else if (iequals(word, "DELAY")) n.delay = true;
    else return false;
    if (comma == std::string_view::npos) break;
    v.remove_prefix(comma + 1);
  }
  r.notify = n;
  return true;
}

bool read_orcpt(std::string_view v, Recipient& r) {  // RFC 3461 4.2: addr-type ";" xtext, addr-type = atom
  const auto semicolon = v.find(';');
  if (v.size() > orcpt_octets || semicolon == std::string_view::npos || semicolon == 0) return false;
  constexpr std::string_view specials = "()<>@,:\\\".[]";
  if (v.substr(0, semicolon).find_first_of(specials) != std::string_view::npos) return false;
  const auto decoded = xtext_decode(v.substr(semicolon + 1));
  // Control characters could only harm where the address is printed again.
  if (!decoded || !printable(*decoded)) return false;
  r.orcpt = v;
  return true;
}

bool take_rcpt(const Parameter& p, Recipient& r) {
  if (iequals(p.keyword, "NOTIFY")) return read_notify(p.value, r);
  if (iequals(p.keyword, "ORCPT")) return read_orcpt(p.value, r);
  r.other.emplace_back(p.whole);
  return true;
}

}  // namespace

Result<Envelope> parse_mail_arguments(std::string_view text, Dialect dialect) {
  const auto path = read_path(text, PathKind::reverse);
  if (!path) return error("bad_path", 0, "expected <local-part@domain> or <>");
  Envelope e;
  e.from = path->address;
  const auto done = each_parameter(text, path->length, [&](const Parameter& p) { return take_mail(p, e, dialect); });
  if (!done) return done.error();
  return e;
}

Result<Recipient> parse_rcpt_arguments(std::string_view text) {
  const auto path = read_path(text, PathKind::forward);
  if (!path) return error("bad_path", 0, "expected <local-part@domain>");
  Recipient r;
  r.address = path->address;
  const auto done = each_parameter(text, path->length, [&](const Parameter& p) { return take_rcpt(p, r); });
  if (!done) return done.error();
  return r;
}

}  // namespace longwire::mail
