// Mail -> X.400 -> mail: what the issue and the compliance table promise, field by field.
#include "tests/unit/gateway/fixtures.hpp"

namespace longwire::gateway {
namespace {

using test::body;
using test::field;
using test::fields;
using test::settings;
using test::simple;
using test::there_and_back;

const std::vector<std::pair<std::string, std::string>> mmhs{
    {"MMHS-Exempted-Address", "Bridge TOR <bridge@tor.example>, ops@tor.example"},
    {"MMHS-Extended-Authorisation-Info", "Sat, 21 Nov 2026 11:55:00 +0000"},
    {"MMHS-Subject-Indicator-Codes", "ABC; XYZ1"},
    {"MMHS-Handling-Instructions", "RFLSVH ZOV NORCOMM; HAND CARRY (ONLY)"},
    {"MMHS-Message-Instructions", "MINIMIZE CONSIDERED; NO DISTRIBUTION"},
    {"MMHS-Codress-Message-Indicator", "14"},
    {"MMHS-Originator-Reference", "OPS 12/26"},
    {"MMHS-Primary-Precedence", "3 (immediate)"},
    {"MMHS-Copy-Precedence", "1 (routine)"},
    {"MMHS-Message-Type", "0 (exercise); identifier=\"COLD TEST 26\""},
    {"MMHS-Other-Recipients-Indicator-To", "RCCPJQ; KNM TOR"},
    {"MMHS-Other-Recipients-Indicator-CC", "CTG 507.01"},
    {"MMHS-Acp127-Message-Identifier", "RFLSVH 0042 3251200"},
    {"MMHS-Originator-PLAD", "NORCOMM NORTH"},
    {"MMHS-Authorizing-Users", "Commander <cdr@hqn.example>"},
};

test::Mail with_all_fields() {
  std::string header;
  for (const auto& [name, value] : mmhs) header += name + ": " + value + '\n';
  return simple(header);
}

// The round trip of the acceptance: every field of RFC 6477 and RFC 7912.
TEST(RoundTrip, H01_EveryMmhsField) {
  const auto back = there_and_back(with_all_fields(), settings());
  for (const auto& [name, value] : mmhs) EXPECT_EQ(field(back, name), value) << name;
  EXPECT_EQ(body(back), "HELLO\r\n");
}

// One at a time: any of them makes the message P772 (H-03), and none leans on another.
TEST(RoundTrip, H03_EachFieldAloneMakesItMilitary) {
  for (const auto& [name, value] : mmhs) {
    const auto message = test::sent(simple(name + ": " + value + '\n'), settings());
    EXPECT_EQ(message.envelope.content_type.oid, x400::content_p772_oid) << name;
    EXPECT_EQ(field(test::received(message, settings()), name), value);
  }
  EXPECT_EQ(test::sent(simple(), settings()).envelope.content_type, (x400::ContentType{22, {}}));
  auto military = settings();
  military.military_default = true;
  EXPECT_EQ(test::sent(simple(), military).envelope.content_type.oid, x400::content_p772_oid);
}

// Keywords, numbers, comments, folds and letter case of the grammar.
TEST(RoundTrip, H01_FormsOfTheGrammar) {
  const std::vector<std::tuple<std::string, std::string, std::string>> forms{
      {"MMHS-Primary-Precedence", "FLASH", "4 (flash)"},
      {"MMHS-Primary-Precedence", "4 (a (nested) comment)", "4 (flash)"},
      {"mmhs-copy-precedence", "\n 2", "2 (priority)"},
      {"MMHS-Primary-Precedence", "17", "17"},  // M-04: a national one
      {"MMHS-Primary-Precedence", "6", "6"},
      {"MMHS-Message-Type", "Drill", "3 (drill)"},
      {"MMHS-Message-Type", "200 (x) ;\n identifier = \"A (B)\"", "200; identifier=\"A (B)\""},
      {"MMHS-Subject-Indicator-Codes", "ABC ;\n DEF;GHI", "ABC; DEF; GHI"},
      {"MMHS-Extended-Authorisation-Info", "21 Nov 2026 12:55 +0100 (MET)", "Sat, 21 Nov 2026 11:55:00 +0000"},
      {"MMHS-Originator-Reference", "(ZFF) 1:2=3?", "(ZFF) 1:2=3?"},
  };
  for (const auto& [name, value, expected] : forms)
    EXPECT_EQ(field(there_and_back(simple(name + ": " + value + '\n'), settings()), name), expected) << value;
}

TEST(RoundTrip, H01_BadFieldsAreNamedErrors) {
  const auto failure = [](const std::string& header) {
    const auto item = test::convert(simple(header), settings());
    return item ? std::string("taken") : std::string(item.error().name);
  };
  EXPECT_EQ(failure("MMHS-Primary-Precedence: soon\n"), "bad_mmhs_field");
  EXPECT_EQ(failure("MMHS-Primary-Precedence: 32\n"), "bad_mmhs_field");
  EXPECT_EQ(failure("MMHS-Subject-Indicator-Codes: AB\n"), "bad_mmhs_field");
  EXPECT_EQ(failure("MMHS-Subject-Indicator-Codes: ABC;\n"), "bad_mmhs_field");
  EXPECT_EQ(failure("MMHS-Originator-Reference: a@b\n"), "bad_mmhs_field");
  EXPECT_EQ(failure("MMHS-Codress-Message-Indicator: 014\n"), "bad_mmhs_field");
  EXPECT_EQ(failure("MMHS-Exempted-Address: <\n"), "bad_mmhs_field");
  EXPECT_EQ(failure("MMHS-Originator-PLAD: A\nMMHS-Originator-PLAD: A\n"), "duplicate_mmhs_field");
  EXPECT_EQ(failure("MMHS-Authorizing-Users: a@b\nMMHS-Authorizing-Users: a@b\n"), "duplicate_mmhs_field");
}

TEST(RoundTrip, H02_ExtendedAuthorisationIsAddedFromTheDate) {
  const auto item = test::convert(simple("MMHS-Originator-PLAD: NORCOMM\n"), settings());
  ASSERT_TRUE(item);
  const auto heading = test::content(std::get<x400::Message>(item->apdu)).heading;
  EXPECT_EQ(heading.mmhs.authorisation_time, from_unix(1795262400 - 600));
  EXPECT_EQ(heading.mmhs.primary_precedence, 2);  // RFC 6477 6 b, of MT-PRIORITY 0
  EXPECT_EQ(item->notes.size(), 2U);
  // A civil message gets nothing of that.
  EXPECT_FALSE(test::content(test::sent(simple(), settings())).heading.mmhs.any());
}

// RFC 7912 5: originator and authorizing users, and what their mapping alone would turn round.
TEST(RoundTrip, H04_AuthorizingUsers) {
  const auto heading = test::content(test::sent(with_all_fields(), settings())).heading;
  ASSERT_TRUE(heading.originator);
  EXPECT_EQ(settings().addresses.to_rfc822(*heading.originator->formal), "ops@hq.example");
  ASSERT_EQ(heading.authorizing.size(), 1U);
  EXPECT_EQ(settings().addresses.to_rfc822(*heading.authorizing[0].formal), "cdr@hqn.example");
  EXPECT_EQ(heading.authorizing[0].free_form, "Commander");

  const auto mail = simple("Sender: clerk@hq.example\nMMHS-Authorizing-Users: cdr@hqn.example\n");
  const auto with_sender = test::content(test::sent(mail, settings())).heading;
  EXPECT_EQ(settings().addresses.to_rfc822(*with_sender.originator->formal), "clerk@hq.example");
  EXPECT_EQ(with_sender.authorizing.size(), 2U);  // From, then the authorizing user
  const auto back = there_and_back(mail, settings());
  EXPECT_EQ(field(back, "From"), "ops@hq.example");
  EXPECT_EQ(field(back, "Sender"), "clerk@hq.example");
  EXPECT_EQ(field(back, "MMHS-Authorizing-Users"), "cdr@hqn.example");
}

TEST(RoundTrip, CivilFromAndSender) {
  const auto mail = simple("Sender: clerk@hq.example\n");
  const auto heading = test::content(test::sent(mail, settings())).heading;
  EXPECT_EQ(settings().addresses.to_rfc822(*heading.originator->formal), "clerk@hq.example");
  ASSERT_EQ(heading.authorizing.size(), 1U);
  const auto back = there_and_back(mail, settings());
  EXPECT_EQ(field(back, "From"), "ops@hq.example");
  EXPECT_EQ(field(back, "Sender"), "clerk@hq.example");
  // Several From without Sender: nobody is made a Sender on the way.
  auto several = simple();
  several.message = test::message("From: a@x.example, b@x.example\nTo: c@x.example\nMessage-ID: <1@x>\n\nx\n");
  const auto again = there_and_back(several, settings());
  EXPECT_EQ(field(again, "From"), "a@x.example, b@x.example");
  EXPECT_EQ(field(again, "Sender"), "(none)");
}

// M-06: any number of codes in mail, eight in P772, and all of them again in mail.
TEST(RoundTrip, M06_SurplusSics) {
  const std::string codes = "AAA; BBB; CCC; DDD; EEE; FFF; GGG; HHH; IIIIIIII; JJJ";
  const auto mail = simple("MMHS-Subject-Indicator-Codes: " + codes + '\n');
  const auto item = test::convert(mail, settings());
  ASSERT_TRUE(item);
  const auto heading = test::content(std::get<x400::Message>(item->apdu)).heading;
  EXPECT_EQ(heading.mmhs.sics.size(), 8U);
  EXPECT_TRUE(std::any_of(item->notes.begin(), item->notes.end(),
                          [](const auto& n) { return n.find("8 of 10 subject indicator") != std::string::npos; }));
  EXPECT_EQ(fields(there_and_back(mail, settings()), "MMHS-Subject-Indicator-Codes"), std::vector<std::string>{codes});
  // At the limit nothing is kept beside.
  const auto eight =
      test::content(test::sent(simple("MMHS-Subject-Indicator-Codes: " + codes.substr(0, 38) + "\n"), settings()));
  EXPECT_EQ(eight.heading.mmhs.sics.size(), 8U);
  EXPECT_TRUE(eight.heading.extensions.empty());
}

TEST(RoundTrip, X06_UnknownFieldsRideAlong) {
  const auto mail = simple(
      "Comments: first\nKeywords: a, b\nFruit-Of-The-Day: Kiwi\n Fruit\nResent-From: x@y.example\n"
      "X-Tab: a\tb\nX-Umlaut: K\xC3\xB8"
      "benhavn\nAuto-Submitted: auto-generated\nImportance: soon\n");
  const auto back = there_and_back(mail, settings());
  EXPECT_EQ(field(back, "Comments"), "first");
  EXPECT_EQ(field(back, "Keywords"), "a, b");
  EXPECT_EQ(field(back, "Fruit-Of-The-Day"), "Kiwi Fruit");
  EXPECT_EQ(field(back, "Resent-From"), "x@y.example");
  EXPECT_EQ(field(back, "X-Tab"), "a\tb");
  EXPECT_EQ(field(back, "X-Umlaut"), "=?ISO-8859-1?Q?K=F8benhavn?=");  // IA5String: the word says the same
  EXPECT_EQ(field(back, "Auto-Submitted"), "auto-generated");
  EXPECT_EQ(field(back, "Importance"), "soon");  // not understood, so kept as it was (5.1.3)
  // In the extension as 5.1.2 writes it.
  const auto heading = test::content(test::sent(mail, settings())).heading;
  const auto list = std::find_if(heading.extensions.begin(), heading.extensions.end(),
                                 [](const auto& e) { return e.oid == "1.3.6.1.7.1.3.2"; });
  ASSERT_NE(list, heading.extensions.end());
  EXPECT_NE(as_text(list->value).find("Fruit-Of-The-Day: Kiwi Fruit"), std::string_view::npos);
}

TEST(RoundTrip, EveryRowOfTheHeadingTable) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"Reply-To", "Duty <duty@hq.example>, ops@hq.example"},
      {"Cc", "Bridge <bridge@tor.example>, a_b@x.example (OPS room)"},
      {"In-Reply-To", "<0.1@hq.example>"},
      {"References", "<0.0@hq.example> <0.1@hq.example> <\"147*/S=Dietrich/O=Siemens/ADMD=DBP/C=DE/\"@MHS>"},
      {"Supersedes", "<old@hq.example>"},
      {"Expires", "Mon, 23 Nov 2026 12:00:00 +0000"},
      {"Reply-By", "Sat, 21 Nov 2026 18:00:00 +0000"},
      {"Importance", "high"},
      {"Sensitivity", "Company-Confidential"},
      {"Autoforwarded", "TRUE"},
      {"Autosubmitted", "auto-replied"},
      {"Content-Language", "no, en"},
      {"Incomplete-Copy", ""},
      {"Disposition-Notification-To", "ops@hq.example"},
  };
  std::string header;
  for (const auto& [name, value] : rows) header += name + ": " + value + '\n';
  for (const auto& military : {"", "MMHS-Primary-Precedence: 1\n"}) {
    const auto back = there_and_back(simple(header + military), settings());
    for (const auto& [name, value] : rows) EXPECT_EQ(fields(back, name), std::vector<std::string>{value}) << name;
  }
  // Older names are read and written anew (5.3.4).
  const auto old = there_and_back(simple("Obsoletes: <a@b>\nExpiry-Date: 23 Nov 2026 12:00:00 +0000\n"), settings());
  EXPECT_EQ(field(old, "Supersedes"), "<a@b>");
  EXPECT_EQ(field(old, "Expires"), "Mon, 23 Nov 2026 12:00:00 +0000");
}

