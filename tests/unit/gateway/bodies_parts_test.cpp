// Files, forwarded messages, multiparts, signed ones, X.400 parts in mail.
#include "annexe/x400/body_parts.hpp"
#include "annexe/x400/file_transfer.hpp"
#include "base/base64.hpp"
#include "tests/unit/gateway/bodies_support.hpp"

namespace longwire::gateway::test {
namespace {

namespace body = x400::body;
using Octets = std::string;

Octets all_octets() {
  Octets out;
  for (int i = 0; i < 256; ++i) out += static_cast<char>(i);
  return out;
}
std::string base64(std::string_view octets) { return base64_encode(as_bytes(octets), 76); }

const body::Extended& extended(const Trip& trip, std::size_t index = 0) {
  return std::get<body::Extended>(trip.ipm.body.at(index));
}

TEST(BodiesFiles, OctetStreamIsAnUnknownAttachment) {
  const auto trip = round_trip(
      "MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Description: a plan\r\nContent-Disposition: attachment; filename=\"plan b.bin\"\r\n\r\n" +
      base64(all_octets()));
  const auto file = body::read_file_transfer(extended(trip)).value();
  EXPECT_EQ(file.application_reference, body::ftbp_unknown_attachment);
  EXPECT_EQ(file.filename, "plan b.bin");
  EXPECT_EQ(file.visible, std::vector<std::string>{"a plan"});
  EXPECT_TRUE(file.extensions.empty()) << "the attributes say it all";
  EXPECT_EQ(as_text(file.contents), all_octets());
  EXPECT_EQ(leaves(trip.mail)[0].octets, all_octets());
  EXPECT_EQ(header_value(trip.mail, "Content-Type"), "application/octet-stream");
  EXPECT_EQ(header_value(trip.mail, "Content-Disposition"), "attachment; filename=\"plan b.bin\"");
  EXPECT_EQ(header_value(trip.mail, "Content-Description"), "a plan");
}

TEST(BodiesFiles, OctetStreamIsBilateralWhereConfigured) {
  auto settings = test_settings();
  settings.files = FilesAs::bilateral;
  const auto trip = round_trip(
      "MIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=x\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment; filename=x\r\n\r\n" +
          base64(all_octets()),
      settings);
  EXPECT_EQ(as_text(std::get<body::Bilateral>(trip.ipm.body.at(0)).octets), all_octets());
  EXPECT_EQ(leaves(trip.mail)[0].octets, all_octets());
  EXPECT_TRUE(noted(trip.notes, "Content-Disposition"));
}

TEST(BodiesFiles, AnythingElseKeepsItsFields) {
  const std::string fields =
      "Content-Type: application/pdf; name=\"=?utf-8?q?=C3=A6.pdf?=\"\r\n"
      "Content-Disposition: inline; filename*=utf-8''%C3%A6.pdf; creation-date=\"Sat, 21 Nov 2026 12:00:00 +0000\"\r\n"
      "Content-ID: <1@x>\r\nX-Own: some thing\r\n";
  const auto trip =
      round_trip("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee\r\n--b\r\n" +
                 fields + "Content-Transfer-Encoding: base64\r\n\r\n" + base64(all_octets()) + "--b--\r\n");
  const auto file = body::read_file_transfer(extended(trip, 1)).value();
  EXPECT_EQ(file.application_reference, body::ftbp_mime_data);
  EXPECT_EQ(file.filename, "\xC3\xA6.pdf");
  EXPECT_EQ(format_utc(file.created.value()), "2026-11-21T12:00:00Z");
  const auto found = leaves(trip.mail);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].octets, all_octets());
  EXPECT_EQ(header_value(found[1].header, "Content-Type"), "application/pdf; name=\"=?utf-8?q?=C3=A6.pdf?=\"");
  EXPECT_EQ(header_value(found[1].header, "Content-Disposition"),
            "inline; filename*=utf-8''%C3%A6.pdf; creation-date=\"Sat, 21 Nov 2026 12:00:00 +0000\"");
  EXPECT_EQ(header_value(found[1].header, "Content-ID"), "<1@x>");
  EXPECT_EQ(header_value(found[1].header, "X-Own"), "some thing");
}

