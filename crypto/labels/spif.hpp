// What a security policy information file says (Open XML SPIF 1.0 to 2.1, security.md 9): plain data, references
// resolved. policy.hpp says what follows from it.
#pragma once

#include "base/time.hpp"
#include "crypto/labels/categories.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::crypto::labels::spif {

using Kind = TagValues::Kind;

struct MarkingData {
  std::optional<std::string> phrase;
  std::string language;
  std::vector<std::string> codes;
  bool has(std::string_view code) const;
};
struct MarkingQualifier {
  std::string place;  // a marking code; empty = everywhere
  std::string language;
  std::optional<std::string> prefix, suffix, separator;
};
struct Markings {
  std::vector<MarkingData> data;
  std::vector<MarkingQualifier> qualifiers;
};

// categoryGroup and excludedCategory: values of a tag set.
struct CategoryRef {
  std::string tag_set;       // name or OID, as written
  std::string id;            // OID; empty: a tag set of another policy known by its name only
  std::optional<Kind> kind;  // unset: notApplicable
  std::optional<int> value;  // unset: any
  std::size_t offset = 0;    // in the file
};
enum class Operation : std::uint8_t { only_one, one_or_more, all };
struct Required {
  Operation operation = Operation::all;
  std::vector<CategoryRef> groups;
};

enum class Applied : std::uint8_t { encrypt, decrypt, both };
struct EquivalentClassification {
  std::string policy;  // OID
  int value = 0;
  Applied applied = Applied::both;
  std::vector<Required> required;
};
struct Classification {
  std::string name;
  int value = 0;      // in labels and clearances
  int hierarchy = 0;  // dominance and order
  std::string colour;
  bool obsolete = false;
  std::vector<EquivalentClassification> equivalents;
  Markings markings;
  std::vector<Required> required;
};

struct EquivalentCategory {
  std::string policy;  // OID
  std::string tag_set;
  std::optional<Kind> kind;
  std::optional<int> value;
  Applied applied = Applied::both;
  bool discard = false;
};
struct Category {
  std::string name;
  std::optional<int> value;  // unset: text that no form of a label can hold
  bool obsolete = false;
  std::string required_class;
  std::string user_input;  // "string", "integer", "date": `value` stands for any
  std::optional<Time> not_before, not_after;
  std::vector<EquivalentCategory> equivalents;
  Markings markings;
  std::vector<std::string> excluded_classes;
  std::vector<Required> required;
  std::vector<CategoryRef> excluded;
  std::size_t offset = 0;  // in the file
};
struct Tag {
  std::string name;
  std::optional<Kind> kind;  // unset: notApplicable
  bool numbers = false;      // tagType7 as numbers, not bits
  std::optional<std::size_t> least, most;
  std::vector<Category> categories;
  Markings markings;
};
struct EquivalentTagSet {
  std::string policy;  // OID
  std::string name, id;
  std::vector<Required> required;
};
struct TagSet {
  std::string name;
  std::string id;
  std::vector<Tag> tags;
  std::vector<EquivalentTagSet> equivalents;
};
struct PrivacyMark {
  std::string name;
  bool obsolete = false;
  Markings markings;
};
struct PrivacyMarks {
  std::vector<PrivacyMark> marks;
  std::optional<std::size_t> least, most;
  Markings markings;
};
struct EquivalentPolicy {
  std::string name;
  std::string id;
  std::vector<Required> required;
};

struct Spif {
  std::string name;
  std::string id;
  Markings policy_markings;       // of securityPolicyId
  bool missi_labels = false;      // rbacId
  bool missi_clearances = false;  // privilegeId
  std::optional<Time> not_before, not_after;
  std::vector<Classification> classifications;  // by hierarchy, lowest first
  Markings class_markings;                      // of securityClassifications: for all of them
  std::vector<TagSet> tag_sets;
  PrivacyMarks privacy_marks;
  std::vector<EquivalentPolicy> equivalent_policies;
  Markings markings;  // around the whole marking
};

// Errors: too_large, bad_xml; bad_spif with line, element, attribute and why in the text and the offset in the file.
Result<Spif> read(ByteView xml);

}  // namespace longwire::crypto::labels::spif
