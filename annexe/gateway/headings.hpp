// Headings: RFC 5322 and MMHS header fields <-> P22/P772 heading (RFC 2156 5.1.3, 5.3.4; RFC 6477 6; RFC 7912 5).
#pragma once

#include "annexe/gateway/gateway.hpp"
#include "mail/message.hpp"

#include <string>
#include <vector>

namespace longwire::gateway {

// Errors: too_many_fields, bad_mmhs_field, duplicate_mmhs_field, address_too_long, bad_address.
Result<x400::Heading> to_heading(const mail::HeaderView& header, const Settings& settings,
                                 std::vector<std::string>& notes);
// Header fields with CRLF, folded: everything but MIME fields, trace and what the envelope knows.
std::string to_header(const x400::Heading& heading, const Settings& settings, std::vector<std::string>& notes);

// RFC 2156 4.7.3 (stanag4406.md 6.8): "<a@b>" <-> IPM identifier. military: 15 characters and an ORName (RFC 6477 6 d);
// an identifier that X.400 made comes back as it was, whatever is asked.
x400::IpmId to_ipm_id(std::string_view message_id, const Settings& settings, bool military = true);
std::string to_message_id(const x400::IpmId& id, const Settings& settings);

// Any RFC 6477 or 7912 field: the message is a military one.
bool is_military(const mail::HeaderView& header);

}  // namespace longwire::gateway
