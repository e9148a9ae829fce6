// P22 and P772 content as JSON, for `longwire decode p772`.
#pragma once

#include "annexe/x400/p772.hpp"

#include <boost/json/object.hpp>

namespace longwire::x400 {

// Members by the ASN.1 names of X.420 and STANAG 4406 in snake_case ("this_ipm", "primary_precedence"), those that
// are absent left out. Times are "2026-11-21T12:00:00Z", octets and what is not understood are hex, O/R names are
// objects with the text form of RFC 2156 4.1 beside the parts.
//   {"mm": {"heading": {..., "extensions": {...}, "other_extensions": [...]}, "body": [{"type": "ia5_text", ...}]}}
//   {"mn": {"subject_ipm": ..., "receipt_fields" | "non_receipt_fields" | "other_notification_type_fields": {...}}}
boost::json::object to_json(const IpmsContent& content);
boost::json::object to_json(const SecurityLabel& label);

}  // namespace longwire::x400
