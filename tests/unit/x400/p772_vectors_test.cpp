// The P772 vectors against values written down from tshark's view of them, and the same octets out again.
#include "annexe/compressed_data.hpp"
#include "annexe/x400/body_parts.hpp"
#include "annexe/x400/p772.hpp"
#include "tests/unit/vectors.hpp"

#include "tests/unit/x400/vector_people.hpp"

#include <gtest/gtest.h>

namespace longwire::x400 {
namespace {

constexpr std::string_view policy = "1.3.26.1.3.1";

using test::bridge;
using test::comcen;
using test::duty_officer;
using test::mail_user;
using test::name;

OrDescriptor formal(OrName n) {
  OrDescriptor out;
  out.formal = std::move(n);
  return out;
}

RecipientSpecifier recipient(OrName n) {
  RecipientSpecifier out;
  out.recipient = formal(std::move(n));
  return out;
}

Time at(int day, int hour, int minute = 0) {
  using namespace std::chrono;
  return Time{sys_days{year{2026} / November / day}.time_since_epoch() + hours{hour} + minutes{minute}};
}

Bytes hex(std::string_view text) { return from_hex(text).value(); }

Ipm decoded_message(const std::string& vector) {
  const auto content = decode_p772(test::read_hex_vector(vector));
  EXPECT_TRUE(content) << (content ? "" : content.error().text);
  return std::get<Ipm>(*content);
}

Ipn decoded_notification(const std::string& vector) {
  const auto content = decode_p772(test::read_hex_vector(vector));
  EXPECT_TRUE(content) << (content ? "" : content.error().text);
  return std::get<Ipn>(*content);
}

Heading all_extensions() {
  Heading h;
  h.this_id = {duty_officer(), "1042 261121120000Z"};
  h.originator = formal(duty_officer());
  auto commander = name("MIL", "HQ NORTH");
  commander.person.surname = "Commander";
  h.authorizing = {formal(commander)};
  auto to = recipient(comcen());
  to.receipt_wanted = to.non_receipt_wanted = to.reply_requested = true;
  to.acp127_request = 0xE0;
  h.primary = {to};
  auto cc = recipient(bridge());
  cc.non_receipt_wanted = true;
  h.copy = {cc, recipient(mail_user())};
  h.related = {{duty_officer(), "1039 261120090000Z"}};
  h.subject = "SITREP 042";
  h.expiry = at(23, 12);
  h.reply_by = at(21, 18);
  h.reply_to = {formal(duty_officer())};
  h.importance = 2;
  auto& m = h.mmhs;
  m.primary_precedence = 3;
  m.copy_precedence = 1;
  m.message_type = {0, "COLD TEST 26"};
  m.address_lists = {{0, formal(name("MIL", "AIG 5601")), 0, 2}};
  m.exempted = {formal(bridge())};
  m.authorisation_time = at(21, 11, 55);
  m.sics = {"ABC", "XYZ1"};
  m.handling = {"SPECAT", "EXCLUSIVE"};
  m.instructions = {"ZFF3", "MINIMIZE CONSIDERED"};
  m.codress = 0;
  m.originator_reference = "OPS 12/26";
  m.other_recipients = {{0, "RCCPJQ"}, {1, "CTG 507.01"}};
  SecurityLabel restricted;
  restricted.policy = policy;
  restricted.classification = 2;
  m.pilot = {{3, {formal(bridge())}, restricted, {"HAND CARRY"}}};
  m.acp127_id = "RFLSVH 0042 3251200";
  m.originator_plad = "NORCOMM NORTH";
  m.information_labels = hex("300c a00a 0605 2b1a010301 020102");
  return h;
}

TEST(P772Vectors, AllExtensions) {
  const auto message = decoded_message("p772/01-p772-all-extensions.hex");
  EXPECT_EQ(message.heading, all_extensions());
  ASSERT_EQ(message.body.size(), 5U);
  EXPECT_EQ(std::get<body::Ia5>(message.body[0]).text, "SHIPS IN COMPANY PROCEED AS PLANNED.\r\n");
  EXPECT_EQ(std::get<body::Ia5>(message.body[0]).repertoire, 5);
  const auto& general = std::get<body::General>(message.body[1]);
  EXPECT_EQ(general.repertoires, (std::vector<int>{1, 6, 100}));
  EXPECT_EQ(general.text, to_bytes("K\xF8"
                                   "benhavn"));
  const auto adatp3 = body::read_adatp3(std::get<body::Extended>(message.body[2]));
  ASSERT_TRUE(adatp3);
  EXPECT_EQ(*adatp3, (body::Adatp3{true, {"EXER/COLD TEST 26//", "MSGID/SITREP/HQN/042//"}, 0}));
  const auto corrections = body::read_corrections(std::get<body::Extended>(message.body[3]));
  ASSERT_TRUE(corrections);
  EXPECT_EQ(*corrections, (body::Ia5Data{"LINE 3 READ 0600Z", 0}));
  const auto acp127 = body::read_acp127_data(std::get<body::Extended>(message.body[4]));
  ASSERT_TRUE(acp127);
  EXPECT_EQ(*acp127, (body::Ia5Data{"ZNR UUUUU\r\n", 0}));
}

// Built from values only: nothing of the input can have been carried through.
TEST(P772Vectors, AllExtensionsBuilt) {
  Ipm message;
  message.heading = all_extensions();
  message.body = {body::Ia5{"SHIPS IN COMPANY PROCEED AS PLANNED.\r\n"},
                  body::General{{1, 6, 100},
                                to_bytes("K\xF8"
                                         "benhavn")},
                  body::make_adatp3({true, {"EXER/COLD TEST 26//", "MSGID/SITREP/HQN/042//"}}),
                  body::make_corrections({"LINE 3 READ 0600Z"}), body::make_acp127_data({"ZNR UUUUU\r\n"})};
  EXPECT_EQ(to_hex(encode_p772(message)), to_hex(test::read_hex_vector("p772/01-p772-all-extensions.hex")));
}

TEST(P772Vectors, Receipt) {
  const auto n = decoded_notification("p772/08-mrn-receipt.hex");
  EXPECT_EQ(n.subject, (IpmId{duty_officer(), "1042 261121120000Z"}));
  EXPECT_EQ(n.originator, formal(comcen()));
  EXPECT_FALSE(n.intended);
  EXPECT_FALSE(n.converted);
  EXPECT_EQ(std::get<Receipt>(n.outcome), (Receipt{at(21, 12, 15), true, "RECEIVED BY COMCEN", {}}));
}

TEST(P772Vectors, NonReceipt) {
  const auto n = decoded_notification("p772/09-mnrn-nonreceipt.hex");
  EXPECT_EQ(n.subject, (IpmId{duty_officer(), "1042 261121120000Z"}));
  EXPECT_EQ(n.originator, formal(comcen()));
  EXPECT_EQ(n.intended, formal(bridge()));
  EXPECT_EQ(std::get<NonReceipt>(n.outcome), (NonReceipt{0, 0, "", {}, {}}));
}

TEST(P772Vectors, Acp127Notification) {
  const auto n = decoded_notification("p772/10-mon-acp127.hex");
  EXPECT_EQ(n.originator, formal(mail_user()));
  const auto& other = std::get<OtherNotification>(n.outcome);
  EXPECT_TRUE(other.extensions.empty());
  const Acp127Response expected{0x20,
                                at(21, 12, 20),
                                {{0, formal(name("MIL", "AIG 5601")), std::nullopt, std::nullopt}},
                                "RFLSVH",
                                "ACCEPTED FOR TRANSFER"};
  EXPECT_EQ(other.acp127, expected);
}

TEST(P772Vectors, ForwardedMilitaryMessage) {
  const auto message = decoded_message("p772/16-p772-forwarded-mm.hex");
  const auto& h = message.heading;
  EXPECT_EQ(h.this_id, (IpmId{comcen(), "9 261121130000Z"}));
  EXPECT_EQ(h.subject, "FWD");
  EXPECT_TRUE(h.auto_forwarded);
  EXPECT_EQ(h.mmhs.primary_precedence, 1);
  EXPECT_EQ(h.mmhs.authorisation_time, at(21, 13));
  ASSERT_EQ(message.body.size(), 2U);
  EXPECT_EQ(std::get<body::Ia5>(message.body[0]).text, "SEE ATTACHED\r\n");
  const auto& forwarded = std::get<body::Forwarded>(message.body[1]);
  EXPECT_TRUE(forwarded.military);
  EXPECT_EQ(forwarded.delivered, at(21, 12, 1));
  // content-type, originator-name, this-recipient-name, message-submission-time, under their [1]
  EXPECT_EQ(forwarded.delivery_fields.size(), 0x80U + 3U);
  EXPECT_EQ(to_hex(ByteView(forwarded.delivery_fields).first(13)), "a1818006082b1a00a236000401");
  ASSERT_EQ(forwarded.message.size(), 1U);
  const auto& inner = forwarded.message[0];
  EXPECT_EQ(inner.heading.this_id, (IpmId{duty_officer(), "7 261121120000Z"}));
  EXPECT_EQ(inner.heading.subject, "TEST");
  EXPECT_EQ(inner.heading.primary, std::vector{recipient(comcen())});
  EXPECT_EQ(inner.heading.mmhs.authorisation_time, at(21, 11, 59));
  ASSERT_EQ(inner.body.size(), 1U);
  EXPECT_EQ(std::get<body::Ia5>(inner.body[0]).text, "HELLO\r\n");
}

class P772SameOctets : public testing::TestWithParam<const char*> {};

TEST_P(P772SameOctets, Again) {
  const auto octets = test::read_hex_vector(std::string("p772/") + GetParam() + ".hex");
  const auto content = decode_p772(octets);
  ASSERT_TRUE(content) << content.error().name << " " << content.error().text;
  EXPECT_EQ(to_hex(encode_p772(*content)), to_hex(octets));
}

INSTANTIATE_TEST_SUITE_P(Vectors, P772SameOctets,
                         testing::Values("01-p772-all-extensions", "08-mrn-receipt", "09-mnrn-nonreceipt",
                                         "10-mon-acp127", "16-p772-forwarded-mm"),
                         [](const auto& parameter) { return "v" + std::string(parameter.param).substr(0, 2); });

// The content of a P1 message is what came, to the octet, and its content type says that it is P772.
TEST(P772Vectors, InsideP1) {
  for (const auto& [outer, inner] :
       {std::pair{"02-p1-all-extensions", "01-p772-all-extensions"}, std::pair{"11-p1-mrn", "08-mrn-receipt"}}) {
    const auto cdt = annexe::decode_compressed_data(test::read_hex_vector(std::string("p772/") + outer + ".hex"));
    ASSERT_TRUE(cdt) << outer;
    const auto apdu = decode_p1(cdt->content);
    ASSERT_TRUE(apdu) << outer << " " << apdu.error().text;
    const auto& message = std::get<Message>(*apdu);
    EXPECT_EQ(message.envelope.content_type.oid, content_p772_oid);
    EXPECT_EQ(to_hex(message.content), to_hex(test::read_hex_vector(std::string("p772/") + inner + ".hex")));
    const auto content = decode_p772(message.content);
    ASSERT_TRUE(content) << outer;
    EXPECT_EQ(to_hex(encode_p772(*content)), to_hex(message.content));
  }
}

}  // namespace
}  // namespace longwire::x400
