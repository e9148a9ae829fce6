// The access control decision: a clearance against a label of the same policy (X.841, SDN.801; security.md 9.2).
#pragma once

#include "base/security_label.hpp"
#include "crypto/x509/certificate.hpp"

#include <string>
#include <string_view>

namespace longwire::crypto::labels {

struct Decision {
  bool granted = false;
  std::string_view reason;  // "policy", "classification", "category", "bad_category"
  std::string text;         // for the operator: the tag set and value at fault
};
Decision decide(const Clearance& clearance, const SecurityLabel& label);

// Categories in their known forms (ACP 145, MISSI): tag set, kind and the numbers set. Unknown ones deny.
struct TagValues {
  std::string tag_set;  // OID
  enum class Kind : std::uint8_t {
    restrictive,
    enumerated_permissive,
    enumerated_restrictive,
    permissive,
    informative
  } kind;
  std::vector<int> values;
};
Result<std::vector<TagValues>> tag_values(const SecurityCategory& category);
Result<SecurityCategory> category_of(const TagValues& values);

}  // namespace longwire::crypto::labels
