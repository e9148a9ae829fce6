// STANAG 4774 confidentiality labels and clearances in XML (security.md 10).
#pragma once

#include "crypto/labels/policy.hpp"

namespace longwire::crypto::labels {

// Errors: bad_xml, bad_label; unknown_policy: none of the loaded ones has that name or OID.
Result<SecurityLabel> read_4774(ByteView xml, const Policies& policies);
std::string write_4774(const SecurityLabel& label, const Policy& policy, Time created);
Result<Clearance> read_4774_clearance(ByteView xml, const Policies& policies);

}  // namespace longwire::crypto::labels
