// LabelRules: labels of mails, clearances of users, peers and bearers, what is written into mails.
#include "node/security/label_rules.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "mail/sio_label.hpp"
#include "tests/unit/vectors.hpp"

#include <boost/json.hpp>

namespace longwire::security {
namespace {

using longwire::test::read_vector;

const Time now = from_unix(1795262400);
const std::string policy_id = "1.3.6.1.4.1.99999.4406.1";

FileContent vector_file(const std::string& name) { return {name, read_vector("cms/labels/" + name)}; }

SecurityConfig config_of(std::vector<ClearanceConfig> clearances = {}) {
  SecurityConfig out;
  out.spifs.push_back(vector_file("spif-test.xml"));
  out.clearances = std::move(clearances);
  return out;
}

ClearanceText file_clearance(const std::string& name) { return {"file:" + name, read_vector("cms/labels/" + name)}; }

LabelRules rules_of(const SecurityConfig& config) {
  auto rules = LabelRules::make(config);
  EXPECT_TRUE(rules) << rules.error().text;
  return *std::move(rules);
}

SecurityLabel label_vector(const std::string& id) {
  return decode_label(read_vector("cms/labels/der/" + id + ".der")).value();
}

Result<std::optional<SecurityLabel>> label_of(const LabelRules& rules, std::string_view message) {
  return rules.label_of(as_bytes(message));
}

std::string sio(const SecurityLabel& label, std::string marking = {}) {
  return mail::format_sio_label(mail::sio_label_of(label, std::move(marking)));
}

// --- the label of a mail -----------------------------------------------------------------------------

TEST(LabelOf, TheFieldSaysIt) {
  const auto rules = rules_of(config_of());
  EXPECT_EQ(label_of(rules, sio(label_vector("L08")) + "Subject: x\r\n\r\ntext\r\n").value(), label_vector("L08"));
  EXPECT_EQ(label_of(rules, "Subject: x\r\n\r\ntext\r\n").value(), std::nullopt);
}

TEST(LabelOf, StanagLabelsInTheField) {
  const auto rules = rules_of(config_of());
  const auto xml = base64_encode(read_vector("cms/labels/xml/L08-4774.xml"));
  for (const std::string type : {":xml", "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"}) {
    mail::SioLabel field;
    field.type = type;
    field.value = xml;
    const auto label = label_of(rules, mail::format_sio_label(field) + "\r\n");
    ASSERT_TRUE(label) << label.error().text;
    EXPECT_EQ(to_hex(encode_label(label->value())), to_hex(encode_label(label_vector("L08"))));
  }
}

// Neither unlabelled nor readable: refused, as it may be what protects the message.
TEST(LabelOf, WhatCannotBeUnderstoodIsRefused) {
  const auto rules = rules_of(config_of());
  for (const std::string_view field : {"type=\":ess\"; label=\"AAAA\"", "type=\":xml\"; label=\"PGEvPg==\"",
                                       "type=\"urn:x\"; label=\"AAAA\"", "", "label=\"MRACAQQGCysGAQQBho0fojYB\""})
    EXPECT_EQ(label_of(rules, "SIO-Label: " + std::string(field) + "\r\n\r\n").error().name, "bad_label") << field;
  EXPECT_EQ(label_of(rules, sio(label_vector("L02")) + sio(label_vector("L02")) + "\r\n").error().name,
            "duplicate_label");
}

// RFC 7444 7: each agent checks that marking and label agree.
TEST(LabelOf, AMarkingThatSaysAnotherClassIsRefused) {
  const auto rules = rules_of(config_of());
  EXPECT_EQ(label_of(rules, sio(label_vector("L05"), "TEST UNCLASSIFIED") + "\r\n").error().name, "bad_label");
  EXPECT_EQ(label_of(rules, sio(label_vector("L05"), "Test Secret") + "\r\n").value(), label_vector("L05"));
  EXPECT_EQ(label_of(rules, sio(label_vector("L05"), "for the captain") + "\r\n").value(), label_vector("L05"));
}

TEST(LabelOf, AMarkingAloneCountsIfThePolicyHasIt) {
  auto config = config_of();
  config.default_label = "UNCLASSIFIED";
  const auto rules = rules_of(config);
  const auto of = [&](std::string_view marking) {
    return label_of(rules, "SIO-Label: marking=\"" + std::string(marking) + "\"\r\n\r\n").value();
  };
  EXPECT_EQ(of("SECRET"), label_vector("L05"));
  EXPECT_EQ(encode_label(of("TEST SECRET CRYPTO,MEDICAL REL TO GBR,DNK").value()), encode_label(label_vector("L08")));
  EXPECT_EQ(of("crew only"), label_vector("L02"));  // default handling rules (RFC 7444 4)
}

TEST(LabelOf, TheFirstLineOnlyWhereConfigured) {
  const std::string mail = "Subject: x\r\n\r\n\r\nTEST SECRET CRYPTO\r\n\r\ntext\r\n";
  auto config = config_of();
  EXPECT_EQ(label_of(rules_of(config), mail).value(), std::nullopt);
  config.first_line = "read";
  EXPECT_EQ(label_of(rules_of(config), mail).value(), label_vector("L07"));
  config.first_line = "write";
  EXPECT_EQ(label_of(rules_of(config), mail).value(), label_vector("L07"));
  EXPECT_EQ(label_of(rules_of(config), "\r\nsecret garden\r\n").value(), std::nullopt);
  // The field comes first.
  EXPECT_EQ(label_of(rules_of(config), sio(label_vector("L04")) + mail).value(), label_vector("L04"));
}

TEST(LabelOf, TheFirstLineOfEncodedAndNestedText) {
  auto config = config_of();
  config.first_line = "read";
  const auto rules = rules_of(config);
  EXPECT_EQ(label_of(rules, "Content-Transfer-Encoding: base64\r\n\r\n" +
                                base64_encode(as_bytes("TEST SECRET\r\n\r\ntext\r\n"), 76))
                .value(),
            label_vector("L05"));
  EXPECT_EQ(
      label_of(rules, "Content-Transfer-Encoding: quoted-printable\r\n\r\nTEST=20SECRET\r\n\r\ntext=\r\n").value(),
      label_vector("L05"));
  EXPECT_EQ(label_of(rules,
                     "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment\r\n"
                     "\r\nTEST TOP\r\n--b\r\nContent-Type: text/plain\r\n\r\nTEST SECRET\r\n--b--\r\n")
                .value(),
            label_vector("L05"));
}

TEST(LabelOf, TheDefault) {
  auto config = config_of();
  config.default_label = "TEST RESTRICTED/Releasable To:NOR";
  EXPECT_EQ(label_of(rules_of(config), "\r\ntext\r\n").value(), label_vector("L09"));
}

// --- configuration -----------------------------------------------------------------------------------

TEST(LabelConfig, FaultsNameTheirKey) {
  const auto fault = [](const SecurityConfig& config) {
    const auto rules = LabelRules::make(config);
    return rules ? "none" : rules.error().text;
  };
  auto config = config_of();
  config.default_label = "TOP SECRET";  // needs a Releasable To
  EXPECT_NE(fault(config).find("default_label: TOP SECRET needs"), std::string::npos) << fault(config);
  config = config_of({{"bob@b.example", {"VERY SECRET", {}}}});
  EXPECT_NE(fault(config).find("clearance of bob@b.example: \"VERY SECRET\" is no classification"), std::string::npos);
  config = config_of({{"bob@b.example", {"file:x", {}}}});
  EXPECT_NE(fault(config).find("clearance of bob@b.example: "), std::string::npos);
  config = config_of();
  config.unknown_user = {"SECRET/Nothing:X", {}};
  EXPECT_NE(fault(config).find("default_clearance: "), std::string::npos);
  config = config_of();
  config.spifs.push_back({"policy.xml", to_bytes("<x/>")});
  EXPECT_NE(fault(config).find("spifs: policy.xml: line 1: x: "), std::string::npos) << fault(config);
  config = config_of();
  config.spifs.push_back(config.spifs.front());
  EXPECT_NE(fault(config).find("loaded twice"), std::string::npos);
  config = {};
  config.default_label = "SECRET";
  EXPECT_NE(fault(config).find("no policy is loaded"), std::string::npos);
}

TEST(LabelConfig, NothingConfiguredChecksNothing) {
  const auto rules = rules_of({});
  EXPECT_FALSE(rules.on());
  EXPECT_FALSE(rules.check_user(label_vector("L10"), "bob@b.example"));
  EXPECT_FALSE(rules.check_submission(label_vector("L10"), "bob@b.example"));
  EXPECT_FALSE(rules.check_submission(std::nullopt, "bob@b.example"));
  EXPECT_FALSE(rules.check_hop(label_vector("L10"), std::nullopt, "peer shore"));
  EXPECT_EQ(rules.marking(label_vector("L10")), "");
}

TEST(LabelConfig, ClearancesInEveryForm) {
  const auto rules = rules_of(config_of());
  const auto words = rules.parse_clearance({"TOP SECRET/Sensitivity:*/Releasable To:DNK,NOR", {}}).value().value();
  const auto ber = rules.parse_clearance(file_clearance("der/C3.der")).value().value();
  const auto xml = rules.parse_clearance(file_clearance("xml/C3-4774-clearance.xml")).value().value();
  const auto expected = boost::json::parse(as_text(read_vector("cms/labels/expected.json")));
  for (const auto& row : expected.at("matrix").as_array()) {
    const auto label = label_vector(std::string(row.at("label").as_string()));
    const auto refused = rules.check_hop(label, ber, "x").has_value();
    EXPECT_EQ(rules.check_hop(label, words, "x").has_value(), refused) << row;
    EXPECT_EQ(rules.check_hop(label, xml, "x").has_value(), refused) << row;
  }
  EXPECT_EQ(rules.parse_clearance({}).value(), std::nullopt);
  EXPECT_EQ(rules.parse_clearance({"file:l", read_vector("cms/labels/xml/L08-4774.xml")}).error().name,
            "bad_clearance");
  EXPECT_EQ(rules.parse_clearance({"file:l", read_vector("cms/labels/der/L08.der")}).error().name, "bad_clearance");
}

// --- the matrix --------------------------------------------------------------------------------------

// Every cell, at users and at hops; a label that is not valid here goes to nobody.
TEST(LabelMatrix, EveryCell) {
  const auto rules = rules_of(config_of({{"c1@x.example", file_clearance("der/C1.der")},
                                         {"c2@x.example", file_clearance("der/C2.der")},
                                         {"c3@x.example", file_clearance("der/C3.der")}}));
  const auto matrix = boost::json::parse(as_text(read_vector("cms/labels/expected.json")));
  std::size_t granted = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    const auto& row = matrix.at("matrix").as_array().at(i);
    const auto& validity = matrix.at("labels").as_array().at(i).at("valid").as_string();
    const auto id = std::string(row.at("label").as_string());
    for (const std::string who : {"C1", "C2", "C3"}) {
      const bool wanted = validity == "valid" && row.at(who).as_string() == "accept";
      const auto label = label_vector(id);
      EXPECT_EQ(!rules.check_user(label, who + "@X.example"), wanted) << id << ' ' << who;
      EXPECT_EQ(!rules.check_submission(label, who + "@x.example"), wanted) << id << ' ' << who;
      const auto clearance = rules.parse_clearance(file_clearance("der/" + who + ".der")).value();
      EXPECT_EQ(!rules.check_hop(label, clearance, "peer shore"), wanted) << id << ' ' << who;
      granted += wanted ? 1 : 0;
    }
  }
  EXPECT_EQ(granted, 20u);  // the cells "accept" of the table
}

TEST(LabelChecks, TheSenderLearnsNothingOfTheLabelTheOperatorAll) {
  const auto rules = rules_of(config_of({{"*", {"SECRET", {}}}}));
  const auto refusal = rules.check_user(label_vector("L08"), "bob@b.example");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, "5.7.1");
  for (const std::string_view word : {"SECRET", "CRYPTO", "MEDICAL", "TEST", "bob"})
    EXPECT_EQ(refusal->text.find(word), std::string::npos) << refusal->text;
  for (const std::string_view word :
       {"TEST SECRET CRYPTO,MEDICAL REL TO GBR,DNK", "Sensitivity CRYPTO", "bob@b.example"})
    EXPECT_NE(refusal->detail.find(word), std::string::npos) << refusal->detail;
}

