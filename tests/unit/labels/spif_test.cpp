// Reading of policy files: what is refused, with line, element and attribute, and the limits.
#include "base/limits.hpp"
#include "crypto/labels/xml.hpp"
#include "tests/unit/labels/labels_support.hpp"

namespace longwire::crypto::labels::test {
namespace {

Error fault(std::string_view xml) {
  const auto policy = Policy::read(as_bytes(xml));
  return policy ? error("none") : policy.error();
}

const std::string classes =
    "<securityClassifications>\n<securityClassification name=\"A\" lacv=\"1\" "
    "hierarchy=\"1\"/></securityClassifications>";

struct Case {
  std::string inner;
  std::string_view text;  // of the error
};
class Faults : public testing::TestWithParam<Case> {};
TEST_P(Faults, NameLineElementAndAttribute) {
  const auto bad = fault(spif("\n" + GetParam().inner));
  EXPECT_EQ(bad.name, "bad_spif");
  EXPECT_NE(bad.text.find(GetParam().text), std::string::npos) << bad.text;
}
std::string classification(std::string_view attributes, std::string_view inner = {}) {
  return "<securityClassifications><securityClassification " + std::string(attributes) + ">" + std::string(inner) +
         "</securityClassification></securityClassifications>";
}
std::string tag_set(std::string_view tag, std::string_view attributes = "name=\"S\" id=\"1.2.3.1\"") {
  return classes + "<securityCategoryTagSets><securityCategoryTagSet " + std::string(attributes) + ">" +
         std::string(tag) + "</securityCategoryTagSet></securityCategoryTagSets>";
}
std::string tag(std::string_view categories, std::string_view attributes = "tagType=\"restrictive\"") {
  return tag_set("<securityCategoryTag " + std::string(attributes) + ">" + std::string(categories) +
                 "</securityCategoryTag>");
}
INSTANTIATE_TEST_SUITE_P(
    Table, Faults,
    testing::Values(
        Case{"", "line 1: SPIF: no securityClassifications"},
        Case{"<securityClassifications/>", "line 2: securityClassifications: no securityClassification"},
        Case{classes + classes, "securityClassifications stands twice"},
        Case{"<securityClassification/>", "line 2: securityClassification: has no place in SPIF"},
        Case{"<securityClassificatoins/>", "did you mean \"securityClassifications\"?"},
        Case{"<x:y xmlns:x=\"urn:x\"/>", "line 2: y: has no place"},
        Case{classification("lacv=\"1\" hierarchy=\"1\""), "line 2: securityClassification: name: missing"},
        Case{classification("name=\" \" lacv=\"1\" hierarchy=\"1\""), "name: empty"},
        Case{classification("name=\"A\" lacv=\"one\" hierarchy=\"1\""), "lacv: \"one\" is no number"},
        Case{classification("name=\"A\" lacv=\"-1\" hierarchy=\"1\""), "lacv: \"-1\" is no number"},
        Case{classification("name=\"A\" lacv=\"257\" hierarchy=\"1\""), "lacv: above 256"},
        Case{classification("name=\"A\" lacv=\"1\" hierarchy=\"99999999999\""), "hierarchy: "},
        Case{classification("name=\"A\" lacv=\"1\" hierarchy=\"1\" obselete=\"true\""),
             "obselete: an unknown attribute (did you mean \"obsolete\"?)"},
        Case{classification("name=\"A\" lacv=\"1\" hierarchy=\"1\" obsolete=\"yes\""), "neither true nor false"},
        Case{classification("name=\"A\" lacv=\"1\" hierarchy=\"1\"", "<excludedClass>B</excludedClass>"),
             "excludedClass: has no place in securityClassification"},
        Case{classification("name=\"A\" lacv=\"1\" hierarchy=\"1\"",
                            "<equivalentClassification policyRef=\"X\" lacv=\"1\" applied=\"both\"/>"),
             "equivalentClassification: policyRef: \"X\" is no equivalentPolicy"},
        Case{classification("name=\"A\" lacv=\"1\" hierarchy=\"1\"", "<requiredCategory operation=\"some\"/>"),
             "requiredCategory: operation: \"some\" has no meaning here"},
        Case{classification("name=\"A\" lacv=\"1\" hierarchy=\"1\"", "<requiredCategory operation=\"all\"/>"),
             "no categoryGroup"},
        Case{classification("name=\"A\" lacv=\"1\" hierarchy=\"1\"",
                            "<requiredCategory operation=\"all\"><categoryGroup tagSetRef=\"T\" "
                            "tagType=\"restrictive\"/></requiredCategory>"),
             "line 2: categoryGroup: tagSetRef: \"T\" is no securityCategoryTagSet"},
        Case{classification("name=\"A\" lacv=\"1\" hierarchy=\"1\"",
                            "<markingData><code>pageMiddle</code></markingData>"),
             "code: \"pageMiddle\" is no marking code"},
        Case{classification("name=\"A\" lacv=\"1\" hierarchy=\"1\"",
                            "<markingQualifier code=\"pageTop\"><qualifier/></markingQualifier>"),
             "qualifier: markingQualifier: missing"},
        Case{"<securityClassifications><securityClassification name=\"A\" lacv=\"1\" hierarchy=\"1\"/>\n"
             "<securityClassification name=\"a\" lacv=\"2\" hierarchy=\"1\"/></securityClassifications>",
             "line 3: securityClassification: name: stands twice"},
        Case{"<securityClassifications><securityClassification name=\"A\" lacv=\"1\" hierarchy=\"1\"/>"
             "<securityClassification name=\"B\" lacv=\"001\" hierarchy=\"1\"/></securityClassifications>",
             "lacv: stands twice"},
        Case{"<securityClassifications><securityClassification name=\"A\" lacv=\"1\" hierarchy=\"1\" color=\"red\"/>"
             "<securityClassification name=\"B\" lacv=\"2\" hierarchy=\"1\" color=\"RED\"/></securityClassifications>",
             "color: stands twice"},
        Case{tag_set("", "name=\"S\" id=\"one\""), "securityCategoryTagSet: id: \"one\" is no OID"},
        Case{tag("", "tagType=\"enumerated\""), "securityCategoryTag: enumType: missing"},
        Case{tag("", "tagType=\"strict\""), "tagType: \"strict\" has no meaning here"},
        Case{tag("", "tagType=\"restrictive\" maxSelection=\"many\""), "maxSelection: \"many\" is neither"},
        Case{tag("<tagCategory name=\"A\"/>"), "tagCategory: lacv: missing"},
        Case{tag("<tagCategory name=\"A\" lacv=\"1\"/><tagCategory name=\"B\" lacv=\"1\"/>"),
             "lacv 1 of B stands twice"},
        Case{tag("<tagCategory name=\"A\" lacv=\"1\" requiredClass=\"B\"/>"),
             "tagCategory: requiredClass: \"B\" is no securityClassification"},
        Case{tag("<tagCategory name=\"A\" lacv=\"1\"><excludedClass>B</excludedClass></tagCategory>"),
             "tagCategory: excludedClass: \"B\" is no securityClassification"},
        Case{tag("<tagCategory name=\"A\" lacv=\"1\" notAfter=\"tomorrow\"/>"),
             "notAfter: \"tomorrow\" is no dateTime"},
        Case{classes + "<equivalentPolicies><equivalentPolicy name=\"O\" id=\"1.2\"/><equivalentPolicy name=\"O\" "
                       "id=\"1.3\"/></equivalentPolicies>",
             "equivalentPolicy: name: stands twice"}));

TEST(Spif, RootVersionAndPolicy) {
  EXPECT_EQ(fault("<SPIF/>").text, "line 1: SPIF: not the SPIF of http://www.xmlspif.org/spif");
  EXPECT_NE(fault("<SPIF xmlns=\"http://www.xmlspif.org/spif\" schemaVersion=\"3.0\"/>").text.find("schemaVersion"),
            std::string::npos);
  EXPECT_NE(fault("<SPIF xmlns=\"http://www.xmlspif.org/spif\" schemaVersion=\"2.1\">" + classes + "</SPIF>")
                .text.find("no securityPolicyId"),
            std::string::npos);
  EXPECT_EQ(fault(spif(classes)).name, "none");
  for (const std::string version : {"1.0", "2.0"}) {
    auto file = spif(classes + "<extensions><any xmlns=\"urn:x\"/></extensions>");
    file.replace(file.find("2.1"), 3, version);
    EXPECT_EQ(fault(file).name, "none") << fault(file).text;
  }
}

// The policy that the documentation begins with does what its page says.
TEST(Spif, TheExampleOfTheDocumentation) {
  const auto policy = read_policy(as_text(longwire::test::read_vector("../../docs/examples/policy.xml")));
  const auto one = policy.label_of("SECRET/Codeword:MEDICAL/Releasable To:GBR");
  ASSERT_TRUE(one) << one.error().text;
  EXPECT_EQ(policy.marking(*one).text, "EXAMPLE SECRET MEDICAL REL TO GBR");
  EXPECT_TRUE(decide(policy.clearance_of("SECRET/Codeword:MEDICAL/Releasable To:GBR").value(), *one).granted);
  EXPECT_FALSE(decide(policy.clearance_of("RESTRICTED").value(), *one).granted);
  EXPECT_EQ(policy.map(policy.label_of("CONFIDENTIAL").value(), "ALLY", Policy::Direction::outbound)->classification,
            4);
}

// --- XML ---------------------------------------------------------------------------------------------

TEST(Xml, WhatIsNotWellFormed) {
  for (const std::string_view file :
       {"", " ", "text", "<a>", "<a></b>", "<a b=1/>", "<a b='1' b='2'/>", "<a/><b/>", "<x:a/>", "<a x:b='1'/>",
        "<a>\x01</a>", "<a>\xC3</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&x;</a>", "<a>& </a>", "<a b='&lt'/>"}) {
    const auto root = xml::parse(as_bytes(file), 1000);
    ASSERT_FALSE(root) << file;
    EXPECT_EQ(root.error().name, "bad_xml") << file;
    EXPECT_LE(root.error().offset, file.size());
  }
  EXPECT_EQ(xml::parse(as_bytes(std::string_view("<a>\0</a>", 8)), 1000).error().name, "bad_xml");
  EXPECT_EQ(xml::parse(as_bytes(std::string_view("<!--\0--><a/>", 12)), 1000).error().name, "bad_xml");
}

// No file may fetch another, or grow (security.md 12).
TEST(Xml, DocumentTypesAndEntitiesAreRefused) {
  for (const std::string_view file :
       {"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a/>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"})
    EXPECT_EQ(xml::parse(as_bytes(file), 1000).error().name, "bad_xml") << file;
}

TEST(Xml, TextsAndNamesAreResolved) {
  const auto root = xml::parse(
      as_bytes("\xEF\xBB\xBF<?xml version=\"1.0\"?><!-- & --><p:a xmlns:p=\"urn:p\" xmlns=\"urn:d\" b=\"&lt;&#65;\" "
               "p:c=\"2\" xml:lang=\"en\"> x <b xmlns=\"\"/> <![CDATA[&y;]]></p:a>"),
      1000);
  ASSERT_TRUE(root) << root.error().text;
  EXPECT_EQ(root->space, "urn:p");
  EXPECT_EQ(root->name, "a");
  EXPECT_EQ(*root->attribute("b"), "<A");
  EXPECT_EQ(root->attribute("c"), nullptr);  // in a namespace
  EXPECT_EQ(root->attributes.at(1).space, "urn:p");
  EXPECT_EQ(root->attributes.at(2).space, xml::xml_space);
  EXPECT_EQ(root->children.at(0).space, "");
  EXPECT_EQ(root->text, "x &y;");
  EXPECT_EQ(xml::escape("<&\"'>\x01"), "&lt;&amp;&quot;'&gt;");
}

TEST(Xml, ErrorsNameTheLine) {
  EXPECT_NE(xml::parse(as_bytes("<a>\n<b>\n&x;</b></a>"), 1000).error().text.find("line 3: "), std::string::npos);
  EXPECT_NE(xml::parse(as_bytes("<a>\n<x:b/></a>"), 1000).error().text.find("line 2: "), std::string::npos);
}

std::string nested(std::size_t depth) {
  std::string out;
  for (std::size_t i = 0; i < depth; ++i) out += "<a>";
  for (std::size_t i = 0; i < depth; ++i) out += "</a>";
  return out;
}

TEST(Xml, Limits) {
  const std::size_t room = 16 * 1024 * 1024;
  EXPECT_TRUE(xml::parse(as_bytes(nested(limits::label_xml_depth)), room));
  EXPECT_EQ(xml::parse(as_bytes(nested(limits::label_xml_depth + 1)), room).error().name, "bad_xml");
  const auto wide = [](std::size_t elements) {
    std::string out = "<a>";
    for (std::size_t i = 1; i < elements; ++i) out += "<b/>";
    return out + "</a>";
  };
  EXPECT_TRUE(xml::parse(as_bytes(wide(limits::label_xml_elements)), room));
  EXPECT_EQ(xml::parse(as_bytes(wide(limits::label_xml_elements + 1)), room).error().name, "bad_xml");
  const auto attributes = [](std::size_t count) {
    std::string out = "<a";
    for (std::size_t i = 0; i < count; ++i) out += " a" + std::to_string(i) + "=''";
    return out + "/>";
  };
  EXPECT_TRUE(xml::parse(as_bytes(attributes(limits::label_xml_attributes)), room));
  EXPECT_EQ(xml::parse(as_bytes(attributes(limits::label_xml_attributes + 1)), room).error().name, "bad_xml");
  EXPECT_TRUE(xml::parse(as_bytes("<a/>"), 4));
  EXPECT_EQ(xml::parse(as_bytes("<a/>"), 3).error().name, "too_large");
}

TEST(Spif, Limits) {
  const auto file = spif(classes);
  EXPECT_EQ(fault(file + std::string(limits::spif_octets - file.size(), ' ')).name, "none");
  EXPECT_EQ(fault(file + std::string(limits::spif_octets - file.size() + 1, ' ')).name, "too_large");
  const auto tag_sets = [](std::size_t count) {
    std::string out = classes + "<securityCategoryTagSets>";
    for (std::size_t i = 0; i < count; ++i)
      out += "<securityCategoryTagSet name=\"" + std::to_string(i) + "\" id=\"1.2." + std::to_string(i) + "\"/>";
    return out + "</securityCategoryTagSets>";
  };
  EXPECT_EQ(fault(spif(tag_sets(limits::spif_tag_sets))).name, "none");
  EXPECT_EQ(fault(spif(tag_sets(limits::spif_tag_sets + 1))).name, "bad_spif");
  const auto policies = [](std::size_t count) {
    std::string out = classes + "<equivalentPolicies>";
    for (std::size_t i = 0; i < count; ++i)
      out += "<equivalentPolicy name=\"" + std::to_string(i) + "\" id=\"1.2." + std::to_string(i) + "\"/>";
    return out + "</equivalentPolicies>";
  };
  EXPECT_EQ(fault(spif(policies(limits::spif_policies))).name, "none");
  EXPECT_EQ(fault(spif(policies(limits::spif_policies + 1))).name, "bad_spif");
}

}  // namespace
}  // namespace longwire::crypto::labels::test