TEST(BodiesFiles, TheEncodingOfAPartIsUsedAgain) {
  const auto with = [](std::string type, std::string encoding, std::string octets) {
    return round_trip("MIME-Version: 1.0\r\nContent-Type: " + type + "\r\nContent-Transfer-Encoding: " + encoding +
                      "\r\n\r\n" + octets)
        .mail;
  };
  EXPECT_EQ(header_value(with("text/html", "8bit", "<p>\xC3\xA6</p>\r\n"), "Content-Transfer-Encoding"), "8bit");
  EXPECT_EQ(body_of(with("text/html", "8bit", "<p>\xC3\xA6</p>\r\n")), "<p>\xC3\xA6</p>\r\n");
  EXPECT_EQ(body_of(with("text/html", "7bit", "<p> \r\n")), "<p> \r\n");
  EXPECT_EQ(header_value(with("text/csv", "base64", base64("a,b\r\n")), "Content-Transfer-Encoding"), "base64");
  EXPECT_EQ(body_of(with("application/json", "7bit", "{}\r\n")), "{}\r\n");
}

TEST(BodiesFiles, BrokenEncodingsStayAsTheyAre) {
  for (const std::string part :
       {"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA!\r\nA",
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=ZZ\r\n",
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n"}) {
    const auto trip = round_trip("MIME-Version: 1.0\r\n" + part);
    EXPECT_EQ(trip.mail, "MIME-Version: 1.0\r\n" + part);
  }
}

TEST(BodiesFiles, TextWithAFileNameIsAFile) {
  const auto trip = round_trip(
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n"
      "Content-Disposition: attachment; filename=\"log.txt\"\r\n\r\nline\r\n");
  EXPECT_EQ(body::read_file_transfer(extended(trip)).value().filename, "log.txt");
  EXPECT_EQ(body_of(trip.mail), "line\r\n");
  EXPECT_EQ(header_value(trip.mail, "Content-Disposition"), "attachment; filename=\"log.txt\"");
}

TEST(BodiesFiles, PeersReferencesAreNamedInTheType) {
  body::FileTransfer file;
  file.application_reference = "1.2.840.113556.4.2";
  file.filename = "plan.doc";
  file.size = 3;
  file.contents = to_bytes("doc");
  std::vector<std::string> notes;
  const auto mime = to_mime({body::make_file_transfer(file)}, "seed", subject_field, notes).value();
  EXPECT_NE(mime.header.find("Content-Type: application/x-ftbp.1.2.840.113556.4.2\r\n"), std::string::npos);
  EXPECT_NE(mime.header.find("size=3"), std::string::npos);
  const auto trip = round_trip(mime.header + "\r\n" + std::string(as_text(mime.body)));
  const auto again = body::read_file_transfer(extended(trip)).value();
  EXPECT_EQ(again.application_reference, file.application_reference);
  EXPECT_EQ(again.filename, file.filename);
  EXPECT_EQ(again.contents, file.contents);
}

TEST(BodiesFiles, FieldsOfAPeersFileCannotForgeTheHeader) {
  ber::Writer list;
  list.begin(ber::sequence_tag);
  for (const std::string_view line : {"Content-Type: text/html", "From: admiral@hq.example", "X: a\r\nSIO-Label: b"})
    list.primitive({ber::TagClass::universal, 22, false}, as_bytes(line));
  list.end();
  body::FileTransfer file;
  file.application_reference = body::ftbp_mime_data;
  file.extensions.push_back({"1.3.6.1.7.1.3.2", list.finish()});
  std::vector<std::string> notes;
  const auto mime = to_mime({body::make_file_transfer(file)}, "seed", subject_field, notes).value();
  EXPECT_EQ(header_value(mime.header, "Content-Type"), "text/html");
  EXPECT_EQ(header_value(mime.header, "From"), "");
  EXPECT_EQ(header_value(mime.header, "SIO-Label"), "");
  EXPECT_TRUE(noted(notes, "From"));
}

// RFC 2157 3.1.2, as gateways of RFC 1494 write it.
TEST(BodiesFiles, MimeBodyPartsOfOlderGatewaysAreRead) {
  constexpr ber::Tag ia5{ber::TagClass::universal, 22, false};
  ber::Writer parameters;
  parameters.begin(ber::sequence_tag);
  parameters.primitive(ia5, as_bytes("image/png"));
  parameters.begin(ber::sequence_tag);
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"name", "a b"}, {"x", "\"y\""}}) {
    parameters.begin(ber::sequence_tag);
    parameters.primitive(ia5, as_bytes(name));
    parameters.primitive(ia5, as_bytes(value));
    parameters.end();
  }
  parameters.end();
  parameters.begin(ber::sequence_tag);
  for (const std::string_view line :
       {"Content-ID: <1@x>", "Content-Transfer-Encoding: 8bit", "From: admiral@hq.example"})
    parameters.primitive(ia5, as_bytes(line));
  parameters.end();
  parameters.end();
  ber::Writer data;
  data.primitive(ber::octet_string_tag, as_bytes(all_octets()));
  body::Extended part{"1.3.6.1.7.1.2.2.1", parameters.finish(), "1.3.6.1.7.1.2.1.1", data.finish()};
  std::vector<std::string> notes;
  const auto mime = to_mime({part}, "seed", subject_field, notes).value();
  const auto mail = mime.header + "\r\n" + std::string(as_text(mime.body));
  EXPECT_EQ(header_value(mail, "Content-Type"), "image/png; name=\"a b\"; x=\"y\"");
  EXPECT_EQ(header_value(mail, "Content-ID"), "<1@x>");
  EXPECT_EQ(header_value(mail, "From"), "");
  EXPECT_TRUE(noted(notes, "From"));
  EXPECT_EQ(leaves(mail)[0].octets, all_octets());
  // What cannot be read is kept as it is.
  part.parameters = to_bytes("0");
  const auto whole = to_mime({part}, "seed", subject_field, notes).value();
  EXPECT_NE(whole.header.find("application/x400-bp; bp-type=1.3.6.1.7.1.2.1.1"), std::string::npos);
}

