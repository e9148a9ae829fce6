// STANAG 4774 confidentiality labels and clearances in XML, alone or bound by STANAG 4778 (security.md 10).
#pragma once

#include "crypto/labels/policy.hpp"

namespace longwire::crypto::labels {

inline constexpr std::string_view type_4774 = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0";

// Also of a BindingInformation of STANAG 4778 that holds one label; what it is bound to is not checked here.
// Errors: too_large, bad_xml, bad_label; duplicate_label: a binding with several; unknown_policy: none of the loaded
// ones has that name or OID.
Result<SecurityLabel> read_4774(ByteView xml, const Policies& policies);
// An element without a prolog. Empty: the label is not valid under the policy.
std::string write_4774(const SecurityLabel& label, const Policy& policy, Time created);
// The label bound to what `uri` names, without a signature.
std::string write_4778(const SecurityLabel& label, const Policy& policy, Time created, std::string_view uri,
                       std::string_view content_type);
// Errors: too_large, bad_xml, bad_clearance, unknown_policy.
Result<Clearance> read_4774_clearance(ByteView xml, const Policies& policies);
std::string write_4774_clearance(const Clearance& clearance, const Policy& policy);

// What the XML says, before any policy gave it a meaning: for `longwire decode label`.
struct Words4774 {
  struct Category {
    std::string tag_name, uri, type;  // type: RESTRICTIVE, PERMISSIVE, INFORMATIVE
    std::vector<std::string> values;  // names; "#7" = IntegerValue
  };
  std::string policy, policy_uri;
  std::vector<std::string> classifications;  // of a label: one
  std::string mark;
  std::vector<Category> categories;
  bool clearance = false;
};
Result<Words4774> read_4774_words(ByteView xml);

}  // namespace longwire::crypto::labels