// What X.400 cannot hold is cut there and whole again in mail.
TEST(RoundTrip, TextBeyondTheBoundsOfX400) {
  const std::string long_subject(300, 'x');
  auto mail = simple();
  const auto with_subject = [](const std::string& subject) {
    auto out = simple();
    out.message = test::message("From: ops@hq.example\nTo: duty@ship.example\nMessage-ID: <1@x>\nSubject: " + subject +
                                "\n\nx\n");
    return out;
  };
  const auto heading = test::content(test::sent(with_subject(long_subject), settings())).heading;
  EXPECT_EQ(heading.subject.size(), 128U);
  EXPECT_EQ(field(there_and_back(with_subject(long_subject), settings()), "Subject"), long_subject);
  // Latin characters are TeletexString; others are '?' there.
  const std::string latin = "=?UTF-8?Q?K=C3=B8benhavn?=";
  EXPECT_EQ(test::content(test::sent(with_subject(latin), settings())).heading.subject,
            "K\xC3\xB8"
            "benhavn");
  EXPECT_EQ(field(there_and_back(with_subject(latin), settings()), "Subject"), "=?ISO-8859-1?Q?K=F8benhavn?=");
  const std::string greek = "=?UTF-8?B?zpHOsQ==?=";
  EXPECT_EQ(test::content(test::sent(with_subject(greek), settings())).heading.subject, "??");
  EXPECT_EQ(field(there_and_back(with_subject(greek), settings()), "Subject"), greek);
  // A charset we do not know stays the word it is.
  const std::string koi = "=?KOI8-R?B?4Q==?=";
  EXPECT_EQ(field(there_and_back(with_subject(koi), settings()), "Subject"), koi);
}

