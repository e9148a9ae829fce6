// Delivery status notifications: RFC 3464 in RFC 6522, as smtp-edge.md section 5 wants them.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "mail/envelope.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::mail {

enum class DsnAction : std::uint8_t { failed, delayed, delivered, relayed, expanded };
std::string_view to_string(DsnAction action);  // as in the Action field

struct DsnRecipient {
  std::string final_recipient;  // envelope address as received
  std::string orcpt;            // raw parameter; decoded into Original-Recipient
  DsnAction action = DsnAction::failed;
  std::string status;           // "5.1.1"
  std::string status_comment;   // printed in parentheses, may be empty
  std::string remote_mta;       // may be empty
  std::string diagnostic_type;  // "smtp" or "X-PMUL"; empty = no Diagnostic-Code
  std::string diagnostic;
  std::optional<Time> last_attempt;
  std::optional<Time> will_retry_until;  // delayed only
};

struct DsnReport {
  std::string reporting_mta;   // FQDN
  std::string message_id;      // of the report, without <>
  std::string to;              // original sender
  std::string original_envid;  // raw xtext, may be empty
  Time arrival;
  Time now;
  std::optional<Time> deliver_by;
  std::vector<DsnRecipient> recipients;
  bool return_full = false;     // message/rfc822, else text/rfc822-headers
  bool return_nothing = false;  // RFC 6522 3: the third part is optional
};

// The whole RFC 5322 message with CRLF; original is what is returned (whole or header).
Bytes format_dsn(const DsnReport& report, ByteView original);

// What a report says, for tracking. Errors: not_a_report, bad_report.
struct ParsedDsn {
  std::string original_envid;  // decoded
  struct PerRecipient {
    std::string original_recipient;  // "rfc822;a@b", may be empty
    std::string final_recipient;     // address
    DsnAction action = DsnAction::failed;
    std::string status;
    std::string diagnostic;
  };
  std::vector<PerRecipient> recipients;
  std::string original_message_id;  // from the returned header, may be empty
  std::string x400_subject;         // X400-Subject-Submission-Identifier of a gateway, "[..;..]", may be empty
};
Result<ParsedDsn> parse_dsn(ByteView message);

}  // namespace longwire::mail
