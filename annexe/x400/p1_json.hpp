// P1 as JSON, for `longwire decode p1` and `decode cdt`.
#pragma once

#include "annexe/x400/p1.hpp"

#include <boost/json/object.hpp>

namespace longwire::x400 {

// Members by the ASN.1 names of X.411 in snake_case ("message_identifier", "per_recipient_fields"), those that are
// absent left out. Times are "2026-11-21T12:00:00Z", octets and what is not understood are hex, O/R names and
// identifiers are objects with their text form (RFC 2156) beside the parts.
//   {"message": {..., "precedence": "flash", "content": hex, "ipms": the view of p772_json.hpp or an "error"}}
//   {"report": {..., "per_recipient_fields": [{..., "report_type": {"delivery" | "non_delivery": {...}}}]}}
//   {"probe": {..., "content_length": 20000}}
// "ipms" is there where the content type is one of X.420 or P772.
boost::json::object to_json(const MtsApdu& apdu);
boost::json::object to_json(const MtsId& id);

// Names of X.411 for non-delivery codes ("unable-to-transfer", "unrecognised-OR-name"); empty = none known here.
std::string_view reason_name(int reason);
std::string_view diagnostic_name(int diagnostic);

}  // namespace longwire::x400
