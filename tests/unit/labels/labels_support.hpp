// The sample policy and short ways to labels, clearances and small policies of a test's own.
#pragma once

#include "crypto/labels/access.hpp"
#include "crypto/labels/policy.hpp"
#include "tests/unit/vectors.hpp"

#include <string>

namespace longwire::crypto::labels::test {

inline const std::string test_policy = "1.3.6.1.4.1.99999.4406.1";
inline const std::string ally_policy = "1.3.6.1.4.1.99999.4406.2";

inline Policy read_policy(std::string_view xml) {
  auto policy = Policy::read(as_bytes(xml));
  EXPECT_TRUE(policy) << policy.error().text;
  return *std::move(policy);
}

inline Policy sample_policy() {
  const auto file = longwire::test::read_vector("cms/labels/spif-test.xml");
  return read_policy(as_text(file));
}

inline SecurityLabel label_vector(const std::string& id) {
  return decode_label(longwire::test::read_vector("cms/labels/der/" + id + ".der")).value();
}

inline Clearance clearance_vector(const std::string& id) {
  return decode_clearance(longwire::test::read_vector("cms/labels/der/" + id + ".der")).value();
}

// A whole SPIF around its inner elements.
inline std::string spif(std::string_view inner, std::string_view attributes = {}) {
  return "<SPIF xmlns=\"http://www.xmlspif.org/spif\" schemaVersion=\"2.1\" " + std::string(attributes) +
         "><securityPolicyId name=\"P\" id=\"1.2.3\"/>" + std::string(inner) + "</SPIF>";
}

// The same with the classes LOW (1), MID (2; not in order: lacv 7) and HIGH (3) around tag sets.
inline std::string spif_of_tags(std::string_view tag_sets, std::string_view high = {}, std::string_view rest = {}) {
  return spif(
      "<securityClassifications><securityClassification name=\"LOW\" lacv=\"1\" hierarchy=\"1\"/>"
      "<securityClassification name=\"MID\" lacv=\"7\" hierarchy=\"2\" color=\"#ff8000\"/>"
      "<securityClassification name=\"HIGH\" lacv=\"3\" hierarchy=\"3\" color=\"red\">" +
      std::string(high) + "</securityClassification></securityClassifications><securityCategoryTagSets>" +
      std::string(tag_sets) + "</securityCategoryTagSets>" + std::string(rest));
}

inline SecurityLabel label(int classification, const std::vector<TagValues>& values = {}, std::string mark = {}) {
  return {"1.2.3", classification, std::move(mark), categories_of(values, CategoryForm::acp145).value()};
}

using Kind = TagValues::Kind;
inline TagValues values(std::string tag_set, Kind kind, std::vector<int> numbers) {
  return {std::move(tag_set), kind, std::move(numbers), false, {}};
}

inline std::string reason(const Policy& policy, const SecurityLabel& one, bool creating = false) {
  const auto bad = policy.validate(one, creating);
  return bad ? std::string(bad->name) : "valid";
}

}  // namespace longwire::crypto::labels::test