TEST(LabelChecks, TheNearestEntryCounts) {
  auto config =
      config_of({{"alice@b.example", {"RESTRICTED", {}}}, {"@B.example", {"SECRET", {}}}, {"*", {"UNMARKED", {}}}});
  const auto rules = rules_of(config);
  const auto secret = label_vector("L05"), restricted = label_vector("L03"), unclassified = label_vector("L02");
  EXPECT_TRUE(rules.check_user(secret, "Alice@b.example"));  // her own entry, though her domain's is higher
  EXPECT_FALSE(rules.check_user(restricted, "alice@B.EXAMPLE"));
  EXPECT_FALSE(rules.check_user(secret, "bob@b.example"));
  EXPECT_TRUE(rules.check_user(secret, "bob@sub.b.example"));
  EXPECT_TRUE(rules.check_user(unclassified, "eve@c.example"));
  EXPECT_FALSE(rules.check_user(label_vector("L01"), "eve@c.example"));
}

TEST(LabelChecks, UsersOfNoEntryHaveTheDefaultOrNone) {
  auto config = config_of({{"alice@b.example", {"SECRET", {}}}});
  EXPECT_TRUE(rules_of(config).check_user(label_vector("L01"), "bob@b.example"));
  EXPECT_FALSE(rules_of(config).check_user(std::nullopt, "bob@b.example"));
  config.unknown_user = {"RESTRICTED", {}};
  EXPECT_FALSE(rules_of(config).check_user(label_vector("L02"), "bob@b.example"));
  EXPECT_TRUE(rules_of(config).check_user(label_vector("L05"), "bob@b.example"));
  // What the certificate of a user says stands before the default, behind the configuration.
  const auto c3 = crypto::decode_clearance(read_vector("cms/labels/der/C3.der")).value();
  EXPECT_FALSE(rules_of(config).check_user(label_vector("L10"), "bob@b.example", {c3}));
  EXPECT_TRUE(rules_of(config).check_user(label_vector("L10"), "alice@b.example", {c3}));
}

