// The access control decision: a clearance against a label of the same policy (X.841, SDN.801; security.md 9.2).
#pragma once

#include "base/security_label.hpp"
#include "crypto/labels/categories.hpp"
#include "crypto/x509/certificate.hpp"

#include <string>
#include <string_view>

namespace longwire::crypto::labels {

class Policy;

struct Decision {
  bool granted = false;
  std::string_view reason;  // "policy", "classification", "category", "bad_category"
  std::string text;         // for the operator: the tag set and value at fault
};
// policy: for the names in the text, to tell several tags of one tag set apart, and to know which enumerated MISSI tags
// are permissive; without it these count as restrictive, which grants less.
// What a clearance holds in a form we do not know grants nothing; in a label it denies.
Decision decide(const Clearance& clearance, const SecurityLabel& label, const Policy* policy = nullptr);

}  // namespace longwire::crypto::labels
