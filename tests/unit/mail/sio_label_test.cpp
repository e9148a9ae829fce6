// SIO-Label and SIO-Label-History (RFC 7444): the samples of the RFC, what is broken, what is written.
#include "mail/sio_label.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace longwire::mail {
namespace {

Result<SioLabel> parse(std::string_view value) { return parse_sio_label(value); }

struct Sample {
  const char* text;
  const char* type;
};
class Rfc7444 : public testing::TestWithParam<Sample> {};

TEST_P(Rfc7444, SampleIsRead) {
  const std::string message = "SIO-Label: " + std::string(GetParam().text) + "\r\n\r\n";
  const auto label = read_sio_label(mail::HeaderView(as_bytes(message)));
  ASSERT_TRUE(label) << label.error().text;
  ASSERT_TRUE(label->has_value());
  EXPECT_EQ((*label)->marking, "EXAMPLE CONFIDENTIAL");
  EXPECT_EQ((*label)->type, GetParam().type);
  if (std::string_view(GetParam().type) == ":xml") {
    EXPECT_FALSE((*label)->label);
    return;
  }
  ASSERT_TRUE((*label)->label);
  EXPECT_EQ((*label)->label->classification, 3);
  EXPECT_EQ((*label)->label->policy, "1.1");
}

INSTANTIATE_TEST_SUITE_P(
    Section4, Rfc7444,
    testing::Values(
        Sample{"marking=\"EXAMPLE CONFIDENTIAL\";\r\n    fgcolor=black; bgcolor=red;\r\n    type=\":ess\"; "
               "label=\"MQYGASkCAQM=\"",
               ":ess"},
        Sample{
            "marking=\"EXAMPLE CONFIDENTIAL\"; fgcolor=black; bgcolor=#ff0000; type=\":x411\"; label=\"MQYGASkCAQM=\"",
            ":x411"},
        Sample{"marking=\"EXAMPLE CONFIDENTIAL\"; type=\":xml\";\r\n"
               "  label*0=\"PFNlY0xhYmVsIHhtbG5zPSJodHRwOi8vZXhhbX\";\r\n  "
               "label*1=\"BsZS5jb20vc2VjLWxhYmVsLzAiPjxQb2xpY3lJ\";\r\n  "
               "label*2=\"ZGVudGlmaWVyIFVSST0idXJuOm9pZDoxLjEiLz\";\r\n  "
               "label*3=\"48Q2xhc3NpZmljYXRpb24+MzwvQ2xhc3NpZmlj\";\r\n  label*4=\"YXRpb24+PC9TZWNMYWJlbD4=\"",
               ":xml"},
        Sample{"marking*=us-ascii'en'EXAMPLE%20CONFIDENTIAL;\r\n   fgcolor = black ; bgcolor = red ;\r\n   "
               "type=\":ess\"; label*0=\"MQYG\";\r\n   label*1=\"ASkCAQM=\"",
               ":ess"},
        // Pieces in another order, other case, an unknown parameter, a comment, a trailing semicolon.
        Sample{"Label*1=\"ASkCAQM=\"; LABEL*0=\"MQYG\"; TYPE=\":ESS\"; future=x (note);\r\n\tmarking=\"EXAMPLE "
               "CONFIDENTIAL\";",
               ":ess"}));

TEST(SioLabel, NoFieldIsNoLabel) {
  const auto label = read_sio_label(mail::HeaderView(as_bytes("Subject: x\r\n\r\n")));
  ASSERT_TRUE(label);
  EXPECT_FALSE(label->has_value());
}

TEST(SioLabel, MoreThanOneIsRefused) {
  const auto label = read_sio_label(mail::HeaderView(as_bytes("SIO-Label: marking=a\r\nsio-label: marking=a\r\n\r\n")));
  EXPECT_EQ(label.error().name, "duplicate_label");
}

TEST(SioLabel, BrokenOnesAreRefused) {
  for (const std::string_view value :
       {"", "fgcolor=red", "type=\":ess\"", "label=\"MQYGASkCAQM=\"", "marking", "marking=", "marking=a marking=b",
        "marking=a; marking=b", "marking=\"a", "type=\":ess\"; label=\"MQYGASkCAQM\"", "type=\":ess\"; label=\"!!!!\"",
        "type=\":ess\"; label=\"AAAA\"", "type=\":x411\"; label=\"\"", "type=\"\"; label=\"AAAA\"",
        "type=\":xml\"; label=\"<a/>\"", "marking*1=b", "marking*0=a; marking*2=c", "marking*01=a", "=x"})
    EXPECT_EQ(parse(value).error().name, "bad_label") << value;
}

TEST(SioLabel, MarkingsOfOtherCharacterSetsAreUtf8) {
  EXPECT_EQ(parse("marking*=iso-8859-1'no'FORTROLIG%20%E6").value().marking, "FORTROLIG \xC3\xA6");
  EXPECT_EQ(parse("marking*0*=utf-8''%C3; marking*1*=%A6; marking*2=\"x%41\"").value().marking, "\xC3\xA6x%41");
}

SecurityLabel sample() {
  SecurityLabel out;
  out.policy = "1.1";
  out.classification = 3;
  return out;
}

SioLabel coloured() {
  auto out = sio_label_of(sample(), "EXAMPLE CONFIDENTIAL");
  out.foreground = "black";
  out.background = "red";
  return out;
}

std::string value_behind(const std::string& field) {
  const auto message = field + "\r\n";
  return unfold(HeaderView(as_bytes(message)).fields().at(0).raw_value);
}

TEST(SioLabel, ColoursAreThoseOfTheRfc) {
  EXPECT_EQ(parse("marking=a; fgcolor=BLACK; bgcolor=\"#Ff0000\"").value().background, "#ff0000");
  EXPECT_EQ(parse("marking=a; fgcolor=BLACK").value().foreground, "black");
  EXPECT_EQ(parse("marking=a; bgcolor=fuchsia").value().background, "fuchsia");
  EXPECT_EQ(parse("marking=a; bgcolor=fuschia").value().background, "fuschia");
  EXPECT_EQ(parse("marking=a; bgcolor=\"url(x)\"; fgcolor=pink").value().background, "");
  EXPECT_EQ(parse("bgcolor=red; type=\":ess\"; label=\"MQYGASkCAQM=\"").value().background, "");
}

TEST(SioLabel, IsWrittenAsTheRfcShowsIt) {
  const auto field = format_sio_label(coloured());
  const auto read = parse(value_behind(field));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, coloured());
  EXPECT_NE(field.find("marking=\"EXAMPLE CONFIDENTIAL\"; fgcolor=black; bgcolor=red;"), std::string::npos) << field;
  EXPECT_NE(field.find("type=\":ess\"; label=\"MQYCAQMGASk=\""), std::string::npos) << field;
}