TEST(LabelChecks, ALabelIsRequiredWhereConfigured) {
  auto config = config_of({{"*", {"SECRET", {}}}});
  config.label_required = true;
  const auto rules = rules_of(config);
  const auto refusal = rules.check_submission(std::nullopt, "alice@b.example");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->text, "a security label is required");
  EXPECT_TRUE(rules.check_user(std::nullopt, "alice@b.example"));
  EXPECT_TRUE(rules.check_hop(std::nullopt, rules.parse_clearance({"SECRET", {}}).value(), "bearer hf"));
  EXPECT_FALSE(rules.check_hop(std::nullopt, std::nullopt, "bearer hf"));
}

TEST(LabelChecks, SubmissionIsWhereLabelsAreMade) {
  auto config = config_of();
  auto text = std::string(as_text(config.spifs[0].octets));
  text.replace(text.find("name=\"SECRET\""), 0, "obsolete=\"true\" ");
  config.spifs[0].octets = to_bytes(text);
  const auto rules = rules_of(config);
  EXPECT_TRUE(rules.check_submission(label_vector("L05"), "alice@b.example"));
  EXPECT_FALSE(rules.check_user(label_vector("L05"), "alice@b.example"));
}

TEST(LabelChecks, InvalidLabelsAndUnknownPolicies) {
  const auto rules = rules_of(config_of());
  EXPECT_TRUE(rules.check_submission(label_vector("X14"), "alice@b.example"));
  EXPECT_TRUE(rules.check_submission(label_vector("L12"), "alice@b.example"));
  EXPECT_TRUE(rules.check_user(label_vector("X14"), "alice@b.example"));
  // Nobody's clearance is asked for, and the policy is not ours: passed on as it is.
  EXPECT_FALSE(rules.check_user(label_vector("L12"), "alice@b.example"));
  EXPECT_FALSE(rules.check_hop(label_vector("X14"), std::nullopt, "peer shore"));
}

