// What a node does with each kind of MTS-APDU: stanag4406.md 9, rows E-06 .. E-13.
#include "annexe/compressed_data.hpp"
#include "annexe/x400/p772.hpp"
#include "crypto/random.hpp"
#include "mail/message.hpp"
#include "mail/parameters.hpp"
#include "node/engine/parts.hpp"
#include "x400_node.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;
using namespace x400_node;

x400::Recipient to(const std::string& surname, const std::string& prmd, int number) {
  x400::Recipient r;
  r.name = person(surname, prmd);
  r.number = number;
  return r;
}

x400::Message message(std::vector<x400::Recipient> recipients, const std::string& local = "M.1") {
  x400::Ipm ipm;
  ipm.heading.this_id = {person("SENDER", "ALLY"), "1 2612010000Z   "};
  ipm.heading.originator = x400::OrDescriptor{person("SENDER", "ALLY"), "", ""};
  for (const auto& r : recipients) {
    x400::RecipientSpecifier s;
    s.recipient.formal = r.name;
    ipm.heading.primary.push_back(s);
  }
  ipm.heading.subject = "exercise";
  ipm.heading.mmhs.primary_precedence = 3;
  ipm.heading.mmhs.authorisation_time = noon;
  ipm.body.emplace_back(x400::body::Ia5{"Weigh anchor.\r\n", 5});
  x400::Message m;
  m.envelope.id = {{"NO", "TAC", "ALLY"}, local};
  m.envelope.originator = person("SENDER", "ALLY");
  m.envelope.content_type.oid = x400::content_p772_oid;
  x400::set_precedence(m.envelope, Precedence::immediate);
  x400::TraceElement trace;
  trace.domain = m.envelope.id.domain;
  trace.arrival = noon;
  m.envelope.trace = {trace};
  m.envelope.recipients = std::move(recipients);
  m.content = x400::encode_p772(ipm);
  return m;
}

class X400ReceptionTest : public testing::Test {
 protected:
  X400ReceptionTest() : parts(config(), store, chance, 1, 1, noon) {}

  void take(const x400::MtsApdu& apdu, std::optional<Arrival> from = std::nullopt) {
    take(x400::encode_p1(apdu), std::move(from));
  }
  void take(const Bytes& octets, std::optional<Arrival> from = std::nullopt) {
    const auto cdt = annexe::encode_compressed_data(annexe::content_type_p1, octets, annexe::TagStyle::implicit_tags);
    parts.reception.take(from.value_or(arrival()), cdt, noon);
    parts.commit(noon);
    for (auto& a : parts.core.outbox.take())
      if (auto* r = std::get_if<action::Report>(&a)) events.push_back(std::move(*r));
  }
  std::size_t count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(), [name](const action::Report& r) { return r.name == name; }));
  }
  // The X.411 reports that wait to be sent.
  std::vector<x400::Report> reports() {
    std::vector<x400::Report> out;
    for (const auto& row : store.live_messages()) {
      if (row.form != store::Form::p1) continue;
      const auto apdu = x400::decode_p1(store.body(row.id));
      if (const auto* r = apdu ? std::get_if<x400::Report>(&*apdu) : nullptr) out.push_back(*r);
    }
    return out;
  }
  void expect_refused(int number, int reason, int diagnostic) {
    const auto all = reports();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].subject.local, "M.1");
    EXPECT_EQ(all[0].destination.person.surname, "SENDER");
    const auto at = std::find_if(all[0].recipients.begin(), all[0].recipients.end(),
                                 [number](const auto& r) { return r.number == number; });
    ASSERT_NE(at, all[0].recipients.end());
    const auto* failed = std::get_if<x400::NonDelivered>(&at->outcome);
    ASSERT_NE(failed, nullptr);
    EXPECT_EQ(failed->reason, reason);
    EXPECT_EQ(failed->diagnostic, diagnostic);
  }

  store::Store store{":memory:"};
  crypto::Drbg chance{as_bytes("reception")};
  Parts parts;
  std::vector<action::Report> events;
};

