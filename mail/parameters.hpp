// The MAIL and RCPT parameter grammars of smtp-edge.md section 2, used by the SMTP server, the SMTP
// client and the MULE payload alike: one reader, one writer.
#pragma once

#include "base/result.hpp"
#include "mail/envelope.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace longwire::mail {

// "<path> [SP params]" as behind "MAIL FROM:" or on the first line of a MULE payload.
// Errors: bad_path, bad_parameter (offset at the parameter), duplicate_parameter.
// Unknown parameters are kept in `other`; the SMTP server refuses them itself.
// The Envelope comes without recipients. Space at the end of the line is no error (RFC 5321 4.1.1).
enum class Dialect : std::uint8_t {
  smtp,
  mule,  // BODY=BINARY, as RFC 8494 writes it, is read as BINARYMIME
};
Result<Envelope> parse_mail_arguments(std::string_view text, Dialect dialect = Dialect::smtp);
Result<Recipient> parse_rcpt_arguments(std::string_view text);

inline constexpr std::size_t envid_octets = 100;  // RFC 3461 4.4, as coded

// Which parameters a next hop understands. MULE understands all.
struct Extensions {
  bool size = false, eight_bit = false, binary = false, chunking = false, dsn = false, mt_priority = false,
       deliver_by = false, pipelining = false, auth = false;
  bool other = false;            // parameters we do not know are passed on: MULE only (RFC 8494 3.3)
  std::uint64_t size_limit = 0;  // 0 = none stated
  static Extensions mule();
};
// "<from> MT-PRIORITY=.. SIZE=.. BODY=.. RET=.. ENVID=.. BY=.. AUTH=.." without "MAIL FROM:". Octets that
// could end the line or the parameter are left out, wherever the envelope came from.
std::string format_mail_arguments(const Envelope& e, const Extensions& hop);
std::string format_rcpt_arguments(const Recipient& r, const Extensions& hop);

// RFC 3461 section 4 xtext. decode refuses lower-case hex and octets outside the grammar (bad_xtext).
std::string xtext_encode(std::string_view raw);
Result<std::string> xtext_decode(std::string_view coded);

}  // namespace longwire::mail