TEST(LabelChecks, ALabelWithoutAPolicyIsOneOfOurs) {
  const auto rules = rules_of(config_of({{"*", {"CONFIDENTIAL", {}}}}));
  SecurityLabel label;
  label.classification = 3;
  EXPECT_FALSE(rules.check_user(label, "alice@b.example"));
  label.classification = 4;
  EXPECT_TRUE(rules.check_user(label, "alice@b.example"));
  EXPECT_EQ(rules.marking(label), "TEST SECRET");
}

// --- writing -----------------------------------------------------------------------------------------

std::string with_label(const LabelRules& rules, std::string_view message, const std::string& id) {
  return std::string(as_text(rules.with_label(as_bytes(message), label_vector(id), "gw.example", now)));
}

TEST(WithLabel, AFieldIsPutInFrontWithItsHistory) {
  const auto rules = rules_of(config_of());
  const std::string mail = "Subject: x\r\nTo: b\r\n\r\ntext\r\n";
  const auto out = with_label(rules, mail, "L08");
  ASSERT_TRUE(out.ends_with(mail)) << out;
  const mail::HeaderView header(as_bytes(out));
  const auto field = mail::read_sio_label(header).value().value();
  EXPECT_EQ(field.marking, "TEST SECRET CRYPTO,MEDICAL REL TO GBR,DNK");
  EXPECT_EQ(field.foreground, "black");
  EXPECT_EQ(field.background, "red");
  EXPECT_EQ(field.type, ":ess");
  EXPECT_EQ(field.label, label_vector("L08"));
  EXPECT_EQ(header.fields().at(1).name, "SIO-Label-History");
  const auto change = mail::parse_sio_label_history(header.value("SIO-Label-History").value()).value();
  EXPECT_FALSE(change.before);
  EXPECT_EQ(change.after, field);
  EXPECT_EQ(change.changed_by, "gw.example");
  EXPECT_EQ(change.changed_at, "Sat, 21 Nov 2026 12:00:00 +0000");
  // Once more changes nothing.
  EXPECT_EQ(with_label(rules, out, "L08"), out);
}