// RFC 2157 3.3: what MIME fields cannot say goes whole.
TEST(BodiesFiles, FilesWithoutAMimeFormGoAsX400Parts) {
  body::FileTransfer file;
  file.contents_type = "1.0.8571.5.1";  // unstructured text
  file.contents = to_bytes("x");
  const auto part = body::make_file_transfer(file);
  std::vector<std::string> notes;
  const auto mime = to_mime({part}, "seed", subject_field, notes).value();
  EXPECT_NE(mime.header.find("application/x400-bp; bp-type=2.6.1.4.12"), std::string::npos);
  const auto trip = round_trip(mime.header + "\r\n" + std::string(as_text(mime.body)));
  EXPECT_EQ(extended(trip), part);
}

// --- multiparts and messages ------------------------------------------------------------------------

std::string multipart(std::string subtype, const std::vector<std::string>& parts, std::string boundary = "b") {
  auto out = "Content-Type: multipart/" + subtype + "; boundary=\"" + boundary + "\"\r\n\r\n";
  for (const auto& p : parts) out += "--" + boundary + "\r\n" + p + "\r\n";
  return out + "--" + boundary + "--\r\n";
}

std::string shape(std::string_view message) {
  std::string out;
  for (const auto& p : mail::walk_mime(as_bytes(message)).value())
    out += (out.empty() ? "" : " ") + std::to_string(p.depth) + ":" + p.content_type.type;
  return out;
}

TEST(BodiesMultipart, OutermostPartsAreBodyParts) {
  const auto message =
      "MIME-Version: 1.0\r\n" + multipart("mixed", {"\r\none\r\n", "Content-Type: text/html\r\n\r\n<p>", "\r\n"});
  const auto trip = round_trip(message);
  EXPECT_EQ(trip.ipm.body.size(), 3u);
  EXPECT_TRUE(trip.ipm.heading.extensions.empty());
  EXPECT_EQ(shape(trip.mail), "1:multipart/mixed 2:text/plain 2:text/html 2:text/plain");
  EXPECT_EQ(leaves(trip.mail)[0].octets, "one\r\n");
  EXPECT_EQ(leaves(trip.mail)[1].octets, "<p>");
  EXPECT_EQ(leaves(trip.mail)[2].octets, "");
}

