// Labels and clearances in words.
#include "tests/unit/labels/labels_support.hpp"

namespace longwire::crypto::labels::test {
namespace {

TEST(Words, LabelsOfTheVectors) {
  const auto policy = sample_policy();
  for (const auto& [id, words] : std::vector<std::pair<std::string, std::string_view>>{
           {"L01", "UNMARKED"},
           {"L05", "SECRET"},
           {"L05", "test secret"},
           {"L06", "SECRET/Sensitivity:MEDICAL"},
           {"L08", "TEST SECRET / Sensitivity: MEDICAL, CRYPTO / Releasable To: gbr,DNK"},
           {"L08", "SECRET/1.3.6.1.4.1.99999.4406.1.1:CRYPTO,MEDICAL/1.3.6.1.4.1.99999.4406.1.2:GBR,DNK"},
           {"L10", "MOST SECRET/Releasable To:DNK"},
           {"L10", "TOP SECRET/Releasable To:DNK,DNK"}}) {
    const auto one = policy.label_of(words);
    ASSERT_TRUE(one) << words << one.error().text;
    EXPECT_EQ(to_hex(encode_label(*one)), to_hex(encode_label(label_vector(id)))) << words;
  }
}

TEST(Words, WhatIsNoLabel) {
  const auto policy = sample_policy();
  for (const auto& [words, why] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"", "is no classification"},
           {"ALLY SECRET", "is no classification"},
           {"SECRET/", "is not TAG:VALUE"},
           {"SECRET/CRYPTO", "is not TAG:VALUE"},
           {"SECRET/Nothing:CRYPTO", "is no category"},
           {"SECRET/Sensitivity:GBR", "is no value of Sensitivity"},
           {"SECRET/Sensitivity:*", "is no value of Sensitivity"},
           {"TOP SECRET", "TOP SECRET needs one or more of Releasable To"},
           {"UNCLASSIFIED/Sensitivity:CRYPTO", "not with UNCLASSIFIED"}}) {
    const auto one = policy.label_of(words);
    EXPECT_EQ(one.error().name, "bad_label") << words;
    EXPECT_NE(one.error().text.find(why), std::string::npos) << one.error().text;
  }
}

TEST(Words, ClearancesOfTheVectors) {
  const auto policy = sample_policy();
  for (const auto& [id, words] : std::vector<std::pair<std::string, std::string_view>>{
           {"C1", "SECRET/Sensitivity:MEDICAL/Releasable To:GBR"},
           {"C2", "RESTRICTED"},
           {"C3", "TOP SECRET/Sensitivity:*/Releasable To:DNK,NOR"}}) {
    const auto one = policy.clearance_of(words);
    ASSERT_TRUE(one) << one.error().text;
    EXPECT_EQ(to_hex(encode_clearance(*one)), to_hex(encode_clearance(clearance_vector(id)))) << words;
    EXPECT_EQ(policy.clearance_of(policy.describe(*one)).value(), *one) << policy.describe(*one);
  }
}

// The hierarchy is that of the file, not of the numbers.
TEST(Words, BelowIsWhatTheHierarchySays) {
  const auto policy = read_policy(spif_of_tags(""));
  EXPECT_EQ(policy.clearance_of("MID").value().classes, (std::vector{1, 7}));
  EXPECT_EQ(policy.clearance_of("HIGH").value().classes, (std::vector{1, 3, 7}));
  EXPECT_EQ(policy.clearance_of("LOW,HIGH").value().classes, (std::vector{1, 3}));
  EXPECT_EQ(policy.describe(policy.clearance_of("LOW,HIGH").value()), "LOW,HIGH");
  EXPECT_EQ(policy.describe(policy.clearance_of("MID").value()), "MID");
  EXPECT_EQ(policy.describe({"1.2.9", {1}, {}}), "policy 1.2.9");
  EXPECT_EQ(policy.describe({"1.2.3", {}, {}}), "no classification");
}

TEST(Words, WhatIsNoClearance) {
  const auto policy = sample_policy();
  for (const std::string_view words : {"", "VERY SECRET", "SECRET,", "SECRET/Sensitivity", "SECRET/Sensitivity:NONE"})
    EXPECT_EQ(policy.clearance_of(words).error().name, "bad_clearance") << words;
}

TEST(PoliciesList, FindsByOidAndByName) {
  Policies list;
  EXPECT_EQ(list.by_name("TEST"), nullptr);
  list.add(sample_policy());
  EXPECT_EQ(list.by_id(test_policy)->name(), "TEST");
  EXPECT_EQ(list.by_name("test"), list.by_id(test_policy));
  EXPECT_EQ(list.by_id(ally_policy), nullptr);
}

}  // namespace
}  // namespace longwire::crypto::labels::test