TEST(WithLabel, AnotherFieldIsReplacedInItsPlaceNewestHistoryFirst) {
  const auto rules = rules_of(config_of());
  const auto first = with_label(rules, "Subject: x\r\n\r\ntext\r\n", "L05");
  const auto out = with_label(rules, "Received: from a\r\n" + first, "L07");
  const mail::HeaderView header(as_bytes(out));
  ASSERT_EQ(header.fields().size(), 5u) << out;
  EXPECT_EQ(header.fields()[0].name, "Received");
  EXPECT_EQ(header.fields()[1].name, "SIO-Label");
  EXPECT_EQ(mail::read_sio_label(header).value().value().label, label_vector("L07"));
  const auto change = mail::parse_sio_label_history(mail::unfold(header.fields()[2].raw_value)).value();
  EXPECT_EQ(change.before->label, label_vector("L05"));
  EXPECT_EQ(change.after->label, label_vector("L07"));
  EXPECT_FALSE(mail::parse_sio_label_history(mail::unfold(header.fields()[3].raw_value)).value().before);
  EXPECT_TRUE(out.ends_with("Subject: x\r\n\r\ntext\r\n"));
}

TEST(WithLabel, SeveralOrBrokenFieldsGo) {
  const auto rules = rules_of(config_of());
  for (const std::string_view mail : {"A: 1\r\nSIO-Label: marking=a\r\nB: 2\r\nsio-label: marking=b\r\n\r\ntext",
                                      "A: 1\r\nSIO-Label: junk\r\nB: 2\r\n\r\ntext"}) {
    const auto out = with_label(rules, mail, "L02");
    const mail::HeaderView header(as_bytes(out));
    EXPECT_EQ(header.count("SIO-Label"), 1u) << out;
    EXPECT_EQ(mail::read_sio_label(header).value().value().label, label_vector("L02"));
    EXPECT_EQ(header.value("A"), "1");
    EXPECT_EQ(header.value("B"), "2");
    EXPECT_TRUE(out.ends_with("\r\n\r\ntext")) << out;
  }
}