TEST_F(X400ReceptionTest, LocalRecipientsGetMailOthersTheApduAsItCame) {
  auto m = message({to("DUTY", "HERE", 1), to("OPS", "NORTH", 2), to("OLD", "MULE", 3), to("GONE", "NORTH", 4)});
  m.envelope.recipients[3].responsibility = false;  // E-12
  const auto octets = x400::encode_p1(m);
  take(octets);
  const auto rows = store.live_messages();
  ASSERT_EQ(rows.size(), 2U);
  const auto& relayed = rows[0].form == store::Form::p1 ? rows[0] : rows[1];
  const auto& mail = rows[0].form == store::Form::p1 ? rows[1] : rows[0];
  EXPECT_EQ(relayed.form, store::Form::p1);
  EXPECT_EQ(store.body(relayed.id), octets);
  ASSERT_EQ(relayed.rows.size(), 1U);
  EXPECT_EQ(relayed.rows[0].x400_number, 2);
  EXPECT_EQ(relayed.rows[0].next_hop, "north");
  EXPECT_EQ(relayed.envelope.mt_priority, 2);
  EXPECT_EQ(mail.form, store::Form::rfc5322);
  ASSERT_EQ(mail.rows.size(), 2U);
  EXPECT_EQ(mail.rows[0].x400_number, 1);
  EXPECT_EQ(mail.rows[0].recipient.address, "DUTY@here.example");
  EXPECT_EQ(mail.rows[1].x400_number, 3);
  EXPECT_EQ(mail.envelope.from, "SENDER@allied.example");
  const auto text = std::string(as_text(store.body(mail.id)));
  EXPECT_NE(text.find("Weigh anchor.\r\n"), std::string::npos) << text;
  EXPECT_TRUE(reports().empty());
}

TEST_F(X400ReceptionTest, TheSameMtsIdentifierIsADuplicateWhateverCarriesIt) {
  const auto m = message({to("DUTY", "HERE", 1)});
  take(m);
  auto other = arrival();
  other.id = 18;
  other.source = PmulId{0x0A420003};
  take(m, other);
  EXPECT_EQ(store.live_messages().size(), 1U);
  EXPECT_EQ(count("duplicate_suppressed"), 1U);
}

// An identifier too long for an ENVID (RFC 3461 4.4) still finds its message, but does not go out with it.
TEST_F(X400ReceptionTest, AnIdentifierTooLongForMailIsKept) {
  auto m = message({to("DUTY", "HERE", 1)}, std::string(32, 'L'));
  m.envelope.id.domain = {"NO", "ADMINISTRATION 1", "PRIVATE DOMAIN 1"};
  take(m);
  const auto rows = store.live_messages();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_GT(rows[0].envelope.envid.size(), 100U);
  EXPECT_EQ(parts.boundary.id_of(rows[0]), m.envelope.id);
  ASSERT_TRUE(parts.boundary.find(m.envelope.id));
  EXPECT_EQ(parts.boundary.find(m.envelope.id)->id, rows[0].id);
  const auto out = parts.boundary.mail_of(rows[0], {0}, Boundary::View::as_came, noon);
  ASSERT_TRUE(out);
  EXPECT_EQ(mail::format_mail_arguments(out->envelope, mail::Extensions::mule()).find("ENVID"), std::string::npos);
  auto shorter = out->envelope;
  shorter.envid.resize(100);
  EXPECT_NE(mail::format_mail_arguments(shorter, mail::Extensions::mule()).find("ENVID"), std::string::npos);
}

TEST_F(X400ReceptionTest, OwnDomainInTheTraceIsALoop) {
  auto m = message({to("DUTY", "HERE", 1)});
  x400::TraceElement own;
  own.domain = {"NO", "TAC", "HERE"};
  own.arrival = noon;
  m.envelope.trace.push_back(own);
  take(m);
  EXPECT_EQ(count("loop_detected"), 1U);
  expect_refused(1, 1, 3);
}

TEST_F(X400ReceptionTest, UnknownExtensionsCriticalForTransferAreRefused) {
  auto m = message({to("DUTY", "HERE", 1)});
  x400::ExtensionField e;
  e.standard = 99;
  e.criticality = x400::critical_for_transfer;
  e.value = {0x05, 0x00};
  m.envelope.extensions.push_back(e);
  take(m);
  expect_refused(1, 1, 18);
}