TEST(SioLabel, OctetsAreThoseBehindTheBase64) {
  EXPECT_EQ(as_text(octets_of(parse("type=\":xml\"; label=\"PGEvPg==\"").value()).value()), "<a/>");
  EXPECT_FALSE(octets_of(parse("type=\"urn:x\"; label=\"any thing!\"").value()));
}

// RFC 7444 5: the three lines of its example.
TEST(SioLabelHistory, SamplesOfTheRfcAreRead) {
  const auto added = parse_sio_label_history(
      "new-marking=\"EXAMPLE CONFIDENTIAL\"; new-fgcolor=black; new-bgcolor=red; new-type=\":ess\"; "
      "new-label=\"MQYGASkCAQM=\"; change=add; changed-by=\"add.example.net\"; changed-at=\"18 Feb 2013 7:24 PDT\"; "
      "changed-comment=\"added label\"");
  ASSERT_TRUE(added) << added.error().text;
  EXPECT_FALSE(added->before);
  ASSERT_TRUE(added->after);
  EXPECT_EQ(added->after->label, sample());
  EXPECT_EQ(added->after->background, "red");
  EXPECT_EQ(added->changed_by, "add.example.net");
  EXPECT_EQ(added->changed_at, "18 Feb 2013 7:24 PDT");
  EXPECT_EQ(added->comment, "added label");
  const auto replaced = parse_sio_label_history(
      "marking=\"EXAMPLE CONFIDENTIAL\"; type=\":ess\"; label=\"MQYGASkCAQM=\"; new-marking=\"EXAMPLE CONFIDENTIAL\"; "
      "new-type=\":xml\"; new-label*0=\"PFNlY0xhYmVsIHhtbG5zPSJodHRwOi8vZXhhbX\"; "
      "new-label*1=\"BsZS5jb20vc2VjLWxhYmVsLzAiPjxQb2xpY3lJ\"; new-label*2=\"ZGVudGlmaWVyIFVSST0idXJuOm9pZDoxLjEiLz\"; "
      "new-label*3=\"48Q2xhc3NpZmljYXRpb24+MzwvQ2xhc3NpZmlj\"; new-label*4=\"YXRpb24+PC9TZWNMYWJlbD4=\"; "
      "change=replace; changed-by=\"modify.example.net\"; changed-at=\"18 Feb 2013 8:24 PDT\"");
  ASSERT_TRUE(replaced) << replaced.error().text;
  ASSERT_TRUE(replaced->before && replaced->after);
  EXPECT_EQ(replaced->after->type, ":xml");
  const auto deleted = parse_sio_label_history(
      "marking=\"EXAMPLE CONFIDENTIAL\"; change=delete; changed-by=\"delete.example.com\"; changed-at=\"18 Feb 2013 "
      "9:24 "
      "PDT\"");
  ASSERT_TRUE(deleted);
  EXPECT_TRUE(deleted->before);
  EXPECT_FALSE(deleted->after);
}

TEST(SioLabelHistory, IsReadBackAsWritten) {
  SioLabelChange change;
  change.after = coloured();
  change.changed_by = "gw.example";
  change.changed_at = "Sat, 21 Nov 2026 12:00:00 +0000";
  for (const bool replace : {false, true}) {
    if (replace) change.before = parse("marking*=utf-8''%C3%A6").value();
    const auto field = format_sio_label_history(change);
    EXPECT_TRUE(field.starts_with("SIO-Label-History: ")) << field;
    EXPECT_NE(field.find(replace ? "change=replace" : "change=add"), std::string::npos) << field;
    const auto read = parse_sio_label_history(value_behind(field));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->before, change.before);
    EXPECT_EQ(read->after, change.after);
    EXPECT_EQ(read->changed_at, change.changed_at);
  }
  change.after.reset();
  EXPECT_NE(format_sio_label_history(change).find("change=delete"), std::string::npos);
}

TEST(SioLabelHistory, WithoutItsThreeParametersItIsNone) {
  for (const std::string_view value :
       {"change=add; changed-by=x", "change=add; changed-at=x", "changed-by=x; changed-at=y",
        "change=turn; changed-by=x; changed-at=y", "change=add; changed-by=x; changed-at=y; new-type=\":ess\""})
    EXPECT_EQ(parse_sio_label_history(value).error().name, "bad_label") << value;
}

}  // namespace
}  // namespace longwire::mail
