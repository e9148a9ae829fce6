// Markings (security.md 9.3): codes, places, languages, qualifiers; and back from the words to the label.
#include "tests/unit/labels/labels_support.hpp"

namespace longwire::crypto::labels::test {
namespace {

std::string data(std::string_view phrase, const std::vector<std::string>& codes, std::string_view language = {}) {
  std::string out = "<markingData";
  if (!phrase.empty()) out += " phrase=\"" + std::string(phrase) + "\"";
  if (!language.empty()) out += " xml:lang=\"" + std::string(language) + "\"";
  out += ">";
  for (const auto& code : codes) out += "<code>" + code + "</code>";
  return out + "</markingData>";
}

std::string qualifiers(std::string_view place, std::string_view prefix, std::string_view separator,
                       std::string_view suffix) {
  std::string out = "<markingQualifier";
  if (!place.empty()) out += " markingCode=\"" + std::string(place) + "\"";
  out += ">";
  const auto add = [&](std::string_view code, std::string_view text) {
    if (!text.empty())
      out += "<qualifier markingQualifier=\"" + std::string(text) + "\" qualifierCode=\"" + std::string(code) + "\"/>";
  };
  add("prefix", prefix);
  add("separator", separator);
  add("suffix", suffix);
  return out + "</markingQualifier>";
}

std::string tag_set(std::string_view in_a, std::string_view in_tag = {}) {
  return "<securityCategoryTagSet name=\"Codes\" id=\"1.2.3.1\"><securityCategoryTag name=\"Codes\" "
         "tagType=\"restrictive\"><tagCategory name=\"A\" lacv=\"0\">" +
         std::string(in_a) + "</tagCategory><tagCategory name=\"B\" lacv=\"1\"/>" + std::string(in_tag) +
         "</securityCategoryTag></securityCategoryTagSet>";
}

SecurityLabel high(std::vector<int> codes = {}, std::string mark = {}) {
  return label(3, {values("1.2.3.1", Kind::restrictive, std::move(codes))}, std::move(mark));
}

struct Case {
  std::string in_class, in_a, in_tag;
  std::vector<int> codes;
  std::string_view wanted;
};
class Codes : public testing::TestWithParam<Case> {};
TEST_P(Codes, GiveTheMarking) {
  const auto& c = GetParam();
  const auto policy = read_policy(spif_of_tags(tag_set(c.in_a, c.in_tag), c.in_class));
  EXPECT_EQ(policy.marking(high(c.codes)).text, c.wanted);
}
INSTANTIATE_TEST_SUITE_P(
    Table, Codes,
    testing::Values(
        Case{"", "", "", {0, 1}, "P HIGH A/B"}, Case{data("VERY HIGH", {"pageTopBottom"}), "", "", {}, "P VERY HIGH"},
        Case{data("VERY HIGH", {"pageTop"}), "", "", {}, "P HIGH"},           // another place
        Case{data("VERY HIGH", {"noMarkingDisplay"}), "", "", {}, "P HIGH"},  // for operators only
        Case{data("", {"noNameDisplay"}), "", "", {0}, "P A"},
        Case{data("TALL", {"noNameDisplay"}), "", "", {0}, "P TALL A"},
        Case{data("COSMIC", {"replacePolicy"}), "", "", {0}, "COSMIC HIGH A"},
        Case{data("COSMIC", {"replacePolicy"}) + data("TALL", {"pageBottom"}), "", "", {}, "COSMIC TALL"},
        Case{"", data("", {"suppressClassName"}), "", {0}, "P A"},
        Case{"", data("", {"suppressClassName"}), "", {1}, "P HIGH B"},
        Case{"", data("ATOMAL", {"pageTopBottom", "suppressClassName"}), "", {0, 1}, "P ATOMAL/B"},
        Case{"", data("ALPHA", {"replacePolicy"}), "", {0}, "ALPHA HIGH A"},
        Case{"", data("", {"noNameDisplay"}), "", {0}, "P HIGH"},
        Case{"", data("", {"noNameDisplay"}), qualifiers("pageBottom", "ONLY ", ",", "."), {0, 1}, "P HIGH ONLY B."},
        Case{"", "", qualifiers("pageTopBottom", "(", "+", ")"), {0, 1}, "P HIGH (A+B)"},
        Case{"", "", qualifiers("", "(", "+", ")"), {0, 1}, "P HIGH (A+B)"},
        Case{"", "", qualifiers("documentStart", "(", "+", ")"), {0, 1}, "P HIGH A/B"},
        Case{"", qualifiers("", "&lt;", "", "&gt;"), "", {0}, "P HIGH <A>"},
        Case{qualifiers("pageBottom", "== ", "", " =="), "", "", {}, "P == HIGH =="}));

TEST(Marking, TheWholeHasQualifiersToo) {
  const auto policy = read_policy(
      spif_of_tags(tag_set(""), {}, data("NATION", {"pageTopBottom"}) + qualifiers("pageBottom", "[", "//", "]")));
  EXPECT_EQ(policy.marking(high({0, 1})).text, "[NATION//HIGH//A/B]");
  EXPECT_EQ(encode_label(policy.label_of_marking("[nation//HIGH//A/B]").value()), encode_label(high({0, 1})));
  EXPECT_FALSE(policy.label_of_marking("NATION//HIGH//A/B"));
}

TEST(Marking, PlacesFallBackToThePage) {
  const auto policy =
      read_policy(spif_of_tags(tag_set("", qualifiers("pageTopBottom", "(", "+", ")")),
                               data("FLOT HIGH", {"firstLineOfText"}) + data("PAGE HIGH", {"pageTopBottom"})));
  EXPECT_EQ(policy.marking(high({0, 1}), "firstLineOfText").text, "P FLOT HIGH (A+B)");
  EXPECT_EQ(policy.marking(high({0, 1}), "subject").text, "P PAGE HIGH (A+B)");
  EXPECT_EQ(policy.marking(high({0, 1}), "pageTop").text, "P PAGE HIGH (A+B)");
}

TEST(Marking, Languages) {
  const auto policy = read_policy(spif_of_tags(tag_set(""), data("SECRET DEFENSE", {"pageTopBottom"}, "fr") +
                                                                data("SECRET (CH)", {"pageTopBottom"}, "fr-CH") +
                                                                data("TALL", {"pageTopBottom"})));
  EXPECT_EQ(policy.marking(high()).text, "P TALL");
  EXPECT_EQ(policy.marking(high(), "pageBottom", "FR").text, "P SECRET DEFENSE");
  EXPECT_EQ(policy.marking(high(), "pageBottom", "fr-ch").text, "P SECRET (CH)");
  EXPECT_EQ(policy.marking(high(), "pageBottom", "fr-CA").text, "P SECRET DEFENSE");
  EXPECT_EQ(policy.marking(high(), "pageBottom", "de").text, "P TALL");
}

TEST(Marking, PrivacyMarksOfTheFileAreShown) {
  const auto policy =
      read_policy(spif_of_tags(tag_set(""), {},
                               "<privacyMarks><privacyMark name=\"EO\">" + data("EYES ONLY", {"pageBottom"}) +
                                   "</privacyMark>" + qualifiers("pageBottom", "- ", "", " -") + "</privacyMarks>"));
  EXPECT_EQ(policy.marking(high({0}, "EO")).text, "P HIGH A - EYES ONLY -");
  EXPECT_EQ(policy.marking(high({0}, "OTHER")).text, "P HIGH A");
}

TEST(Marking, InvalidLabelsHaveNone) {
  const auto policy = read_policy(spif_of_tags(tag_set("")));
  EXPECT_EQ(policy.marking(high({5})).text, "");
  EXPECT_EQ(policy.marking({"1.2.9", 3, {}, {}}).text, "");
  EXPECT_EQ(policy.marking({"1.2.3", {}, {}, {}}).text, "");
}

TEST(Marking, ColoursAreThoseTheFieldMayHave) {
  const auto policy = read_policy(spif_of_tags(tag_set("")));
  EXPECT_EQ(policy.marking(label(3)).background, "red");
  EXPECT_EQ(policy.marking(label(7)).background, "#ff8000");
  EXPECT_EQ(policy.marking(label(1)).background, "white");
  for (const auto& [in, out] : std::vector<std::pair<std::string, std::string>>{
           {"Fuchsia", "fuschia"}, {"fuschia", "fuschia"}, {"gold", "white"}, {"#12345", "white"}, {"NAVY", "navy"}}) {
    const auto own =
        read_policy(spif("<securityClassifications><securityClassification name=\"A\" lacv=\"1\" "
                         "hierarchy=\"1\" color=\"" +
                         in + "\"/></securityClassifications>"));
    EXPECT_EQ(own.marking(label(1)).background, out) << in;
    EXPECT_EQ(own.marking(label(1)).foreground, out == "navy" ? "white" : "black");
  }
}

// Every marking of the sample policy is read back as the label it was made of.
TEST(Marking, ThereAndBack) {
  const auto policy = sample_policy();
  for (const std::string id : {"L01", "L02", "L04", "L05", "L06", "L07", "L08", "L09", "L10", "L11"}) {
    const auto text = policy.marking(label_vector(id)).text;
    const auto back = policy.label_of_marking(text);
    ASSERT_TRUE(back) << text;
    EXPECT_EQ(to_hex(encode_label(*back)), to_hex(encode_label(label_vector(id)))) << text;
    EXPECT_EQ(policy.label_of_marking(to_lower(text)), back);
  }
  EXPECT_EQ(policy.label_of_marking("SECRET").value().classification, 4);
  for (const std::string_view text :
       {"", "TEST", "TEST SECRETS", "TEST SECRET CRYPTO,", "TEST SECRET  CRYPTO", "TEST SECRET GBR", "SECRET CRYPTO",
        "TEST MOST SECRET", "TEST UNCLASSIFIED CRYPTO"})
    EXPECT_FALSE(policy.label_of_marking(text)) << text;
}

}  // namespace
}  // namespace longwire::crypto::labels::test