TEST(RoundTrip, NamesAndGroups) {
  const auto to = [](const std::string& value) {
    test::Mail out = simple();
    out.message = test::message("From: ops@hq.example\nTo: " + value + "\nMessage-ID: <1@x>\n\nx\n");
    return field(there_and_back(out, settings()), "To");
  };
  const std::string phrase(70, 'N');
  for (const auto& value : std::vector<std::string>{
           "Duty <duty@ship.example>", "\"Duty, Officer\" <duty@ship.example>", "undisclosed-recipients:;",
           "Fleet: a@x.example, b@x.example;, c@x.example", phrase + " <duty@ship.example>",
           "=?ISO-8859-1?Q?K=F8benhavn?= <duty@ship.example>", "=?UTF-8?B?zpHOsQ==?= <duty@ship.example>",
           "duty@ship.example (Tel +47-1), ops@x.example (Reply requested)", "\"a b\"@x.example, a@[192.0.2.1]",
           std::string(600, 'a') + "@x.example"})
    EXPECT_EQ(to(value), value);
}

TEST(RoundTrip, P04_ValuesBetweenTheLevelsArePassedOn) {
  for (int priority = -9; priority <= 9; ++priority) {
    auto mail = simple();
    mail.envelope.mt_priority = priority;
    EXPECT_EQ(there_and_back(mail, settings()).envelope.mt_priority, priority);
    auto military = simple("MMHS-Primary-Precedence: 1\n");
    military.envelope.mt_priority = priority;
    EXPECT_EQ(there_and_back(military, settings()).envelope.mt_priority, priority);
  }
}

