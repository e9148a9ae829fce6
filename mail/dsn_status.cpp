#include "base/limits.hpp"
#include "base/text.hpp"
#include "mail/clean.hpp"
#include "mail/dsn_format.hpp"
#include "mail/parameters.hpp"

#include <utility>

namespace longwire::mail {

namespace {

// `line` and the value behind it; text too long for a line goes on in folded ones, at a space where there is one.
std::string folded(std::string line, std::string_view value) {
  auto rest = clean_text(value);
  while (rest.ends_with(' ')) rest.pop_back();
  std::string out;
  while (line.size() + rest.size() > limits::text_line) {
    const auto room = limits::text_line - line.size();
    auto cut = rest.rfind(' ', room);
    if (cut == std::string::npos || cut == 0) cut = room;
    out += line + rest.substr(0, cut) + "\r\n";
    rest.erase(0, cut);
    line = rest.starts_with(' ') ? "" : " ";
  }
  return out + line + rest + "\r\n";
}

std::string field(std::string_view name, std::string_view value) { return folded(std::string(name) + ": ", value); }

// RFC 3461 6.3 e: the reply exactly, continued lines indented.
std::string diagnostic_field(const DsnRecipient& r) {
  std::string out;
  std::string start = "Diagnostic-Code: " + clean_word(r.diagnostic_type).substr(0, 100) + "; ";
  std::string_view rest = r.diagnostic;
  do {
    const auto lf = rest.find('\n');
    auto line = rest.substr(0, lf);
    rest.remove_prefix(lf == std::string_view::npos ? rest.size() : lf + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (trim(line).empty() && !out.empty()) continue;  // a fold of spaces only is not allowed (RFC 5322 3.2.2)
    out += folded(std::exchange(start, " "), line);
  } while (!rest.empty());
  return out;
}

// Digits without leading zeros (RFC 3464 2.3.4).
bool is_status(std::string_view s) {
  for (int part = 0; part < 3; ++part) {
    const auto dot = part < 2 ? s.find('.') : s.size();
    if (dot == std::string_view::npos) return false;
    const auto digits = s.substr(0, dot);
    if (!parse_unsigned(digits) || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return false;
    if (part == 0 && digits != "2" && digits != "4" && digits != "5") return false;
    s.remove_prefix(part < 2 ? dot + 1 : dot);
  }
  return true;
}

std::string_view unknown_status(DsnAction action) {
  switch (action) {
    case DsnAction::failed:
      return "5.0.0";
    case DsnAction::delayed:
      return "4.0.0";
    case DsnAction::delivered:
    case DsnAction::relayed:
    case DsnAction::expanded:
      return "2.0.0";
  }
  return "5.0.0";
}

std::string mta(std::string_view name) {
  return (name.find('.') == std::string_view::npos ? "x-local-hostname; " : "dns; ") + clean_word(name);
}

std::string original_recipient(std::string_view orcpt) {
  const auto semicolon = orcpt.find(';');
  if (semicolon == std::string_view::npos) return std::string(orcpt);
  const auto decoded = xtext_decode(orcpt.substr(semicolon + 1));
  return std::string(orcpt.substr(0, semicolon + 1)) + (decoded ? *decoded : std::string(orcpt.substr(semicolon + 1)));
}

std::string per_recipient(const DsnRecipient& r) {
  std::string out = "\r\n";
  if (!r.orcpt.empty()) out += field("Original-Recipient", original_recipient(r.orcpt));
  out += field("Final-Recipient", "rfc822;" + r.final_recipient);
  out += field("Action", to_string(r.action));
  std::string status(is_status(r.status) ? std::string_view(r.status) : unknown_status(r.action));
  if (!r.status_comment.empty()) status += " (" + clean_comment(r.status_comment) + ')';
  out += field("Status", status);
  if (!r.remote_mta.empty()) out += field("Remote-MTA", mta(r.remote_mta));
  if (!r.diagnostic_type.empty()) out += diagnostic_field(r);
  if (r.last_attempt) out += field("Last-Attempt-Date", format_rfc5322(*r.last_attempt));
  // RFC 3464 2.3.9: for delayed only.
  if (r.will_retry_until && r.action == DsnAction::delayed)
    out += field("Will-Retry-Until", format_rfc5322(*r.will_retry_until));
  return out;
}

}  // namespace

std::string_view to_string(DsnAction action) {
  switch (action) {
    case DsnAction::failed:
      return "failed";
    case DsnAction::delayed:
      return "delayed";
    case DsnAction::delivered:
      return "delivered";
    case DsnAction::relayed:
      return "relayed";
    case DsnAction::expanded:
      return "expanded";
  }
  return {};
}

std::string dsn_status(const DsnReport& report) {
  std::string out;
  if (!report.original_envid.empty()) {
    const auto decoded = xtext_decode(report.original_envid);
    out += field("Original-Envelope-Id", decoded ? *decoded : report.original_envid);
  }
  out += field("Reporting-MTA", mta(report.reporting_mta));
  out += field("Arrival-Date", format_rfc5322(report.arrival));
  if (report.deliver_by) out += field("Deliver-By-Date", format_rfc5322(*report.deliver_by));
  for (const auto& r : report.recipients) out += per_recipient(r);
  return out;
}

}  // namespace longwire::mail