TEST(BodiesMultipart, OtherSubtypesAreNamedInTheHeading) {
  for (const std::string subtype :
       {"alternative", "related; type=\"text/html\"", "report; report-type=delivery-status"}) {
    const auto trip =
        round_trip("MIME-Version: 1.0\r\n" + multipart(subtype, {"\r\none", "Content-Type: text/html\r\n\r\n<p>"}));
    ASSERT_EQ(trip.ipm.heading.extensions.size(), 1u);
    EXPECT_TRUE(is_multipart_extension(trip.ipm.heading.extensions[0]));
    const auto type = mail::parse_content_type(header_value(trip.mail, "Content-Type")).value();
    const auto wanted = mail::parse_content_type("multipart/" + subtype).value();
    EXPECT_EQ(type.type, wanted.type);
    for (const auto& [name, value] : wanted.parameters) EXPECT_EQ(type.parameter(name), value);
    EXPECT_EQ(leaves(trip.mail).size(), 2u);
  }
  // A single part in a multipart stays in it.
  const auto one = round_trip("MIME-Version: 1.0\r\n" + multipart("mixed", {"\r\none"}));
  EXPECT_EQ(shape(one.mail), "1:multipart/mixed 2:text/plain");
}

TEST(BodiesMultipart, NestedOnesAreMessagesThatSayTheyAreNone) {
  const auto inner = multipart("alternative", {"\r\nplain", "Content-Type: text/html\r\n\r\n<p>"}, "i");
  const auto trip = round_trip("MIME-Version: 1.0\r\n" + multipart("mixed", {inner, "\r\nlast"}));
  const auto& forwarded = std::get<body::Forwarded>(trip.ipm.body.at(0));
  EXPECT_EQ(forwarded.message.front().heading.subject, "Alternative Body Parts containing the same information");
  EXPECT_GE(forwarded.message.front().heading.this_id.local.size(), 15u);
  EXPECT_TRUE(forwarded.message.front().heading.this_id.user.has_value());
  EXPECT_EQ(shape(trip.mail), "1:multipart/mixed 2:multipart/alternative 3:text/plain 3:text/html 2:text/plain");
}

