// X.400 <-> DMP: what fits comes back the same, what does not is refused with its reason.
#include "annexe/gateway/labels.hpp"
#include "annexe/x400/body_parts.hpp"
#include "base/rng.hpp"
#include "tests/unit/gateway/dmp_support.hpp"

namespace longwire::gateway {
namespace {

using namespace test;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view nato = "1.3.26.1.3.1";

TEST(GatewayDmp, MilitaryMessageThereAndBack) {
  auto made = plain();
  made.add(duty(), 2, false);
  made.ipm.heading.mmhs.copy_precedence = 1;
  made.ipm.heading.expiry = noon() + hours{2} - minutes{3};
  made.envelope.recipients[0].report = x400::ReportRequest::delivery;
  made.envelope.recipients[1].report = x400::ReportRequest::none;
  const auto pdu = out(made);
  ASSERT_TRUE(pdu) << pdu.error().text;
  EXPECT_FALSE(pdu->envelope.extended_addressing);
  EXPECT_EQ(pdu->envelope.originator->direct, 5U);
  EXPECT_EQ(pdu->envelope.recipients[0].address.direct, 17U);
  EXPECT_EQ(pdu->envelope.recipients[1].address.direct, 9000U);
  EXPECT_EQ(pdu->envelope.submission, noon() - minutes{3});
  const auto& m = std::get<dmp::Message>(pdu->content);
  EXPECT_EQ(m.precedence, 7);    // immediate, info routine
  EXPECT_EQ(m.message_type, 2);  // exercise (D-03)
  EXPECT_LT(dmp::encode(*pdu)->size(), 60U);

  const auto message = back(*pdu);
  const auto ipm = content(message);
  const auto& h = ipm.heading;
  EXPECT_EQ(h.subject, "CONTACT");
  EXPECT_EQ(h.mmhs, made.ipm.heading.mmhs);
  EXPECT_EQ(h.expiry, made.ipm.heading.expiry);
  EXPECT_EQ(h.primary, made.ipm.heading.primary);
  EXPECT_EQ(h.copy, made.ipm.heading.copy);
  EXPECT_EQ(h.originator, made.ipm.heading.originator);
  EXPECT_EQ(ipm.body, made.ipm.body);
  const auto& e = message.envelope;
  EXPECT_EQ(e.content_type, made.envelope.content_type);
  EXPECT_EQ(x400::precedence_of(e), Precedence::immediate);
  EXPECT_EQ(e.id.local, "R7.4242");
  EXPECT_EQ(e.trace.at(0).arrival, noon() - minutes{3});
  ASSERT_EQ(e.recipients.size(), 2U);
  EXPECT_EQ(e.recipients[0].number, 1);
  EXPECT_EQ(e.recipients[0].report, x400::ReportRequest::delivery);
  EXPECT_EQ(e.recipients[1].report, x400::ReportRequest::none);
}

TEST(GatewayDmp, EveryMessageTypeAndPrecedence) {
  const std::array<std::uint8_t, 4> types{2, 0, 1, 3};  // of exercise, operation, project, drill
  for (int type = 0; type < 4; ++type)
    for (int primary = 0; primary < 6; ++primary)
      for (int copy = 0; copy < 6; ++copy) {
        auto made = plain();
        made.add(duty(), 2, false);
        made.ipm.heading.mmhs.message_type = x400::MessageType{type, {}};
        made.ipm.heading.mmhs.primary_precedence = primary;
        made.ipm.heading.mmhs.copy_precedence = copy;
        const auto pdu = out(made);
        const bool fits = primary == copy || (copy == 1 && (primary == 2 || primary == 3));
        ASSERT_EQ(pdu.has_value(), fits) << primary << copy;
        if (!pdu) continue;
        EXPECT_EQ(std::get<dmp::Message>(pdu->content).message_type, types.at(static_cast<std::size_t>(type)));
        auto expected = made.ipm.heading.mmhs;
        if (type == 1) expected.message_type.reset();  // operation is what no type says
        EXPECT_EQ(content(back(*pdu)).heading.mmhs, expected);
      }
}

TEST(GatewayDmp, ExtendedAddressingForThoseWithoutANumber) {
  auto made = plain();
  made.add(stranger(), 7);
  const auto pdu = out(made);
  ASSERT_TRUE(pdu) << pdu.error().text;
  EXPECT_TRUE(pdu->envelope.extended_addressing);
  EXPECT_EQ(pdu->envelope.originator->direct, 5U);  // numbers where there are any
  EXPECT_FALSE(pdu->envelope.recipients[1].address.direct);
  const auto message = back(*pdu);
  EXPECT_EQ(message.envelope.recipients.at(1).name, stranger());
  EXPECT_EQ(message.envelope.recipients.at(1).number, 7);
}

TEST(GatewayDmp, OthersOfTheHeadingAreShownAndNotServed) {
  auto made = plain();
  made.add(stranger(), 2);
  made.envelope.recipients[1].responsibility = false;
  x400::RecipientSpecifier elsewhere;
  elsewhere.recipient.formal = duty();
  made.ipm.heading.copy.push_back(elsewhere);
  const auto pdu = out(made);
  ASSERT_TRUE(pdu) << pdu.error().text;
  const auto message = back(*pdu);
  ASSERT_EQ(message.envelope.recipients.size(), 1U);
  EXPECT_EQ(message.envelope.recipients[0].name, bridge());
  const auto heading = content(message).heading;
  EXPECT_EQ(heading.primary, made.ipm.heading.primary);
  EXPECT_EQ(heading.copy, made.ipm.heading.copy);
}

TEST(GatewayDmp, BlindCopiesStayBlind) {
  auto made = plain();
  made.ipm.heading.primary.clear();  // the recipient is in no list
  EXPECT_FALSE(out(made));
  auto blind = plain();
  blind.ipm.heading.blind_copy.emplace_back().recipient.formal = duty();
  EXPECT_FALSE(out(blind));
}

TEST(GatewayDmp, UnknownNumbersFindTheirWayBack) {
  auto pdu = out(plain()).value();
  pdu.envelope.originator->direct = 321;
  const auto message = back(pdu);
  auto answer = plain();
  answer.envelope.recipients.clear();
  answer.ipm.heading.primary.clear();
  answer.add(message.envelope.originator, 1);
  const auto way = out(answer);
  ASSERT_TRUE(way) << way.error().text;
  EXPECT_EQ(way->envelope.recipients[0].address.direct, 321U);
}

TEST(GatewayDmp, DtgToTheMinuteOrNotAtAll) {
  int told = 0;
  for (int second = -3600 * 3; second <= 3600 * 3; second += 37) {
    auto made = plain();
    made.envelope.trace[0].arrival = noon() - minutes{3} + seconds{second % 60 / 2 * 2};
    const auto dtg = noon() + seconds{second};
    made.ipm.heading.mmhs.authorisation_time = dtg;
    const auto pdu = out(made);
    const auto away = std::chrono::abs(dtg - made.envelope.trace[0].arrival);
    if (!pdu) {
      EXPECT_GT(away, minutes{58}) << second << " " << pdu.error().text;
      continue;
    }
    ++told;
    EXPECT_EQ(content(back(*pdu)).heading.mmhs.authorisation_time, std::chrono::floor<minutes>(dtg)) << second;
  }
  EXPECT_GT(told, 150);
}

TEST(GatewayDmp, Classifications) {
  for (int classification = 0; classification <= 5; ++classification)
    for (const auto policy : {nato, std::string_view{}}) {
      auto made = plain();
      SecurityLabel label;
      label.policy = policy;
      label.classification = classification;
      x400::ExtensionField field;
      field.standard = x400::ext_message_security_label;
      field.value = encode_label(label);
      made.envelope.extensions.push_back(field);
      const auto pdu = out(made);
      ASSERT_TRUE(pdu) << pdu.error().text;
      EXPECT_EQ(std::get<dmp::Message>(pdu->content).security.classification, dmp_classification(classification));
      const auto message = back(*pdu);
      const auto& list = message.envelope.extensions;
      const auto found = std::find_if(list.begin(), list.end(),
                                      [](const auto& e) { return e.standard == x400::ext_message_security_label; });
      ASSERT_EQ(found != list.end(), classification > 0);
      if (found != list.end()) {
        EXPECT_EQ(decode_label(found->value).value(), label);
      }
    }
}

TEST(GatewayDmp, CategoriesAreToldInWords) {
  auto pdu = out(plain()).value();
  auto& s = std::get<dmp::Message>(pdu.content).security;
  s.classification = 6;
  s.categories->first = 0x50;
  s.categories->more = {{false, 0x11, {}}};
  const auto message = back(pdu);
  for (const auto& e : message.envelope.extensions)
    if (e.standard == x400::ext_message_security_label) {
      const auto label = decode_label(e.value).value();
      EXPECT_EQ(label.classification, 4);
      EXPECT_EQ(label.mark, "CRYPTOSECURITY NATIONAL EYES ONLY RELEASABLE TO nor");
      return;
    }
  FAIL() << "no label";
}

TEST(GatewayDmp, Bodies) {
  x400::body::Adatp3 report;
  report.sets = {"MSGID/MIRROR//\r\n"};
  const std::string latin1(
      "\x1B\x28\x42\x1B\x2D\x41\x1B\x7E"
      "gj\xF8k");
  for (const x400::BodyPart& part :
       {x400::BodyPart{x400::body::Ia5{std::string(3000, 'A'), 5}}, x400::BodyPart{x400::body::Ia5{"", 5}},
        x400::BodyPart{x400::body::General{{6, 100}, to_bytes(latin1)}},
        x400::BodyPart{x400::body::Bilateral{{0, 1, 2, 0xFF}}}, x400::BodyPart{x400::body::make_adatp3(report)}}) {
    auto made = plain();
    made.ipm.body = {part};
    const auto pdu = out(made);
    ASSERT_TRUE(pdu) << pdu.error().text;
    EXPECT_EQ(content(back(*pdu)).body, made.ipm.body);
  }
  auto nothing = plain();
  nothing.ipm.body.clear();
  EXPECT_TRUE(content(back(out(nothing).value())).body.empty());
  auto large = plain();
  large.ipm.body = {x400::body::Ia5{std::string(3000, 'A'), 5}};
  EXPECT_TRUE(std::get<dmp::Message>(out(large)->content).body.compressed);
  EXPECT_FALSE(std::get<dmp::Message>(out(plain())->content).body.compressed);
}

TEST(GatewayDmp, CivilMail) {
  for (const auto priority : {x400::Priority::non_urgent, x400::Priority::normal, x400::Priority::urgent}) {
    auto made = plain(false);
    made.envelope.priority = priority;
    const auto pdu = out(made);
    ASSERT_TRUE(pdu) << pdu.error().text;
    EXPECT_FALSE(std::get<dmp::Message>(pdu->content).military);
    const auto message = back(*pdu);
    EXPECT_EQ(message.envelope.content_type.number, x400::content_p22);
    EXPECT_EQ(message.envelope.priority, priority);
    EXPECT_FALSE(content(message).heading.mmhs.any());
  }
}

// Every property without a place is a reason of its own.
TEST(GatewayDmp, WhatIsLostIsRefused) {
  struct Case {
    std::string_view why;
    void (*change)(Made&);
  };
  const Case cases[] = {
      {"2 body parts", [](Made& m) { m.ipm.body.push_back(m.ipm.body[0]); }},
      {"forwarded message",
       [](Made& m) {
         m.ipm.body = {x400::body::Forwarded{true, {}, {}, {m.ipm}}};
       }},
      {"ITA2",
       [](Made& m) {
         m.ipm.body = {x400::body::Ia5{"A", 2}};
       }},
      {"character set",
       [](Made& m) {
         m.ipm.body = {x400::body::General{{6, 101}, to_bytes("A")}};
       }},
      {"subject outside", [](Made& m) { m.ipm.heading.subject = "gj\xC3\xB8k"; }},
      {"authorizing users", [](Made& m) { m.ipm.heading.authorizing.emplace_back().formal = duty(); }},
      {"replied-to", [](Made& m) { m.ipm.heading.replied_to = m.ipm.heading.this_id; }},
      {"related", [](Made& m) { m.ipm.heading.related = {m.ipm.heading.this_id}; }},
      {"obsoleted", [](Made& m) { m.ipm.heading.obsoleted = {m.ipm.heading.this_id}; }},
      {"reply time", [](Made& m) { m.ipm.heading.reply_by = noon(); }},
      {"reply recipients", [](Made& m) { m.ipm.heading.reply_to.emplace_back().formal = duty(); }},
      {"sensitivity", [](Made& m) { m.ipm.heading.sensitivity = 2; }},
      {"importance", [](Made& m) { m.ipm.heading.importance = 2; }},
      {"auto-forwarded", [](Made& m) { m.ipm.heading.auto_forwarded = true; }},
      {"heading extension 1.2.3",
       [](Made& m) {
         m.ipm.heading.extensions.push_back({"1.2.3", {}});
       }},
      {"handling", [](Made& m) { m.ipm.heading.mmhs.handling = {"A"}; }},
      {"message instructions", [](Made& m) { m.ipm.heading.mmhs.instructions = {"A"}; }},
      {"codress", [](Made& m) { m.ipm.heading.mmhs.codress = 14; }},
      {"originator reference", [](Made& m) { m.ipm.heading.mmhs.originator_reference = "A"; }},
      {"other recipients",
       [](Made& m) {
         m.ipm.heading.mmhs.other_recipients = {{0, "A"}};
       }},
      {"exempted", [](Made& m) { m.ipm.heading.mmhs.exempted.emplace_back().formal = duty(); }},
      {"ACP 127 identifier", [](Made& m) { m.ipm.heading.mmhs.acp127_id = "A"; }},
      {"PLAD", [](Made& m) { m.ipm.heading.mmhs.originator_plad = "A"; }},
      {"name of an exercise", [](Made& m) { m.ipm.heading.mmhs.message_type->identifier = "COLD"; }},
      {"message type 128", [](Made& m) { m.ipm.heading.mmhs.message_type->type = 128; }},
      {"national precedence", [](Made& m) { m.ipm.heading.mmhs.primary_precedence = 16; }},
      {"more than 8 SICs", [](Made& m) { m.ipm.heading.mmhs.sics.assign(9, "ABC"); }},
      {"reply request", [](Made& m) { m.ipm.heading.primary[0].reply_requested = true; }},
      {"ACP 127 notification request", [](Made& m) { m.ipm.heading.primary[0].acp127_request = 0x20; }},
      {"without an address", [](Made& m) { m.ipm.heading.copy.emplace_back().recipient.free_form = "All"; }},
      {"named twice", [](Made& m) { m.ipm.heading.copy.push_back(m.ipm.heading.primary[0]); }},
      {"not in the heading", [](Made& m) { m.ipm.heading.primary[0].recipient.formal = duty(); }},
      {"no recipient to serve", [](Made& m) { m.envelope.recipients[0].responsibility = false; }},
      {"explicit conversion", [](Made& m) { m.envelope.recipients[0].conversion = 8; }},
      {"prohibition of conversion", [](Made& m) { m.envelope.indicators.implicit_conversion_prohibited = true; }},
      {"deferred", [](Made& m) { m.envelope.deferred = noon() + hours{1}; }},
      {"MTS extension", [](Made& m) { m.envelope.extensions.emplace_back().standard = 5; }},
      {"16 hours ago", [](Made& m) { m.envelope.trace[0].arrival = noon() - hours{17}; }},
      {"in the future", [](Made& m) { m.envelope.trace[0].arrival = noon() + hours{1}; }},
      {"has passed", [](Made& m) { m.ipm.heading.expiry = noon(); }},
      {"beyond 76 hours", [](Made& m) { m.ipm.heading.expiry = noon() + hours{77}; }},
      {"no IPM", [](Made& m) { m.envelope.content_type.oid = "1.2.840.113549.1.9.16.1.6"; }},
      {"civil content",
       [](Made& m) {
         m.envelope.content_type = {x400::content_p22, {}};
       }},
      {"octets where 1400 fit",
       [](Made& m) {
         Rng rng(1);
         std::string noise(2000, 'A');
         for (auto& c : noise) c = static_cast<char>('!' + rng.below(90));
         m.ipm.body = {x400::body::Ia5{noise, 5}};
       }},
  };
  for (const auto& c : cases) {
    auto made = plain();
    c.change(made);
    const auto pdu = out(made);
    ASSERT_FALSE(pdu) << c.why;
    EXPECT_EQ(pdu.error().name, "not_for_dmp");
    EXPECT_NE(pdu.error().text.find(c.why), std::string::npos) << c.why << ": " << pdu.error().text;
  }
}

TEST(GatewayDmp, WhatIsLeftOutIsNamed) {
  auto made = plain();
  made.ipm.heading.primary[0].recipient.free_form = "Bridge";
  made.ipm.heading.originator->free_form = "Ops";
  made.envelope.indicators.content_return_request = true;
  std::vector<std::string> notes;
  ASSERT_TRUE(out(made, 2, &notes));
  EXPECT_EQ(notes.size(), 4U);
}

TEST(GatewayDmp, NotificationIsAskedForMadeAndUnderstood) {
  auto made = plain();
  made.ipm.heading.primary[0].receipt_wanted = made.ipm.heading.primary[0].non_receipt_wanted = true;
  EXPECT_FALSE(out(made, 1));
  const auto pdu = out(made);
  ASSERT_TRUE(pdu) << pdu.error().text;
  EXPECT_EQ(pdu->envelope.id_type, dmp::IdType::x400);
  EXPECT_EQ(pdu->envelope.mts_id, "Q1.0001");
  const auto arrived = content(back(*pdu));
  EXPECT_EQ(arrived.heading.this_id, made.ipm.heading.this_id);
  EXPECT_TRUE(arrived.heading.primary[0].receipt_wanted);

  x400::Ipn ipn;
  ipn.subject = arrived.heading.this_id;
  ipn.originator.emplace();
  ipn.originator->formal = bridge();
  ipn.outcome = x400::Receipt{noon() - minutes{1}, false, "READ", {}};
  Made answer = plain();
  answer.envelope.trace[0].arrival = noon();
  answer.envelope.originator = bridge();
  answer.envelope.recipients[0].name = ops();
  const x400::Message message{answer.envelope, x400::encode_p772(ipn)};
  const auto notification = to_dmp(ToDmp{message, 77, 1400, 2, noon()}, with_users());
  ASSERT_TRUE(notification) << notification.error().text;
  const auto home = back(*notification);
  const auto read = x400::decode_p772(home.content);
  ASSERT_TRUE(read);
  const auto& told = std::get<x400::Ipn>(*read);
  EXPECT_EQ(told.subject, made.ipm.heading.this_id);  // the identifier the message had at home
  EXPECT_EQ(to_message_id(told.subject, with_users()), "<1.2@hq.example>");
  EXPECT_EQ(std::get<x400::Receipt>(told.outcome).supplementary, "READ");
  EXPECT_EQ(std::get<x400::Receipt>(told.outcome).time, noon() - minutes{1});
  EXPECT_EQ(home.envelope.recipients.at(0).name, ops());
}

TEST(GatewayDmp, NotificationOfAMessageWithADmpIdAlone) {
  auto pdu = out(plain()).value();
  const auto arrived = content(back(pdu));
  EXPECT_EQ(parse_dmp_subject(arrived.heading.this_id.local), 4242);
  EXPECT_GE(arrived.heading.this_id.local.size(), 15U);
  EXPECT_EQ(to_ipm_id(to_message_id(arrived.heading.this_id, with_users()), with_users()), arrived.heading.this_id);
  x400::Ipn ipn;
  ipn.subject = arrived.heading.this_id;
  x400::NonReceipt outcome;
  outcome.discard = 0;
  ipn.outcome = outcome;
  Made answer = plain();
  answer.envelope.originator = bridge();
  answer.envelope.recipients[0].name = ops();
  const x400::Message message{answer.envelope, x400::encode_p772(ipn)};
  const auto notification = to_dmp(ToDmp{message, 77, 1400, 1, noon()}, with_users());
  ASSERT_TRUE(notification) << notification.error().text;
  const auto& n = std::get<dmp::Notification>(notification->content);
  EXPECT_EQ(n.subject.id, 4242);
  EXPECT_EQ(n.type, dmp::NotificationType::non_receipt);
  EXPECT_EQ(n.discard_reason, 0);
  const auto read = x400::decode_p772(back(*notification).content);
  EXPECT_EQ(std::get<x400::Ipn>(*read).subject.local, "DMP-4242");
}

TEST(GatewayDmp, ReportsThereAndBack) {
  x400::Report report;
  report.id = {{"NO", " ", "GW"}, "R.1"};
  report.destination = ops();
  report.subject = {{"NO", " ", "GW"}, "Q1.0001"};
  x400::ReportRecipient good;
  good.actual = bridge();
  good.number = 1;
  good.outcome = x400::Delivered{noon() - seconds{30}, {}};
  x400::ReportRecipient bad;
  bad.actual = stranger();
  bad.number = 7;
  bad.outcome = x400::NonDelivered{1, 0};
  bad.supplementary = "no user";
  report.recipients = {bad, good};
  const auto pdu = to_dmp(report, 4242, 99, noon(), with_users());
  ASSERT_TRUE(pdu) << pdu.error().text;
  const auto octets = dmp::encode(*pdu).value();
  const auto item = from_dmp(std::get<dmp::Pdu>(dmp::decode(octets, noon()).value()), "R7.99", noon(), with_users());
  ASSERT_TRUE(item) << item.error().text;
  const auto apdu = over_the_wire(item->apdu).value();
  const auto& told = std::get<x400::Report>(apdu);
  EXPECT_EQ(told.destination, ops());
  EXPECT_EQ(told.subject.local, dmp_subject(4242));
  ASSERT_EQ(told.recipients.size(), 2U);
  EXPECT_EQ(std::get<x400::Delivered>(told.recipients[0].outcome).time, noon() - seconds{30});
  EXPECT_EQ(told.recipients[1].number, 7);
  EXPECT_EQ(told.recipients[1].actual, stranger());
  EXPECT_EQ(std::get<x400::NonDelivered>(told.recipients[1].outcome).diagnostic, 0);
  EXPECT_EQ(told.recipients[1].supplementary, "no user");
  report.recipients[0].number = 1;
  EXPECT_FALSE(to_dmp(report, 4242, 99, noon(), with_users()));
}

}  // namespace
}  // namespace longwire::gateway
