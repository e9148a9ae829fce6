// Mail -> X.400 -> ACP 127 on the wire -> X.400 -> mail (stanag4406.md 7.2): nothing formal gets lost.
#include "annexe/gateway/acp127.hpp"
#include "annexe/acp127/characters.hpp"
#include "annexe/acp127/ita2.hpp"
#include "annexe/acp127/sections.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "base/text.hpp"
#include "mail/message.hpp"

#include <gtest/gtest.h>

namespace longwire::gateway {
namespace {

const Time now = from_unix(1795262400);  // 2026-11-21T12:00:00Z

Settings settings_of(const std::string& domain) {
  AddressMapConfig config;
  config.domain = domain;
  config.or_address.country = "NO";
  config.or_address.admd = "TAC";
  config.or_address.prmd = domain;
  config.users = {{"hq@north.example", {}, "HQ NORTH", "RFLSAA", {}},
                  {"nansen@ships.example", {}, "HNOMS NANSEN", "RFLSVH", {}},
                  {"Otto.Sverdrup@ships.example", {}, "HNOMS OTTO SVERDRUP", "RFLSVH", {}},
                  {"tor@ships.example", {}, "KNM TOR", "RCCPJQ", {}},
                  {"steil@ships.example", {}, "KNM STEIL", "RCCPJQ", {}}};
  return Settings{AddressMap(std::move(config)), {"NO", "TAC", domain}, "MTA", "gw." + domain, {}, 2, {}};
}

struct Crossing {
  acp127::Style style;
  bool exact = true;
  std::string wire;  // as IA5
  MailItem mail;
  std::vector<std::string> notes;
};

// One crossing from a node to another whose station is RFLSVH.
void cross(Crossing& c, const std::string& text, std::vector<std::string> to, std::optional<int> priority = {}) {
  const auto a = settings_of("north.example"), b = settings_of("ships.example");
  mail::Envelope envelope;
  envelope.from = "hq@north.example";
  envelope.mt_priority = priority;
  std::vector<int> numbers;
  for (auto& address : to) {
    numbers.push_back(static_cast<int>(numbers.size()) + 1);
    envelope.recipients.push_back({std::move(address), {}, {}, {}});
  }
  const auto message = to_bytes(text);
  auto apdu = to_x400({envelope, numbers, message, "LW000001", now, {}}, a);
  ASSERT_TRUE(apdu) << apdu.error().name << apdu.error().text;
  const Acp127Station station{"RFLSAA", "0042", "ABA051", c.exact, c.style};
  const auto sent = to_acp127(std::get<x400::Message>(apdu->apdu), station, a, now, c.notes);
  ASSERT_TRUE(sent) << sent.error().name << sent.error().text;
  const auto sections = acp127::sections(*sent, c.style);
  ASSERT_TRUE(sections);
  acp127::Reassembly reassembly;
  std::optional<acp127::Message> received;
  for (const auto& section : *sections) {
    const auto octets = acp127::transmission(section, c.style);
    const auto ia5 = c.style.code == acp127::Code::ita2 ? acp127::decode_ita2(octets) : std::string(as_text(octets));
    c.wire += ia5;
    std::size_t begin = 0;
    for (auto end = ia5.find("\r\r\n"); end != std::string::npos; begin = end + 3, end = ia5.find("\r\r\n", begin))
      EXPECT_LE(end - begin, c.style.line) << ia5.substr(begin, end - begin);
    auto read = acp127::parse(ia5);
    ASSERT_TRUE(read) << read.error().name << read.error().text << "\n" << ia5;
    if (!read->section) received = *read;
    else if (auto out = reassembly.add(*read, 1, now); out.kind == acp127::Reassembly::Outcome::Kind::whole)
      received = std::move(out.message);
  }
  ASSERT_TRUE(received) << c.wire;
  auto back = from_acp127(*received, "RFLSVH", "LW000002", now + std::chrono::hours{1}, b);
  ASSERT_TRUE(back) << back.error().name << back.error().text << "\n" << c.wire;
  auto mail = to_mail(back->apdu, b, {}, now + std::chrono::hours{1});
  ASSERT_TRUE(mail) << mail.error().name << mail.error().text;
  c.mail = *std::move(mail);
}

std::vector<std::string> values(ByteView message, std::string_view name) {
  std::vector<std::string> out;
  const mail::HeaderView header(message);
  for (const auto& f : header.fields())
    // However it was folded on its way.
    if (iequals(f.name, name)) out.push_back(acp127::join(acp127::words(mail::unfold(f.raw_value)), " "));
  return out;
}

std::string body_of(const MailItem& item) {
  const mail::HeaderView header(item.message);
  return std::string(as_text(ByteView(item.message).subspan(header.body_offset())));
}

constexpr std::string_view military =
    "Message-ID: <Abc.123@north.example>\r\n"
    "Date: Sat, 21 Nov 2026 11:57:33 +0000\r\n"
    "From: HQ North <hq@north.example>\r\n"
    "To: nansen@ships.example, Otto <Otto.Sverdrup@ships.example>\r\n"
    "Cc: tor@ships.example\r\n"
    "Subject: Fuel State (north)\r\n"
    "In-Reply-To: <x@y.example>\r\n"
    "MMHS-Exempted-Address: Bridge STEIL <steil@ships.example>, ops@tor.example\r\n"
    "MMHS-Extended-Authorisation-Info: Sat, 21 Nov 2026 11:55:07 +0000\r\n"
    "MMHS-Subject-Indicator-Codes: ABC; XYZ1\r\n"
    "MMHS-Handling-Instructions: RFLSVH ZOV NORCOMM; handle with care\r\n"
    "MMHS-Message-Instructions: MINIMIZE CONSIDERED; NO DISTRIBUTION\r\n"
    "MMHS-Codress-Message-Indicator: 14\r\n"
    "MMHS-Originator-Reference: OPS 12/26\r\n"
    "MMHS-Primary-Precedence: 5 (override)\r\n"
    "MMHS-Copy-Precedence: 0 (deferred)\r\n"
    "MMHS-Message-Type: 0 (exercise); identifier=\"COLD TEST 26\"\r\n"
    "MMHS-Other-Recipients-Indicator-To: RCCPJQ; KNM TOR\r\n"
    "MMHS-Other-Recipients-Indicator-CC: CTG 507.01\r\n"
    "MMHS-Acp127-Message-Identifier: RXXXXX 0042 3251200\r\n"
    "MMHS-Originator-PLAD: NORCOMM NORTH\r\n"
    "MMHS-Authorizing-Users: Commander <cdr@hqn.example>\r\n"
    "SIO-Label: marking=\"NATO RESTRICTED\"; fgcolor=black; bgcolor=#ffd700; type=\":ess\"; "
    "label=\"MQoCAQIGBSsaAQMB\"\r\n"
    "X-Odd: Some Value\r\n"
    "\r\n"
    "1. Fuel is at 45%.\r\n"
    "\r\n"
    "BT\r\n"
    "NNNN\r\n"
    "A line that is much longer than the sixty nine columns a teleprinter has: it has to be folded somewhere.  \r\n"
    "end";

constexpr std::array fields{"Message-ID",
                            "Date",
                            "From",
                            "To",
                            "Cc",
                            "Subject",
                            "In-Reply-To",
                            "MMHS-Exempted-Address",
                            "MMHS-Extended-Authorisation-Info",
                            "MMHS-Subject-Indicator-Codes",
                            "MMHS-Handling-Instructions",
                            "MMHS-Message-Instructions",
                            "MMHS-Codress-Message-Indicator",
                            "MMHS-Originator-Reference",
                            "MMHS-Primary-Precedence",
                            "MMHS-Copy-Precedence",
                            "MMHS-Message-Type",
                            "MMHS-Other-Recipients-Indicator-To",
                            "MMHS-Other-Recipients-Indicator-CC",
                            "MMHS-Acp127-Message-Identifier",
                            "MMHS-Originator-PLAD",
                            "MMHS-Authorizing-Users",
                            "SIO-Label",
                            "X-Odd"};

TEST(Acp127Gateway, EveryFieldCrossesInBothCodes) {
  for (const auto code : {acp127::Code::ia5, acp127::Code::ita2}) {
    Crossing c;
    c.style.code = code;
    const auto original = to_bytes(military);
    ASSERT_NO_FATAL_FAILURE(cross(c, std::string(military),
                                  {"nansen@ships.example", "Otto.Sverdrup@ships.example", "tor@ships.example"}, 6));
    for (const auto* name : fields)
      EXPECT_EQ(values(c.mail.message, name), values(original, name)) << name << "\n" << c.wire;
    const auto begin = military.find("\r\n\r\n") + 4;
    EXPECT_EQ(body_of(c.mail), military.substr(begin));
    EXPECT_EQ(c.mail.envelope.from, "hq@north.example");
    // RCCPJQ serves the other one.
    ASSERT_EQ(c.mail.envelope.recipients.size(), 2U);
    EXPECT_EQ(c.mail.envelope.recipients[0].address, "nansen@ships.example");
    EXPECT_EQ(c.mail.envelope.recipients[1].address, "Otto.Sverdrup@ships.example");
    EXPECT_EQ(c.mail.envelope.mt_priority, 6);
  }
}

TEST(Acp127Gateway, FormatLinesSayWhatTheyCan) {
  Crossing c;
  ASSERT_NO_FATAL_FAILURE(cross(c,
                                "Message-ID: <1@north.example>\r\n"
                                "Date: Sat, 21 Nov 2026 11:55:00 +0000\r\n"
                                "From: hq@north.example\r\n"
                                "To: nansen@ships.example\r\n"
                                "Cc: tor@ships.example\r\n"
                                "Subject: FUEL STATE\r\n"
                                "MMHS-Primary-Precedence: 3\r\n"
                                "MMHS-Copy-Precedence: 1\r\n"
                                "MMHS-Extended-Authorisation-Info: Sat, 21 Nov 2026 11:55:00 +0000\r\n"
                                "MMHS-Subject-Indicator-Codes: ABC; DEF\r\n"
                                "MMHS-Handling-Instructions: RFLSVH ZOV NORCOMM\r\n"
                                "MMHS-Message-Instructions: ZFF3 RFLSVH; ZEL\r\n"
                                "MMHS-Message-Type: 0; identifier=\"COLD TEST 26\"\r\n"
                                "SIO-Label: marking=\"NATO RESTRICTED\"; type=\":x411\"; label=\"MQoCAQIGBSsaAQMB\"\r\n"
                                "\r\n"
                                "1. FUEL 45 PCT.\r\n",
                                {"nansen@ships.example", "tor@ships.example"}, 2));
  for (const auto* line :
       {"VZCZCABA051\r\r\nOO RFLSVH RCCPJQ\r\r\nDE RFLSAA 0042 3251200\r\r\n",
        "ZNY RRRRR\r\r\nRFLSVH ZOV NORCOMM\r\r\n",
        "O R 211155Z NOV 26 ZFF3 RFLSVH ZEL\r\r\nFM HQ NORTH\r\r\nTO RFLSVH/HNOMS NANSEN\r\r\nINFO RCCPJQ/KNM TOR\r\r\n"
        "GRNC\r\r\nBT\r\r\nNATO RESTRICTED\r\r\n",
        "SIC ABC/DEF\r\r\nEXERCISE COLD TEST 26\r\r\n", "SUBJ: FUEL STATE\r\r\n",
        "TEXT: PLAIN\r\r\n1. FUEL 45 PCT.\r\r\nBT\r\r\n#0042\r\r\n"})
    EXPECT_NE(c.wire.find(line), std::string::npos) << line << "\n" << c.wire;
  // No second telling of what the lines say.
  for (const auto* line : {"FROM", "RELEASED", "PRECEDENCE:", "HANDLING", "INSTRUCTIONS", "MESSAGE TYPE", "DATE"})
    EXPECT_EQ(c.wire.find(line), std::string::npos) << line << "\n" << c.wire;
}

// ACP 127 names everybody it goes to, so a blind copy has a message of its own, and only that.
TEST(Acp127Gateway, ABlindCopyGoesAlone) {
  const std::string text =
      "From: hq@north.example\r\nTo: nansen@ships.example\r\nSubject: X\r\n"
      "MMHS-Primary-Precedence: 1\r\n\r\nTEXT\r\n";
  Crossing c;
  ASSERT_NO_FATAL_FAILURE(cross(c, text, {"Otto.Sverdrup@ships.example"}));
  EXPECT_EQ(c.mail.envelope.recipients.size(), 1U);
  EXPECT_EQ(values(c.mail.message, "Cc"), (std::vector<std::string>{}));
  EXPECT_EQ(values(c.mail.message, "To"), (std::vector<std::string>{"nansen@ships.example"}));
  const auto a = settings_of("north.example");
  mail::Envelope envelope;
  envelope.from = "hq@north.example";
  for (const auto* to : {"nansen@ships.example", "Otto.Sverdrup@ships.example"})
    envelope.recipients.push_back({to, {}, {}, {}});
  const auto message = to_bytes(text);
  const auto apdu = to_x400({envelope, {1, 2}, message, "LW000001", now, {}}, a);
  std::vector<std::string> notes;
  const auto both = to_acp127(std::get<x400::Message>(apdu->apdu), {"RFLSAA", "0042", "", true, {}}, a, now, notes);
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().name, "blind_recipient");
}

// FL4 below what the text itself says would take a message further than it may go: an operator settles it.
TEST(Acp127Gateway, AWarningBelowTheTextIsNotBelieved) {
  const auto parsed = [](std::string_view warning, std::string_view first_line) {
    return acp127::parse("VZCZCABA051\r\nRR RFLSVH\r\nDE RFLSAA 0042 3251200\r\n" + std::string(warning) +
                         "\r\nR 211200Z NOV 26\r\nFM HQ NORTH\r\nTO RFLSVH/HNOMS NANSEN\r\nBT\r\n" +
                         std::string(first_line) + "\r\n1. FUEL.\r\nBT\r\n#0042\r\nNNNN\r\n")
        .value();
  };
  const auto b = settings_of("ships.example");
  for (const auto* warning : {"ZNR UUUUU", "ZNY RRRRR"}) {
    const auto low = from_acp127(parsed(warning, "N A T O  S E C R E T"), "RFLSVH", "LW000002", now, b);
    ASSERT_FALSE(low) << warning;
    EXPECT_EQ(low.error().name, "bad_classification");
  }
  EXPECT_TRUE(from_acp127(parsed("ZNY SSSSS", "N A T O  S E C R E T"), "RFLSVH", "LW000002", now, b));
  EXPECT_TRUE(from_acp127(parsed("ZNY SSSSS", "NATO RESTRICTED"), "RFLSVH", "LW000002", now, b));
}

TEST(Acp127Gateway, AnOddMarkingHarmsNothing) {
  const auto a = settings_of("north.example");
  mail::Envelope envelope;
  envelope.from = "hq@north.example";
  envelope.recipients.push_back({"nansen@ships.example", {}, {}, {}});
  const auto text = to_bytes("From: hq@north.example\r\nTo: nansen@ships.example\r\nSubject: X\r\n\r\nTEXT\r\n");
  auto apdu = to_x400({envelope, {1}, text, "LW000001", now, {}}, a);
  auto& message = std::get<x400::Message>(apdu->apdu);
  for (const auto* mark : {":", " ", " : ", "SIC"}) {
    SecurityLabel label;
    label.mark = mark;
    message.envelope.extensions = {{x400::ext_message_security_label, {}, 0, encode_label(label)}};
    std::vector<std::string> notes;
    EXPECT_TRUE(to_acp127(message, {"RFLSAA", "0042", "", true, {}}, a, now, notes)) << mark;
  }
}

TEST(Acp127Gateway, AttachmentsAndOtherCharacterSetsCross) {
  Crossing c;
  const std::string body =
      "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nBl\xc3\xa5 himmel\r\n"
      "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC/w==\r\n--b--\r\n";
  ASSERT_NO_FATAL_FAILURE(cross(c,
                                "From: hq@north.example\r\nTo: nansen@ships.example\r\nSubject: X\r\n"
                                "MMHS-Primary-Precedence: 1\r\nMIME-Version: 1.0\r\n"
                                "Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
                                    body,
                                {"nansen@ships.example"}));
  const auto received = std::string(as_text(c.mail.message));
  EXPECT_NE(c.wire.find("MIME: CODED"), std::string::npos);
  EXPECT_NE(received.find("AAEC/w=="), std::string::npos) << received;
  EXPECT_NE(received.find("multipart/mixed"), std::string::npos) << received;
}

TEST(Acp127Gateway, LongTextsGoInSections) {
  Crossing c;
  c.style.section_lines = 20;
  std::string body;
  for (int i = 0; i < 100; ++i) body += "Line number " + std::to_string(i) + "\r\n";
  ASSERT_NO_FATAL_FAILURE(cross(c,
                                "From: hq@north.example\r\nTo: nansen@ships.example\r\nSubject: X\r\n"
                                "MMHS-Primary-Precedence: 1\r\n"
                                "SIO-Label: marking=\"NATO RESTRICTED\"; type=\":x411\"; "
                                "label=\"MQoCAQIGBSsaAQMB\"\r\n\r\n" +
                                    body,
                                {"nansen@ships.example"}));
  EXPECT_NE(c.wire.find("FINAL SECTION OF "), std::string::npos);
  EXPECT_EQ(body_of(c.mail), body);
}

TEST(Acp127Gateway, PlainFormIsForStationsThatKnowNothingElse) {
  Crossing c;
  c.exact = false;
  ASSERT_NO_FATAL_FAILURE(cross(c, std::string(military), {"nansen@ships.example"}, 6));
  EXPECT_EQ(c.wire.find("CODED"), std::string::npos) << c.wire;
  EXPECT_NE(c.wire.find("SUBJ: FUEL STATE (NORTH)"), std::string::npos) << c.wire;
  EXPECT_NE(c.wire.find("1. FUEL IS AT 45(P)."), std::string::npos) << c.wire;
  const std::string lost = "no line of ACP 127 holds all of MMHS-Originator-Reference";
  EXPECT_NE(std::find(c.notes.begin(), c.notes.end(), lost), c.notes.end());
}

TEST(Acp127Gateway, AddresseesWithoutAPladAreNamed) {
  const auto a = settings_of("north.example");
  mail::Envelope envelope;
  envelope.from = "hq@north.example";
  envelope.recipients = {{"nansen@ships.example", {}, {}, {}}, {"nobody@ships.example", {}, {}, {}}};
  const auto message = to_bytes("From: hq@north.example\r\nTo: nobody@ships.example\r\n\r\nX\r\n");
  const auto apdu = to_x400({envelope, {1, 2}, message, "LW1", now, {}}, a);
  ASSERT_TRUE(apdu);
  std::vector<std::string> notes;
  const auto sent = to_acp127(std::get<x400::Message>(apdu->apdu), {"RFLSAA", "1", "", true, {}}, a, now, notes);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().name, "unknown_addressee");
  EXPECT_NE(sent.error().text.find("nobody@ships.example"), std::string::npos);
}