TEST(WithLabel, HeadersOfOneFieldAndOfNone) {
  const auto rules = rules_of(config_of());
  EXPECT_TRUE(
      with_label(rules, "SIO-Label: marking=a\r\n", "L02").starts_with("SIO-Label: marking=\"TEST UNCLASSIFIED\""));
  EXPECT_EQ(with_label(rules, "SIO-Label: marking=a\r\n", "L02").find("marking=a\r\n"), std::string::npos);
  EXPECT_TRUE(with_label(rules, "\r\ntext", "L02").ends_with("\r\n\r\ntext"));
  EXPECT_TRUE(with_label(rules, "SIO-Label: marking=a", "L02").find("marking=a;") == std::string::npos);
}

TEST(WithLabel, NoFieldWhereNotWantedButNoFalseOneEither) {
  auto config = config_of();
  config.write_header = false;
  const auto rules = rules_of(config);
  EXPECT_EQ(with_label(rules, "Subject: x\r\n\r\n", "L05"), "Subject: x\r\n\r\n");
  const auto out = with_label(rules, sio(label_vector("L02")) + "\r\n", "L05");
  EXPECT_EQ(label_of(rules, out).value(), label_vector("L05"));
}

TEST(WithLabel, TheFirstLineOfText) {
  auto config = config_of();
  config.first_line = "write";
  config.write_header = false;
  const auto rules = rules_of(config);
  const std::string mail = "Subject: x\r\n\r\ntext\r\n";
  const auto out = with_label(rules, mail, "L07");
  EXPECT_EQ(out, "Subject: x\r\n\r\nTEST SECRET CRYPTO\r\n\r\ntext\r\n");
  EXPECT_EQ(with_label(rules, out, "L07"), out);
  EXPECT_EQ(with_label(rules, out, "L10"), "Subject: x\r\n\r\nTEST MOST SECRET REL TO DNK\r\n\r\ntext\r\n");
  EXPECT_EQ(label_of(rules, with_label(rules, mail, "L11")).value().value().classification, 1);
}

TEST(WithLabel, TheFirstLineKeepsTheEncoding) {
  auto config = config_of();
  config.first_line = "write";
  config.write_header = false;
  const auto rules = rules_of(config);
  const std::string head = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  const auto out = with_label(rules, head + base64_encode(as_bytes("text \xC3\xA6\r\n"), 76), "L05");
  EXPECT_EQ(out, head + base64_encode(as_bytes("TEST SECRET\r\n\r\ntext \xC3\xA6\r\n"), 76));
  const std::string quoted = "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
  EXPECT_EQ(with_label(rules, quoted + "a=3Db\r\n", "L05"), quoted + "TEST SECRET\r\n\r\na=3Db\r\n");
}

// A signature would break; a header without an end would take the line for a field; binaries have no first line.
TEST(WithLabel, TextThatMustNotBeTouchedIsLeft) {
  auto config = config_of();
  config.first_line = "write";
  config.write_header = false;
  const auto rules = rules_of(config);
  for (const std::string_view mail :
       {"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n\r\nsig\r\n--b--\r\n",
        "Subject: only a header\r\n", "Content-Type: application/pkcs7-mime\r\n\r\ntext",
        "Content-Transfer-Encoding: x-uuencode\r\n\r\ntext", "Content-Type: text/html\r\n\r\n<p>"})
    EXPECT_EQ(with_label(rules, mail, "L05"), mail);
}

}  // namespace
}  // namespace longwire::security
