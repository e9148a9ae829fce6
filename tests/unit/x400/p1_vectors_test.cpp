// The P1 vectors against values written down from tshark's view of them, and the same octets out again.
#include "annexe/compressed_data.hpp"
#include "annexe/x400/p1_json.hpp"
#include "annexe/x400/p772_json.hpp"
#include "tests/unit/vectors.hpp"

#include "tests/unit/x400/vector_people.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace longwire::x400 {
namespace {

using test::bridge;
using test::comcen;
using test::duty_officer;
using test::mail_user;
using test::name;

Time at(int day, int hour, int minute = 0, int second = 0) {
  using namespace std::chrono;
  return Time{sys_days{year{2026} / November / day}.time_since_epoch() + hours{hour} + minutes{minute} +
              seconds{second}};
}

// The MTS-APDU inside a vector.
Bytes apdu(const std::string& vector) {
  const auto octets = test::read_hex_vector("s4406/" + vector + ".hex");
  if (octets[0] != 0x30) return octets;
  auto inflated = annexe::decode_compressed_data(octets);
  EXPECT_TRUE(inflated);
  EXPECT_EQ(inflated->content_type, annexe::content_type_p1);
  return inflated->content;
}

template <class T>
T read(const std::string& vector) {
  const auto decoded = decode_p1(apdu(vector));
  EXPECT_TRUE(decoded) << (decoded ? "" : decoded.error().text);
  return std::get<T>(*decoded);
}

class EveryP1Vector : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Vectors, EveryP1Vector,
                         testing::Values("02-p1-all-extensions", "02b-p1-all-extensions-raw", "03-p1-minimal",
                                         "04-p1-flash", "04b-p1-override", "05-cdt-level0-stored", "11-p1-mrn",
                                         "12-report-delivery", "13-report-nondelivery", "14-report-mixed", "15-probe"));

TEST_P(EveryP1Vector, GivesTheSameOctetsAgain) {
  const auto octets = apdu(GetParam());
  const auto decoded = decode_p1(octets);
  ASSERT_TRUE(decoded) << decoded.error().name << " " << decoded.error().text;
  EXPECT_EQ(to_hex(encode_p1(*decoded)), to_hex(octets));
}

TEST(P1Vectors, FullEnvelope) {
  const auto m = read<Message>("02-p1-all-extensions");
  const auto& e = m.envelope;
  EXPECT_EQ(e.id, (MtsId{{"NO", " ", "MIL"}, "HQN1.001042.26112112"}));
  EXPECT_EQ(e.originator, duty_officer());
  ASSERT_TRUE(e.eits);
  EXPECT_EQ(*e.eits, (Eits{eit_ia5_text, {"1.3.26.0.4406.0.7.0"}, {}}));
  EXPECT_EQ(e.content_type, (ContentType{0, std::string(content_p772_oid)}));
  EXPECT_EQ(e.content_id, "SITREP042");
  EXPECT_EQ(e.priority, Priority::normal);
  EXPECT_EQ(precedence_of(e), Precedence::immediate);
  EXPECT_TRUE(e.indicators.disclosure_of_other_recipients);
  EXPECT_FALSE(e.indicators.implicit_conversion_prohibited);
  EXPECT_TRUE(e.indicators.alternate_recipient_allowed);
  EXPECT_FALSE(e.indicators.content_return_request);
  EXPECT_FALSE(e.indicators.service_message);
  EXPECT_FALSE(e.deferred);
  EXPECT_TRUE(e.bilateral.empty());
  EXPECT_TRUE(e.unknown.empty());
  ASSERT_EQ(e.trace.size(), 2u);
  EXPECT_EQ(e.trace[0].domain, (GlobalDomainId{"NO", " ", "MIL"}));
  EXPECT_EQ(e.trace[0].arrival, at(21, 12));
  EXPECT_EQ(e.trace[1].domain, (GlobalDomainId{"NO", " ", "RELAY"}));
  EXPECT_EQ(e.trace[1].arrival, at(21, 12, 0, 3));
  EXPECT_EQ(e.trace[1].action, TraceAction::relayed);
  EXPECT_EQ(test::read_hex_vector("p772/01-p772-all-extensions.hex"), m.content);
}

