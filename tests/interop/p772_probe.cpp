// Encodes P772 content that fills every place of a heading, each body part and each notification with values that
// p772_tshark looks for in tshark's view. stdout: a JSON object a line, {"name": ..., "octets": hex}.
#include "annexe/x400/body_parts.hpp"
#include "annexe/x400/file_transfer.hpp"
#include "annexe/x400/information_labels.hpp"
#include "annexe/x400/p772.hpp"
#include "base/text.hpp"

#include <cstdio>
#include <string>

namespace {

using namespace longwire;
using namespace longwire::x400;

OrDescriptor person(const std::string& surname) {
  OrDescriptor out;
  out.formal = OrName{};
  out.formal->country = "NO";
  out.formal->admd = " ";
  out.formal->prmd = "MIL";
  out.formal->organization = "HQ WEST";
  out.formal->person.surname = surname;
  return out;
}

// 2026-12-DD HH:MM:00
Time at(int day, int hour, int minute) {
  return from_unix(1'796'083'200 + (day - 1) * 86'400 + hour * 3'600 + minute * 60);
}

SecurityLabel label(int classification, const std::string& mark) {
  ber::Writer value;
  value.integer(ber::integer_tag, classification);
  return {"1.3.26.1.3.1", classification, mark, {{"1.2.3.4", value.finish()}}};
}

RecipientSpecifier recipient(const std::string& surname) {
  RecipientSpecifier out;
  out.recipient = person(surname);
  return out;
}

MmhsExtensions extensions() {
  MmhsExtensions m;
  m.primary_precedence = 4;
  m.copy_precedence = 18;
  m.message_type = {2, "PROJECT WINTER"};
  m.address_lists = {{1, person("List"), 1, 0}};
  m.exempted = {person("Exempted")};
  m.authorisation_time = at(5, 6, 7);
  m.sics = {"AAA", "BBBB", "CCCCCCCC"};
  m.handling = {"HANDLE ONE", "HANDLE TWO"};
  m.instructions = {"INSTRUCT ONE"};
  m.codress = 77;
  m.originator_reference = "REF 99";
  m.other_recipients = {{0, "OTHER TO"}, {1, "OTHER CC"}};
  m.pilot = {{5, {person("Pilot")}, label(4, "PILOT MARK"), {"PILOT HANDLING"}}};
  m.acp127_id = "RXYZAB 0123 3390607";
  m.originator_plad = "COMNORTH";
  m.information_labels =
      encode_information_labels({label(1, "CONTENT MARK"), label(3, "HEADING MARK"), {{label(5, "BODY MARK"), 2}}});
  return m;
}

Heading heading() {
  Heading h;
  h.this_id = {person("Thisipm").formal, "4711 261205060700Z"};
  h.originator = person("Originator");
  h.originator->free_form = "Vakthavende \xC3\xB8";
  h.originator->telephone = "+47 1234";
  h.authorizing = {person("Authorizing")};
  auto to = recipient("Primary");
  to.receipt_wanted = to.return_wanted = to.reply_requested = true;
  to.acp127_request = 0x40;
  h.primary = {to};
  h.copy = {recipient("Copy")};
  h.copy[0].non_receipt_wanted = true;
  h.blind_copy = {recipient("Blind")};
  h.replied_to = {person("Repliedto").formal, "1 261201000000Z"};
  h.obsoleted = {{person("Obsoleted").formal, "2 261201000000Z"}};
  h.related = {{person("Related").formal, "3 261201000000Z"}};
  h.subject = "SUBJECT OF ALL";
  h.expiry = at(7, 8, 9);
  h.reply_by = at(10, 11, 12);
  h.reply_to = {person("Replyto")};
  h.importance = 0;
  h.sensitivity = 2;
  h.auto_forwarded = true;
  h.mmhs = extensions();
  return h;
}

// OtherMessageDeliveryFields: content type, originator, this recipient, submission time.
Bytes delivery_fields() {
  ber::Writer out;
  out.begin(ber::context_tag(1, true));
  (void)out.oid(ber::oid_tag, content_p772_oid);
  write(out, or_name_tag, *person("Sender").formal);
  write(out, ber::context_tag(4, true), *person("Receiver").formal);
  out.primitive(ber::context_tag(7, false), as_bytes("261203040400Z"));
  out.end();
  return out.finish();
}

std::vector<BodyPart> body_parts() {
  body::FileTransfer file;
  file.application_reference = body::ftbp_mime_data;
  file.visible = {"visible line"};
  file.filename = "plan.doc";
  file.modified = at(2, 3, 4);
  file.size = 5;
  file.contents = to_bytes("BYTES");
  Ipm inner;
  inner.heading.this_id = {person("Inner").formal, "5 261201000000Z"};
  inner.heading.subject = "INNER SUBJECT";
  inner.body = {body::Ia5{"inner text"}};
  body::Forwarded plain;
  plain.military = false;
  plain.delivered = at(3, 4, 5);
  plain.message = {inner};
  body::Forwarded military = plain;
  military.military = true;
  military.delivery_fields = delivery_fields();
  body::Forwarded bare;
  bare.message = {inner};
  return {body::Ia5{"ia5 text"},
          body::Ia5{"ita2 text", 2},
          body::General{{1, 6, 100}, to_bytes("general text")},
          body::Bilateral{{0xDE, 0xAD}},
          body::make_adatp3({false, {"LINES//"}, 1}),
          body::make_adatp3({true, {"SET ONE//", "SET TWO//"}, 2}),
          body::make_corrections({"corrected", 3}),
          body::make_acp127_data({"acp data", 4}),
          body::make_file_transfer(file),
          body::make_forwarded_encrypted({at(3, 4, 5), delivery_fields(), {0xBE, 0xEF}}),
          military,
          bare,
          plain};
}

void show(const char* name, const IpmsContent& content) {
  std::printf("{\"name\": \"%s\", \"octets\": \"%s\"}\n", name, to_hex(encode_p772(content)).c_str());
}

Ipn notification() {
  Ipn out;
  out.subject = {person("Subject").formal, "6 261201000000Z"};
  out.originator = person("Notifier");
  out.intended = person("Intended");
  out.converted = Eits{eit_ia5_text, {"1.2.3.4"}, {}};
  return out;
}

}  // namespace

int main() {
  show("message", Ipm{heading(), body_parts()});
  auto n = notification();
  n.outcome = Receipt{at(1, 2, 3), true, "RECEIPT INFO", {}};
  show("receipt", n);
  Ipm returned;
  returned.heading.this_id.local = "7 261201000000Z";
  returned.heading.subject = "RETURNED SUBJECT";
  n.outcome = NonReceipt{1, 1, "FORWARD COMMENT", {returned}, {}};
  show("non_receipt", n);
  n.outcome = OtherNotification{
      Acp127Response{0x80, at(4, 5, 6), {{0, person("Responselist"), std::nullopt, 2}}, "RECIPIENT", "SUPPLEMENT"}, {}};
  show("other", n);
}
