// STANAG 4774 labels and clearances, 4778 bindings, and labels as JSON.
#include "crypto/labels/stanag4774.hpp"
#include "base/limits.hpp"
#include "crypto/labels/label_json.hpp"
#include "mail/sio_label.hpp"
#include "tests/unit/labels/labels_support.hpp"

#include <boost/json.hpp>

namespace longwire::crypto::labels::test {
namespace {

using longwire::test::read_vector;

Policies sample_policies() {
  Policies out;
  out.add(sample_policy());
  return out;
}

Result<SecurityLabel> read(std::string_view xml) { return read_4774(as_bytes(xml), sample_policies()); }

std::string labelled(std::string_view information) {
  return "<originatorConfidentialityLabel xmlns=\"urn:nato:stanag:4774:confidentialitymetadatalabel:1:0\">"
         "<ConfidentialityInformation>" +
         std::string(information) + "</ConfidentialityInformation></originatorConfidentialityLabel>";
}
const std::string secret = "<PolicyIdentifier>TEST</PolicyIdentifier><Classification>SECRET</Classification>";
std::string category(std::string_view attributes, std::string_view inner) {
  return secret + "<Category " + std::string(attributes) + ">" + std::string(inner) + "</Category>";
}

TEST(Stanag4774, TheVectorsAreRead) {
  const auto label = read(as_text(read_vector("cms/labels/xml/L08-4774.xml")));
  ASSERT_TRUE(label) << label.error().text;
  EXPECT_EQ(to_hex(encode_label(*label)), to_hex(read_vector("cms/labels/der/L08.der")));
  const auto clearance = read_4774_clearance(read_vector("cms/labels/xml/C3-4774-clearance.xml"), sample_policies());
  ASSERT_TRUE(clearance) << clearance.error().text;
  EXPECT_EQ(to_hex(encode_clearance(*clearance)), to_hex(read_vector("cms/labels/der/C3.der")));
}

// White space apart, what is written of L08 and C3 is the vector.
std::string packed(std::string_view xml) {
  std::string out;
  for (std::size_t i = 0; i < xml.size(); ++i) {
    if (xml[i] == '\n' || (xml[i] == ' ' && !out.empty() && out.back() == '>')) {
      while (i + 1 < xml.size() && (xml[i + 1] == ' ' || xml[i + 1] == '\n')) ++i;
      continue;
    }
    out += xml[i];
  }
  return out;
}

TEST(Stanag4774, TheVectorsAreWritten) {
  const auto policy = sample_policy();
  EXPECT_EQ(write_4774(label_vector("L08"), policy, parse_utc("2026-01-01T12:00:00Z").value()),
            packed(as_text(read_vector("cms/labels/xml/L08-4774.xml"))));
  EXPECT_EQ(write_4774_clearance(clearance_vector("C3"), policy),
            packed(as_text(read_vector("cms/labels/xml/C3-4774-clearance.xml"))));
}

TEST(Stanag4774, EveryValidLabelThereAndBack) {
  const auto policy = sample_policy();
  for (const std::string id : {"L01", "L02", "L03", "L04", "L05", "L06", "L07", "L08", "L09", "L10", "L11"}) {
    const auto xml = write_4774(label_vector(id), policy, from_unix(0));
    EXPECT_EQ(to_hex(encode_label(read(xml).value())), to_hex(encode_label(label_vector(id)))) << xml;
    const auto bound = write_4778(label_vector(id), policy, from_unix(0), "cid:part1@gw.example", "text/plain");
    EXPECT_EQ(read(bound).value(), read(xml).value()) << bound;
  }
  for (const std::string id : {"L12", "X13", "X14", "X15", "X16"})
    EXPECT_EQ(write_4774(label_vector(id), policy, from_unix(0)), "");
  for (const std::string id : {"C1", "C2", "C3"})
    EXPECT_EQ(
        read_4774_clearance(as_bytes(write_4774_clearance(clearance_vector(id), policy)), sample_policies()).value(),
        clearance_vector(id));
}

TEST(Stanag4774, PoliciesByOidOrName) {
  const auto with = [](std::string_view policy) {
    return read(labelled("<PolicyIdentifier " + std::string(policy) +
                         "</PolicyIdentifier><Classification>SECRET</Classification>"));
  };
  EXPECT_TRUE(with(">TEST"));
  EXPECT_TRUE(with("URI=\"urn:oid:1.3.6.1.4.1.99999.4406.1\">"));
  EXPECT_TRUE(with("URL=\"URN:OID:1.3.6.1.4.1.99999.4406.1\">whatever"));
  EXPECT_TRUE(with("URI=\"http://policy.example/test\">TEST"));
  EXPECT_EQ(with(">OTHER").error().name, "unknown_policy");
  EXPECT_EQ(with("URI=\"urn:oid:1.2.3\">TEST").error().name, "unknown_policy");
  EXPECT_EQ(with(">").error().name, "bad_label");
}

TEST(Stanag4774, ValuesByNameOrNumber) {
  EXPECT_EQ(encode_label(read(labelled(category("TagName=\"Sensitivity\" Type=\"RESTRICTIVE\"",
                                                "<GenericValue>CRYPTO</GenericValue>")))
                             .value()),
            encode_label(label_vector("L07")));
  EXPECT_EQ(encode_label(read(labelled(category("URI=\"urn:oid:1.3.6.1.4.1.99999.4406.1.1\" Type=\"RESTRICTIVE\"",
                                                "<IntegerValue>0</IntegerValue>")))
                             .value()),
            encode_label(label_vector("L07")));
}

TEST(Stanag4774, WhatIsNotUnderstoodIsRefused) {
  for (const auto& information : std::vector<std::string>{
           "", secret + "<Classification>SECRET</Classification>", secret + secret,
           "<Classification>SECRET</Classification>",
           "<PolicyIdentifier>TEST</PolicyIdentifier><Classification>Secret</Classification>",
           secret + "<Restriction/>", category("TagName=\"Sensitivity\" Type=\"RESTRICTIVE\"", ""),
           category("TagName=\"Sensitivity\" Type=\"RESTRICTIVE\"", "<BitStringValue>1</BitStringValue>"),
           category("TagName=\"Sensitivity\" Type=\"RESTRICTIVE\"", "<GenericValue/>"),
           category("TagName=\"Sensitivity\" Type=\"RESTRICTIVE\"", "<GenericValue>OTHER</GenericValue>"),
           category("TagName=\"Sensitivity\" Type=\"RESTRICTIVE\"", "<IntegerValue>7x</IntegerValue>"),
           category("TagName=\"Sensitivity\" Type=\"PERMISSIVE\"", "<GenericValue>CRYPTO</GenericValue>"),
           category("TagName=\"Sensitivity\" Type=\"STRICT\"", "<GenericValue>CRYPTO</GenericValue>"),
           category("Type=\"RESTRICTIVE\"", "<GenericValue>CRYPTO</GenericValue>"),
           category("TagName=\"Other\" Type=\"RESTRICTIVE\"", "<GenericValue>CRYPTO</GenericValue>")})
    EXPECT_EQ(read(labelled(information)).error().name, "bad_label") << information;
  EXPECT_EQ(read("<a/>").error().name, "bad_label");
  EXPECT_EQ(read("<a").error().name, "bad_xml");
  EXPECT_EQ(read(as_text(read_vector("cms/labels/xml/C3-4774-clearance.xml"))).error().name, "bad_label");
  EXPECT_EQ(read_4774_clearance(read_vector("cms/labels/xml/L08-4774.xml"), sample_policies()).error().name,
            "bad_clearance");
}

TEST(Stanag4774, BindingsOfOneLabel) {
  const std::string open = "<b:BindingInformation xmlns:b=\"urn:nato:stanag:4778:bindinginformation:1:0\">";
  EXPECT_EQ(read(open + "</b:BindingInformation>").error().name, "bad_label");
  EXPECT_TRUE(read(open + labelled(secret) + "</b:BindingInformation>"));
  EXPECT_EQ(read(open + labelled(secret) + labelled(secret) + "</b:BindingInformation>").error().name,
            "duplicate_label");
}

TEST(Stanag4774, Limits) {
  const auto xml = labelled(secret);
  EXPECT_TRUE(read(xml + std::string(limits::label_xml_octets - xml.size(), ' ')));
  EXPECT_EQ(read(xml + std::string(limits::label_xml_octets - xml.size() + 1, ' ')).error().name, "too_large");
  const auto many = [](std::size_t count) {
    std::string out = secret;
    for (std::size_t i = 0; i < count; ++i)
      out += "<Category TagName=\"Sensitivity\" Type=\"RESTRICTIVE\"><GenericValue>CRYPTO</GenericValue></Category>";
    return labelled(out);
  };
  EXPECT_TRUE(read(many(limits::label_categories)));
  EXPECT_EQ(read(many(limits::label_categories + 1)).error().name, "bad_label");
}

// --- JSON --------------------------------------------------------------------------------------------

std::string json_of(ByteView octets) {
  const auto out = decode_label_json(octets);
  return out ? boost::json::serialize(*out) : std::string(out.error().name);
}

TEST(LabelJson, EveryForm) {
  EXPECT_EQ(
      json_of(read_vector("cms/labels/der/L08.der")),
      R"({"policy":"1.3.6.1.4.1.99999.4406.1","class":4,"privacyMark":null,"categories":[)"
      R"({"type":"2.16.840.1.101.2.1.8.3.0","tag_set":"1.3.6.1.4.1.99999.4406.1.1","kind":"restrictive","values":[0,1]},)"
      R"({"type":"2.16.840.1.101.2.1.8.3.1","tag_set":"1.3.6.1.4.1.99999.4406.1.2","kind":"enumerated permissive","values":[208,826]}],)"
      R"("form":"label"})");
  EXPECT_EQ(json_of(read_vector("cms/labels/der/C2.der")),
            R"({"policy":"1.3.6.1.4.1.99999.4406.1","classes":[0,1,2],"categories":[],"form":"clearance"})");
  EXPECT_EQ(json_of(read_vector("cms/labels/xml/L08-4774.xml")).substr(0, 60),
            R"({"form":"4774 label","policy_name":"TEST","policy_uri":"urn:)");
  EXPECT_NE(json_of(read_vector("cms/labels/xml/C3-4774-clearance.xml")).find("\"4774 clearance\""), std::string::npos);
  const auto field = mail::format_sio_label(mail::sio_label_of(label_vector("L05"), "TEST SECRET"));
  EXPECT_EQ(json_of(as_bytes(field)),
            R"({"marking":"TEST SECRET","type":":ess","label":"MRACAQQGCysGAQQBho0fojYB",)"
            R"("security_label":{"policy":"1.3.6.1.4.1.99999.4406.1","class":4,"privacyMark":null,"categories":[]},)"
            R"("form":"SIO-Label"})");
  EXPECT_EQ(json_of(as_bytes("marking=a")), R"({"marking":"a","form":"SIO-Label"})");
  mail::SioLabelChange change;
  change.before = mail::parse_sio_label("marking=a").value();
  change.changed_by = "gw";
  change.changed_at = "now";
  EXPECT_EQ(
      json_of(as_bytes(mail::format_sio_label_history(change))),
      R"({"form":"SIO-Label-History","change":"delete","changed-by":"gw","changed-at":"now","before":{"marking":"a"}})");
}

TEST(LabelJson, UnknownCategoriesAreShownAsTheyCame) {
  auto one = label(1);
  one.policy.clear();
  one.categories.push_back({"1.2.840.1", {5, 0}});
  EXPECT_EQ(boost::json::serialize(to_json(one)),
            R"({"policy":null,"class":1,"privacyMark":null,"categories":[{"type":"1.2.840.1","value_hex":"0500"}]})");
}

TEST(LabelJson, Faults) {
  EXPECT_EQ(json_of({}), "truncated");
  EXPECT_EQ(json_of(as_bytes("junk")), "bad_label");
  EXPECT_EQ(json_of(as_bytes("<a")), "bad_xml");
  EXPECT_EQ(json_of(from_hex("31 06 02 01").value()), "truncated");
}

}  // namespace
}  // namespace longwire::crypto::labels::test
