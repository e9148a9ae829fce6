// The command line and the input of sendmail: arguments up to the first empty line, one a line, then the
// text. Checked: what comes out can be said in SMTP, lines end with CRLF, and Bcc never gets through.
#include "mail/parameters.hpp"
#include "node/smtp/line_check.hpp"
#include "node/smtp/submission.hpp"

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> arguments;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty()) break;
    arguments.emplace_back(line);
  }
  const auto options = smtp::parse_sendmail_options("sendmail", arguments);
  if (!options) return 0;
  smtp::SubmissionDefaults defaults;
  defaults.user = "ops";
  defaults.domain = "ship.example";
  defaults.date = "Sat, 21 Nov 2026 12:00:00 +0000";
  defaults.message_id = "<1@ship.example>";
  const auto s = smtp::prepare_submission(*options, rest, defaults);
  if (!s) return 0;

  const auto facts = smtp::check_lines(s->message);
  if (facts.bare_line_end || facts.nul || !facts.ends_with_crlf || s->envelope.recipients.empty()) std::abort();
  const auto header = std::string(as_text(smtp::header_of(s->message)));
  if (header.find("\r\nbcc:") != std::string::npos || header.find("\r\nBcc:") != std::string::npos) std::abort();
  mail::Extensions hop;
  hop.dsn = hop.mt_priority = true;
  const auto mail = mail::parse_mail_arguments(mail::format_mail_arguments(s->envelope, hop));
  if (!mail || mail->from != s->envelope.from || mail->envid != s->envelope.envid) std::abort();
  for (const auto& r : s->envelope.recipients) {
    const auto back = mail::parse_rcpt_arguments(mail::format_rcpt_arguments(r, hop));
    if (!back || back->address != r.address) std::abort();
  }
  return 0;
}
