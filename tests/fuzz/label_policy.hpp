// A small policy for targets that need one.
#pragma once

#include "crypto/labels/policy.hpp"

#include <cstdlib>

namespace longwire::fuzz {

inline constexpr std::string_view policy_xml = R"(<SPIF xmlns="http://www.xmlspif.org/spif" schemaVersion="2.1">
<securityPolicyId name="TEST" id="1.3.6.1.4.1.99999.4406.1"/><securityClassifications>
<securityClassification name="UNMARKED" lacv="0" hierarchy="0"/>
<securityClassification name="UNCLASSIFIED" lacv="1" hierarchy="1">
<equivalentClassification policyRef="ALLY" lacv="1" applied="both"/></securityClassification>
<securityClassification name="SECRET" lacv="4" hierarchy="4" color="red">
<equivalentClassification policyRef="ALLY" lacv="4" applied="both"/></securityClassification>
<securityClassification name="TOP SECRET" lacv="5" hierarchy="5"><markingData phrase="MOST SECRET">
<code>pageTopBottom</code></markingData><requiredCategory operation="oneOrMore"><categoryGroup
tagSetRef="Releasable To" tagType="enumerated" enumType="permissive"/></requiredCategory></securityClassification>
</securityClassifications><securityCategoryTagSets>
<securityCategoryTagSet name="Sensitivity" id="1.3.6.1.4.1.99999.4406.1.1">
<securityCategoryTag name="Sensitivity" tagType="restrictive"><tagCategory name="CRYPTO" lacv="0">
<equivalentSecCategoryTag policyRef="ALLY" tagSetId="1.3.6.1.4.1.99999.4406.2.1" tagType="restrictive" lacv="3"
applied="both"/><excludedClass>UNMARKED</excludedClass></tagCategory><tagCategory name="MEDICAL" lacv="1"/>
<markingQualifier><qualifier markingQualifier="," qualifierCode="separator"/></markingQualifier>
</securityCategoryTag></securityCategoryTagSet>
<securityCategoryTagSet name="Releasable To" id="1.3.6.1.4.1.99999.4406.1.2">
<securityCategoryTag tagType="enumerated" enumType="permissive"><tagCategory name="GBR" lacv="826"/>
<tagCategory name="DNK" lacv="208"/><markingQualifier><qualifier markingQualifier="REL TO " qualifierCode="prefix"/>
</markingQualifier></securityCategoryTag></securityCategoryTagSet></securityCategoryTagSets>
<equivalentPolicies><equivalentPolicy name="ALLY" id="1.3.6.1.4.1.99999.4406.2"/></equivalentPolicies></SPIF>)";

inline crypto::labels::Policy small_policy() {
  auto policy = crypto::labels::Policy::read(as_bytes(policy_xml));
  if (!policy) std::abort();
  return *std::move(policy);
}

}  // namespace longwire::fuzz