TEST_F(X400ReceptionTest, CriticalForDeliveryOnlyIsRelayedAndRefusedWhereItEnds) {
  auto m = message({to("DUTY", "HERE", 1), to("OPS", "NORTH", 2)});
  x400::ExtensionField e;
  e.standard = 99;
  e.criticality = x400::critical_for_delivery;
  e.value = {0x05, 0x00};
  m.envelope.extensions.push_back(e);
  take(m);
  expect_refused(1, 1, 18);
  const auto rows = store.live_messages();
  EXPECT_EQ(rows.size(), 2U) << "the report, and the message for north";
}

TEST_F(X400ReceptionTest, UnknownRecipientsAreReportedKnownOnesServed) {
  take(message({to("DUTY", "HERE", 1), to("NOBODY", "ELSEWHERE", 2)}));
  expect_refused(2, 1, 0);
  EXPECT_EQ(store.live_messages().size(), 2U);
}

TEST_F(X400ReceptionTest, NoReportWhenNobodyAskedForOne) {
  auto m = message({to("NOBODY", "ELSEWHERE", 1)});
  m.envelope.recipients[0].report = m.envelope.recipients[0].mta_report = x400::ReportRequest::none;
  take(m);
  EXPECT_TRUE(reports().empty());
  EXPECT_TRUE(store.live_messages().empty());
}

TEST_F(X400ReceptionTest, InAMulticastOthersAreLeftToOthers) {
  auto group = arrival();
  group.destinations = {PmulId{0x0A420001}, PmulId{0x0A420003}};
  take(message({to("DUTY", "HERE", 1), to("OPS", "NORTH", 2), to("NOBODY", "ELSEWHERE", 3)}), group);
  const auto rows = store.live_messages();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].rows.size(), 1U);
  EXPECT_TRUE(reports().empty());
}

TEST_F(X400ReceptionTest, AProbeIsAnsweredAndNeverDelivered) {
  x400::Probe probe;
  probe.envelope = message({to("DUTY", "HERE", 1), to("NOBODY", "ELSEWHERE", 2)}).envelope;
  for (auto& r : probe.envelope.recipients) r.report = r.mta_report = x400::ReportRequest::delivery;
  take(probe);
  const auto all = reports();
  ASSERT_EQ(all.size(), 1U);
  ASSERT_EQ(all[0].recipients.size(), 2U);
  for (const auto& r : all[0].recipients)
    EXPECT_EQ(std::holds_alternative<x400::Delivered>(r.outcome), r.number == 1) << r.number;
  EXPECT_EQ(store.live_messages().size(), 1U);
  EXPECT_EQ(count("probe_answered"), 1U);
}

TEST_F(X400ReceptionTest, ReportsForOthersPassAndNoneIsMadeOnAReport) {
  x400::Report r;
  r.id = {{"NO", "TAC", "ALLY"}, "R.1"};
  r.destination = person("OPS", "NORTH");
  x400::TraceElement trace;
  trace.domain = r.id.domain;
  trace.arrival = noon;
  r.trace = {trace};
  r.subject = {{"NO", "TAC", "NORTH"}, "S.1"};
  x400::ReportRecipient about;
  about.actual = person("SENDER", "ALLY");
  about.number = 1;
  about.arrival = noon;
  about.outcome = x400::Delivered{noon, 0};
  r.recipients = {about};
  const auto octets = x400::encode_p1(r);
  take(octets);
  auto rows = store.live_messages();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].form, store::Form::p1);
  EXPECT_EQ(store.body(rows[0].id), octets);
  EXPECT_EQ(rows[0].rows.at(0).next_hop, "north");
  EXPECT_EQ(rows[0].envelope.from, "");
  r.id.local = "R.2";
  r.destination = person("NOBODY", "ELSEWHERE");
  take(r);
  EXPECT_EQ(store.live_messages().size(), 1U);
}

