#include "mail/clean.hpp"
#include "mail/dsn_format.hpp"

#include <algorithm>
#include <array>

namespace longwire::mail {

namespace {

struct Meaning {
  std::string_view detail;  // "1.1" of 5.1.1
  std::string_view words;
};

// RFC 3463 in words a reader of mail understands; the codes of smtp-edge.md section 3.
constexpr std::array<Meaning, 21> meanings{{
    {"1.1", "no such user"},
    {"1.2", "no such mail domain"},
    {"1.3", "bad address"},
    {"1.10", "the domain takes no mail"},
    {"2.2", "mailbox full"},
    {"2.3", "too big for the recipient"},
    {"3.3", "the next system cannot do what was asked"},
    {"3.4", "too big"},
    {"4.1", "no answer from the next system"},
    {"4.3", "directory not available"},
    {"4.4", "no route"},
    {"4.6", "mail loop"},
    {"4.7", "delivery time expired"},
    {"6.0", "bad message content"},
    {"6.3", "content cannot be converted for the next system"},
    {"7.0", "refused by security policy"},
    {"7.1", "not authorized"},
    {"7.3", "protection required but not possible"},
    {"7.5", "cannot be decrypted"},
    {"7.15", "precedence too low"},
    {"7.16", "too big for its precedence"},
}};

std::string reason(const DsnRecipient& r) {
  if (!r.status_comment.empty()) return clean_text(r.status_comment);
  const auto dot = r.status.find('.');
  const auto detail = dot == std::string::npos ? std::string_view{} : std::string_view(r.status).substr(dot + 1);
  for (const auto& m : meanings)
    if (m.detail == detail) return std::string(m.words);
  return {};
}

std::string_view opening(DsnAction action) {
  switch (action) {
    case DsnAction::failed:
      return "Your message could not be delivered to\r\n";
    case DsnAction::delayed:
      return "Your message has not been delivered yet to\r\n";
    case DsnAction::delivered:
      return "Your message was delivered to\r\n";
    case DsnAction::relayed:
      return "Your message was passed to a mail system that does not confirm delivery.\r\n";
    case DsnAction::expanded:
      return "Your message was passed on to the members of\r\n";
  }
  return {};
}

std::string_view closing(DsnAction action) {
  switch (action) {
    case DsnAction::failed:
      return {};
    case DsnAction::delayed:
      return "It need not be sent again: delivery is still being tried.\r\n";
    case DsnAction::delivered:
      return {};
    case DsnAction::relayed:
      return "You will hear again only if delivery fails.\r\n";
    case DsnAction::expanded:
      return "You will hear again only if delivery fails.\r\n";
  }
  return {};
}

void add_section(std::string& out, const DsnReport& report, DsnAction action) {
  std::size_t widest = 0;
  bool any = false;
  constexpr std::size_t column = 40;  // longer addresses push their reason out instead of all others
  for (const auto& r : report.recipients) {
    if (r.action != action) continue;
    any = true;
    widest = std::max(widest, std::min(r.final_recipient.size(), column));
  }
  if (!any) return;
  if (!out.empty()) out += "\r\n";
  out += opening(action);
  // The subject names a single recipient already, and air time is dear.
  const bool name_them = action != DsnAction::relayed || report.recipients.size() > 1;
  for (const auto& r : report.recipients) {
    if (r.action != action || !name_them) continue;
    auto address = clean_text(r.final_recipient);
    const auto why = action == DsnAction::failed || action == DsnAction::delayed ? reason(r) : std::string{};
    out += "  " + address;
    if (!why.empty()) {
      if (address.size() < widest) out.append(widest - address.size(), ' ');
      out += address.size() > column ? "\r\n    (" : "  (";
      out += why.substr(0, 900) + ')';  // a line has at most 998 octets
    }
    out += "\r\n";
  }
  out += closing(action);
}

}  // namespace

std::string dsn_text(const DsnReport& report) {
  std::string out;
  for (const auto action :
       {DsnAction::failed, DsnAction::delayed, DsnAction::relayed, DsnAction::expanded, DsnAction::delivered})
    add_section(out, report, action);
  return out;
}

}  // namespace longwire::mail
