// SIO-Label (RFC 7444), security labels, classifications under their other names.
#include "annexe/gateway/labels.hpp"
#include "tests/unit/gateway/bodies_support.hpp"

namespace longwire::gateway::test {
namespace {

// SET { OID 1.9, INTEGER 3 } of the samples of RFC 7444 4.
SecurityLabel sample() {
  SecurityLabel out;
  out.policy = "1.1";
  out.classification = 3;
  return out;
}

Result<mail::SioLabel> parse(std::string_view value) { return mail::parse_sio_label(value); }

SecurityLabel full_label() {
  SecurityLabel out;
  out.policy = "1.3.26.1.3.1";
  out.classification = 2;
  out.mark = "RELEASABLE TO EXERCISE";
  out.categories.push_back({"1.3.26.0.4406.0.6.1", from_hex("0C 03 41 42 43").value()});
  out.categories.push_back({"2.16.840.1.101.2.1.8.3", from_hex("30 06 80 01 05 81 01 07").value()});
  return out;
}

TEST(SioLabel, WhatIsWrittenIsReadBackWithMarkAndCategories) {
  const auto settings = test_settings();
  const auto field = format_sio_label(full_label(), settings);
  for (std::size_t at = 0; at < field.size();) {
    const auto end = field.find("\r\n", at);
    EXPECT_LE(end - at, 78u) << field;
    at = end + 2;
  }
  const auto read = mail::read_sio_label(mail::HeaderView(as_bytes(field + "\r\n"))).value().value();
  EXPECT_EQ(read.label, full_label());
  EXPECT_EQ(read.type, ":x411");
  EXPECT_EQ(read.marking, "NATO RESTRICTED RELEASABLE TO EXERCISE");
}

TEST(SioLabel, MarkingsAreMadeOfPolicyClassAndMark) {
  const auto settings = test_settings();
  SecurityLabel label;
  EXPECT_EQ(marking_of(label, settings), "");
  label.mark = "CREW ONLY";
  EXPECT_EQ(marking_of(label, settings), "CREW ONLY");
  label.classification = 5;
  EXPECT_EQ(marking_of(label, settings), "TOP SECRET CREW ONLY");
  label.policy = "1.3.26.1.3.1";
  label.mark.clear();
  EXPECT_EQ(marking_of(label, settings), "COSMIC TOP SECRET");
  label.classification = 4;
  label.mark = "NATO SECRET ATOMAL";
  EXPECT_EQ(marking_of(label, settings), "NATO SECRET ATOMAL");
  label.policy = "1.2.3";
  label.mark.clear();
  EXPECT_EQ(marking_of(label, settings), "SECRET");
}

struct Words {
  const char* marking;
  std::optional<int> classification;
};
class MarkingWords : public testing::TestWithParam<Words> {};
TEST_P(MarkingWords, GiveTheClassification) {
  EXPECT_EQ(classification_of_words(GetParam().marking), GetParam().classification) << GetParam().marking;
}
INSTANTIATE_TEST_SUITE_P(Table, MarkingWords,
                         testing::Values(Words{"NATO RESTRICTED", 2}, Words{"nato confidential", 3}, Words{"SECRET", 4},
                                         Words{"COSMIC TOP SECRET", 5}, Words{"TOP-SECRET/X", 5}, Words{"UNCLAS", 1},
                                         Words{"NATO UNCLASSIFIED", 1}, Words{"UNMARKED", 0}, Words{"S E C R E T", 4},
                                         Words{"T O P  S E C R E T", 5}, Words{"C O N F I D E N T I A L", 3},
                                         Words{"CREW ONLY", {}}, Words{"SECRETARIAT", {}}, Words{"", {}},
                                         Words{"TOP OF THE HILL", {}},
                                         // the first one counts
                                         Words{"CONFIDENTIAL ANNEX IS SECRET", 3}));

TEST(SioLabel, AMarkingAloneBecomesALabelByItsWords) {
  const auto label = label_of(parse("marking=\"NATO SECRET CREW\"").value());
  ASSERT_TRUE(label);
  EXPECT_EQ(label->classification, 4);
  EXPECT_EQ(label->mark, "NATO SECRET CREW");
  EXPECT_EQ(label->policy, "");
  EXPECT_FALSE(label_of(parse("marking=\"crew only\"").value()));
  EXPECT_FALSE(label_of(parse("marking=SECRET; type=\":xml\"; label=\"PGEvPg==\"").value()));
  EXPECT_FALSE(label_of(parse("marking=SECRET; type=\"urn:x:label\"; label=\"any thing\"").value()));
}

// --- the field across X.400 --------------------------------------------------------------------------

std::string trip(std::string_view field) {
  const auto settings = test_settings();
  const std::string message = std::string(field) + "\r\n";
  const mail::HeaderView header(as_bytes(message));
  const auto read = mail::read_sio_label(header).value().value();
  const auto kept = label_field_to_keep(header, settings);
  return label_fields(label_of(read), kept.value_or(""), settings, from_unix(1795262400));
}

// Folds may fall elsewhere: runs of white space are one space.
std::string words(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\r' || c == '\n' || c == '\t';
    if (!blank) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  return std::string(trim(out));
}

TEST(SioLabel, AFieldComesBackAsItWas) {
  for (const std::string_view field :
       {"SIO-Label: marking=\"EXAMPLE CONFIDENTIAL\"; fgcolor=black; bgcolor=red;\r\n type=\":ess\"; "
        "label=\"MQYGASkCAQM=\"\r\n",
        "SIO-Label: marking=\"EXAMPLE; \\\"QUOTED\\\"\"; type=\":xml\"; label=\"PGEvPg==\"\r\n",
        "SIO-Label: marking=\"NATO SECRET\"\r\n", "SIO-Label: marking*=utf-8''%C3%A6\r\n",
        "SIO-Label: type=\"urn:x\"; label=\"opaque\"\r\n"})
    EXPECT_EQ(words(trip(field)), words(field));
}

TEST(SioLabel, AFieldWeWouldWriteTheSameNeedNotTravel) {
  const auto settings = test_settings();
  const auto field = format_sio_label(full_label(), settings);
  EXPECT_FALSE(label_field_to_keep(mail::HeaderView(as_bytes(field + "\r\n")), settings));
  EXPECT_EQ(trip(field), field);
}

TEST(SioLabel, TheLabelOfTheEnvelopeWinsAndTheChangeIsTold) {
  const auto settings = test_settings();
  const auto fields = label_fields(sample(), "SIO-Label: marking=\"NATO SECRET\"", settings, from_unix(1795262400));
  const auto message = fields + "\r\n";
  const mail::HeaderView header(as_bytes(message));
  EXPECT_EQ(mail::read_sio_label(header).value().value().label, sample());
  const auto history = header.value("SIO-Label-History").value_or("");
  EXPECT_NE(history.find("marking=\"NATO SECRET\""), std::string::npos);
  EXPECT_NE(history.find("new-marking=\"CONFIDENTIAL\""), std::string::npos);
  EXPECT_NE(history.find("new-type=\":x411\"; new-label=\"MQYCAQMGASk=\""), std::string::npos) << history;
  EXPECT_NE(history.find("change=replace"), std::string::npos);
  EXPECT_NE(history.find("changed-by=\"gw.ship.example\""), std::string::npos);
  EXPECT_NE(history.find("changed-at=\"Sat, 21 Nov 2026 12:00:00 +0000\""), std::string::npos);
  // RFC 7444 5: the history directly behind the label.
  EXPECT_EQ(header.fields().at(1).name, "SIO-Label-History");
}

TEST(SioLabel, ABrokenFieldThatCameAlongIsNotWritten) {
  const auto settings = test_settings();
  EXPECT_EQ(label_fields(std::nullopt, "SIO-Label: nonsense", settings, from_unix(0)), "");
  const auto fields = label_fields(sample(), "SIO-Label: nonsense", settings, from_unix(0));
  EXPECT_NE(fields.find("change=add"), std::string::npos);
}

// --- the same class under other names ----------------------------------------------------------------

TEST(Classification, DmpNumbers) {
  const std::vector<std::pair<int, std::uint8_t>> table{{0, 0}, {1, 1}, {2, 3}, {3, 5}, {4, 6}, {5, 7}};
  for (const auto& [x411, dmp] : table) {
    EXPECT_EQ(dmp_classification(x411), dmp);
    EXPECT_EQ(from_dmp_classification(dmp), x411);
  }
  // Not in the table: never lower than what it may mean.
  EXPECT_EQ(from_dmp_classification(2), 2);
  EXPECT_EQ(from_dmp_classification(4), 3);
  EXPECT_EQ(dmp_classification(9), 7);
}

TEST(Classification, Acp127Letters) {
  const std::vector<std::pair<int, std::string_view>> table{
      {1, "UUUUU"}, {2, "RRRRR"}, {3, "CCCCC"}, {4, "SSSSS"}, {5, "TTTTT"}};
  for (const auto& [x411, letters] : table) {
    EXPECT_EQ(acp127_letters(x411), letters);
    EXPECT_EQ(from_acp127_letters(letters), x411);
  }
  EXPECT_EQ(acp127_letters(0), "UUUUU");
  EXPECT_EQ(from_acp127_letters("EEEEE"), 1);
  EXPECT_EQ(from_acp127_letters("ccccc"), 3);
  EXPECT_FALSE(from_acp127_letters("XXXXX"));
  EXPECT_FALSE(from_acp127_letters("UUUU"));
}

}  // namespace
}  // namespace longwire::gateway::test
