// The forms of security categories (ACP 145, MISSI) and decisions over them.
#include "base/limits.hpp"
#include "tests/unit/labels/labels_support.hpp"

namespace longwire::crypto::labels::test {
namespace {

constexpr std::string_view acp = "2.16.840.1.101.2.1.8.3.", missi_label = "2.16.840.1.101.2.1.8.1",
                           missi_clearance = "2.16.840.1.101.2.1.8.2";

SecurityCategory category(std::string_view type, std::string_view hex) {
  return {std::string(type), from_hex(hex).value()};
}

TEST(Categories, EveryKindOfAcp145) {
  struct Row {
    char kind;
    Kind means;
    const char* value;
    std::vector<int> values;
  };
  for (const auto& [kind, means, value, numbers] :
       std::vector<Row>{{'0', Kind::restrictive, "30 08 06 02 2A 03 03 02 06 40", {1}},
                        {'1', Kind::enumerated_permissive, "30 0A 06 02 2A 03 31 04 02 02 03 3A", {826}},
                        {'2', Kind::permissive, "30 09 06 02 2A 03 03 03 06 80 40", {0, 9}},
                        {'3', Kind::informative, "30 08 06 02 2A 03 03 02 07 80", {0}},
                        {'4', Kind::enumerated_restrictive, "30 0C 06 02 2A 03 31 06 02 01 05 02 01 07", {5, 7}}}) {
    const auto one = category(std::string(acp) + kind, value);
    const auto read = tag_values(one);
    ASSERT_TRUE(read) << kind << read.error().text;
    ASSERT_EQ(read->size(), 1u);
    EXPECT_EQ(read->front().tag_set, "1.2.3");
    EXPECT_EQ(read->front().kind, means);
    EXPECT_EQ(read->front().values, numbers);
    EXPECT_EQ(category_of(read->front()).value(), one) << kind;
  }
}

TEST(Categories, InformativeNumbersStayNumbers) {
  const auto one = category(std::string(acp) + '3', "30 09 06 02 2A 03 31 03 02 01 05");
  const auto read = tag_values(one).value().front();
  EXPECT_TRUE(read.numbers);
  EXPECT_EQ(category_of(read).value(), one);
}

TEST(Categories, NumbersAreReadInAnyOrderAndOnce) {
  const auto read =
      tag_values(category(std::string(acp) + '1', "30 0F 06 02 2A 03 31 09 02 01 07 02 01 05 02 01 07")).value();
  EXPECT_EQ(read.front().values, (std::vector{5, 7}));
}

TEST(Categories, BrokenOnesAreRefused) {
  for (const char* const value :
       {"", "30", "30 00", "31 00", "30 04 06 02 2A 03", "30 08 06 02 2A 03 04 02 06 40",  // an OCTET STRING
        "30 08 06 02 2A 03 03 02 06 40 00", "30 0A 06 02 2A 03 03 02 06 40 05 00",         // more behind it
        "30 07 06 02 2A 03 31 01 02", "30 06 02 02 2A 03 03 00", "30 08 06 02 2A 03 03 02 09 40"})
    EXPECT_EQ(tag_values(category(std::string(acp) + '0', value)).error().name, "bad_category") << value;
  EXPECT_EQ(tag_values(category(std::string(acp) + '1', "30 09 06 02 2A 03 31 03 02 01 FF")).error().name,
            "bad_category");  // -1
  EXPECT_EQ(tag_values(category(std::string(acp) + '1', "30 0D 06 02 2A 03 31 07 02 05 01 00 00 00 00")).error().name,
            "bad_category")
      << "fits no INTEGER";
  EXPECT_EQ(tag_values(category(std::string(acp) + '5', "30 00")).error().name, "unknown_category");
  EXPECT_EQ(tag_values(category("1.2.3", "05 00")).error().name, "unknown_category");
}

TEST(Categories, WhatCannotBeWritten) {
  EXPECT_EQ(category_of(values("1.2.3", Kind::restrictive, {-1})).error().name, "bad_category");
  EXPECT_EQ(category_of(values("not an oid", Kind::restrictive, {1})).error().name, "bad_category");
  EXPECT_TRUE(categories_of({values("1.2.3", Kind::restrictive, {})}, CategoryForm::acp145).value().empty());
}

TEST(Categories, Limits) {
  const auto top = static_cast<int>(limits::category_values) - 1;
  const auto most = category_of(values("1.2.3", Kind::permissive, {top}));
  ASSERT_TRUE(most);
  EXPECT_EQ(tag_values(*most).value().front().values, std::vector{top});
  EXPECT_EQ(category_of(values("1.2.3", Kind::permissive, {top + 1})).error().name, "bad_category");
  // One octet of bits more than the writer makes.
  Bytes octets(limits::category_values / 8 + 1, 0xFF);
  ber::Writer out;
  out.begin(ber::sequence_tag);
  ASSERT_TRUE(out.oid(ber::oid_tag, "1.2.3"));
  out.bit_string(ber::bit_string_tag, octets, octets.size() * 8);
  out.end();
  EXPECT_EQ(tag_values(SecurityCategory{std::string(acp) + '0', out.finish()}).error().name, "bad_category");
  std::vector<int> numbers(limits::category_values);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<int>(i) * 3;
  EXPECT_TRUE(tag_values(category_of(values("1.2.3", Kind::enumerated_permissive, numbers)).value()));
  numbers.push_back(2'000'000'000);
  EXPECT_EQ(category_of(values("1.2.3", Kind::enumerated_permissive, numbers)).error().name, "bad_category");
  numbers.pop_back();
  const auto many = category_of(values("1.2.3", Kind::enumerated_permissive, numbers)).value();
  EXPECT_TRUE(tag_values(std::vector{many}));
  EXPECT_EQ(tag_values(std::vector{many, *most}).error().name, "bad_category");
  const std::vector<SecurityCategory> full(limits::label_categories, *most);
  EXPECT_TRUE(tag_values(full));
  auto more = full;
  more.push_back(*most);
  EXPECT_EQ(tag_values(more).error().name, "bad_category");
}

// --- MISSI -------------------------------------------------------------------------------------------

// SET { SEQUENCE { 1.2.3, SEQUENCE { [1] { level 3, bits 0 1 }, [2] { { 5 } }, [6] { bit 2 }, [7] { { 9 } } } } }
constexpr const char* missi_tags =
    "31 25 30 23 06 02 2A 03 30 1D A1 07 02 01 03 03 02 06 C0 A2 05 31 03 02 01 05 A6 04 03 02 05 20 A7 05 31 03 02 01 "
    "09";

TEST(Missi, LabelsAreReadAndWritten) {
  const auto one = category(missi_label, missi_tags);
  const auto read = tag_values(one);
  ASSERT_TRUE(read) << read.error().text;
  ASSERT_EQ(read->size(), 4u);
  EXPECT_EQ((*read)[0].kind, Kind::restrictive);
  EXPECT_EQ((*read)[0].values, (std::vector{0, 1}));
  EXPECT_EQ((*read)[0].level, 3);
  EXPECT_EQ((*read)[1].kind, Kind::enumerated);
  EXPECT_EQ((*read)[1].values, std::vector{5});
  EXPECT_EQ((*read)[2].kind, Kind::permissive);
  EXPECT_EQ((*read)[2].values, std::vector{2});
  EXPECT_EQ((*read)[3].kind, Kind::informative);
  EXPECT_TRUE((*read)[3].numbers);
  const auto again = categories_of(*read, CategoryForm::missi_label).value();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(to_hex(again[0].value), to_hex(one.value));
  EXPECT_EQ(form_of(again), CategoryForm::missi_label);
}

TEST(Missi, ClearancesAreReadAndWritten) {
  // SET { SEQUENCE { 1.2.3, SEQUENCE { [1] bits 0 1, [2] { 5 }, [6] bit 2 } } }
  const auto one = category(missi_clearance, "31 15 30 13 06 02 2A 03 30 0D 81 02 06 C0 A2 03 02 01 05 86 02 05 20");
  const auto read = tag_values(one);
  ASSERT_TRUE(read) << read.error().text;
  ASSERT_EQ(read->size(), 3u);
  EXPECT_EQ((*read)[0].values, (std::vector{0, 1}));
  EXPECT_EQ((*read)[1].kind, Kind::enumerated);
  const auto again = categories_of(*read, CategoryForm::missi_clearance).value();
  EXPECT_EQ(to_hex(again[0].value), to_hex(one.value));
}

TEST(Missi, BrokenOnesAreRefused) {
  for (const char* const value :
       {"30 00", "31 02 30 00", "31 06 30 04 06 02 2A 03", "31 0A 30 08 06 02 2A 03 30 02 A3 00",
        "31 0A 30 08 06 02 2A 03 30 02 A1 00", "31 0A 30 08 06 02 2A 03 30 02 81 00"})
    EXPECT_EQ(tag_values(category(missi_label, value)).error().name, "bad_category") << value;
  EXPECT_EQ(tag_values(category(missi_clearance, "31 0B 30 09 06 02 2A 03 30 03 87 01 00")).error().name,
            "bad_category");
}

// --- decisions ---------------------------------------------------------------------------------------

SecurityLabel of_missi(std::vector<TagValues> tags) {
  return {"1.2.3", 1, {}, categories_of(tags, CategoryForm::missi_label).value()};
}
Clearance cleared(std::vector<TagValues> tags, CategoryForm form = CategoryForm::acp145) {
  return {"1.2.3", {1}, categories_of(tags, form).value()};
}

TEST(Decide, PermissiveValuesCountPerTagSet) {
  const auto one = label(1, {values("1.2.3.1", Kind::permissive, {1, 2}), values("1.2.3.2", Kind::permissive, {1})});
  EXPECT_TRUE(decide(cleared({values("1.2.3.1", Kind::permissive, {2}), values("1.2.3.2", Kind::permissive, {1})}), one)
                  .granted);
  const auto half = decide(cleared({values("1.2.3.1", Kind::permissive, {1, 2})}), one);
  EXPECT_EQ(half.reason, "category");
  EXPECT_NE(half.text.find("1.2.3.2"), std::string::npos) << half.text;
}

TEST(Decide, RestrictiveValuesMustAllBeThere) {
  for (const auto kind : {Kind::restrictive, Kind::enumerated_restrictive}) {
    const auto one = label(1, {values("1.2.3.1", kind, {1, 2})});
    EXPECT_TRUE(decide(cleared({values("1.2.3.1", kind, {1, 2, 3})}), one).granted);
    EXPECT_FALSE(decide(cleared({values("1.2.3.1", kind, {1})}), one).granted);
    EXPECT_FALSE(decide(cleared({values("1.2.3.2", kind, {1, 2})}), one).granted);
  }
  // Numbers and bits are not the same.
  EXPECT_FALSE(decide(cleared({values("1.2.3.1", Kind::enumerated_restrictive, {1})}),
                      label(1, {values("1.2.3.1", Kind::restrictive, {1})}))
                   .granted);
}

TEST(Decide, InformativeValuesAndMarksDoNotCount) {
  EXPECT_TRUE(decide(cleared({}), label(1, {values("1.2.3.1", Kind::informative, {1})}, "EYES ONLY")).granted);
}

TEST(Decide, WhatIsNotKnownDeniesInALabelAndGrantsNothingInAClearance) {
  auto one = label(1);
  one.categories.push_back({"1.2.840.1", {5, 0}});
  EXPECT_EQ(decide(cleared({}), one).reason, "bad_category");
  auto clearance = cleared({});
  clearance.categories.push_back({"1.2.840.1", {5, 0}});
  EXPECT_TRUE(decide(clearance, label(1)).granted);
  EXPECT_FALSE(decide(clearance, one).granted);
  clearance.categories.push_back({std::string(acp) + '0', {5, 0}});
  EXPECT_EQ(decide(clearance, label(1)).reason, "bad_category");
}

TEST(Decide, ALabelWithoutPolicyIsDeniedEvenToAClearanceWithoutOne) {
  auto one = label(1);
  one.policy.clear();
  auto clearance = cleared({});
  clearance.policy.clear();
  EXPECT_EQ(decide(clearance, one).reason, "policy");
}

TEST(Decide, MissiEnumerationsAreRestrictiveUnlessThePolicySaysOtherwise) {
  const auto policy = read_policy(spif_of_tags(
      "<securityCategoryTagSet name=\"S\" id=\"1.2.3.1\"><securityCategoryTag name=\"R\" tagType=\"enumerated\" "
      "enumType=\"permissive\"><tagCategory name=\"A\" lacv=\"5\"/><tagCategory name=\"B\" lacv=\"6\"/>"
      "</securityCategoryTag></securityCategoryTagSet>"));
  const auto one = of_missi({values("1.2.3.1", Kind::enumerated, {5, 6})});
  const auto clearance = cleared({values("1.2.3.1", Kind::enumerated, {6})}, CategoryForm::missi_clearance);
  EXPECT_FALSE(decide(clearance, one).granted);
  EXPECT_TRUE(decide(clearance, one, &policy).granted);
  EXPECT_EQ(reason(policy, one), "valid");
  // Across the forms.
  EXPECT_TRUE(decide(cleared({values("1.2.3.1", Kind::enumerated_permissive, {6})}), one, &policy).granted);
  EXPECT_TRUE(decide(clearance, label(1, {values("1.2.3.1", Kind::enumerated_permissive, {5, 6})}), &policy).granted);
}

TEST(Decide, ALevelInAMissiTagAsksForThatClassToo) {
  const auto one = SecurityLabel{"1.2.3", 1, {}, {category(missi_label, missi_tags)}};
  auto clearance =
      cleared({values("1.2.3", Kind::restrictive, {0, 1}), values("1.2.3", Kind::enumerated_restrictive, {5}),
               values("1.2.3", Kind::permissive, {2})});
  EXPECT_FALSE(decide(clearance, one).granted);
  clearance.classes = {1, 3};
  EXPECT_TRUE(decide(clearance, one).granted);
}

// Two tags of one kind in one tag set, told apart by the policy only.
TEST(Decide, PermissiveTagsOfOneTagSetEachCount) {
  const auto policy = read_policy(spif_of_tags(
      "<securityCategoryTagSet name=\"S\" id=\"1.2.3.1\"><securityCategoryTag name=\"T\" tagType=\"permissive\">"
      "<tagCategory name=\"A\" lacv=\"0\"/></securityCategoryTag><securityCategoryTag name=\"U\" "
      "tagType=\"permissive\"><tagCategory name=\"B\" lacv=\"1\"/></securityCategoryTag></securityCategoryTagSet>"));
  const auto one = label(1, {values("1.2.3.1", Kind::permissive, {0, 1})});
  const auto clearance = cleared({values("1.2.3.1", Kind::permissive, {0})});
  EXPECT_TRUE(decide(clearance, one).granted);
  EXPECT_FALSE(decide(clearance, one, &policy).granted);
}

}  // namespace
}  // namespace longwire::crypto::labels::test
