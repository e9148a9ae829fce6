// The values of security categories and the forms they are written in (security.md 8): ACP 145 / NATO (RFC 7906), one
// category a tag, and MISSI (SDN.801c), one category for all of them.
#pragma once

#include "base/security_label.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace longwire::crypto::labels {

struct TagValues {
  std::string tag_set;  // OID
  enum class Kind : std::uint8_t {
    restrictive,
    enumerated_permissive,
    enumerated_restrictive,
    permissive,
    informative,
    enumerated,  // of MISSI, which leaves it to the policy whether permissive or restrictive
  } kind = Kind::restrictive;
  std::vector<int> values;   // bits or numbers; rising, each once
  bool numbers = false;      // informative only: written as SET OF INTEGER, not as BIT STRING
  std::optional<int> level;  // of MISSI: a classification that the tag asks for as well
  friend bool operator==(const TagValues&, const TagValues&) = default;
};

// One category of a label or clearance. Errors: unknown_category (a type that is in neither form), bad_category.
Result<std::vector<TagValues>> tag_values(const SecurityCategory& category);
// All of them, one after the other. Errors: the same; bad_category for more than limits::label_categories, or more than
// limits::category_values in all of them.
Result<std::vector<TagValues>> tag_values(const std::vector<SecurityCategory>& categories);

// The ACP 145 form; `enumerated` is written as restrictive. Errors: bad_category (negative or too large values, no
// OID).
Result<SecurityCategory> category_of(const TagValues& values);

enum class CategoryForm : std::uint8_t {
  acp145,
  missi_label,      // StandardSecurityLabel
  missi_clearance,  // SSLPrivileges
};
// Empty entries are left out. Errors: bad_category.
Result<std::vector<SecurityCategory>> categories_of(const std::vector<TagValues>& values, CategoryForm form);
CategoryForm form_of(const std::vector<SecurityCategory>& categories);  // of the first; acp145 if there is none

}  // namespace longwire::crypto::labels
