// A MULE payload as JSON, for `longwire decode mule` and traces.
#pragma once

#include "mail/mule.hpp"

#include <boost/json/object.hpp>

namespace longwire::mail {

// from, then what was given of mt_priority, size, body, ret, envid, by {seconds, mode, trace}, auth, other[];
// recipients [{address, notify[], orcpt, other[]}]; message_octets and the message as `message`, or as
// `message_hex` if it is not UTF-8.
boost::json::object to_json(const MulePayload& decoded);

// JSON strings must be UTF-8 (RFC 8259 8.1): no overlong forms, surrogates or numbers beyond 10FFFF.
bool is_utf8(std::string_view s);

}  // namespace longwire::mail
