// SMTP envelope and the header fields that speak of it <-> P1 envelope (stanag4406.md 6.7; RFC 2156 5.1.5, 5.3.6,
// 5.3.7, appendix A).
#pragma once

#include "annexe/gateway/gateway.hpp"
#include "mail/message.hpp"

#include <string>
#include <vector>

namespace longwire::gateway {

// --- mail to X.400 ---
// Identifier, originator, recipients, grade, indicators, extensions. Content type, trace and information types depend
// on the content and are the caller's. Errors: address_too_long, bad_address, bad_label.
Result<x400::MessageEnvelope> envelope_to_x400(const ToX400& in, const mail::HeaderView& header,
                                               const Settings& settings, std::vector<std::string>& notes);
// The level a message has on the mail side: parameter, else MMHS field, else Priority field (RFC 6758 3.1).
Precedence precedence_of(const mail::Envelope& envelope, const mail::HeaderView& header, const Settings& settings);

// --- X.400 to mail ---
// The first extension that is critical for transfer or delivery and means nothing here; nullptr: none.
const x400::ExtensionField* unmappable_critical(const x400::MessageEnvelope& envelope);
// Appendix A 3.2, but both words for both bits (stanag4406.md 6.7).
mail::Notify notify_of(x400::ReportRequest request);
mail::Envelope envelope_to_mail(const x400::MessageEnvelope& envelope, const Settings& settings, Time now,
                                std::vector<std::string>& notes);
// Trace, Date and the fields of RFC 2156 5.3.6, with CRLF.
std::string envelope_header(const x400::MessageEnvelope& envelope, const mail::Envelope& mail, const Settings& settings,
                            Time now, std::vector<std::string>& notes);

// Extensions that mean nothing to mail but may go back to X.400 as they are: private ones and the prohibitions.
inline constexpr std::string_view extension_field = "X-X400-Extension";
std::string format_kept_extension(const x400::ExtensionField& e);
std::optional<x400::ExtensionField> parse_kept_extension(std::string_view value);
bool is_kept_extension(const x400::ExtensionField& e);

inline constexpr std::string_view envid_prefix = "SMTP/NOTARY ENVID: ";     // content correlator, appendix A 3.1
inline constexpr std::string_view mts_id_prefix = "X400-MTS-Identifier: ";  // ENVID, appendix A 3.2

}  // namespace longwire::gateway
