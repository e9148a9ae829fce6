#include "mail/parameters.hpp"

#include <algorithm>

namespace longwire::mail {

namespace {

// smtp-edge.md 8: what was built from other sources (X.400, chat, configuration) must not end the
// command line; parameters hold no space either.
std::string safe(std::string_view s, char lowest) {
  std::string out;
  std::copy_if(s.begin(), s.end(), std::back_inserter(out), [lowest](char c) { return c >= lowest && c <= '~'; });
  return out;
}

std::string path(std::string_view address) { return '<' + safe(address, ' ') + '>'; }

void add(std::string& out, std::string_view keyword, std::string_view value) {
  const auto clean = safe(value, '!');
  if (clean.empty()) return;
  out += ' ';
  out += keyword;
  out += '=';
  out += clean;
}

void add_other(std::string& out, const std::vector<std::string>& other) {
  for (const auto& parameter : other) {
    const auto clean = safe(parameter, '!');
    if (!clean.empty()) out += ' ' + clean;
  }
}

void add_body(std::string& out, Body body, const Extensions& hop) {
  switch (body) {
    case Body::seven_bit:
      return;  // the default of RFC 6152
    case Body::eight_bit:
      if (hop.eight_bit) out += " BODY=8BITMIME";
      return;
    case Body::binary:
      if (hop.binary) out += " BODY=BINARYMIME";
      return;
  }
}

void add_ret(std::string& out, Ret ret) {
  switch (ret) {
    case Ret::unset:
      return;
    case Ret::full:
      out += " RET=FULL";
      return;
    case Ret::headers:
      out += " RET=HDRS";
      return;
  }
}

std::string notify_value(const Notify& n) {
  if (n.never) return "NEVER";
  std::string out;
  const auto word = [&out](bool wanted, const char* name) {
    if (!wanted) return;
    if (!out.empty()) out += ',';
    out += name;
  };
  word(n.success, "SUCCESS");
  word(n.failure, "FAILURE");
  word(n.delay, "DELAY");
  return out;
}

std::string by_value(const DeliverBy& by) {
  // RFC 2852 4: at most nine digits.
  constexpr std::int64_t most = 999'999'999;
  return std::to_string(std::clamp(by.seconds, -most, most)) + (by.return_if_late ? ";R" : ";N") +
         (by.trace ? "T" : "");
}

}  // namespace

// Required and special rows of the RFC 8494 6.2 table; pipelining does not exist there.
Extensions Extensions::mule() {
  Extensions e;
  e.size = e.eight_bit = e.binary = e.chunking = e.dsn = e.mt_priority = e.deliver_by = e.auth = e.other = true;
  return e;
}

std::string format_mail_arguments(const Envelope& e, const Extensions& hop) {
  std::string out = path(e.from);
  if (hop.mt_priority && e.mt_priority) add(out, "MT-PRIORITY", std::to_string(std::clamp(*e.mt_priority, -9, 9)));
  if (hop.size && e.size) add(out, "SIZE", std::to_string(*e.size));
  add_body(out, e.body, hop);
  if (hop.dsn) {
    add_ret(out, e.ret);
    // RFC 3461 4.4: an identifier of another world may be too long to travel; the next hop does without.
    if (e.envid.size() <= envid_octets) add(out, "ENVID", e.envid);
  }
  if (hop.deliver_by && e.by) add(out, "BY", by_value(*e.by));
  if (hop.auth) add(out, "AUTH", e.auth);
  if (hop.other) add_other(out, e.other);
  return out;
}

std::string format_rcpt_arguments(const Recipient& r, const Extensions& hop) {
  std::string out = path(r.address);
  if (hop.dsn) {
    if (r.notify) add(out, "NOTIFY", notify_value(*r.notify));
    add(out, "ORCPT", r.orcpt);
  }
  if (hop.other) add_other(out, r.other);
  return out;
}

}  // namespace longwire::mail