// --- from stations that know nothing of us -------------------------------------------------------------

acp127::Message foreign(std::string_view to, std::string_view text) {
  const auto m =
      acp127::parse("VZCZCX1\nOO RFLSVH\nDE RULYXX 7 211200Z\nZNY CCCCC\nO 211155Z NOV 26 ZFF3\nFM CTF 40\n" +
                    std::string(to) + "\nBT\n" + std::string(text) + "BT\nC LINE 1 READ AB\n#7\nNNNN\n");
  EXPECT_TRUE(m) << m.error().text;
  return m ? *m : acp127::Message{};
}

TEST(Acp127Gateway, ForeignMessageBecomesMilitaryMail) {
  const auto b = settings_of("ships.example");
  const auto m = foreign("TO RFLSVH/HNOMS NANSEN\nRABCDE/CTG 507\nINFO KNM TOR",
                         "C O N F I D E N T I A L\nSIC ABC/DEF\nSUBJ: Fuel\n1. THE TEXT.\n");
  const auto back = from_acp127(m, "RFLSVH", "LW2", now, b);
  ASSERT_TRUE(back) << back.error().text;
  const auto mail = to_mail(back->apdu, b, {}, now);
  ASSERT_TRUE(mail) << mail.error().text;
  const auto& octets = mail->message;
  const auto one = [&](const char* name) { return values(octets, name).empty() ? "" : values(octets, name)[0]; };
  ASSERT_EQ(mail->envelope.recipients.size(), 1U);
  EXPECT_EQ(mail->envelope.recipients[0].address, "nansen@ships.example");
  EXPECT_EQ(mail->envelope.mt_priority, 2);
  EXPECT_EQ(one("To"), "nansen@ships.example");
  EXPECT_EQ(one("Cc"), "tor@ships.example");
  EXPECT_EQ(one("Subject"), "FUEL");
  EXPECT_EQ(one("MMHS-Other-Recipients-Indicator-To"), "CTG 507");
  EXPECT_EQ(one("MMHS-Subject-Indicator-Codes"), "ABC; DEF");
  EXPECT_EQ(one("MMHS-Message-Instructions"), "ZFF3");
  EXPECT_EQ(one("MMHS-Acp127-Message-Identifier"), "RULYXX 7 211200Z");
  EXPECT_EQ(one("MMHS-Originator-PLAD"), "CTF 40");
  EXPECT_TRUE(one("MMHS-Primary-Precedence").starts_with("3")) << one("MMHS-Primary-Precedence");
  EXPECT_NE(one("From").find("CTF 40"), std::string::npos) << one("From");
  EXPECT_NE(one("SIO-Label").find("CONFIDENTIAL"), std::string::npos) << one("SIO-Label");
  const auto text = std::string(as_text(octets));
  EXPECT_NE(text.find("C O N F I D E N T I A L\r\nSIC ABC/DEF\r\nSUBJ: Fuel\r\n1. THE TEXT.\r\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("LINE 1 READ AB"), std::string::npos) << text;
}

std::string error_of(const acp127::Message& m, std::string_view own = "RFLSVH") {
  const auto back = from_acp127(m, own, "LW2", now, settings_of("ships.example"));
  return back ? "" : std::string(back.error().name);
}

TEST(Acp127Gateway, WhatAnOperatorHasToDecide) {
  EXPECT_EQ(error_of(foreign("TO RFLSVH/NOBODY KNOWS", "X\n")), "unknown_addressee");
  EXPECT_EQ(error_of(foreign("TO RABCDE/HNOMS NANSEN", "X\n")), "no_addressee");
  EXPECT_EQ(error_of(foreign("TO HNOMS NANSEN", "X\n")), "");
  EXPECT_EQ(error_of(foreign("TO RFLSVH/HNOMS NANSEN", "X\nACP127 ID: RFLSVH 0001 3251200\nTEXT: PLAIN\n")), "looped");
  EXPECT_EQ(error_of(foreign("TO RFLSVH/HNOMS NANSEN", "X\nTEXT: CODED\nA=Z\n")), "bad_code");
  EXPECT_EQ(error_of(foreign("TO RFLSVH/HNOMS NANSEN", "X\nLABEL: 31030201\nTEXT: PLAIN\n")), "bad_classification");
  EXPECT_EQ(error_of(foreign("TO RFLSVH/HNOMS NANSEN", "X\nLABEL: 3103020104\nTEXT: PLAIN\n")), "bad_classification");
  EXPECT_EQ(error_of(foreign("TO RFLSVH/HNOMS NANSEN", "X\nLABEL: 3103020103\nTEXT: PLAIN\n")), "");
}

TEST(Acp127Gateway, CodressCountsOnlyEncryptedGroups) {
  const auto b = settings_of("ships.example");
  auto m = foreign("TO RFLSVH/HNOMS NANSEN", "ABCDE FGHIJ\nKLMNO PQRST\n");
  m.groups = 4;
  const auto codress = [&] {
    const auto back = from_acp127(m, "RFLSVH", "LW2", now, b);
    EXPECT_TRUE(back);
    const auto mail = to_mail(back->apdu, b, {}, now);
    return values(mail->message, "MMHS-Codress-Message-Indicator");
  };
  EXPECT_EQ(codress(), (std::vector<std::string>{"4"}));
  m.groups = 5;
  EXPECT_TRUE(codress().empty());
}

// --- notifications ---------------------------------------------------------------------------------------

TEST(Acp127Gateway, NotificationsForThoseWhoAsked) {
  const auto a = settings_of("north.example");
  mail::Envelope envelope;
  envelope.from = "hq@north.example";
  envelope.recipients = {{"nansen@ships.example", {}, {}, {}}, {"tor@ships.example", {}, {}, {}}};
  const auto octets = to_bytes(
      "From: hq@north.example\r\nTo: nansen@ships.example, tor@ships.example\r\nMMHS-Primary-Precedence: 4\r\n"
      "Message-ID: <m1@north.example>\r\n\r\nX\r\n");
  const auto apdu = to_x400({envelope, {1, 2}, octets, "LW1", now, {}}, a);
  ASSERT_TRUE(apdu);
  auto message = std::get<x400::Message>(apdu->apdu);
  auto content = x400::decode_p772(message.content);
  ASSERT_TRUE(content);
  std::get<x400::Ipm>(*content).heading.primary.at(0).acp127_request = 0x20;  // tn
  message.content = x400::encode_p772(*content);
  EXPECT_TRUE(acp127_notifications(message, {1, 2}, {0x80, "refused"}, a, "LW3", now).empty());
  const auto sent = acp127_notifications(message, {1, 2}, {0x20, "left by ACP 127"}, a, "LW3", now);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(a.addresses.to_rfc822(sent[0].envelope.recipients.at(0).name), "hq@north.example");
  const auto mon = x400::decode_p772(sent[0].content);
  ASSERT_TRUE(mon);
  const auto& ipn = std::get<x400::Ipn>(*mon);
  EXPECT_EQ(ipn.subject, std::get<x400::Ipm>(*content).heading.this_id);
  const auto& response = std::get<x400::OtherNotification>(ipn.outcome).acp127;
  ASSERT_TRUE(response);
  EXPECT_EQ(response->type, 0x20);
  EXPECT_EQ(response->recipient, "HNOMS NANSEN");
  EXPECT_EQ(response->time, now);
  // It is a message that decodes as P1 too.
  EXPECT_TRUE(x400::decode_p1(x400::encode_p1(sent[0])));
}

}  // namespace
}  // namespace longwire::gateway
