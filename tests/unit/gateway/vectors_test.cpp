// X.400 -> mail -> X.400 with the vectors made outside the project: nothing a heading or an envelope says is lost.
#include "tests/unit/vectors.hpp"

#include <boost/json/serialize.hpp>
#include "annexe/x400/p772_json.hpp"
#include "tests/unit/gateway/fixtures.hpp"

namespace longwire::gateway {
namespace {

using test::field;
using test::fields;
using test::settings;

x400::Message vector_02() {
  const auto apdu = x400::decode_p1(longwire::test::read_hex_vector("s4406/02b-p1-all-extensions-raw.hex"));
  EXPECT_TRUE(apdu);
  return std::get<x400::Message>(*apdu);
}

// A P1 message around content of a vector, to one recipient.
x400::Message around(const std::string& vector) {
  auto out = vector_02();
  out.content = longwire::test::read_hex_vector(vector);
  out.envelope.recipients.resize(1);
  return out;
}

x400::Message back_again(const x400::Message& message, const Settings& with) {
  const auto mail = test::received(message, with);
  return test::sent(mail, with);
}

TEST(X400Vectors, TheHeaderOfVector02) {
  const auto mail = test::received(vector_02(), settings());
  EXPECT_EQ(field(mail, "From"), "Officer.Duty@OPS.hq.example");
  EXPECT_EQ(field(mail, "MMHS-Authorizing-Users"), "Commander@hq.example");
  EXPECT_EQ(field(mail, "To"), "\"/S=Comcen/O=HNOMS NANSEN/\"@ship.example (Reply requested)");
  EXPECT_EQ(field(mail, "Cc"), "bridge@tor.example, ops@ship1.example");
  EXPECT_EQ(field(mail, "Message-ID"),
            "<\"1042 261121120000Z*/G=Officer/S=Duty/OU=OPS/O=HQ NORTH/PRMD=MIL/ADMD= /C=NO/\"@MHS>");
  EXPECT_EQ(field(mail, "Subject"), "SITREP 042");
  EXPECT_EQ(field(mail, "Expires"), "Mon, 23 Nov 2026 12:00:00 +0000");
  EXPECT_EQ(field(mail, "Reply-By"), "Sat, 21 Nov 2026 18:00:00 +0000");
  EXPECT_EQ(field(mail, "Importance"), "high");
  EXPECT_EQ(field(mail, "MMHS-Primary-Precedence"), "3 (immediate)");
  EXPECT_EQ(field(mail, "MMHS-Copy-Precedence"), "1 (routine)");
  EXPECT_EQ(field(mail, "MMHS-Message-Type"), "0 (exercise); identifier=\"COLD TEST 26\"");
  EXPECT_EQ(field(mail, "MMHS-Exempted-Address"), "bridge@tor.example");
  EXPECT_EQ(field(mail, "MMHS-Extended-Authorisation-Info"), "Sat, 21 Nov 2026 11:55:00 +0000");
  EXPECT_EQ(field(mail, "MMHS-Subject-Indicator-Codes"), "ABC; XYZ1");
  EXPECT_EQ(field(mail, "MMHS-Handling-Instructions"), "SPECAT; EXCLUSIVE");
  EXPECT_EQ(field(mail, "MMHS-Message-Instructions"), "ZFF3; MINIMIZE CONSIDERED");
  EXPECT_EQ(field(mail, "MMHS-Codress-Message-Indicator"), "0");
  EXPECT_EQ(field(mail, "MMHS-Originator-Reference"), "OPS 12/26");
  EXPECT_EQ(field(mail, "MMHS-Other-Recipients-Indicator-To"), "RCCPJQ");
  EXPECT_EQ(field(mail, "MMHS-Other-Recipients-Indicator-CC"), "CTG 507.01");
  EXPECT_EQ(field(mail, "MMHS-Acp127-Message-Identifier"), "RFLSVH 0042 3251200");
  EXPECT_EQ(field(mail, "MMHS-Originator-PLAD"), "NORCOMM NORTH");
  EXPECT_EQ(field(mail, "Disposition-Notification-To"), "Officer.Duty@OPS.hq.example");
  EXPECT_EQ(field(mail, "SIO-Label").substr(0, 9), "marking=\"");
}

// M-03: what has no field is named, and kept for the way back.
TEST(X400Vectors, M03_DiscardedExtensionsAreNamed) {
  const auto mail = test::received(vector_02(), settings());
  EXPECT_EQ(field(mail, "Discarded-X400-IPMS-Extensions"),
            "1.3.26.0.4406.0.2.3, 1.3.26.0.4406.0.2.12, 1.3.26.0.4406.0.2.15, 1.3.26.0.4406.0.2.17");
  const auto item = to_mail(vector_02(), settings(), test::nothing_known(), test::noon());
  for (const auto* oid : {"1.3.26.0.4406.0.2.3", "1.3.26.0.4406.0.2.12", "1.3.26.0.4406.0.2.17"})
    EXPECT_TRUE(std::any_of(item->notes.begin(), item->notes.end(), [&](const auto& n) {
      return n.find(std::string(oid) + " ") != std::string::npos;
    })) << oid;
}

TEST(X400Vectors, TheEnvelopeOfVector02) {
  const auto mail = test::received(vector_02(), settings());
  EXPECT_EQ(mail.envelope.from, "Officer.Duty@OPS.hq.example");
  ASSERT_EQ(mail.envelope.recipients.size(), 3U);
  EXPECT_EQ(mail.envelope.recipients[0].address, "\"/S=Comcen/O=HNOMS NANSEN/\"@ship.example");
  EXPECT_TRUE(mail.envelope.recipients[0].notify->success);
  EXPECT_EQ(mail.envelope.mt_priority, 2);  // normal and high: immediate
  EXPECT_EQ(mail.envelope.ret, mail::Ret::headers);
  ASSERT_TRUE(mail.envelope.by);
  EXPECT_EQ(mail.envelope.by->seconds, 86'400);
  EXPECT_TRUE(mail.envelope.by->return_if_late);
  EXPECT_EQ(field(mail, "X400-MTS-Identifier"), "[/PRMD=MIL/ADMD= /C=NO/;HQN1.001042.26112112]");
  EXPECT_EQ(field(mail, "X400-Content-Type"), "1.3.26.0.4406.0.4.1");
  EXPECT_EQ(field(mail, "X400-Content-Identifier"), "SITREP042");
  EXPECT_EQ(field(mail, "Priority"), "normal");
  EXPECT_EQ(field(mail, "Original-Encoded-Information-Types"), "IA5-Text, 1.3.26.0.4406.0.7.0");
  EXPECT_EQ(field(mail, "Latest-Delivery-Time"), "Sun, 22 Nov 2026 12:00:00 +0000");
  EXPECT_EQ(field(mail, "Date"), "Sat, 21 Nov 2026 12:00:00 +0000");
  EXPECT_NE(field(mail, "Received").find("MIXER"), std::string::npos);
  EXPECT_EQ(fields(mail, "X400-Received").size(), 3U);  // two of the trace, one of the internal trace
}

TEST(X400Vectors, EveryHeadingComesBack) {
  for (const auto* vector : {"p772/01-p772-all-extensions.hex", "p772/16-p772-forwarded-mm.hex"}) {
    const auto original = around(vector);
    const auto again = back_again(original, settings());
    const auto before = x400::decode_p772(original.content);
    const auto after = x400::decode_p772(again.content);
    ASSERT_TRUE(before && after);
    auto a = std::get<x400::Ipm>(*before);
    auto b = std::get<x400::Ipm>(*after);
    EXPECT_EQ(a.body.size(), b.body.size());
    // The trace fields of the mail ride in rfc-822-field-list only where they are no envelope's: none here.
    EXPECT_TRUE(std::none_of(b.heading.extensions.begin(), b.heading.extensions.end(),
                             [](const auto& e) { return e.oid == "1.3.6.1.7.1.3.2"; }));
    a.body.clear();
    b.body.clear();
    EXPECT_EQ(boost::json::serialize(x400::to_json(a)), boost::json::serialize(x400::to_json(b))) << vector;
    EXPECT_EQ(x400::encode_p772(a), x400::encode_p772(b)) << vector;
  }
}

TEST(X400Vectors, TheEnvelopeComesBack) {
  const auto original = vector_02().envelope;
  const auto again = back_again(vector_02(), settings()).envelope;
  EXPECT_EQ(again.originator, original.originator);
  EXPECT_EQ(again.content_type, original.content_type);
  EXPECT_EQ(again.content_id, original.content_id);
  EXPECT_EQ(again.priority, original.priority);
  EXPECT_EQ(again.eits, original.eits);
  ASSERT_EQ(again.recipients.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(settings().addresses.to_rfc822(again.recipients[i].name) ==
                settings().addresses.to_rfc822(original.recipients[i].name));
    EXPECT_EQ(again.recipients[i].report, original.recipients[i].report) << i;
  }
  for (const auto& e : original.extensions) {
    if (e.standard == x400::ext_internal_trace) continue;  // its hops are trace now
    const auto same = std::find_if(again.extensions.begin(), again.extensions.end(), [&](const auto& x) {
      if (x.standard != e.standard || x.private_oid != e.private_oid) return false;
      return x.value == e.value || (x.standard == x400::ext_message_security_label &&
                                    decode_label(x.value).value() == decode_label(e.value).value());
    });
    EXPECT_NE(same, again.extensions.end()) << e.standard << e.private_oid;
  }
  ASSERT_EQ(again.trace.size(), original.trace.size() + 2);  // this gateway, there and back
  for (std::size_t i = 0; i < original.trace.size(); ++i) {
    EXPECT_EQ(again.trace[i].domain, original.trace[i].domain);
    EXPECT_EQ(again.trace[i].arrival, original.trace[i].arrival);
  }
}

// A header that mail users changed wins over what was kept of X.400.
TEST(X400Vectors, ChangedHeadersWin) {
  auto mail = test::received(vector_02(), settings());
  auto text = std::string(as_text(mail.message));
  const auto at = text.find("Subject: SITREP 042");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 19, "Subject: SITREP 043");
  mail.message = to_bytes(text);
  const auto heading = test::content(test::sent(mail, settings())).heading;
  EXPECT_EQ(heading.subject, "SITREP 043");
  EXPECT_EQ(heading.mmhs.address_lists.size(), 1U);
  // Recipients taken away: what was kept for them by number must not go to others.
  const auto cc = text.find("Cc: bridge@tor.example,");
  ASSERT_NE(cc, std::string::npos);
  text.erase(cc + 4, 20);
  mail.message = to_bytes(text);
  const auto fewer = test::content(test::sent(mail, settings())).heading;
  ASSERT_EQ(fewer.copy.size(), 1U);
  EXPECT_EQ(fewer.mmhs.pilot.size(), 1U);
}

TEST(X400Vectors, OtherGradesAndTheCivilCap) {
  for (const int priority : {-4, -2, 0, 2, 4, 6}) {
    auto message = vector_02();
    x400::set_precedence(message.envelope, from_mt_priority(priority));
    EXPECT_EQ(test::received(message, settings()).envelope.mt_priority, priority);
  }
  auto civil = vector_02();
  civil.envelope.content_type = {22, {}};
  std::erase_if(civil.envelope.extensions, [](const auto& e) { return e.standard < 0; });
  civil.envelope.priority = x400::Priority::urgent;
  EXPECT_EQ(test::received(civil, settings()).envelope.mt_priority, 2);  // not flash (5.1)
}

}  // namespace
}  // namespace longwire::gateway