TEST_F(X400ReceptionTest, AnOriginatorNoTableKnowsHearsOfItTheWayItCame) {
  auto m = message({to("NOBODY", "ELSEWHERE", 1), to("DUTY", "HERE", 2)});
  m.envelope.originator = person("STRANGER", "FAR OUT");
  take(m);
  const auto rows = store.live_messages();
  ASSERT_EQ(rows.size(), 2U);
  for (const auto& row : rows) {
    if (row.form == store::Form::p1) {
      EXPECT_EQ(row.rows.at(0).next_hop, "allied");
    } else {
      EXPECT_EQ(row.envelope.from, "\"/S=STRANGER/PRMD=FAR OUT/ADMD=TAC/C=NO/\"@allied.x400.invalid");
    }
  }
  ASSERT_EQ(reports().size(), 1U);
  EXPECT_EQ(reports()[0].destination.person.surname, "STRANGER");
  // When the mail cannot be delivered here, its report goes the same way, as one of X.400.
  const auto& mail = rows[0].form == store::Form::p1 ? rows[1] : rows[0];
  auto* live = parts.core.ledger.find(mail.id);
  parts.outcomes.settle(*live, 0, {store::RecipientState::failed, "failed", "5.1.1", "no", mail::DsnAction::failed},
                        noon);
  parts.outcomes.changed(*live, noon);
  parts.commit(noon);
  const auto after = store.live_messages();
  ASSERT_EQ(after.size(), 2U);
  const auto& dsn = after.back();
  EXPECT_EQ(dsn.rows.at(0).next_hop, "allied");
  const auto apdu = parts.boundary.apdu_of(dsn, {0}, Boundary::View::as_came, noon);
  ASSERT_TRUE(apdu);
  const auto decoded = x400::decode_p1(apdu->octets);
  ASSERT_TRUE(decoded);
  const auto* report = std::get_if<x400::Report>(&*decoded);
  ASSERT_NE(report, nullptr);
  EXPECT_EQ(report->destination.person.surname, "STRANGER");
  EXPECT_EQ(report->destination.prmd, "FAR OUT");
  EXPECT_EQ(report->subject.local, "M.1");
  ASSERT_EQ(report->recipients.size(), 1U);
  EXPECT_EQ(report->recipients[0].number, 2);
}

// Somebody else's content under the identifier of a message that is still to come.
TEST_F(X400ReceptionTest, NobodyCanTakeTheIdentifierOfAnother) {
  auto other = arrival();
  other.source = PmulId{0x0A420003};
  auto forged = message({to("DUTY", "HERE", 1), to("OLD", "MULE", 2)});
  x400::Ipm ipm;
  ipm.heading.subject = "nothing";
  forged.content = x400::encode_p772(ipm);
  take(forged, other);
  take(message({to("DUTY", "HERE", 1), to("OLD", "MULE", 2)}));
  const auto rows = store.live_messages();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].rows.size(), 2U);
  EXPECT_EQ(rows[1].rows.size(), 2U);
  EXPECT_EQ(rows[1].subject, "exercise");
  EXPECT_EQ(count("duplicate_suppressed"), 0U);
}

// A refusal is told once; what was refused is not taken for something that is here.
TEST_F(X400ReceptionTest, WhatWasRefusedIsNotKnown) {
  auto m = message({to("DUTY", "HERE", 1)});
  x400::ExtensionField e;
  e.standard = 99;
  e.criticality = x400::critical_for_transfer;
  e.value = {0x05, 0x00};
  m.envelope.extensions.push_back(e);
  take(m);
  auto again = arrival();
  again.id = 18;
  take(m, again);
  EXPECT_EQ(reports().size(), 1U);
  m.envelope.extensions.pop_back();
  take(m, again);
  EXPECT_EQ(store.live_messages().size(), 2U) << "the report and the message";
}

