// Reading of P772 content in all its legal encodings and of hostile ones; round trips of random content.
#include "annexe/x400/p772.hpp"
#include "tests/unit/vectors.hpp"
#include "tests/unit/x400/ber_rewrite.hpp"
#include "tests/unit/x400/p772_random.hpp"

#include <gtest/gtest.h>

namespace longwire::x400 {
namespace {

using test::Rewrite;

Bytes hex(std::string_view text) { return from_hex(text).value(); }

Bytes join(std::initializer_list<ByteView> parts) {
  Bytes out;
  for (const auto part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

// One element of short-form tag around `content`.
Bytes tlv(std::uint8_t tag, ByteView content) {
  ber::Writer w;
  const ber::Tag t{static_cast<ber::TagClass>(tag >> 6), tag & 0x1FU, (tag & 0x20) != 0};
  if (t.constructed) {
    w.begin(t);
    w.raw(content);
    w.end();
  } else {
    w.primitive(t, content);
  }
  return w.finish();
}

const Bytes this_ipm = tlv(0x6B, hex("1301 37"));  // SET { PrintableString "7" }

// A message of these heading elements (behind this-IPM) and body parts.
Bytes message(ByteView heading, ByteView body = {}) {
  return tlv(0xA0, join({tlv(0x31, join({this_ipm, heading})), tlv(0x30, body)}));
}

// The last two arcs of id-mm and `number`, as an OID element.
Bytes mmhs_oid(int number) { return join({hex("0608 2b1a00a2360002"), Bytes{static_cast<std::uint8_t>(number)}}); }

Bytes extension(int number, ByteView value) { return tlv(0x30, join({mmhs_oid(number), value})); }

std::string_view error_of(ByteView in) {
  const auto decoded = decode_p772(in);
  if (decoded) return "none";
  EXPECT_LE(decoded.error().offset, in.size());
  return decoded.error().name;
}

Ipm read(ByteView in) {
  const auto decoded = decode_p772(in);
  EXPECT_TRUE(decoded) << (decoded ? "" : decoded.error().text) << " " << to_hex(in);
  return decoded ? std::get<Ipm>(*decoded) : Ipm{};
}

const std::vector<std::string>& vectors() {
  static const std::vector<std::string> names{"01-p772-all-extensions", "08-mrn-receipt", "09-mnrn-nonreceipt",
                                              "10-mon-acp127", "16-p772-forwarded-mm"};
  return names;
}
Bytes vector(const std::string& name) { return test::read_hex_vector("p772/" + name + ".hex"); }

// Octets kept as they came differ after a rewriting; what they mean does not.
void forget_raw(Ipm& m) {
  if (const auto labels = decode_information_labels(m.heading.mmhs.information_labels))
    m.heading.mmhs.information_labels = encode_information_labels(*labels);
  for (auto& part : m.body) {
    if (auto* general = std::get_if<body::General>(&part))
      std::sort(general->repertoires.begin(), general->repertoires.end());
    if (auto* forwarded = std::get_if<body::Forwarded>(&part)) {
      forwarded->delivery_fields.clear();
      for (auto& inner : forwarded->message) forget_raw(inner);
    }
    if (auto* extended = std::get_if<body::Extended>(&part)) {
      extended->data = test::rewrite(extended->data, Rewrite::der_lengths);
      extended->parameters = test::rewrite(extended->parameters, Rewrite::der_lengths);
    }
  }
}

IpmsContent comparable(ByteView in) {
  auto decoded = decode_p772(in);
  EXPECT_TRUE(decoded) << (decoded ? "" : std::string(decoded.error().name) + " " + decoded.error().text);
  if (!decoded) return {};
  if (auto* m = std::get_if<Ipm>(&*decoded)) forget_raw(*m);
  return *decoded;
}

TEST(P772Codec, EveryLegalEncodingIsTheSameMessage) {
  for (const auto& name : vectors()) {
    const auto octets = vector(name);
    const auto expected = comparable(octets);
    for (const auto how : {Rewrite::indefinite_lengths, Rewrite::long_lengths})
      EXPECT_EQ(comparable(test::rewrite(octets, how)), expected) << name;
    for (std::uint64_t seed = 1; seed <= 50; ++seed)
      EXPECT_EQ(comparable(test::rewrite(octets, Rewrite::shuffle_sets, seed)), expected) << name << " " << seed;
  }
}

TEST(P772Codec, SegmentedStrings) {
  // Body parts kept as octets keep their segments; all else is joined.
  auto octets = vector("16-p772-forwarded-mm");
  EXPECT_EQ(comparable(test::rewrite(octets, Rewrite::segments)), comparable(octets));
  for (const auto* name : {"08-mrn-receipt", "09-mnrn-nonreceipt", "10-mon-acp127"})
    EXPECT_EQ(comparable(test::rewrite(vector(name), Rewrite::segments)), comparable(vector(name)));
  const auto m = read(test::rewrite(vector("01-p772-all-extensions"), Rewrite::segments));
  EXPECT_EQ(m.heading.subject, "SITREP 042");
  EXPECT_EQ(std::get<body::Ia5>(m.body[0]).text, "SHIPS IN COMPANY PROCEED AS PLANNED.\r\n");
  EXPECT_EQ(body::read_adatp3(std::get<body::Extended>(m.body[2]))->sets[1], "MSGID/SITREP/HQN/042//");
}

TEST(P772Codec, CutOffAnywhere) {
  for (const auto& name : vectors()) {
    const auto octets = vector(name);
    for (std::size_t n = 0; n < octets.size(); ++n) EXPECT_EQ(error_of(ByteView(octets).first(n)), "truncated") << n;
  }
}

TEST(P772Codec, OctetsBehindTheContent) {
  auto octets = vector("08-mrn-receipt");
  octets.push_back(0);
  const auto decoded = decode_p772(octets);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().name, "trailing_octets");
  EXPECT_EQ(decoded.error().offset, octets.size() - 1);
}

// What is read after a change is read again from what is written.
TEST(P772Codec, EveryOctetChanged) {
  for (const auto& name : vectors()) {
    const auto octets = vector(name);
    for (std::size_t at = 0; at < octets.size(); ++at) {
      constexpr std::uint8_t flips[] = {0x01, 0x20, 0x80, 0xFF, 0x02};
      auto changed = octets;
      changed[at] ^= flips[at % std::size(flips)];
      const auto decoded = decode_p772(changed);
      if (!decoded) {
        EXPECT_FALSE(decoded.error().name.empty());
        EXPECT_LE(decoded.error().offset, changed.size());
        continue;
      }
      const auto again = decode_p772(encode_p772(*decoded));
      ASSERT_TRUE(again) << name << " " << at << " " << again.error().name;
      EXPECT_EQ(*again, *decoded) << name << " " << at;
    }
  }
}

TEST(P772Codec, RandomContentComesBack) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const auto content = test::RandomContent(seed).content();
    const auto octets = encode_p772(content);
    const auto again = decode_p772(octets);
    ASSERT_TRUE(again) << seed << " " << again.error().name << " " << again.error().text;
    ASSERT_EQ(*again, content) << seed;
    ASSERT_EQ(to_hex(encode_p772(*again)), to_hex(octets)) << seed;
  }
}

TEST(P772Codec, PrecedencesOfNationsAreKept) {
  for (int level = 0; level <= 31; ++level) {
    const Bytes value{0x02, 0x01, static_cast<std::uint8_t>(level)};
    const auto octets = message(tlv(0xAF, extension(0, value)));
    const auto m = read(octets);
    EXPECT_EQ(m.heading.mmhs.primary_precedence, level);
    EXPECT_EQ(to_hex(encode_p772(m)), to_hex(octets));
  }
}

TEST(P772Codec, WhatIsNotKnownIsKeptInItsOrder) {
  const auto foreign = hex("3007 0602 2a03 040101");  // 1.2.3, OCTET STRING
  const auto no_value = hex("3004 0602 2a04");        // 1.2.4
  const auto response = extension(16, hex("3100"));   // has no place in a heading
  const auto beyond = extension(18, hex("0500"));     // not an MMHS extension
  const auto extensions = tlv(0xAF, join({foreign, no_value, response, beyond}));
  const auto elements = hex("9f2a0101 b9020500 0500");  // [42], [25], NULL
  const auto octets = message(join({extensions, elements}));
  const auto m = read(octets);
  ASSERT_EQ(m.heading.extensions.size(), 4U);
  EXPECT_EQ(m.heading.extensions[0], (HeadingExtension{"1.2.3", hex("040101")}));
  EXPECT_EQ(m.heading.extensions[1], (HeadingExtension{"1.2.4", {}}));
  EXPECT_EQ(m.heading.extensions[2].oid, "1.3.26.0.4406.0.2.16");
  EXPECT_FALSE(m.heading.mmhs.any());
  EXPECT_EQ(m.heading.unknown, (std::vector<Bytes>{hex("9f2a0101"), hex("b9020500"), hex("0500")}));
  EXPECT_EQ(to_hex(encode_p772(m)), to_hex(octets));
}

TEST(P772Codec, UnknownOfIndefiniteLengthIsKeptWhole) {
  const auto element = hex("b980 3080 0500 0000 0000");
  const auto m = read(message(element));
  EXPECT_EQ(m.heading.unknown, std::vector<Bytes>{element});
  // A length whose last octet is 80 is none of indefinite length.
  const auto looks_like = tlv(0xB9, tlv(0x04, Bytes(0x80 - 3, 7)));
  EXPECT_EQ(read(message(looks_like)).heading.unknown, std::vector<Bytes>{looks_like});
}

TEST(P772Codec, OtherBodyPartsAreKept) {
  const auto g3 = hex("a3 06 3100 3002 0500");
  const auto videotex = hex("a6 04 3100 0c00");
  const auto bilateral = hex("8e 02 01ff");
  // EXTERNAL with an indirect reference, with octet-aligned data, and without a direct reference.
  const auto indirect = hex("af 0f 28 0d 0602 2a03 020101 a004 0402 0102");
  const auto aligned = hex("af 0a 28 08 0602 2a03 8102 0102");
  const auto anonymous = hex("af 08 28 06 a004 0402 0102");
  const auto octets = message({}, join({g3, videotex, bilateral, indirect, aligned, anonymous}));
  const auto m = read(octets);
  ASSERT_EQ(m.body.size(), 6U);
  EXPECT_EQ(std::get<body::Unknown>(m.body[0]).element, g3);
  EXPECT_EQ(std::get<body::Unknown>(m.body[1]).element, videotex);
  EXPECT_EQ(std::get<body::Bilateral>(m.body[2]).octets, hex("01ff"));
  EXPECT_EQ(std::get<body::Unknown>(m.body[3]).element, indirect);
  EXPECT_EQ(std::get<body::Unknown>(m.body[4]).element, aligned);
  EXPECT_EQ(std::get<body::Unknown>(m.body[5]).element, anonymous);
  EXPECT_EQ(to_hex(encode_p772(m)), to_hex(octets));
}

TEST(P772Codec, GeneralTextOfAnotherShapeStaysAsItIs) {
  // Its parameters are a SEQUENCE: no general-text as X.420 has it, and no reason to lose the message.
  const auto part = hex("af 23 a0 10 0604 56010b0b a008 3006 020101020106 28 0f 0604 5601040b a007 1b05 48656c6c6f");
  const auto m = read(message({}, part));
  EXPECT_EQ(std::get<body::Extended>(m.body.at(0)).data_oid, body::et_general_text);
  EXPECT_EQ(to_hex(encode_p772(m)), to_hex(message({}, part)));
}

TEST(P772Codec, BasicValues) {
  const auto m = read(message(hex("8c0100 8d0103 8e01ff"), hex("a00c 3103800102 1605 4142ff0d0a")));
  EXPECT_EQ(m.heading.importance, 0);
  EXPECT_EQ(m.heading.sensitivity, 3);
  EXPECT_TRUE(m.heading.auto_forwarded);
  const auto& ia5 = std::get<body::Ia5>(m.body.at(0));
  EXPECT_EQ(ia5.repertoire, 2);
  EXPECT_EQ(ia5.text, "AB\xFF\r\n");  // a sender's octets above 127 are kept
  // Latin-1 in a TeletexString is UTF-8 inside the program.
  EXPECT_EQ(read(message(hex("a805 1403 4bf862"))).heading.subject,
            "K\xC3\xB8"
            "b");
}

TEST(P772Codec, ElementsThatStandTwice) {
  const std::vector<Bytes> once{this_ipm,
                                hex("a00431028000"),
                                hex("a100"),
                                hex("a200"),
                                hex("a300"),
                                hex("a400"),
                                tlv(0xA5, hex("130137")),
                                hex("a600"),
                                hex("a700"),
                                hex("a803 1401 41"),
                                tlv(0x89, to_bytes("261121120000Z")),
                                tlv(0x8A, to_bytes("261121120000Z")),
                                hex("ab00"),
                                hex("8c0101"),
                                hex("8d0101"),
                                hex("8e0100"),
                                hex("af00")};
  for (const auto& element : once) {
    const bool first = &element == &once.front();
    const auto good = first ? Bytes{} : element[0] == 0xA0 ? hex("a002 8000") : element;
    EXPECT_EQ(error_of(message(good)), "none") << to_hex(good);
    EXPECT_EQ(error_of(message(first ? element : join({good, good}))), "duplicate_element") << to_hex(element);
  }
}

TEST(P772Codec, ExtensionsThatStandTwice) {
  const auto plad = extension(14, hex("1301 41"));
  EXPECT_EQ(error_of(message(tlv(0xAF, plad))), "none");
  EXPECT_EQ(error_of(message(tlv(0xAF, join({plad, plad})))), "duplicate_element");
  const auto request = extension(15, hex("0302 05e0"));
  const auto recipient = [](ByteView extensions) {
    return tlv(0xA2, tlv(0x31, join({hex("a002 8000"), tlv(0xA3, extensions)})));
  };
  EXPECT_EQ(read(message(recipient(request))).heading.primary.at(0).acp127_request, 0xE0);
  EXPECT_EQ(error_of(message(recipient(join({request, request})))), "duplicate_element");
}

struct BadCase {
  const char* name;
  const char* error;
  Bytes octets;
};

class P772Refuses : public testing::TestWithParam<BadCase> {};

TEST_P(P772Refuses, ByName) { EXPECT_EQ(error_of(GetParam().octets), GetParam().error); }

Bytes notification(ByteView rest) { return tlv(0xA1, join({this_ipm, rest})); }

INSTANTIATE_TEST_SUITE_P(
    Cases, P772Refuses,
    testing::Values(
        BadCase{"Nothing", "truncated", {}}, BadCase{"NeitherMessageNorNotification", "bad_tag", hex("a200")},
        BadCase{"PrimitiveContent", "bad_tag", hex("8000")}, BadCase{"NoHeading", "missing_element", hex("a000")},
        BadCase{"NoBody", "missing_element", tlv(0xA0, tlv(0x31, this_ipm))},
        BadCase{"ThreeMembers", "bad_tag", tlv(0xA0, join({tlv(0x31, this_ipm), hex("3000 3000")}))},
        BadCase{"HeadingOfSequence", "bad_tag", tlv(0xA0, join({tlv(0x30, this_ipm), hex("3000")}))},
        BadCase{"NoThisIpm", "missing_element", hex("a004 3100 3000")},
        BadCase{"ThisIpmWithoutLocal", "missing_element", hex("a006 3102 6b00 3000")},
        BadCase{"ThisIpmWithMore", "bad_tag", tlv(0xA0, join({tlv(0x31, tlv(0x6B, hex("130137 0500"))), hex("3000")}))},
        BadCase{"SubjectNotExplicit", "bad_tag", message(hex("a803 1301 41"))},
        BadCase{"SubjectEmptyTag", "bad_length", message(hex("a800"))},
        BadCase{"RecipientWithoutDescriptor", "missing_element", message(tlv(0xA2, hex("3100")))},
        BadCase{"RecipientNoSet", "bad_tag", message(tlv(0xA2, hex("3002 a000")))},
        BadCase{"ListNotConstructed", "bad_tag", message(hex("8200"))},
        BadCase{"BadTime", "bad_time", message(tlv(0x89, to_bytes("261321120000Z")))},
        BadCase{"BadString", "bad_string", message(tlv(0xAF, extension(14, hex("1301 80"))))},
        BadCase{"ExtensionWithoutType", "missing_element", message(tlv(0xAF, hex("3000")))},
        BadCase{"ExtensionTypeNoOid", "bad_tag", message(tlv(0xAF, hex("3003 020101")))},
        BadCase{"ExtensionTypeBadOid", "bad_oid", message(tlv(0xAF, hex("3003 060180")))},
        BadCase{"ExtensionOfTwoValues", "bad_tag", message(tlv(0xAF, extension(0, hex("020101 020101"))))},
        BadCase{"ExtensionWithoutValue", "missing_element", message(tlv(0xAF, extension(0, {})))},
        BadCase{"ExtensionsPrimitive", "bad_tag", message(hex("8f03020101"))},
        BadCase{"PrecedenceNoInteger", "bad_tag", message(tlv(0xAF, extension(0, hex("0a0101"))))},
        BadCase{"PrecedenceTooLarge", "bad_value", message(tlv(0xAF, extension(0, hex("0205 0100000000"))))},
        BadCase{"MessageTypeWithoutType", "missing_element", message(tlv(0xAF, extension(2, hex("3100"))))},
        BadCase{"Ia5WithoutData", "missing_element", message({}, hex("a002 3100"))},
        BadCase{"Ia5OfAnotherString", "bad_tag", message({}, hex("a005 3100 0401 41"))},
        BadCase{"BodyPartOfNoKind", "bad_tag", message({}, hex("0500"))},
        BadCase{"ExtendedWithoutData", "missing_element", message({}, hex("af00"))},
        BadCase{"ForwardedWithTheChoiceTag", "bad_tag", message({}, tlv(0xA9, join({hex("3100"), message({})})))},
        BadCase{"NotificationWithoutChoice", "missing_element", notification({})},
        BadCase{"NotificationOfNoKind", "bad_tag", notification(hex("a002 a300"))},
        BadCase{"NotificationTwice", "duplicate_element", notification(hex("a002 a200 a002 a200"))},
        BadCase{"NotificationWithMore", "bad_tag", notification(hex("a002 a200 a400"))},
        BadCase{"ReceiptWithoutTime", "missing_element", notification(hex("a002 a100"))},
        BadCase{"ReceiptModeBeyond", "bad_value",
                notification(tlv(0xA0, tlv(0xA1, join({tlv(0x80, to_bytes("261121120000Z")), hex("810102")}))))},
        BadCase{"NonReceiptWithoutReason", "missing_element", notification(hex("a002 a000"))}),
    [](const auto& parameter) { return parameter.param.name; });

TEST(P772Codec, MessageOfP22) {
  Ipm inner;
  inner.heading.this_id.local = "inner";
  inner.body = {body::Ia5{"hello"}};
  body::Forwarded forwarded;
  forwarded.military = false;
  forwarded.message = {inner};
  Ipm outer;
  outer.heading.this_id.local = "outer";
  outer.body = {forwarded};
  const auto octets = encode_p772(outer);
  // message [9]: SEQUENCE { SET {}, SEQUENCE { heading, body } }, no EXTERNAL
  EXPECT_NE(to_hex(octets).find("a91c310030"), std::string::npos) << to_hex(octets);
  EXPECT_EQ(read(octets), outer);
}

Ipm nested(std::size_t levels, bool military) {
  Ipm m;
  m.heading.this_id.local = std::to_string(levels);
  if (levels > 0) {
    body::Forwarded forwarded;
    forwarded.military = military;
    forwarded.message.push_back(nested(levels - 1, military));
    m.body.emplace_back(std::move(forwarded));
  } else {
    // The deepest thing a heading holds, so that the BER depth is tried as well.
    m.heading.mmhs.pilot = {{3, {test::RandomContent(1).ipm(3).heading.originator.value_or(OrDescriptor{})}, {}, {}}};
    m.heading.mmhs.pilot[0].security = SecurityLabel{"1.2", 1, "", {{"1.2.3", hex("3006 3004 3002 0500")}}};
  }
  return m;
}

TEST(P772Codec, ForwardedAtTheLimitAndBeyond) {
  for (const bool military : {false, true}) {
    const auto most = nested(limits::forwarded_depth, military);
    EXPECT_EQ(read(encode_p772(most)), most);
    EXPECT_EQ(error_of(encode_p772(nested(limits::forwarded_depth + 1, military))), "too_deep");
    Ipn returned;
    returned.outcome = NonReceipt{0, {}, "", {most}, {}};
    const auto decoded = decode_p772(encode_p772(returned));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(std::get<Ipn>(*decoded), returned);
    EXPECT_EQ(error_of(encode_p772(nested(200, military))), "too_deep");
  }
}

TEST(P772Codec, HostileNesting) {
  for (const std::uint8_t tag : hex("a0a9af3031")) {
    Bytes octets{0xA0, 0x80};
    for (int i = 0; i < 100'000; ++i) octets.insert(octets.end(), {tag, 0x80});
    EXPECT_EQ(error_of(octets), "too_deep");
  }
}

TEST(P772Codec, DepthOfElementsAtTheLimitAndBeyond) {
  const auto deep = [](std::size_t elements) {  // content and heading are two more
    Bytes inner;
    for (std::size_t i = 0; i < elements; ++i) inner = tlv(0xB9, inner);
    return message(inner);
  };
  EXPECT_EQ(error_of(deep(limits::p772_depth - 2)), "none");
  EXPECT_EQ(error_of(deep(limits::p772_depth - 1)), "too_deep");
}

TEST(P772Codec, ElementsAtTheLimitAndBeyond) {
  // content, heading, this-IPM and its local part, body: five
  Bytes nulls;
  for (std::size_t i = 0; i < limits::ber_elements - 5; ++i) nulls.insert(nulls.end(), {0x05, 0x00});
  EXPECT_EQ(error_of(message(nulls)), "none");
  nulls.insert(nulls.end(), {0x05, 0x00});
  EXPECT_EQ(error_of(message(nulls)), "too_many_elements");
}

}  // namespace
}  // namespace longwire::x400
