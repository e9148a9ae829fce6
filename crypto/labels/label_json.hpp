// Labels and clearances as JSON, for `longwire decode label`.
#pragma once

#include "base/security_label.hpp"
#include "crypto/x509/certificate.hpp"

#include <boost/json/object.hpp>

namespace longwire::crypto::labels {

// {"policy", "class", "privacyMark", "categories": [{"type", "tag_set", "kind", "values"}]}
boost::json::object to_json(const SecurityLabel& label);
boost::json::object to_json(const Clearance& clearance);  // "classes" in place of "class"

// One of: ESSSecurityLabel or X.411 label in BER, a Clearance (RFC 5755) in BER, STANAG 4774 or 4778 in XML, an
// SIO-Label or SIO-Label-History field or its value (RFC 7444). "form" tells which. Errors: those of the form.
Result<boost::json::object> decode_label_json(ByteView octets);

}  // namespace longwire::crypto::labels