TEST_F(X400ReceptionTest, InAMulticastEachAnswersForItsOwn) {
  auto group = arrival();
  group.destinations = {PmulId{0x0A420001}, PmulId{0x0A420003}};
  auto m = message({to("DUTY", "HERE", 1), to("OPS", "NORTH", 2)});
  x400::ExtensionField e;
  e.standard = 99;
  e.criticality = x400::critical_for_transfer;
  e.value = {0x05, 0x00};
  m.envelope.extensions.push_back(e);
  take(m, group);
  ASSERT_EQ(reports().size(), 1U);
  ASSERT_EQ(reports()[0].recipients.size(), 1U);
  EXPECT_EQ(reports()[0].recipients[0].number, 1);
  x400::Probe probe;
  probe.envelope = message({to("OPS", "NORTH", 1)}, "P.1").envelope;
  take(probe, group);
  EXPECT_EQ(reports().size(), 1U) << "a report about nobody";
  probe.envelope = message({to("DUTY", "HERE", 1), to("OPS", "NORTH", 2)}, "P.2").envelope;
  take(probe, group);
  ASSERT_EQ(reports().size(), 2U);
  EXPECT_EQ(reports()[1].recipients.size(), 1U);
  probe.envelope = message({to("DUTY", "HERE", 1)}, "P.3").envelope;
  probe.envelope.extensions.push_back(e);
  take(probe);
  ASSERT_EQ(reports().size(), 3U);
  EXPECT_TRUE(std::holds_alternative<x400::NonDelivered>(reports()[2].recipients.at(0).outcome));
}

TEST_F(X400ReceptionTest, ABareContentGoesToNobodyElse) {
  const auto m = message({to("DUTY", "HERE", 1), to("OPS", "NORTH", 2), to("OLD", "MULE", 3)});
  parts.x400_reception.p772(arrival(), m.content, noon);
  parts.commit(noon);
  const auto rows = store.live_messages();
  ASSERT_EQ(rows.size(), 1U);
  ASSERT_EQ(rows[0].rows.size(), 1U);
  EXPECT_EQ(rows[0].rows[0].recipient.address, "DUTY@here.example");
  parts.x400_reception.p772(arrival(), message({to("OPS", "NORTH", 1)}).content, noon);
  EXPECT_EQ(store.live_messages().size(), 1U);
}

// A user can answer somebody whom no table knows: the address in the header leads to the peer he wrote through.
TEST_F(X400ReceptionTest, TheHeaderAddressOfAStrangerLeadsBack) {
  auto m = message({to("DUTY", "HERE", 1)});
  auto stranger = person("STRANGER", "FAR OUT");
  x400::Ipm ipm;
  ipm.heading.this_id = {stranger, "1"};
  ipm.heading.originator = x400::OrDescriptor{stranger, "", ""};
  m.envelope.originator = stranger;
  m.content = x400::encode_p772(ipm);
  take(m);
  const auto rows = store.live_messages();
  ASSERT_EQ(rows.size(), 1U);
  const auto body = store.body(rows[0].id);
  const std::string address = "\"/S=STRANGER/PRMD=FAR OUT/ADMD=TAC/C=NO/\"@allied.x400.invalid";
  EXPECT_NE(mail::HeaderView(body).value("From").value_or("").find(address), std::string::npos) << as_text(body);
  const auto route = parts.core.router.route(mail::domain_of(address));
  EXPECT_EQ(route.kind, Route::Kind::peer);
  const auto name = parts.core.gateway.addresses.to_or(address);
  ASSERT_TRUE(name);
  EXPECT_TRUE(name->matches(stranger)) << x400::to_text(*name);
}