TEST(P1Vectors, FullEnvelopeExtensions) {
  const auto e = read<Message>("02-p1-all-extensions").envelope;
  ASSERT_EQ(e.extensions.size(), 7u);
  const auto is = [&](std::size_t i, int standard, std::uint8_t criticality, const char* hex) {
    EXPECT_EQ(e.extensions[i].standard, standard);
    EXPECT_EQ(e.extensions[i].criticality, criticality) << i;
    EXPECT_EQ(to_hex(e.extensions[i].value), hex) << i;
  };
  is(0, 1, critical_for_delivery, "0a0100");
  is(1, ext_dl_expansion_prohibited, critical_for_transfer | critical_for_delivery, "0a0101");
  is(2, ext_latest_delivery_time, 0, "170d3236313132323132303030305a");
  is(4, ext_content_correlator, 0, "1608434f52522d303432");
  is(5, -1, 0, "0a0101");
  EXPECT_EQ(e.extensions[5].private_oid, ext_priority_level_qualifier);
  EXPECT_EQ(e.extensions[3].standard, ext_message_security_label);
  EXPECT_EQ(e.extensions[6].standard, ext_internal_trace);
  const auto label = decode_label(e.extensions[3].value);
  ASSERT_TRUE(label);
  EXPECT_EQ(*label, (SecurityLabel{"1.3.26.1.3.1", 2, "RELEASABLE TO EXERCISE", {}}));
}

TEST(P1Vectors, FullEnvelopeRecipients) {
  const auto e = read<Message>("02-p1-all-extensions").envelope;
  ASSERT_EQ(e.recipients.size(), 3u);
  const OrName names[] = {comcen(), bridge(), mail_user()};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& r = e.recipients[i];
    EXPECT_EQ(r.name, names[i]);
    EXPECT_EQ(r.number, static_cast<int>(i) + 1);
    EXPECT_TRUE(r.responsibility);
    EXPECT_EQ(r.mta_report, i == 0 ? ReportRequest::both : ReportRequest::non_delivery);
    EXPECT_EQ(r.report, i == 0 ? ReportRequest::both : ReportRequest::non_delivery);
    EXPECT_FALSE(r.conversion);
    EXPECT_TRUE(r.extensions.empty());
  }
}

TEST(P1Vectors, Precedence) {
  EXPECT_EQ(precedence_of(read<Message>("03-p1-minimal").envelope), Precedence::priority);  // normal, no qualifier
  EXPECT_EQ(precedence_of(read<Message>("04-p1-flash").envelope), Precedence::flash);
  EXPECT_EQ(precedence_of(read<Message>("04b-p1-override").envelope), Precedence::override_);
}

TEST(P1Vectors, NotificationOnItsWay) {
  const auto m = read<Message>("11-p1-mrn");
  EXPECT_EQ(m.envelope.id.local, "SHIP.9");
  EXPECT_EQ(m.envelope.originator, comcen());
  ASSERT_EQ(m.envelope.recipients.size(), 1u);
  EXPECT_TRUE(m.envelope.recipients[0].responsibility);
  EXPECT_EQ(m.envelope.recipients[0].report, ReportRequest::none);
  EXPECT_EQ(m.envelope.recipients[0].mta_report, ReportRequest::none);
  EXPECT_EQ(test::read_hex_vector("p772/08-mrn-receipt.hex"), m.content);
}

