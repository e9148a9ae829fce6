// A MULE payload as JSON, for `longwire decode mule` and traces.
#pragma once

#include "base/utf8.hpp"
#include "mail/mule.hpp"

#include <boost/json/object.hpp>

namespace longwire::mail {

// from, then what was given of mt_priority, size, body, ret, envid, by {seconds, mode, trace}, auth, other[];
// recipients [{address, notify[], orcpt, other[]}]; message_octets and the message as `message`, or as
// `message_hex` if it is not UTF-8.
boost::json::object to_json(const MulePayload& decoded);

}  // namespace longwire::mail