class ReportsOnOurs : public X400ReceptionTest {
 protected:
  ReportsOnOurs() {
    store::MessageRow row;
    row.tracking_id = "KNOWN234";
    row.accepted = noon;
    row.expiry = noon + 24h;
    row.origin = "smtp";
    row.message_id = "<secret.1@here.example>";
    row.envelope.from = "CAPTAIN@here.example";
    row.envelope.envid = "OURENVID";
    row.rows.push_back(store::new_recipient({"OPS@north.example", mail::Notify{}, {}, {}}));
    row.rows.push_back(store::new_recipient({"HIDDEN@allied.example", mail::Notify{}, "rfc822;old@x.example", {}}));
    const auto text = to_bytes("From: CAPTAIN@here.example\r\nMessage-ID: <secret.1@here.example>\r\n\r\nhi\r\n");
    auto& live = parts.intake.accept(std::move(row), text, noon);
    id = live.id;
    for (std::uint32_t i = 0; i < 2; ++i)
      parts.outcomes.settle(live, i, {store::RecipientState::in_transfer, "in_transfer", "", ""}, noon);
    parts.commit(noon);
  }
  // What comes of a report on the recipient of that number.
  std::string dsn_for(const x400::OrName& destination, int number, const x400::OrName& about,
                      const std::string& local_id) {
    x400::Report r;
    r.id = {{"NO", "TAC", "ALLY"}, local_id};
    r.destination = destination;
    x400::TraceElement trace;
    trace.domain = r.id.domain;
    trace.arrival = noon;
    r.trace = {trace};
    r.subject = {{"NO", "TAC", "HERE"}, "KNOWN234"};
    x400::ReportRecipient one;
    one.actual = about;
    one.number = number;
    one.arrival = noon;
    one.outcome = x400::Delivered{noon, 0};
    r.recipients = {one};
    take(r);
    const auto rows = store.live_messages();
    const auto body = store.body(rows.back().id);
    parts.reports.correlate(rows.back(), body, noon);
    for (auto& a : parts.core.outbox.take())
      if (auto* e = std::get_if<action::Report>(&a)) events.push_back(std::move(*e));
    return std::string(as_text(body));
  }
  void expect_nothing_of_ours(const std::string& dsn) {
    for (const auto* secret : {"secret.1", "OURENVID", "HIDDEN", "old@x.example", "CAPTAIN@"})
      EXPECT_EQ(dsn.find(secret), std::string::npos) << secret << "\n" << dsn;
    EXPECT_EQ(count("dsn_received"), 0U);
    EXPECT_EQ(count("report_doubtful"), 1U);
  }

  std::uint64_t id = 0;
};

TEST_F(ReportsOnOurs, OfTheNextHopToTheSenderAreBelieved) {
  const auto dsn = dsn_for(person("CAPTAIN", "HERE"), 2, person("HIDDEN", "ALLY"), "R.1");
  EXPECT_NE(dsn.find("Original-Envelope-Id: OURENVID"), std::string::npos) << dsn;
  EXPECT_NE(dsn.find("Original-Recipient: rfc822; old@x.example"), std::string::npos) << dsn;
  EXPECT_EQ(count("dsn_received"), 1U);
  EXPECT_EQ(count("report_doubtful"), 0U);
}

TEST_F(ReportsOnOurs, ToSomebodyElseTellNothing) {
  expect_nothing_of_ours(dsn_for(person("SPY", "HERE"), 2, person("ANYBODY", "ALLY"), "R.1"));
}

TEST_F(ReportsOnOurs, OfANodeThatNeverHadItCountForNothing) {
  const auto dsn = dsn_for(person("CAPTAIN", "HERE"), 1, person("OPS", "NORTH"), "R.1");
  EXPECT_EQ(dsn.find("secret.1"), std::string::npos) << dsn;
  EXPECT_EQ(dsn.find("OURENVID"), std::string::npos) << dsn;
  EXPECT_EQ(count("dsn_received"), 0U);
  EXPECT_EQ(count("report_doubtful"), 1U);
}

TEST_F(X400ReceptionTest, RubbishIsNamedCountedAndNeverComesBack) {
  take(Bytes{0xA0, 0x03, 0x01, 0x02});
  EXPECT_EQ(count("payload_discarded"), 1U);
  const auto cdt = annexe::encode_compressed_data(3, as_bytes("P3"), annexe::TagStyle::implicit_tags);
  parts.reception.take(arrival(), cdt, noon);
  parts.commit(noon);
  EXPECT_EQ(parts.core.bearers[0].traffic.rejected.at("unsupported_content:3"), 1U);
  EXPECT_EQ(store.alerts(false).size(), 2U);
  EXPECT_TRUE(store.live_messages().empty());
}

TEST_F(X400ReceptionTest, ABareContentIsReadByItsHeading) {
  const auto m = message({to("DUTY", "HERE", 1)});
  parts.x400_reception.p772(arrival(), m.content, noon);
  parts.x400_reception.p772(arrival(), m.content, noon);
  parts.commit(noon);
  const auto rows = store.live_messages();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].rows.at(0).recipient.address, "DUTY@here.example");
  EXPECT_EQ(rows[0].envelope.mt_priority, 2);
  EXPECT_TRUE(rows[0].rows[0].recipient.notify && rows[0].rows[0].recipient.notify->never);
}

}  // namespace
}  // namespace longwire::engine
