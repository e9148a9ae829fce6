// What `longwire decode p772` prints.
#include "annexe/x400/p772_json.hpp"

#include "annexe/x400/body_parts.hpp"
#include "annexe/x400/file_transfer.hpp"
#include "tests/unit/vectors.hpp"
#include "tests/unit/x400/p772_random.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace longwire::x400 {
namespace {

namespace json = boost::json;

Bytes hex(std::string_view text) { return from_hex(text).value(); }

json::value shown(const std::string& vector) {
  return to_json(*decode_p772(test::read_hex_vector("p772/" + vector + ".hex")));
}

// The member at a JSON pointer, as JSON text.
std::string at(const json::value& value, std::string_view pointer) {
  boost::json::error_code ec;
  const auto* found = value.find_pointer(pointer, ec);
  return found == nullptr ? "absent" : json::serialize(*found);
}

std::string part(const BodyPart& p) {
  Ipm message;
  message.body = {p};
  return at(to_json(IpmsContent(message)), "/mm/body/0");
}

TEST(P772Json, Heading) {
  const auto v = shown("01-p772-all-extensions");
  const std::string h = "/mm/heading";
  const auto* duty =
      R"({"text":"/G=Officer/S=Duty/OU=OPS/O=HQ NORTH/PRMD=MIL/ADMD= /C=NO/","country_name":"NO",)"
      R"("administration_domain_name":" ","private_domain_name":"MIL","organization_name":"HQ NORTH",)"
      R"("organizational_unit_names":["OPS"],"personal_name":{"surname":"Duty","given_name":"Officer"}})";
  EXPECT_EQ(at(v, h + "/this_ipm/user"), duty);
  EXPECT_EQ(at(v, h + "/this_ipm/user_relative_identifier"), R"("1042 261121120000Z")");
  EXPECT_EQ(at(v, h + "/originator/formal_name"), duty);
  EXPECT_EQ(at(v, h + "/authorizing_users/0/formal_name/personal_name/surname"), R"("Commander")");
  EXPECT_EQ(at(v, h + "/primary_recipients/0/notification_requests"), R"(["rn","nrn"])");
  EXPECT_EQ(at(v, h + "/primary_recipients/0/reply_requested"), "true");
  EXPECT_EQ(at(v, h + "/primary_recipients/0/acp127_notification_request"), R"(["nn","pn","tn"])");
  EXPECT_EQ(at(v, h + "/copy_recipients/0/notification_requests"), R"(["nrn"])");
  EXPECT_EQ(at(v, h + "/copy_recipients/0/recipient/formal_name/common_name"), R"("Bridge")");
  EXPECT_EQ(at(v, h + "/copy_recipients/1/recipient/formal_name/domain_defined_attributes"),
            R"([{"type":"RFC-822","value":"ops(a)ship1.example"}])");
  EXPECT_EQ(at(v, h + "/related_ipms/0/user_relative_identifier"), R"("1039 261120090000Z")");
  EXPECT_EQ(at(v, h + "/subject"), R"("SITREP 042")");
  EXPECT_EQ(at(v, h + "/expiry_time"), R"("2026-11-23T12:00:00Z")");
  EXPECT_EQ(at(v, h + "/reply_time"), R"("2026-11-21T18:00:00Z")");
  EXPECT_EQ(at(v, h + "/importance"), "2");
  EXPECT_EQ(at(v, h + "/auto_forwarded"), "false");
  EXPECT_EQ(at(v, h + "/sensitivity"), "absent");
}

TEST(P772Json, Extensions) {
  const auto v = shown("01-p772-all-extensions");
  const std::string e = "/mm/heading/extensions";
  EXPECT_EQ(at(v, e + "/primary_precedence"), "3");
  EXPECT_EQ(at(v, e + "/copy_precedence"), "1");
  EXPECT_EQ(at(v, e + "/message_type"), R"({"type":0,"identifier":"COLD TEST 26"})");
  EXPECT_EQ(at(v, e + "/address_list_indicator/0/reply_request"), "2");
  EXPECT_EQ(at(v, e + "/address_list_indicator/0/list_name/formal_name/organization_name"), R"("AIG 5601")");
  EXPECT_EQ(at(v, e + "/exempted_address/0/formal_name/common_name"), R"("Bridge")");
  EXPECT_EQ(at(v, e + "/extended_authorisation_info"), R"("2026-11-21T11:55:00Z")");
  EXPECT_EQ(at(v, e + "/distribution_codes"), R"({"sics":["ABC","XYZ1"]})");
  EXPECT_EQ(at(v, e + "/handling_instructions"), R"(["SPECAT","EXCLUSIVE"])");
  EXPECT_EQ(at(v, e + "/message_instructions"), R"(["ZFF3","MINIMIZE CONSIDERED"])");
  EXPECT_EQ(at(v, e + "/codress_message"), "0");
  EXPECT_EQ(at(v, e + "/originator_reference"), R"("OPS 12/26")");
  EXPECT_EQ(at(v, e + "/other_recipients_indicator"),
            R"([{"type":0,"designator":"RCCPJQ"},{"type":1,"designator":"CTG 507.01"}])");
  const auto* label = R"({"security_policy_identifier":"1.3.26.1.3.1","security_classification":2})";
  EXPECT_EQ(at(v, e + "/pilot_forwarding_info/0/pilot_precedence"), "3");
  EXPECT_EQ(at(v, e + "/pilot_forwarding_info/0/pilot_security"), label);
  EXPECT_EQ(at(v, e + "/pilot_forwarding_info/0/pilot_handling"), R"(["HAND CARRY"])");
  EXPECT_EQ(at(v, e + "/acp127_message_identifier"), R"("RFLSVH 0042 3251200")");
  EXPECT_EQ(at(v, e + "/originator_plad"), R"("NORCOMM NORTH")");
  EXPECT_EQ(at(v, e + "/information_labels/content_security_label"), label);
  EXPECT_EQ(at(v, "/mm/heading/other_extensions"), "absent");
}

TEST(P772Json, Body) {
  const auto v = shown("01-p772-all-extensions");
  EXPECT_EQ(at(v, "/mm/body/0"),
            R"({"type":"ia5_text","repertoire":"ia5","data":"SHIPS IN COMPANY PROCEED AS PLANNED.\r\n"})");
  EXPECT_EQ(at(v, "/mm/body/1"),
            "{\"type\":\"general_text\",\"repertoires\":[1,6,100],\"text\":\"K\xC3\xB8"
            "benhavn\",\"data\":\"4bf862656e6861766e\"}");
  EXPECT_EQ(at(v, "/mm/body/2"),
            R"({"type":"adatp3","parameters":0,"set_oriented":["EXER/COLD TEST 26//","MSGID/SITREP/HQN/042//"]})");
  EXPECT_EQ(at(v, "/mm/body/3"), R"({"type":"corrections","parameters":0,"data":"LINE 3 READ 0600Z"})");
  EXPECT_EQ(at(v, "/mm/body/4"), R"({"type":"acp127_data","parameters":0,"data":"ZNR UUUUU\r\n"})");
  EXPECT_EQ(at(v, "/mm/body/5"), "absent");
}

TEST(P772Json, OtherBodyParts) {
  EXPECT_EQ(part(body::Ia5{"A\xE6", 2}), "{\"type\":\"ia5_text\",\"repertoire\":\"ita2\",\"data\":\"A\xC3\xA6\"}");
  // The escape sequences of ISO 8859-1 are left out of the text; Greek is not read as Latin.
  EXPECT_EQ(part(body::General{{6, 100}, hex("1b2842 1b2d41 1b2141 1b7e 41e6")}),
            "{\"type\":\"general_text\",\"repertoires\":[6,100],\"text\":\"A\xC3\xA6\",\"data\":\"1b28421b2d411b2141"
            "1b7e41e6\"}");
  EXPECT_EQ(part(body::General{{6, 126}, hex("41e6")}),
            R"({"type":"general_text","repertoires":[6,126],"data":"41e6"})");
  EXPECT_EQ(part(body::Bilateral{hex("00ff")}), R"({"type":"bilaterally_defined","data":"00ff"})");
  EXPECT_EQ(part(body::Unknown{hex("a300")}), R"({"type":"unknown","element":"a300"})");
  EXPECT_EQ(part(body::Extended{"1.2.3", hex("0500"), "1.2.4", hex("0401ff")}),
            R"({"type":"extended","parameters":{"direct_reference":"1.2.3","value":"0500"},)"
            R"("data":{"direct_reference":"1.2.4","value":"0401ff"}})");
  // Data that is not what its OID promises is shown as it is.
  EXPECT_EQ(part(body::Extended{"", {}, std::string(body::et_corrections), hex("0500")}),
            R"({"type":"extended","data":{"direct_reference":"1.3.26.0.4406.0.7.1","value":"0500"}})");
  EXPECT_EQ(part(body::make_forwarded_encrypted({std::nullopt, {}, hex("ab")})),
            R"({"type":"forwarded_encrypted","data":"ab"})");
  body::FileTransfer file;
  file.filename = "plan.doc";
  file.size = 1;
  file.contents = hex("2a");
  EXPECT_EQ(part(body::make_file_transfer(file)),
            R"({"type":"file_transfer","pathname":"plan.doc","object_size":1,"data":"2a"})");
}

TEST(P772Json, ForwardedMessage) {
  const auto v = shown("16-p772-forwarded-mm");
  EXPECT_EQ(at(v, "/mm/body/1/type"), R"("mm_message")");
  EXPECT_EQ(at(v, "/mm/body/1/delivery_time"), R"("2026-11-21T12:01:00Z")");
  EXPECT_EQ(at(v, "/mm/body/1/delivery_envelope").substr(0, 9), R"("a1818006)");
  EXPECT_EQ(at(v, "/mm/body/1/message/heading/subject"), R"("TEST")");
  EXPECT_EQ(at(v, "/mm/body/1/message/body/0/data"), R"("HELLO\r\n")");
}

TEST(P772Json, Notifications) {
  const auto receipt = shown("08-mrn-receipt");
  EXPECT_EQ(at(receipt, "/mn/subject_ipm/user_relative_identifier"), R"("1042 261121120000Z")");
  EXPECT_EQ(at(receipt, "/mn/ipn_originator/formal_name/organization_name"), R"("HNOMS NANSEN")");
  EXPECT_EQ(at(receipt, "/mn/receipt_fields"),
            R"({"receipt_time":"2026-11-21T12:15:00Z","acknowledgment_mode":"automatic",)"
            R"("suppl_receipt_info":"RECEIVED BY COMCEN"})");
  const auto non_receipt = shown("09-mnrn-nonreceipt");
  EXPECT_EQ(at(non_receipt, "/mn/ipm_intended_recipient/formal_name/common_name"), R"("Bridge")");
  EXPECT_EQ(at(non_receipt, "/mn/non_receipt_fields"), R"({"non_receipt_reason":0,"discard_reason":0})");
  const auto other = shown("10-mon-acp127");
  const std::string response = "/mn/other_notification_type_fields/acp127_notification_response";
  EXPECT_EQ(at(other, response + "/acp127_notification_type"), R"(["tn"])");
  EXPECT_EQ(at(other, response + "/receipt_time"), R"("2026-11-21T12:20:00Z")");
  EXPECT_EQ(at(other, response + "/address_list_indicator/0/type"), "0");
  EXPECT_EQ(at(other, response + "/acp127_recipient"), R"("RFLSVH")");
  EXPECT_EQ(at(other, response + "/acp127_supp_info"), R"("ACCEPTED FOR TRANSFER")");
}

TEST(P772Json, WhatIsNotKnownIsShown) {
  Ipm m;
  m.heading.extensions = {{"1.2.3", hex("0500")}, {"1.2.4", {}}};
  m.heading.unknown = {hex("b900")};
  m.heading.mmhs.information_labels = hex("3000");
  const auto v = to_json(IpmsContent(m));
  EXPECT_EQ(at(v, "/mm/heading/other_extensions"), R"([{"type":"1.2.3","value":"0500"},{"type":"1.2.4"}])");
  EXPECT_EQ(at(v, "/mm/heading/unknown"), R"(["b900"])");
  EXPECT_EQ(at(v, "/mm/heading/extensions/information_labels"), R"("3000")");
}

TEST(P772Json, RandomContentIsGoodJson) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    boost::json::error_code ec;
    const auto text = json::serialize(to_json(test::RandomContent(seed).content()));
    (void)json::parse(text, ec);  // refuses what is not UTF-8
    EXPECT_FALSE(ec) << seed << " " << text;
  }
}

}  // namespace
}  // namespace longwire::x400
