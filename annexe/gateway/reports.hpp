// Reports and notifications: X.411 report <-> DSN (RFC 2156 5.1.8, 5.3.8), IPN <-> MDN (stanag4406.md 6.13), and the
// code tables of 6.12.
#pragma once

#include "annexe/gateway/gateway.hpp"

#include <string>
#include <string_view>

namespace longwire::gateway {

struct X411Code {
  int reason = 0;
  std::optional<int> diagnostic;
  friend bool operator==(const X411Code&, const X411Code&) = default;
};
std::string status_of(const X411Code& code);  // "5.1.1"
X411Code x411_of(std::string_view status);    // class digit ignored, unknown X.n.m as X.n.0

// "Reason 1 (Unable-To-Transfer); Diagnostic 0 (Unrecognised-ORName)", the value of Diagnostic-Code behind "x400;", and
// read back by its numbers.
std::string diagnostic_text(const X411Code& code);
std::optional<X411Code> parse_diagnostic(std::string_view text);

// Is it a multipart/report of that report-type (delivery-status, disposition-notification)?
bool is_dsn(ByteView message);
bool is_mdn(ByteView message);

// find: where the subject is ours, its recipients as the sender wrote them come into the DSN, and what correlates it
// with the message sent (ENVID, Message-ID).
Result<MailItem> report_to_dsn(const x400::Report& report, const Settings& settings, const FindSubject& find, Time now);

// What the node knows of a message it took from X.400: the originally-specified-recipient-number under which that
// address was a recipient of it.
using RecipientNumber = std::function<std::optional<int>(const x400::MtsId& subject, std::string_view address)>;
// number_of: asked when the DSN does not give X400-Originally-Specified-Recipient-Number; then they count from 1.
// Errors: not_a_report, bad_report; nothing_to_report when no recipient failed or was delivered (the caller sends it
// as an ordinary message, 6.11).
Result<ApduItem> dsn_to_report(const ToX400& in, const Settings& settings, const RecipientNumber& number_of = {});

// The MDN for an IPN that came in a P1 message; and an MDN as IPN content.
Result<MailItem> ipn_to_mdn(const x400::MessageEnvelope& envelope, const x400::Ipn& ipn, const Settings& settings,
                            Time now);
// Errors: not_a_report, bad_report; nothing_to_report for a disposition no IPN can say ("denied", "processed/error").
Result<x400::Ipn> mdn_to_ipn(ByteView message, const Settings& settings, Time now);

}  // namespace longwire::gateway
