// Every cell of tests/vectors/cms/labels: what the labels hold, validity, marking, mapping, and the clearance matrix.
#include "tests/unit/labels/labels_support.hpp"

#include <boost/json.hpp>
#include <map>

namespace longwire::crypto::labels::test {
namespace {

namespace json = boost::json;

const json::object& expected() {
  static const auto all = json::parse(as_text(longwire::test::read_vector("cms/labels/expected.json"))).as_object();
  return all;
}

std::vector<int> numbers(const json::value& list) {
  std::vector<int> out;
  for (const auto& one : list.as_array()) out.push_back(static_cast<int>(one.as_int64()));
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<int> values_in(const std::vector<SecurityCategory>& categories, const std::string& tag_set, Kind kind) {
  for (const auto& one : tag_values(categories).value())
    if (one.tag_set == tag_set && one.kind == kind) return one.values;
  return {};
}

class Labels : public testing::TestWithParam<std::size_t> {
 protected:
  const json::object& row() const { return expected().at("labels").as_array().at(GetParam()).as_object(); }
  std::string id() const { return std::string(row().at("id").as_string()); }
  SecurityLabel label() const { return label_vector(id()); }
};

TEST_P(Labels, HoldWhatTheTableSays) {
  const auto one = label();
  const auto policy = std::string(row().at("policy").as_string());
  EXPECT_EQ(one.policy, policy);
  if (row().at("class").is_null()) EXPECT_FALSE(one.classification);
  else EXPECT_EQ(one.classification, row().at("class").as_int64());
  EXPECT_EQ(one.mark, row().at("privacyMark").is_null() ? "" : row().at("privacyMark").as_string());
  EXPECT_EQ(values_in(one.categories, policy + ".1", Kind::restrictive), numbers(row().at("sensitivity")));
  EXPECT_EQ(values_in(one.categories, policy + ".2", Kind::enumerated_permissive), numbers(row().at("releasableTo")));
}

// What is taken apart and put together again is the same, octet for octet.
TEST_P(Labels, AreWrittenAsTheyWere) {
  const auto one = label();
  auto again = one;
  again.categories = categories_of(tag_values(one.categories).value(), CategoryForm::acp145).value();
  EXPECT_EQ(to_hex(encode_label(again)), to_hex(longwire::test::read_vector("cms/labels/der/" + id() + ".der")));
}

TEST_P(Labels, AreValidOrNotForTheReasonGiven) {
  const std::map<std::string, std::string> names{
      {"valid", "valid"},
      {"unknown here (other policy)", "unknown_policy"},
      {"invalid: no classification", "no_classification"},
      {"invalid: TOP SECRET needs a Releasable To value", "required_category"},
      {"invalid: CRYPTO not with UNCLASSIFIED", "excluded_class"},
      {"invalid: unknown category value", "unknown_category"}};
  EXPECT_EQ(reason(sample_policy(), label()), names.at(std::string(row().at("valid").as_string())));
}

TEST_P(Labels, HaveTheirMarking) {
  const auto marking = sample_policy().marking(label());
  EXPECT_EQ(marking.text, row().at("marking").is_null() ? "" : row().at("marking").as_string());
}

TEST_P(Labels, AreMappedToTheAlly) {
  const auto mapped = sample_policy().map(label(), "ALLY", Policy::Direction::outbound);
  const auto& wanted = row().at("toALLY");
  if (wanted.is_null()) {
    EXPECT_EQ(mapped.error().name, reason(sample_policy(), label()));
    return;
  }
  if (wanted.is_string()) {
    EXPECT_EQ(mapped.error().name, "no_equivalent");
    const bool personnel = wanted.as_string().find("PERSONNEL") != json::string::npos;
    EXPECT_EQ(mapped.error().text.find("PERSONNEL") != std::string::npos, personnel) << mapped.error().text;
    return;
  }
  ASSERT_TRUE(mapped) << mapped.error().text;
  const auto& to = wanted.as_object();
  EXPECT_EQ(mapped->policy, to.at("policy").as_string());
  EXPECT_EQ(mapped->classification, to.at("class").as_int64());
  EXPECT_EQ(mapped->mark, "");
  EXPECT_EQ(values_in(mapped->categories, ally_policy + ".1", Kind::restrictive), numbers(to.at("2.1 restrictive")));
  EXPECT_EQ(values_in(mapped->categories, ally_policy + ".2", Kind::enumerated_permissive),
            numbers(to.at("2.2 enumerated permissive")));
}

INSTANTIATE_TEST_SUITE_P(All, Labels, testing::Range(std::size_t{0}, std::size_t{16}));

TEST(Matrix, IsTheWholeOfTheFile) {
  EXPECT_EQ(expected().at("labels").as_array().size(), 16u);
  EXPECT_EQ(expected().at("matrix").as_array().size(), 16u);
  EXPECT_EQ(expected().at("clearances").as_array().size(), 3u);
}

TEST(Matrix, ClearancesHoldWhatTheTableSays) {
  for (const auto& row : expected().at("clearances").as_array()) {
    const auto one = clearance_vector(std::string(row.at("id").as_string()));
    EXPECT_EQ(one.policy, row.at("policy").as_string());
    EXPECT_EQ(one.classes, numbers(row.at("classes")));
    EXPECT_EQ(values_in(one.categories, one.policy + ".1", Kind::restrictive), numbers(row.at("sensitivity")));
    EXPECT_EQ(values_in(one.categories, one.policy + ".2", Kind::enumerated_permissive),
              numbers(row.at("releasableTo")));
  }
}

struct Outcome {
  bool granted;
  std::string_view reason;
  std::string_view named;  // in the text
};
const std::map<std::string, Outcome> outcomes{{"accept", {true, "", ""}},
                                              {"deny: other policy", {false, "policy", ally_policy}},
                                              {"deny: no classification", {false, "classification", "without"}},
                                              {"deny: classification", {false, "classification", "no clearance for"}},
                                              {"deny: Sensitivity", {false, "category", "Sensitivity"}},
                                              {"deny: Releasable To", {false, "category", "Releasable To"}}};

// With the names of the policy and without: the decision needs none.
TEST(Matrix, EveryCell) {
  const auto policy = sample_policy();
  std::size_t cells = 0;
  for (const auto& row : expected().at("matrix").as_array())
    for (const std::string id : {"C1", "C2", "C3"}) {
      const auto label = label_vector(std::string(row.at("label").as_string()));
      const auto& wanted = outcomes.at(std::string(row.at(id).as_string()));
      const auto named = decide(clearance_vector(id), label, &policy);
      EXPECT_EQ(named.granted, wanted.granted) << row << id;
      EXPECT_EQ(named.reason, wanted.reason) << row << id;
      EXPECT_NE(named.text.find(wanted.named), std::string::npos) << named.text;
      const auto plain = decide(clearance_vector(id), label);
      EXPECT_EQ(plain.granted, wanted.granted) << row << id;
      EXPECT_EQ(plain.reason, wanted.reason) << row << id;
      ++cells;
    }
  EXPECT_EQ(cells, 48u);
}

TEST(Matrix, InboundMapping) {
  const auto policy = sample_policy();
  EXPECT_EQ(policy.map(label_vector("L12"), "ALLY", Policy::Direction::inbound).value(), label_vector("L05"));
  const auto theirs = [](int classification) { return SecurityLabel{ally_policy, classification, {}, {}}; };
  for (const auto& [from, to] : std::map<int, int>{{1, 1}, {2, 2}, {4, 4}})
    EXPECT_EQ(policy.map(theirs(from), ally_policy, Policy::Direction::inbound).value().classification, to);
  EXPECT_EQ(policy.map(theirs(3), "ALLY", Policy::Direction::inbound).error().name, "no_equivalent");
  EXPECT_EQ(policy.map(label_vector("L05"), "ALLY", Policy::Direction::inbound).error().name, "unknown_policy");
  EXPECT_EQ(policy.map(label_vector("L05"), "OTHER", Policy::Direction::outbound).error().name, "no_equivalent");
}

// There and back again, where both ways are "both".
TEST(Matrix, MappedOutAndInIsTheSame) {
  const auto policy = sample_policy();
  for (const std::string id : {"L02", "L05", "L07", "L09"}) {
    const auto out = policy.map(label_vector(id), "ALLY", Policy::Direction::outbound);
    ASSERT_TRUE(out) << id;
    EXPECT_EQ(to_hex(encode_label(policy.map(*out, "ALLY", Policy::Direction::inbound).value())),
              to_hex(encode_label(label_vector(id))));
  }
}

}  // namespace
}  // namespace longwire::crypto::labels::test