TEST(RoundTrip, P01_SixLevelsBothWaysAndMonotonic) {
  int before = -100;
  for (const int priority : {-4, -2, 0, 2, 4, 6}) {
    auto mail = simple();
    mail.envelope.mt_priority = priority;
    const auto message = test::sent(mail, settings());
    EXPECT_EQ(row(x400::precedence_of(message.envelope)).mt_priority, priority);
    const auto back = test::received(message, settings()).envelope.mt_priority.value_or(-100);
    EXPECT_GT(back, before);
    before = back;
  }
}

// With no MT-PRIORITY the fields say it: action and information recipients have their own (RFC 6477 3.8, 3.9).
TEST(RoundTrip, P01_ActionAndInformationPrecedence) {
  const auto level = [](const std::string& recipient, const std::string& header) {
    auto mail = simple(header);
    mail.envelope.recipients[0].address = recipient;
    return std::string(to_string(x400::precedence_of(test::sent(mail, settings()).envelope)));
  };
  const std::string both = "Cc: info@ship.example\nMMHS-Primary-Precedence: flash\nMMHS-Copy-Precedence: routine\n";
  EXPECT_EQ(level("Duty@ship.example", both), "flash");
  EXPECT_EQ(level("info@ship.example", both), "routine");
  EXPECT_EQ(level("info@ship.example", "MMHS-Primary-Precedence: flash\n"), "flash");
  EXPECT_EQ(level("duty@ship.example", "MMHS-Copy-Precedence: deferred\n"), "deferred");
  EXPECT_EQ(level("duty@ship.example", "Priority: urgent\n"), "immediate");  // the cap of a civil "urgent"
  EXPECT_EQ(level("duty@ship.example", "Priority: non-urgent\n"), "deferred");
  EXPECT_EQ(level("duty@ship.example", ""), "priority");
}

