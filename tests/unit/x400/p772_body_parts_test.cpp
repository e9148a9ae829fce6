// The military body parts, file transfer and the labels: values against octets written by hand, and what is refused.
#include "annexe/x400/body_parts.hpp"
#include "annexe/x400/file_transfer.hpp"
#include "annexe/x400/information_labels.hpp"
#include "base/text.hpp"
#include "tests/unit/x400/p772_random.hpp"

#include <gtest/gtest.h>

namespace longwire::x400 {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

TEST(P772BodyParts, Adatp3) {
  const body::Adatp3 lines{false, {"EXER/A//\r\nMSGID/B//\r\n"}, 7};
  const auto part = body::make_adatp3(lines);
  EXPECT_EQ(part.data_oid, "1.3.26.0.4406.0.7.0");
  EXPECT_EQ(part.parameters_oid, "1.3.26.0.4406.0.7.2");
  EXPECT_EQ(to_hex(part.parameters), "020107");
  EXPECT_EQ(to_hex(part.data), "8015" + to_hex(as_bytes("EXER/A//\r\nMSGID/B//\r\n")));
  EXPECT_EQ(*body::read_adatp3(part), lines);
  const auto sets = body::make_adatp3({true, {"A//", "B//"}});
  EXPECT_EQ(to_hex(sets.data), "a10a1603412f2f1603422f2f");
  auto wrong = sets;
  wrong.data = hex("a200");
  EXPECT_EQ(body::read_adatp3(wrong).error().name, "bad_tag");
  wrong.data = hex("a103 040141");
  EXPECT_EQ(body::read_adatp3(wrong).error().name, "bad_tag");
  wrong.data = hex("800141 00");
  EXPECT_EQ(body::read_adatp3(wrong).error().name, "trailing_octets");
}

TEST(P772BodyParts, TextsOfAnotherOidAreNotTaken) {
  const auto part = body::make_corrections({"LINE 3", 0});
  EXPECT_EQ(part.data_oid, "1.3.26.0.4406.0.7.1");
  EXPECT_EQ(part.parameters_oid, "1.3.26.0.4406.0.7.3");
  EXPECT_EQ(body::read_corrections(part)->text, "LINE 3");
  EXPECT_EQ(body::read_adatp3(part).error().name, "wrong_body_part");
  EXPECT_EQ(body::read_acp127_data(part).error().name, "wrong_body_part");
  EXPECT_EQ(body::read_forwarded_encrypted(part).error().name, "wrong_body_part");
  EXPECT_EQ(body::read_file_transfer(part).error().name, "wrong_body_part");
  const auto acp127 = body::make_acp127_data({"ZNR UUUUU\r\n", 2});
  EXPECT_EQ(acp127.data_oid, "1.3.26.0.4406.0.7.12");
  EXPECT_EQ(acp127.parameters_oid, "1.3.26.0.4406.0.7.13");
  EXPECT_EQ(*body::read_acp127_data(acp127), (body::Ia5Data{"ZNR UUUUU\r\n", 2}));
}

TEST(P772BodyParts, ParametersMayBeAbsent) {
  body::Extended part{"", {}, std::string(body::et_corrections), hex("1601 41")};
  EXPECT_EQ(*body::read_corrections(part), (body::Ia5Data{"A", 0}));
}

TEST(P772BodyParts, ForwardedEncrypted) {
  const body::ForwardedEncrypted value{from_unix(1'795'262'400), hex("a1023100"), hex("00ff80")};
  const auto part = body::make_forwarded_encrypted(value);
  EXPECT_EQ(to_hex(part.data), "03040000ff80");
  EXPECT_EQ(to_hex(part.parameters), "3113800d" + to_hex(as_bytes("261121120000Z")) + "a1023100");
  EXPECT_EQ(*body::read_forwarded_encrypted(part), value);
  auto segments = part;
  segments.data = hex("2380 0302 0000 0303 00ff80 0000");
  EXPECT_EQ(*body::read_forwarded_encrypted(segments), value);
  auto broken = part;
  broken.data = hex("0302 0480");  // four unused bits: not octets
  EXPECT_EQ(body::read_forwarded_encrypted(broken).error().name, "bad_value");
  broken.data = hex("0300");
  EXPECT_EQ(body::read_forwarded_encrypted(broken).error().name, "bad_value");
}

TEST(P772BodyParts, FileTransferInOctets) {
  body::FileTransfer file;
  file.application_reference = body::ftbp_unknown_attachment;
  file.visible = {"the plan"};
  file.filename = "plan.doc";
  file.modified = from_unix(1'795'262'400);
  file.size = 3;
  file.contents = hex("010203");
  const auto part = body::make_file_transfer(file);
  EXPECT_EQ(part.parameters_oid, "2.6.1.11.12");
  EXPECT_EQ(part.data_oid, "2.6.1.4.12");
  // SEQUENCE { environment [2] { application-reference [0] { registered [0] }, user-visible-string [3] },
  //            file-attributes [4] { incomplete-pathname [0], modification [5] { actual [1] }, size [13] { [1] } } }
  EXPECT_EQ(to_hex(part.parameters),
            to_hex(hex("3043 a21b a00d 800b 6086480186f8 1e02020101 a30a 1908" + to_hex(as_bytes("the plan")) +
                       "a424 a00a 1908" + to_hex(as_bytes("plan.doc")) + "a511 810f" +
                       to_hex(as_bytes("20261121120000Z")) + "ad03 810103")));
  // SEQUENCE OF EXTERNAL { direct-reference unstructured-binary, octet-aligned [1] }
  EXPECT_EQ(to_hex(part.data), to_hex(hex("300e 280c 0605 28c27b0204 8103 010203")));
  EXPECT_EQ(*body::read_file_transfer(part), file);
}

TEST(P772BodyParts, FileTransferOfOthers) {
  // Contents in two pieces, one as single-ASN1-type without a direct reference; a complete pathname; a creation time
  // with a zone and none for the last modification; an unknown member.
  body::Extended part;
  part.data_oid = body::et_file_transfer;
  part.data = hex("3011 2807 a005 0403 414243 2806 8104 44454647");
  part.parameters = hex("303e a109 a007 4e05 28c27b0503 a428 b708 1901 61 1903 62 2e 63 a417 8115" +
                        to_hex(as_bytes("20261121120000.5+0100")) + "a502 8000 9e00 a602 8000");
  auto parameters = part.parameters;
  parameters[1] = static_cast<std::uint8_t>(parameters.size() - 2);
  // file-attributes take all behind contents-type
  parameters[14] = static_cast<std::uint8_t>(parameters.size() - 15);
  part.parameters = parameters;
  const auto file = body::read_file_transfer(part);
  ASSERT_TRUE(file) << file.error().name << " " << file.error().offset << " " << to_hex(part.parameters);
  EXPECT_EQ(file->contents_type, "1.0.8571.5.3");
  EXPECT_EQ(file->filename, "a/b.c");
  EXPECT_EQ(file->created, from_unix(1'795'262'400 - 3600));
  EXPECT_FALSE(file->modified);
  EXPECT_FALSE(file->read);
  EXPECT_EQ(as_text(file->contents), "ABCDEFG");
}

TEST(P772BodyParts, FileTransferRefused) {
  auto part = body::make_file_transfer({});
  part.data = hex("3006 2804 a202 0500");
  EXPECT_EQ(body::read_file_transfer(part).error().name, "bad_tag");  // arbitrary bits
  part.data = hex("3002 2800");
  EXPECT_EQ(body::read_file_transfer(part).error().name, "missing_element");
  part.data = hex("3100");
  EXPECT_EQ(body::read_file_transfer(part).error().name, "bad_tag");
  part = body::make_file_transfer({});
  for (const auto* time :
       {"2026112112000", "20261321120000Z", "20261121240000Z", "20261121120000X", "20261121120000+1"}) {
    ber::Writer out;
    out.begin(ber::sequence_tag);
    out.begin(ber::context_tag(4, true));
    out.begin(ber::context_tag(5, true));
    out.primitive(ber::context_tag(1, false), as_bytes(time));
    out.end();
    out.end();
    out.end();
    part.parameters = out.finish();
    EXPECT_EQ(body::read_file_transfer(part).error().name, "bad_time") << time;
  }
}

TEST(P772BodyParts, OnePartByItself) {
  const BodyPart part = body::Bilateral{hex("0102")};
  EXPECT_EQ(to_hex(encode_body_part(part)), "8e020102");
  EXPECT_EQ(*decode_body_part(hex("8e020102")), part);
  EXPECT_EQ(decode_body_part(hex("8e02010200")).error().name, "trailing_octets");
  EXPECT_EQ(decode_body_part({}).error().name, "truncated");
}

TEST(Label, BothOrdersAreRead) {
  // The example of RFC 7444 4: SET { INTEGER 2, OID 1.3.26.1.3.1 }, base64 MQoCAQIGBSsaAQMB.
  const auto der = hex("310a 020102 0605 2b1a010301");
  const auto label = decode_label(der);
  ASSERT_TRUE(label);
  EXPECT_EQ(*label, (SecurityLabel{"1.3.26.1.3.1", 2, "", {}}));
  EXPECT_EQ(*decode_label(hex("310a 0605 2b1a010301 020102")), *label);
  EXPECT_EQ(to_hex(encode_label(*label)), to_hex(der));
}

TEST(Label, AllMembersInDer) {
  const SecurityLabel ascii{
      "1.3.26.1.3.1", 4, "RELEASABLE TO EXERCISE", {{"1.2.4", hex("0500")}, {"1.2.3", hex("0500")}}};
  EXPECT_EQ(to_hex(encode_label(ascii)),
            to_hex(hex("3138 020104 0605 2b1a010301 3114 3008 8002 2a03 a102 0500 3008 8002 2a04 a102 0500 1316" +
                       to_hex(as_bytes("RELEASABLE TO EXERCISE")))));
  const SecurityLabel utf8{"", std::nullopt, "HEMMELIG \xC3\xB8", {{"1.2.3", hex("0500")}}};
  EXPECT_EQ(to_hex(encode_label(utf8)),
            to_hex(hex("3119 0c0b" + to_hex(as_bytes("HEMMELIG \xC3\xB8")) + "310a 3008 8002 2a03 a102 0500")));
  EXPECT_EQ(*decode_label(encode_label(utf8)), utf8);
}

TEST(Label, RandomOnesComeBack) {
  test::RandomContent random(7);
  for (int i = 0; i < 500; ++i) {
    const auto label = random.label();
    EXPECT_EQ(*decode_label(encode_label(label)), label);
    const InformationLabels labels{label, random.label(), {{random.label(), 3}, {random.label(), std::nullopt}}};
    EXPECT_EQ(*decode_information_labels(encode_information_labels(labels)), labels);
  }
}

TEST(Label, Refused) {
  EXPECT_EQ(decode_label({}).error().name, "truncated");
  EXPECT_EQ(decode_label(hex("3000")).error().name, "bad_tag");
  EXPECT_EQ(decode_label(hex("3100 00")).error().name, "trailing_octets");
  EXPECT_EQ(decode_label(hex("3106 020101 020102")).error().name, "duplicate_element");
  EXPECT_EQ(decode_label(hex("3103 0c01 ff")).error().name, "bad_string");
  EXPECT_EQ(decode_label(hex("3103 0c01 c3")).error().name, "bad_string");
  EXPECT_EQ(decode_label(hex("3102 0500")).error().name, "bad_tag");
  EXPECT_EQ(decode_label(hex("3106 3104 3002 8000")).error().name, "bad_oid");
  EXPECT_EQ(decode_label(hex("3108 3106 3004 8002 2a03")).error().name, "missing_element");
  EXPECT_EQ(decode_information_labels(hex("3000")).error().name, "missing_element");
}

}  // namespace
}  // namespace longwire::x400
