// The rules of policies that the sample has no example of: required and excluded categories, selections, obsolete
// values, required classes, periods of validity, privacy marks.
#include "tests/unit/labels/labels_support.hpp"

namespace longwire::crypto::labels::test {
namespace {

// A restrictive tag A, B, C (bits 0 to 2) and an enumerated permissive one X, Y (10, 20).
std::string tags(std::string_view in_a = {}, std::string_view tag_attributes = {}, std::string_view a_attributes = {}) {
  return "<securityCategoryTagSet name=\"Codes\" id=\"1.2.3.1\"><securityCategoryTag name=\"Codes\" "
         "tagType=\"restrictive\" " +
         std::string(tag_attributes) + "><tagCategory name=\"A\" lacv=\"0\" " + std::string(a_attributes) + ">" +
         std::string(in_a) +
         "</tagCategory><tagCategory name=\"B\" lacv=\"001\"/><tagCategory name=\"C\" lacv=\"2\"/>"
         "</securityCategoryTag></securityCategoryTagSet>"
         "<securityCategoryTagSet name=\"To\" id=\"1.2.3.2\"><securityCategoryTag name=\"To\" tagType=\"enumerated\" "
         "enumType=\"permissive\"><tagCategory name=\"X\" lacv=\"10\"/><tagCategory name=\"Y\" lacv=\"20\"/>"
         "</securityCategoryTag></securityCategoryTagSet>";
}

SecurityLabel with(int classification, std::vector<int> codes, std::vector<int> to = {}, std::string mark = {}) {
  return label(classification,
               {values("1.2.3.1", Kind::restrictive, std::move(codes)),
                values("1.2.3.2", Kind::enumerated_permissive, std::move(to))},
               std::move(mark));
}

std::string group(std::string_view operation, std::string_view groups) {
  return "<requiredCategory operation=\"" + std::string(operation) + "\">" + std::string(groups) +
         "</requiredCategory>";
}
const std::string code_a = "<categoryGroup tagSetRef=\"Codes\" tagType=\"restrictive\" lacv=\"0\"/>";
const std::string code_b = "<categoryGroup tagSetRef=\"1.2.3.1\" tagType=\"restrictive\" lacv=\"1\"/>";  // by OID
const std::string any_to = "<categoryGroup tagSetRef=\"To\" tagType=\"enumerated\" enumType=\"permissive\"/>";
const std::string all_to =
    "<categoryGroup tagSetRef=\"To\" tagType=\"enumerated\" enumType=\"permissive\" lacv=\"10\" all=\"true\"/>";

struct Case {
  const char* operation;
  std::string groups;
  std::vector<int> codes, to;
  bool valid;
};
class Required : public testing::TestWithParam<Case> {};
TEST_P(Required, OfAClassification) {
  const auto& c = GetParam();
  const auto policy = read_policy(spif_of_tags(tags(), group(c.operation, c.groups)));
  EXPECT_EQ(reason(policy, with(3, c.codes, c.to)), c.valid ? "valid" : "required_category");
  EXPECT_EQ(reason(policy, with(1, c.codes, c.to)), "valid");  // another class needs nothing
}
INSTANTIATE_TEST_SUITE_P(
    Table, Required,
    testing::Values(Case{"onlyOne", code_a + code_b, {}, {}, false}, Case{"onlyOne", code_a + code_b, {0}, {}, true},
                    Case{"onlyOne", code_a + code_b, {1, 2}, {}, true},
                    Case{"onlyOne", code_a + code_b, {0, 1}, {}, false}, Case{"onlyOne", any_to, {}, {10}, true},
                    Case{"onlyOne", any_to, {}, {10, 20}, false}, Case{"oneOrMore", code_a + any_to, {2}, {}, false},
                    Case{"oneOrMore", code_a + any_to, {}, {20}, true},
                    Case{"oneOrMore", code_a + any_to, {0}, {20}, true}, Case{"all", code_a + any_to, {0}, {}, false},
                    Case{"all", code_a + any_to, {0}, {20}, true}, Case{"all", code_a + code_b, {0, 1, 2}, {}, true},
                    Case{"all", all_to, {}, {20}, true}));

TEST(Validate, CategoriesMayRequireOthers) {
  const auto policy = read_policy(spif_of_tags(tags(group("all", code_b + any_to))));
  EXPECT_EQ(reason(policy, with(1, {0})), "required_category");
  EXPECT_EQ(reason(policy, with(1, {0, 1})), "required_category");
  EXPECT_EQ(reason(policy, with(1, {0, 1}, {10})), "valid");
  EXPECT_EQ(reason(policy, with(1, {2})), "valid");
}

TEST(Validate, CategoriesMayExcludeOthers) {
  auto policy =
      read_policy(spif_of_tags(tags("<excludedCategory tagSetRef=\"Codes\" tagType=\"restrictive\" lacv=\"2\"/>")));
  EXPECT_EQ(reason(policy, with(1, {0, 1})), "valid");
  EXPECT_EQ(reason(policy, with(1, {0, 2})), "excluded_category");
  EXPECT_EQ(reason(policy, with(1, {1, 2})), "valid");
  // All of the own tag set: any other one, not itself.
  policy =
      read_policy(spif_of_tags(tags("<excludedCategory tagSetRef=\"Codes\" tagType=\"restrictive\" all=\"true\"/>")));
  EXPECT_EQ(reason(policy, with(1, {0}, {10})), "valid");
  EXPECT_EQ(reason(policy, with(1, {0, 1})), "excluded_category");
}

TEST(Validate, ClassesOfACategory) {
  auto policy = read_policy(spif_of_tags(tags("<excludedClass>MID</excludedClass>")));
  EXPECT_EQ(reason(policy, with(7, {0})), "excluded_class");
  EXPECT_EQ(reason(policy, with(3, {0})), "valid");
  policy = read_policy(spif_of_tags(tags({}, {}, "requiredClass=\"HIGH\"")));
  EXPECT_EQ(reason(policy, with(7, {0})), "required_class");
  EXPECT_EQ(reason(policy, with(3, {0})), "valid");
  EXPECT_EQ(reason(policy, with(7, {1})), "valid");
}

TEST(Validate, Selections) {
  auto policy = read_policy(spif_of_tags(tags({}, "singleSelection=\"true\"")));
  EXPECT_EQ(reason(policy, with(1, {})), "valid");
  EXPECT_EQ(reason(policy, with(1, {1})), "valid");
  EXPECT_EQ(reason(policy, with(1, {0, 1})), "selection");
  policy = read_policy(spif_of_tags(tags({}, "minSelection=\"1\" maxSelection=\"2\"")));
  EXPECT_EQ(reason(policy, with(1, {})), "selection");
  EXPECT_EQ(reason(policy, with(1, {0, 1})), "valid");
  EXPECT_EQ(reason(policy, with(1, {0, 1, 2})), "selection");
  policy = read_policy(spif_of_tags(tags({}, "minSelection=\"unbounded\" maxSelection=\"unbounded\"")));
  EXPECT_EQ(reason(policy, with(1, {0, 1, 2})), "valid");
}

TEST(Validate, ObsoleteValuesAreTakenButNotMade) {
  auto policy = read_policy(spif_of_tags(tags({}, {}, "obsolete=\"true\"")));
  EXPECT_EQ(reason(policy, with(1, {0})), "valid");
  EXPECT_EQ(reason(policy, with(1, {0}), true), "obsolete");
  EXPECT_EQ(reason(policy, with(1, {1}), true), "valid");
  policy =
      read_policy(spif("<securityClassifications><securityClassification name=\"OLD\" lacv=\"1\" hierarchy=\"1\" "
                       "obsolete=\"1\"/></securityClassifications>"));
  EXPECT_EQ(reason(policy, label(1)), "valid");
  EXPECT_EQ(reason(policy, label(1), true), "obsolete");
}

TEST(Validate, PeriodsWhereTheTimeIsGiven) {
  const auto policy = read_policy(
      spif_of_tags(tags({}, {}, "notBefore=\"2026-01-01T00:00:00Z\" notAfter=\"2026-12-31T23:30:00.5+00:30\"")));
  const auto at = [&](std::string_view time) {
    const auto bad = policy.validate(with(1, {0}), false, parse_utc(time).value());
    return bad ? std::string(bad->name) : "valid";
  };
  EXPECT_EQ(at("2025-12-31T23:59:59Z"), "expired");
  EXPECT_EQ(at("2026-01-01T00:00:00Z"), "valid");
  EXPECT_EQ(at("2026-12-31T23:00:00Z"), "valid");
  EXPECT_EQ(at("2026-12-31T23:00:01Z"), "expired");
  EXPECT_EQ(reason(policy, with(1, {0})), "valid");
  EXPECT_FALSE(policy.validate(with(1, {1}), false, parse_utc("2030-01-01T00:00:00Z")));
}

TEST(Validate, PrivacyMarksOfTheFileWhereLabelsAreMade) {
  const std::string marks =
      "<privacyMarks minSelection=\"1\"><privacyMark name=\"EYES ONLY\"/><privacyMark name=\"OLD\" obsolete=\"true\"/>"
      "</privacyMarks>";
  const auto policy = read_policy(spif_of_tags(tags(), {}, marks));
  EXPECT_EQ(reason(policy, with(1, {}, {}, "EYES ONLY"), true), "valid");
  EXPECT_EQ(reason(policy, with(1, {}, {}, "MY OWN"), true), "privacy_mark");
  EXPECT_EQ(reason(policy, with(1, {}, {}, "OLD"), true), "obsolete");
  EXPECT_EQ(reason(policy, with(1, {}), true), "privacy_mark");
  for (const std::string mark : {"MY OWN", "OLD", ""}) EXPECT_EQ(reason(policy, with(1, {}, {}, mark)), "valid");
}

TEST(Validate, KindsMustBeThoseOfThePolicy) {
  const auto policy = read_policy(spif_of_tags(tags()));
  EXPECT_EQ(reason(policy, label(1, {values("1.2.3.1", Kind::permissive, {0})})), "unknown_category");
  EXPECT_EQ(reason(policy, label(1, {values("1.2.3.2", Kind::enumerated_restrictive, {10})})), "unknown_category");
  EXPECT_EQ(reason(policy, label(1, {values("1.2.3.9", Kind::restrictive, {0})})), "unknown_category");
  auto broken = label(1);
  broken.categories.push_back({"2.16.840.1.101.2.1.8.3.0", {5, 0}});
  EXPECT_EQ(reason(policy, broken), "bad_category");
  EXPECT_EQ(reason(policy, label(2)), "unknown_classification");
}

// tagType7: in the label and the marking, without a part in decisions.
TEST(Validate, InformativeTagsOfBothEncodings) {
  const auto policy = read_policy(spif_of_tags(
      "<securityCategoryTagSet name=\"Info\" id=\"1.2.3.7\"><securityCategoryTag name=\"Colour\" tagType=\"tagType7\" "
      "tag7Encoding=\"bitSetAttributes\"><tagCategory name=\"RED\" lacv=\"0\"/></securityCategoryTag>"
      "</securityCategoryTagSet><securityCategoryTagSet name=\"Material\" id=\"1.2.3.8\"><securityCategoryTag "
      "name=\"Material\" tagType=\"tagType7\" tag7Encoding=\"securityAttributes\"><tagCategory name=\"WOOD\" "
      "lacv=\"4\"/></securityCategoryTag></securityCategoryTagSet>"));
  const auto one = policy.label_of("HIGH/Colour:RED/Material:WOOD");
  ASSERT_TRUE(one) << one.error().text;
  EXPECT_EQ(policy.marking(*one).text, "P HIGH RED WOOD");
  const auto tags_of = tag_values(one->categories).value();
  ASSERT_EQ(tags_of.size(), 2u);
  EXPECT_FALSE(tags_of[0].numbers);
  EXPECT_TRUE(tags_of[1].numbers);
  EXPECT_TRUE(decide(policy.clearance_of("HIGH").value(), *one, &policy).granted);
  EXPECT_EQ(reason(policy, label(1, {values("1.2.3.7", Kind::informative, {1})})), "unknown_category");
}

// Numbers that users enter themselves.
TEST(Validate, EnteredNumbers) {
  const auto policy = read_policy(spif_of_tags(
      "<securityCategoryTagSet name=\"Case\" id=\"1.2.3.9\"><securityCategoryTag name=\"Case\" tagType=\"enumerated\" "
      "enumType=\"restrictive\"><tagCategory name=\"number\" lacv=\"0\" userInput=\"integer\"/><tagCategory "
      "name=\"word\" lacv=\"text\" userInput=\"string\"/></securityCategoryTag></securityCategoryTagSet>"));
  const auto one = label(1, {values("1.2.3.9", Kind::enumerated_restrictive, {4711})});
  EXPECT_EQ(reason(policy, one), "valid");
  EXPECT_EQ(policy.marking(one).text, "P LOW 4711");
}

TEST(Validate, MissiPoliciesWriteMissiLabels) {
  auto file = spif_of_tags(tags());
  file.replace(file.find("schemaVersion"), 0,
               "rbacId=\"2.16.840.1.101.2.1.8.1\" privilegeId=\"2.16.840.1.101.2.1.8.2\" ");
  const auto policy = read_policy(file);
  const auto one = policy.label_of("HIGH/Codes:A,B/To:X").value();
  EXPECT_EQ(form_of(one.categories), CategoryForm::missi_label);
  ASSERT_EQ(one.categories.size(), 1u);
  EXPECT_EQ(policy.marking(one).text, "P HIGH A/B X");
  const auto clearance = policy.clearance_of("HIGH/Codes:A,B,C/To:X,Y").value();
  EXPECT_EQ(form_of(clearance.categories), CategoryForm::missi_clearance);
  EXPECT_TRUE(decide(clearance, one, &policy).granted);
  EXPECT_EQ(policy.describe(clearance), "HIGH/Codes:A,B,C/To:X,Y");
  EXPECT_FALSE(decide(policy.clearance_of("HIGH/Codes:A/To:X").value(), one, &policy).granted);
  EXPECT_FALSE(decide(policy.clearance_of("HIGH/Codes:A,B/To:Y").value(), one, &policy).granted);
}

}  // namespace
}  // namespace longwire::crypto::labels::test