TEST(RoundTrip, Label) {
  const std::string label =
      "marking=\"NATO RESTRICTED\"; fgcolor=black; bgcolor=#ffd700; type=\":ess\"; label=\"MQoCAQIGBSsaAQMB\"";
  const auto mail = simple("SIO-Label: " + label + '\n');
  const auto message = test::sent(mail, settings());
  const auto extension = std::find_if(message.envelope.extensions.begin(), message.envelope.extensions.end(),
                                      [](const auto& e) { return e.standard == 20; });
  ASSERT_NE(extension, message.envelope.extensions.end());
  EXPECT_EQ(decode_label(extension->value)->classification, 2);
  auto back = field(test::received(message, settings()), "SIO-Label");  // folded anew
  while (back.find("  ") != std::string::npos) back.erase(back.find("  "), 1);
  EXPECT_EQ(back, label);
  EXPECT_EQ(test::convert(simple("SIO-Label: marking\n"), settings()).error().name, "bad_label");
}

TEST(RoundTrip, BodiesStayAsTheyAre) {
  const std::vector<std::string> bodies{"one\ntwo\n", "", "no end", "\n\n.\n..\n"};
  for (const auto& text : bodies) {
    const auto mail = simple("", text);
    EXPECT_EQ(body(there_and_back(mail, settings())), body(mail));
  }
}

// Exact both ways, however long.
TEST(RoundTrip, IdentifiersX03) {
  const std::string long_id = '<' + std::string(200, 'i') + "$x@a-long-host-name.example>";
  for (const auto& id : std::vector<std::string>{
           std::string("<1.2@hq.example>"), std::string("<a_b\"c@d\"@x>"), std::string("<x@MHS>"),
           std::string("<\"147*/S=Dietrich/O=Siemens/ADMD=DBP/C=DE/\"@MHS>"), std::string("<7*@MHS>"), long_id}) {
    for (const std::string& military : std::vector<std::string>{"", "MMHS-Primary-Precedence: 1\n"}) {
      auto mail = simple();
      mail.message = test::message("From: a@b.example\nTo: c@d.example\n" + military + "Message-ID: " + id +
                                   "\nReferences: " + id + "\n\nx\n");
      const auto back = there_and_back(mail, settings());
      EXPECT_EQ(field(back, "Message-ID"), id);
      EXPECT_EQ(field(back, "References"), id);
    }
  }
}

TEST(RoundTrip, BlindCopies) {
  // A Bcc that names others than the one it goes to is not for his eyes.
  const auto several = simple("Bcc: secret@x.example\n");
  EXPECT_EQ(field(there_and_back(several, settings()), "Bcc"), "(none)");
  const auto message = test::sent(several, settings());
  EXPECT_EQ(as_text(message.content).find("secret"), std::string_view::npos);
  auto own = simple("Bcc: secret@x.example\n");
  own.envelope.recipients[0].address = "secret@x.example";
  EXPECT_EQ(field(there_and_back(own, settings()), "Bcc"), "secret@x.example");
  own.envelope.recipients.resize(2);
  own.envelope.recipients[1].address = "other@x.example";
  EXPECT_EQ(as_text(test::sent(own, settings()).content).find("secret"), std::string_view::npos);
  EXPECT_EQ(fields(there_and_back(simple("Bcc:\n"), settings()), "Bcc"), std::vector<std::string>{""});
}

TEST(RoundTrip, MessageWithoutIdentifierGetsOne) {
  auto mail = simple();
  mail.message = test::message("From: a@b.example\nTo: c@d.example\n\nx\n");
  EXPECT_EQ(test::content(test::sent(mail, settings())).heading.this_id.local, "Q1.0001 261121120000Z");
  EXPECT_TRUE(field(there_and_back(mail, settings()), "Message-ID").ends_with("@MHS>"));
}

}  // namespace
}  // namespace longwire::gateway