TEST(BodiesForwarded, MessagesAreMmMessagesInMilitaryContent) {
  const auto forwarded =
      "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nDate: Sat, 21 Nov 2026 11:55:07 +0000\r\n"
      "MIME-Version: 1.0\r\n" +
      multipart(
          "related",
          {"\r\nin", "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(all_octets())},
          "inner");
  const auto message = "MIME-Version: 1.0\r\n" + multipart("mixed", {"\r\nout", forwarded});
  const auto trip = round_trip(message);
  EXPECT_TRUE(std::get<body::Forwarded>(trip.ipm.body.at(1)).military);
  EXPECT_EQ(shape(trip.mail),
            "1:multipart/mixed 2:text/plain 2:message/rfc822 3:multipart/related 4:text/plain 4:image/png");
  EXPECT_NE(trip.mail.find("Subject: inner\r\n"), std::string::npos);
  EXPECT_NE(trip.mail.find("Date: Sat, 21 Nov 2026 11:55:07 +0000\r\n"), std::string::npos);
  EXPECT_EQ(leaves(trip.mail).back().octets, all_octets());
  EXPECT_FALSE(std::get<body::Forwarded>(round_trip(message, test_settings(), false).ipm.body.at(1)).military);
}

TEST(BodiesForwarded, DigestsComeBackAsDigests) {
  const auto trip =
      round_trip("MIME-Version: 1.0\r\n" + multipart("digest", {"\r\nSubject: a\r\n\r\n1", "\r\nSubject: b\r\n\r\n2"}));
  EXPECT_TRUE(trip.ipm.heading.extensions.empty());
  EXPECT_EQ(header_value(trip.mail, "Content-Type").substr(0, 16), "multipart/digest");
  EXPECT_EQ(leaves(trip.mail)[1].octets, "2");
  const auto mixed = "Content-Type: message/rfc822\r\n\r\nSubject: a\r\n\r\n1";
  EXPECT_EQ(shape(round_trip("MIME-Version: 1.0\r\n" + multipart("mixed", {mixed, mixed})).mail).substr(0, 17),
            "1:multipart/mixed");
}

TEST(BodiesForwarded, DeliveryTimesOfAPeerAreShown) {
  body::Forwarded part;
  part.delivered = from_unix(1795262400);
  part.message.push_back(
      {subject_only(as_bytes("Subject: in\r\n\r\n"), *std::make_unique<std::vector<std::string>>()).value(),
       {body::Ia5{"text"}}});
  std::vector<std::string> notes;
  const auto mime = to_mime({x400::BodyPart(part)}, "seed", subject_field, notes).value();
  EXPECT_NE(as_text(mime.body).find("Delivery-Date: "), std::string_view::npos);
}

// --- HARPOON ----------------------------------------------------------------------------------------

// every octet behind the Content-Type stays, and so do the signatures over them.
TEST(BodiesHarpoon, SignedAndEncryptedMultipartsKeepEveryOctet) {
  const std::string inner =
      "preamble  \r\n--s\r\nContent-Type: text/plain\r\n\r\ntrailing \t\r\n.\r\n--s\r\n"
      "Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--s--\r\nepilogue";
  for (const std::string type :
       {"multipart/signed; micalg=sha-256;\r\n  protocol=\"application/pkcs7-signature\"; boundary=s",
        "multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=s"}) {
    const auto message = "MIME-Version: 1.0\r\nContent-Type: " + type + "\r\n\r\n" + inner;
    const auto trip = round_trip(message);
    ASSERT_EQ(trip.ipm.body.size(), 1u);
    EXPECT_EQ(std::get<body::Ia5>(trip.ipm.body[0]).text, message);
    EXPECT_EQ(trip.mail, message);
    // Inside another multipart too.
    const auto nested = round_trip("MIME-Version: 1.0\r\n" +
                                   multipart("mixed", {"\r\nfirst", "Content-Type: " + type + "\r\n\r\n" + inner}));
    EXPECT_NE(nested.mail.find("Content-Type: " + type + "\r\n\r\n" + inner + "\r\n--"), std::string::npos);
  }
}

TEST(BodiesHarpoon, SignedTextOfEightBitsGoesAsAFileAndComesBackTheSame) {
  const std::string message =
      "MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=s\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
      "--s\r\n\r\n\xC3\xA6\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--s--\r\n";
  const auto trip = round_trip(message);
  EXPECT_EQ(body::read_file_transfer(extended(trip)).value().application_reference, body::ftbp_mime_data);
  EXPECT_EQ(body_of(trip.mail), body_of(message));
  EXPECT_EQ(header_value(trip.mail, "Content-Type"), "multipart/signed; boundary=s");
  EXPECT_EQ(header_value(trip.mail, "Content-Transfer-Encoding"), "8bit");
}

// Blanked, the octet would let the other side read a boundary that was none here (found by fuzzing).
TEST(BodiesHarpoon, ABoundaryBehindAControlCharacterDoesNotComeBackReadable) {
  using namespace std::string_literals;
  const auto message =
      "MIME-Version: 1.0\r\nContent-Type: multipart/digest;\0boundary=b\r\n\r\n"
      "--b\r\n\r\nSubject: \xFA\r\n\r\n2\r\n--b--\r\n"s;
  ASSERT_EQ(mail::walk_mime(as_bytes(message)).value().size(), 1U);
  const auto back = round_trip(message).mail;
  EXPECT_EQ(header_value(back, "Content-Type"), "multipart/digest");
  EXPECT_EQ(mail::walk_mime(as_bytes(back)).value().size(), 1U);
}

TEST(BodiesHarpoon, ExternalBodiesStayWhole) {
  const std::string message =
      "MIME-Version: 1.0\r\nContent-Type: message/external-body; access-type=local-file; name=x\r\n\r\n"
      "Content-Type: image/png\r\n\r\n";
  EXPECT_EQ(round_trip(message).mail, message);
}

TEST(BodiesHarpoon, TextOfAPeerIsOnlyTakenForAnEntityIfItIsOne) {
  std::vector<std::string> notes;
  for (const std::string text :
       {"MIME-Version: 1.0\r\nContent-Type: text/html\r\nFrom: admiral@hq.example\r\n\r\n<b>",
        "MIME-Version: 1.0\r\nno fields at all", "MIME-Version: 1.0\r\nContent-Type: ???\r\n\r\nx",
        "MIME-Version: 1.0\r\n\r\nno type"}) {
    const auto mime = to_mime({body::Ia5{text}}, "seed", subject_field, notes).value();
    EXPECT_EQ(mime.header, "") << text;
    EXPECT_EQ(as_text(mime.body), text);
  }
}

// --- X.400 parts in mail -----------------------------------------------------------------------------

Trip from_x400(x400::BodyPart part, std::string* mail = nullptr) {
  std::vector<std::string> notes;
  const auto mime = to_mime({std::move(part)}, "seed", subject_field, notes).value();
  const auto text = mime.header + "\r\n" + std::string(as_text(mime.body));
  if (mail != nullptr) *mail = text;
  return round_trip(text);
}

TEST(BodiesX400, MilitaryPartsAreTextThatMapsBack) {
  const std::vector<body::Extended> parts{
      body::make_adatp3({true, {"EXER/COLD TEST 26//", "MSGID/SITREP/HQN/042//"}, 0}),
      body::make_adatp3({false, {"EXER/COLD TEST 26//\r\nMSGID/SITREP//\r\n"}, 4}),
      body::make_corrections({"LINE 3 READ 0600Z", 1}),
      body::make_acp127_data({"ZNR UUUUU\r\n", 0}),
      body::make_acp127_data({"", 0}),
  };
  for (const auto& part : parts) {
    std::string mail;
    const auto trip = from_x400(part, &mail);
    EXPECT_EQ(leaves(mail)[0].type, "text/plain");
    EXPECT_NE(header_value(mail, "Content-Description"), "");
    EXPECT_EQ(extended(trip), part) << mail;
  }
  std::string mail;
  from_x400(parts[0], &mail);
  EXPECT_EQ(body_of(mail), "EXER/COLD TEST 26//\r\nMSGID/SITREP/HQN/042//");
}

// A set with a line end inside would be two of them on the way back.
TEST(BodiesX400, MilitaryPartsTheTextCannotTellGoWhole) {
  const auto part = body::make_adatp3({true, {"A//\r\nB//"}, 0});
  std::string mail;
  const auto trip = from_x400(part, &mail);
  EXPECT_EQ(leaves(mail)[0].type, "application/x400-bp");
  EXPECT_EQ(extended(trip), part);
}

TEST(BodiesX400, EverythingElseGoesWholeAndComesBack) {
  const auto encrypted = body::make_forwarded_encrypted({std::nullopt, {}, to_bytes("secret")});
  std::string mail;
  EXPECT_EQ(extended(from_x400(encrypted, &mail)), encrypted);
  EXPECT_EQ(header_value(mail, "Content-Type"), "application/x400-bp; bp-type=1.3.26.0.4406.0.7.6");
  const body::Unknown teletex{from_hex("A5 04 31 00 30 00").value()};
  const auto trip = from_x400(teletex, &mail);
  EXPECT_EQ(header_value(mail, "Content-Type"), "application/x400-bp; bp-type=5");
  EXPECT_EQ(std::get<body::Unknown>(trip.ipm.body.at(0)), teletex);
}

TEST(BodiesX400, WhatIsNoBodyPartStaysAFile) {
  const auto trip = round_trip(
      "MIME-Version: 1.0\r\nContent-Type: application/x400-bp; bp-type=5\r\nContent-Transfer-Encoding: "
      "base64\r\n\r\nAAEC\r\n");
  EXPECT_EQ(body::read_file_transfer(extended(trip)).value().application_reference, body::ftbp_mime_data);
  EXPECT_EQ(leaves(trip.mail)[0].octets, Octets("\0\1\2", 3));
}

TEST(BodiesOpaque, ContentOfOtherTypesIsKeptInMail) {
  for (const auto& type : {x400::ContentType{0, "1.2.840.113549.1.9.16.1.6"}, x400::ContentType{35, ""},
                           x400::ContentType{0, "1.2.3.4"}}) {
    const auto mime = opaque_to_mime(type, as_bytes(all_octets()));
    const auto mail = mime.header + "\r\n" + std::string(as_text(mime.body));
    const auto found = opaque_of(as_bytes(mail));
    ASSERT_TRUE(found) << mail;
    EXPECT_EQ(found->type, type);
    EXPECT_EQ(as_text(found->content), all_octets());
  }
  EXPECT_NE(opaque_to_mime({0, "1.2.840.113549.1.9.16.1.6"}, {})
                .header.find("application/pkcs7-mime; smime-type=signed-x400"),
            std::string::npos);
  EXPECT_FALSE(opaque_of(as_bytes("Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\nx")));
  EXPECT_FALSE(opaque_of(as_bytes("Content-Type: application/x400-content; content-type=x\r\n\r\nx")));
}

// --- limits -------------------------------------------------------------------------------------------

std::string nested(std::size_t levels, bool messages) {
  std::string out = "\r\nheart";
  for (std::size_t i = 0; i < levels; ++i)
    out = messages ? "Content-Type: message/rfc822\r\n\r\nMIME-Version: 1.0\r\n" + out
                   : multipart("mixed", {out, "\r\nx"}, "b" + std::to_string(i));
  return "MIME-Version: 1.0\r\n" + out;
}

TEST(BodiesLimits, MessagesNestAsDeepAsX400TakesAndStayWholeBeyond) {
  for (const auto levels : {limits::forwarded_depth, limits::forwarded_depth + 1, limits::forwarded_depth + 3}) {
    const auto trip = round_trip(nested(levels, true));
    const auto before = shape(nested(levels, true));
    EXPECT_EQ(shape(trip.mail), before) << levels;
    EXPECT_EQ(leaves(trip.mail).back().octets, "heart");
    // The outermost multipart is the message itself.
    const auto parts = round_trip(nested(levels + 1, false));
    EXPECT_EQ(shape(parts.mail), shape(nested(levels + 1, false))) << levels;
  }
}

TEST(BodiesLimits, MimeBeyondItsLimitsIsRefused) {
  std::vector<std::string> notes;
  const auto convert = [&notes](const std::string& message) {
    return to_body_parts(as_bytes(message), true, test_settings(), subject_only, notes);
  };
  EXPECT_TRUE(convert(nested(limits::mime_depth - 1, true)));
  EXPECT_EQ(convert(nested(limits::mime_depth, true)).error().name, "too_deep");
  const std::vector<std::string> many(limits::mime_parts - 1, "\r\nx");
  EXPECT_EQ(convert("MIME-Version: 1.0\r\n" + multipart("mixed", many)).value().size(), many.size());
  auto more = many;
  more.push_back("\r\nx");
  EXPECT_EQ(convert("MIME-Version: 1.0\r\n" + multipart("mixed", more)).error().name, "too_many_parts");
}

TEST(BodiesLimits, BodyPartsBeyondWhatMailTakesAreRefused) {
  std::vector<std::string> notes;
  std::vector<x400::BodyPart> parts(limits::mime_parts, body::Ia5{"x"});
  EXPECT_TRUE(to_mime(parts, "seed", subject_field, notes));
  parts.emplace_back(body::Ia5{"x"});
  EXPECT_EQ(to_mime(parts, "seed", subject_field, notes).error().name, "too_many_parts");
  x400::Ipm ipm{subject_only({}, notes).value(), {body::Ia5{"x"}}};
  for (std::size_t i = 0; i < limits::forwarded_depth; ++i) {
    body::Forwarded forwarded;
    forwarded.message.push_back(ipm);
    ipm.body = {x400::BodyPart(forwarded)};
  }
  EXPECT_TRUE(to_mime(ipm, "seed", subject_field, notes));
  body::Forwarded forwarded;
  forwarded.message.push_back(ipm);
  EXPECT_EQ(to_mime({x400::BodyPart(forwarded)}, "seed", subject_field, notes).error().name, "too_deep");
}

}  // namespace
}  // namespace longwire::gateway::test