TEST(P1Vectors, DeliveryReport) {
  const auto r = read<Report>("12-report-delivery");
  EXPECT_EQ(r.id, (MtsId{{"NO", " ", "MIL"}, "SHIP.R1"}));
  EXPECT_EQ(r.destination, duty_officer());
  ASSERT_EQ(r.trace.size(), 1u);
  EXPECT_EQ(r.trace[0].domain.prmd, "SHIP");
  EXPECT_EQ(r.trace[0].arrival, at(21, 12, 5));
  EXPECT_EQ(r.subject.local, "HQN1.001042.26112112");
  EXPECT_EQ(r.content_id, "SITREP042");
  ASSERT_TRUE(r.content_type);
  EXPECT_EQ(r.content_type->oid, content_p772_oid);
  ASSERT_EQ(r.recipients.size(), 1u);
  EXPECT_EQ(r.recipients[0].actual, comcen());
  EXPECT_EQ(r.recipients[0].number, 1);
  EXPECT_EQ(r.recipients[0].indicators, 0xF8);
  EXPECT_EQ(r.recipients[0].arrival, at(21, 12, 4));
  const auto& delivered = std::get<Delivered>(r.recipients[0].outcome);
  EXPECT_EQ(delivered.time, at(21, 12, 4, 30));
  EXPECT_EQ(delivered.user_type, 0);
}

TEST(P1Vectors, NonDeliveryReports) {
  const auto r = read<Report>("13-report-nondelivery");
  ASSERT_EQ(r.recipients.size(), 2u);
  EXPECT_EQ(r.recipients[0].actual, bridge());
  EXPECT_EQ(r.recipients[0].number, 2);
  EXPECT_EQ(r.recipients[0].indicators, 0xA8);
  EXPECT_EQ(r.recipients[0].supplementary, "no such user");
  EXPECT_EQ(std::get<NonDelivered>(r.recipients[0].outcome).reason, 1);
  EXPECT_EQ(std::get<NonDelivered>(r.recipients[0].outcome).diagnostic, 0);
  EXPECT_EQ(r.recipients[1].actual, mail_user());
  EXPECT_EQ(std::get<NonDelivered>(r.recipients[1].outcome).reason, 0);
  EXPECT_EQ(std::get<NonDelivered>(r.recipients[1].outcome).diagnostic, 5);
  const auto mixed = read<Report>("14-report-mixed");
  ASSERT_EQ(mixed.recipients.size(), 2u);
  EXPECT_FALSE(std::get<Delivered>(mixed.recipients[0].outcome).user_type);
  EXPECT_EQ(std::get<NonDelivered>(mixed.recipients[1].outcome).reason, 8);
  EXPECT_EQ(std::get<NonDelivered>(mixed.recipients[1].outcome).diagnostic, 53);
}

TEST(P1Vectors, Probe) {
  const auto p = read<Probe>("15-probe");
  EXPECT_EQ(p.envelope.id.local, "HQN1.P1");
  EXPECT_EQ(p.envelope.content_type.oid, content_p772_oid);
  EXPECT_EQ(p.length, 20000);
  ASSERT_EQ(p.envelope.recipients.size(), 1u);
  EXPECT_EQ(p.envelope.recipients[0].name, comcen());
}

TEST(P1Json, NamesTheFields) {
  const auto text = boost::json::serialize(to_json(*decode_p1(apdu("13-report-nondelivery"))));
  EXPECT_NE(text.find(R"("non_delivery_reason_code":1,"non_delivery_reason":"unable-to-transfer",)"
                      R"("non_delivery_diagnostic_code":0,"non_delivery_diagnostic":"unrecognised-OR-name")"),
            std::string::npos)
      << text;
  const auto message = to_json(*decode_p1(apdu("04-p1-flash"))).at("message").as_object();
  EXPECT_EQ(message.at("precedence"), "flash");
  EXPECT_EQ(message.at("priority"), "urgent");
  EXPECT_EQ(message.at("message_identifier").at("text"), "[/PRMD=MIL/ADMD= /C=NO/;HQN1.8]");
  EXPECT_EQ(message.at("ipms").at("mm").at("heading").at("subject"), "AIR RAID");
}

}  // namespace
}  // namespace longwire::x400
