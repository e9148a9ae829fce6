// Headings with the scope they stand in; headings.hpp has the plain forms.
#pragma once

#include "annexe/gateway/field_list.hpp"
#include "annexe/gateway/headings.hpp"

namespace longwire::gateway {

enum class Scope : std::uint8_t {
  message,    // trace, Date, label and priority are the envelope's and not touched
  forwarded,  // there is no envelope: every field but the MIME ones is kept
};

struct HeadingOptions {
  Scope scope = Scope::message;
  bool military = false;  // also without any MMHS field
  std::string mail_from;  // Disposition-Notification-To counts only when it names this address (RFC 8098 8.3)
  bool with_bcc = true;   // false: Bcc names addresses that the recipients served now must not see (RFC 5322 3.6.3)
};

Result<x400::Heading> to_heading(const mail::HeaderView& header, const Settings& settings,
                                 const HeadingOptions& options, std::vector<std::string>& notes);
std::string to_header(const x400::Heading& heading, const Settings& settings, Scope scope,
                      std::vector<std::string>& notes);

// Adds "Name: value" lines to the field list of a heading.
void keep_lines(x400::Heading& heading, const std::vector<std::string>& lines);
// The lines of that name taken out of the list; the first value, or empty.
std::string take_kept(x400::Heading& heading, std::string_view name);

// Fields that a heading has nothing to do with: trace, envelope, MIME, and those RFC 2156 5.1.7 says not to map.
bool is_mime_field(std::string_view name);
bool is_envelope_field(std::string_view name);
// Bcc, Resent-Bcc: only the one they name may see them (RFC 5322 3.6.3, 3.6.6).
bool is_blind_field(std::string_view name);
bool is_only_for(std::string_view value, const mail::Envelope& envelope);  // empty: for anybody

}  // namespace longwire::gateway
