// Equivalents that the sample has no example of (security.md 9.4).
#include "tests/unit/labels/labels_support.hpp"

namespace longwire::crypto::labels::test {
namespace {

constexpr auto out = Policy::Direction::outbound, in = Policy::Direction::inbound;
const std::string other = "1.2.9";

std::string equivalent(std::string_view element, std::string_view rest) {
  return "<" + std::string(element) + " policyRef=\"O\" " + std::string(rest);
}
std::string equivalent_class(int lacv, std::string_view applied, std::string_view inner = {}) {
  return equivalent("equivalentClassification",
                    "lacv=\"" + std::to_string(lacv) + "\" applied=\"" + std::string(applied) + "\">") +
         std::string(inner) + "</equivalentClassification>";
}
std::string equivalent_category(int lacv, std::string_view type, std::string_view rest) {
  return equivalent("equivalentSecCategoryTag", "tagSetId=\"1.2.9.1\" " + std::string(type) + " lacv=\"" +
                                                    std::to_string(lacv) + "\" " + std::string(rest) + "/>");
}
constexpr std::string_view bits = "tagType=\"restrictive\"", numbers = "tagType=\"enumerated\" enumType=\"permissive\"";

std::string category(std::string_view name, int lacv, std::string_view inner) {
  return "<tagCategory name=\"" + std::string(name) + "\" lacv=\"" + std::to_string(lacv) + "\">" + std::string(inner) +
         "</tagCategory>";
}
std::string tag_set(std::string_view type, std::string_view categories, std::string_view equivalents = {}) {
  return "<securityCategoryTagSet name=\"S\" id=\"1.2.3.1\"><securityCategoryTag name=\"S\" " + std::string(type) +
         ">" + std::string(categories) + "</securityCategoryTag>" + std::string(equivalents) +
         "</securityCategoryTagSet>";
}
std::string policies(std::string_view inner = {}) {
  return "<equivalentPolicies><equivalentPolicy name=\"O\" id=\"1.2.9\">" + std::string(inner) +
         "</equivalentPolicy></equivalentPolicies>";
}
std::string required(std::string_view operation, std::string_view tag_set_ref, std::string_view lacv) {
  return "<requiredCategory operation=\"" + std::string(operation) + "\"><categoryGroup tagSetRef=\"" +
         std::string(tag_set_ref) + "\" tagType=\"enumerated\" enumType=\"permissive\" lacv=\"" + std::string(lacv) +
         "\"/></requiredCategory>";
}

std::vector<int> values_of(const SecurityLabel& one, const std::string& tag_set_id, Kind kind) {
  for (const auto& tag : tag_values(one.categories).value())
    if (tag.tag_set == tag_set_id && tag.kind == kind) return tag.values;
  return {};
}

TEST(Map, OneValueMayBecomeSeveral) {
  const auto policy =
      read_policy(spif_of_tags(tag_set(bits, category("A", 0,
                                                      equivalent_category(4, bits, "applied=\"encrypt\"") +
                                                          equivalent_category(7, numbers, "applied=\"both\""))),
                               equivalent_class(5, "both"), policies()));
  const auto mapped = policy.map(label(3, {values("1.2.3.1", Kind::restrictive, {0})}, "MARK"), "o", out);
  ASSERT_TRUE(mapped) << mapped.error().text;
  EXPECT_EQ(mapped->policy, other);
  EXPECT_EQ(mapped->classification, 5);
  EXPECT_EQ(mapped->mark, "");
  EXPECT_EQ(values_of(*mapped, "1.2.9.1", Kind::restrictive), std::vector{4});
  EXPECT_EQ(values_of(*mapped, "1.2.9.1", Kind::enumerated_permissive), std::vector{7});
}

// A label is never lowered on its way in: of several classes that stand for one of theirs, the highest.
TEST(Map, InboundTakesTheHighestClass) {
  const auto policy = read_policy(
      spif("<securityClassifications><securityClassification name=\"HIGH\" lacv=\"3\" hierarchy=\"9\">" +
           equivalent_class(1, "both") +
           "</securityClassification><securityClassification name=\"LOW\" lacv=\"8\" "
           "hierarchy=\"2\">" +
           equivalent_class(1, "decrypt") + "</securityClassification></securityClassifications>" + policies()));
  EXPECT_EQ(policy.map({other, 1, {}, {}}, "O", in).value().classification, 3);
  EXPECT_EQ(policy.map({other, {}, {}, {}}, "O", in).error().name, "no_classification");
}

TEST(Map, InboundTakesEveryRestrictiveValueButOnePermissive) {
  const auto make = [](std::string_view type) {
    return read_policy(spif_of_tags(
        tag_set(type, category("A", 1, equivalent_category(4, numbers, "applied=\"both\"")) +
                          category("B", 2, equivalent_category(4, numbers, "applied=\"both\"")) +
                          category("C", 3, equivalent_category(5, numbers, "applied=\"decrypt\" action=\"discard\""))),
        equivalent_class(5, "both"), policies()));
  };
  const SecurityLabel theirs{
      other,
      5,
      {},
      categories_of({values("1.2.9.1", Kind::enumerated_permissive, {4, 5})}, CategoryForm::acp145).value()};
  EXPECT_EQ(values_of(make(bits).map(theirs, "O", in).value(), "1.2.3.1", Kind::restrictive), (std::vector{1, 2}));
  EXPECT_EQ(values_of(make(numbers).map(theirs, "O", in).value(), "1.2.3.1", Kind::enumerated_permissive),
            std::vector{1});
  const SecurityLabel more{
      other, 5, {}, categories_of({values("1.2.9.1", Kind::enumerated_permissive, {6})}, CategoryForm::acp145).value()};
  EXPECT_EQ(make(bits).map(more, "O", in).error().name, "no_equivalent");
}

TEST(Map, WhatTheOtherPolicyNeedsIsAdded) {
  // By OID, of the policy; by the name an equivalent tag set has, when that tag set is used.
  const auto policy = read_policy(
      spif_of_tags(tag_set(bits, category("A", 0, equivalent_category(4, bits, "applied=\"both\"")),
                           "<equivalentSecurityCategoryTagSet policyRef=\"O\" name=\"Theirs\" id=\"1.2.9.7\">" +
                               required("all", "Theirs", "70") + "</equivalentSecurityCategoryTagSet>"),
                   equivalent_class(5, "both", required("oneOrMore", "1.2.9.5", "50")),
                   policies(required("onlyOne", "1.2.9.6", "60"))));
  auto mapped = policy.map(label(3, {values("1.2.3.1", Kind::restrictive, {0})}), "O", out).value();
  EXPECT_EQ(values_of(mapped, "1.2.9.5", Kind::enumerated_permissive), std::vector{50});
  EXPECT_EQ(values_of(mapped, "1.2.9.6", Kind::enumerated_permissive), std::vector{60});
  EXPECT_EQ(values_of(mapped, "1.2.9.7", Kind::enumerated_permissive), std::vector{70});
  mapped = policy.map(label(3), "O", out).value();
  EXPECT_EQ(values_of(mapped, "1.2.9.7", Kind::enumerated_permissive), std::vector<int>{});
}

TEST(Map, NamesOfTheirTagSetsNeedTheirPolicy) {
  const auto policy = read_policy(
      spif_of_tags(tag_set(bits, ""), equivalent_class(5, "both", required("all", "To", "10")), policies()));
  EXPECT_EQ(policy.map(label(3), "O", out).error().name, "no_equivalent");
  auto theirs = spif(
      "<securityClassifications><securityClassification name=\"A\" lacv=\"5\" hierarchy=\"1\"/>"
      "</securityClassifications><securityCategoryTagSets><securityCategoryTagSet name=\"To\" "
      "id=\"1.2.9.2\"><securityCategoryTag name=\"To\" tagType=\"enumerated\" enumType=\"permissive\">"
      "<tagCategory name=\"X\" lacv=\"10\"/></securityCategoryTag></securityCategoryTagSet>"
      "</securityCategoryTagSets>");
  theirs.replace(theirs.find("name=\"P\" id=\"1.2.3\""), 19, "name=\"O\" id=\"1.2.9\"");
  const auto loaded = read_policy(theirs);
  const auto mapped = policy.map(label(3), "O", out, &loaded);
  ASSERT_TRUE(mapped) << mapped.error().text;
  EXPECT_EQ(values_of(*mapped, "1.2.9.2", Kind::enumerated_permissive), std::vector{10});
}

// With their policy loaded a label that it does not allow is no label of theirs.
TEST(Map, TheResultIsValidUnderALoadedPolicy) {
  const auto policy = read_policy(spif_of_tags(tag_set(bits, ""), equivalent_class(6, "both"), policies()));
  EXPECT_TRUE(policy.map(label(3), "O", out));
  auto theirs = spif(
      "<securityClassifications><securityClassification name=\"A\" lacv=\"5\" hierarchy=\"1\"/>"
      "</securityClassifications>");
  theirs.replace(theirs.find("name=\"P\" id=\"1.2.3\""), 19, "name=\"O\" id=\"1.2.9\"");
  const auto loaded = read_policy(theirs);
  EXPECT_EQ(policy.map(label(3), "O", out, &loaded).error().name, "unknown_classification");
  EXPECT_EQ(policy.map({other, 6, {}, {}}, "O", in, &loaded).error().name, "unknown_classification");
}

TEST(Map, AppliedIsKept) {
  const auto policy =
      read_policy(spif_of_tags(tag_set(bits, category("A", 0, equivalent_category(4, bits, "applied=\"decrypt\""))),
                               equivalent_class(5, "encrypt"), policies()));
  EXPECT_TRUE(policy.map(label(3), "O", out));
  EXPECT_EQ(policy.map({other, 5, {}, {}}, "O", in).error().name, "no_equivalent");
  EXPECT_EQ(policy.map(label(3, {values("1.2.3.1", Kind::restrictive, {0})}), "O", out).error().name, "no_equivalent");
}

}  // namespace
}  // namespace longwire::crypto::labels::test
