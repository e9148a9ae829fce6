// From what a program writes to sendmail(8) to an envelope and a message for the node's own SMTP listener.
// The caller hands both to a ClientSession and turns its outcomes into an exit code.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "mail/envelope.hpp"
#include "node/smtp/client.hpp"
#include "node/smtp/sendmail_options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::smtp {

// What is filled in where the message says nothing (RFC 6409 8: a submitter may).
struct SubmissionDefaults {
  std::string user;        // login name of the caller
  std::string domain;      // put behind addresses without one
  std::string date;        // RFC 5322
  std::string message_id;  // "<...@...>"
};

struct Submission {
  mail::Envelope envelope;
  Bytes message;  // CRLF line ends, header fields Date, From and Message-ID present, no Bcc
};

// The input ends at a line with a single dot unless dot_is_text. LF, CRLF and a lone CR all end a line:
// programs write text, not SMTP. A leading mbox "From " line, Bcc, Resent-Bcc and Return-Path are dropped.
// With -t the recipients of To, Cc, Bcc (of Resent-To.. instead, if there are any) are added; each address
// only once. Errors: nul_in_text, bad_sender, bad_recipient, no_recipients; offset 0.
Result<Submission> prepare_submission(const SendmailOptions& options, std::string_view input,
                                      const SubmissionDefaults& defaults);

// One exit code for all recipients: ok when everyone was accepted; temporary if any may work later;
// else no_user or unavailable.
int exit_code(const std::vector<ClientSession::Outcome>& outcomes);

}  // namespace longwire::smtp
