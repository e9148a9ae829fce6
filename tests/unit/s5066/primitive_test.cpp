#include "bearers/s5066/primitive.hpp"
#include "bearers/s5066/primitive_json.hpp"

#include "base/text.hpp"
#include "tests/unit/s5066/random_pdus.hpp"

#include <gtest/gtest.h>

namespace longwire::s5066 {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

std::string outcome(ByteView frame) {
  const auto decoded = decode_primitive(frame);
  return decoded ? "accepted" : std::string(decoded.error().name) + "@" + std::to_string(decoded.error().offset);
}
std::string outcome(std::string_view text) { return outcome(ByteView(hex(text))); }

TEST(Primitive, ErrorsAreNamedWithTheirPlace) {
  EXPECT_EQ(outcome(""), "truncated@0");
  EXPECT_EQ(outcome("91"), "bad_preamble@0");
  EXPECT_EQ(outcome("90 ea 00 0001 11"), "bad_preamble@1");
  EXPECT_EQ(outcome("90 eb 01 0001 11"), "bad_version@2");
  EXPECT_EQ(outcome("90 eb 00 0000"), "bad_size@3");
  EXPECT_EQ(outcome("90 eb 00 0001"), "truncated@5");
  EXPECT_EQ(outcome("90 eb 00 0001 00"), "unknown_type@5");
  EXPECT_EQ(outcome("90 eb 00 0001 1c"), "unknown_type@5");
  EXPECT_EQ(outcome("90 eb 00 0001 ff"), "unknown_type@5");
  EXPECT_EQ(outcome("90 eb 00 0001 11 00"), "trailing_octets@6");
  EXPECT_EQ(outcome("90 eb 00 0002 11 00"), "bad_size@3");            // KEEP_ALIVE with a body
  EXPECT_EQ(outcome("90 eb 00 0003 01 90 14"), "bad_size@3");         // BIND_REQUEST too short
  EXPECT_EQ(outcome("90 eb 00 0006 06 c0 e1020305"), "bad_field@6");  // link type 3
}

// Every delivery mode is kept as it came, also those that do not exist: the client is to be answered.
TEST(Primitive, DeliveryModesThatDoNotExistAreKept) {
  for (unsigned bits = 0; bits < 0x1000; ++bits) {
    auto frame = hex("90 eb 00 0004 01 90 00 00");
    frame[7] = static_cast<std::uint8_t>(bits >> 4);
    frame[8] = static_cast<std::uint8_t>((bits & 15U) << 4);
    const auto decoded = decode_primitive(frame);
    ASSERT_TRUE(decoded) << bits;
    EXPECT_EQ(to_hex(encode(decoded->primitive)), to_hex(frame));
    const auto mode = bits >> 8;
    const bool good = mode == 0 || (mode < 4 && (bits >> 6 & 3U) < 3 && (bits & 16U) == 0);
    EXPECT_EQ(exists(std::get<BindRequest>(decoded->primitive).service), good) << bits;
  }
}

TEST(Primitive, DeliveryModesThatDoNotExistAreNamed) {
  const auto json = to_json(decode_primitive(hex("90 eb 00 0004 01 90 4d 00"))->primitive);
  EXPECT_EQ(json.at("transmission_mode"), "reserved (4)");
  EXPECT_EQ(json.at("delivery_confirmation"), "undefined (3)");
  EXPECT_EQ(json.at("extended"), 1);
  const auto unused = to_json(decode_primitive(hex("90 eb 00 0004 01 90 0c 00"))->primitive);  // mode 0
  EXPECT_EQ(unused.at("delivery_confirmation"), "undefined (3)");
}

TEST(Primitive, BitsNotUsedAreSentZeroAndNotLookedAt) {
  const auto same = [](std::string_view with, std::string_view without) {
    const auto decoded = decode_primitive(hex(with));
    ASSERT_TRUE(decoded) << with;
    EXPECT_EQ(to_hex(encode(decoded->primitive)), to_hex(hex(without)));
  };
  same("90 eb 00 0004 01 90 14 0f", "90 eb 00 0004 01 90 14 00");
  same("90 eb 00 0004 03 9f 0800", "90 eb 00 0004 03 90 0800");
  same("90 eb 00 0008 16 f9 e1020305 0000", "90 eb 00 0008 16 09 e1020305 0000");
  same("90 eb 00 000c 18 49 e1020305 1400001e 0000", "90 eb 00 000c 18 09 e1020305 1400001e 0000");
}

TEST(Primitive, BlocksLieWithinTheUPdu) {
  const auto with = [](std::uint16_t pointer, std::uint16_t size, bool missing) {
    UnidataIndication p;
    p.mode = TransmissionMode::non_arq_with_errors;
    (missing ? p.non_received : p.errored) = {{0, 1}, {pointer, size}};
    p.u_pdu = Bytes(10, 0xAA);
    return outcome(ByteView(encode(Primitive{p})));
  };
  for (const bool missing : {false, true}) {
    EXPECT_EQ(with(0, 10, missing), "accepted");
    EXPECT_EQ(with(9, 1, missing), "accepted");
    EXPECT_EQ(with(10, 0, missing), "accepted");
    const std::string wrong = missing ? "bad_field@29" : "bad_field@27";
    EXPECT_EQ(with(0, 11, missing), wrong);
    EXPECT_EQ(with(9, 2, missing), wrong);
    EXPECT_EQ(with(11, 0, missing), wrong);
    EXPECT_EQ(with(0xFFFF, 0xFFFF, missing), wrong);
  }
}

TEST(Primitive, EmptyErrorListsOfOldNodesAreTaken) {
  const std::string head = "15 49 e1020305";
  const std::string source = "e1020304 0002";
  EXPECT_EQ(outcome("90 eb 00 0013" + head + "19" + source + "00000000 abcd"), "accepted");
  const auto decoded = decode_primitive(hex("90 eb 00 0013" + head + "29" + source + "00000000 abcd"));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(std::get<UnidataIndication>(decoded->primitive).u_pdu, (Bytes{0xAB, 0xCD}));
  EXPECT_EQ(to_hex(encode(decoded->primitive)), to_hex(hex("90 eb 00 000f" + head + "29" + source + "abcd")));
  // Only four octets, only zeros, and with errors they belong there.
  EXPECT_EQ(outcome("90 eb 00 0013" + head + "19" + source + "00000001 abcd"), "bad_size@16");
  EXPECT_EQ(outcome("90 eb 00 0012" + head + "19" + source + "000000 abcd"), "bad_size@16");
  EXPECT_EQ(outcome("90 eb 00 0013" + head + "39" + source + "00000000 abcd"), "accepted");
  EXPECT_EQ(outcome("90 eb 00 0017" + head + "39" + source + "00000000 00000000 abcd"), "bad_size@16");
}

TEST(Primitive, ErrorListsLongerThanTheFrameAreRefused) {
  EXPECT_EQ(outcome("90 eb 00 0013 15 49 e1020305 39 e1020304 0000 ffff 00000000"), "bad_size@3");
}

TEST(Primitive, TheLargestFrameGoesThrough) {
  ManagementMessage message{true, 1, Bytes(65'533, 0x90)};
  const auto octets = encode(Primitive{message});
  EXPECT_EQ(octets.size(), 65'540U);
  const auto decoded = decode_primitive(octets);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(std::get<ManagementMessage>(decoded->primitive).message, message.message);
}

TEST(Primitive, NamesFollowTableA1) {
  EXPECT_EQ(primitive_name(1), "S_BIND_REQUEST");
  EXPECT_EQ(primitive_name(27), "S_EXPEDITED_UNIDATA_REQUEST_REJECTED");
  EXPECT_EQ(primitive_name(0), "");
  EXPECT_EQ(primitive_name(28), "");
}

// --- the stream reader

std::string read_all(PrimitiveReader& reader) {
  std::string seen;
  while (const auto got = reader.next()) {
    seen += *got ? std::to_string(type_of(**got)) : std::string(got->error().name);
    seen += "@" + std::to_string(reader.offset()) + " ";
  }
  return seen;
}

std::string read_hex(std::string_view text) {
  PrimitiveReader reader;
  reader.feed(hex(text));
  return read_all(reader);
}

TEST(PrimitiveReader, SplitsWhatComesTogether) {
  EXPECT_EQ(read_hex("90eb00000111 90eb0000010f 90eb00000110"), "17@0 15@6 16@12 ");
}

TEST(PrimitiveReader, FindsThePreambleAgainAndTellsTheLossOnce) {
  EXPECT_EQ(read_hex("aabbccdd 90eb00000111"), "bad_preamble@0 17@4 ");
  EXPECT_EQ(read_hex("90eb00000111 0000 90eb00000111 01 90eb0000010f"),
            "17@0 bad_preamble@6 17@8 bad_preamble@14 15@15 ");
  EXPECT_EQ(read_hex("90eb01000111 90eb00000111"), "bad_version@0 17@6 ");
  EXPECT_EQ(read_hex("90eb000000 90eb00000111"), "bad_size@0 17@5 ");
  EXPECT_EQ(read_hex("90 90eb00000111"), "bad_preamble@0 17@1 ");
  EXPECT_EQ(read_hex("0090eb0000009090eb00000111"), "bad_preamble@0 17@7 ");
}

TEST(PrimitiveReader, AWrongFrameIsSkippedByItsSize) {
  // The body of the unknown type holds a whole KEEP_ALIVE, which must not be taken for one.
  EXPECT_EQ(read_hex("90eb000007 63 90eb00000111 90eb0000010f"), "unknown_type@0 15@12 ");
  EXPECT_EQ(read_hex("90eb000002 1100 90eb0000010f"), "bad_size@0 15@7 ");
}

TEST(PrimitiveReader, WaitsForWhatMayBecomeAPreamble) {
  PrimitiveReader reader;
  reader.feed(hex("aa90"));
  EXPECT_EQ(read_all(reader), "bad_preamble@0 ");
  reader.feed(hex("eb00"));
  EXPECT_EQ(read_all(reader), "");
  EXPECT_EQ(reader.incomplete(), 3U);
  reader.feed(hex("000111"));
  EXPECT_EQ(read_all(reader), "17@1 ");
  EXPECT_EQ(reader.incomplete(), 0U);
}

TEST(PrimitiveReader, SegmentBordersDoNotMatter) {
  test::RandomPdus random(11);
  for (int round = 0; round < 30; ++round) {
    Bytes stream;
    for (int i = 0; i < 20; ++i) {
      const auto octets = encode(random.primitive(1 + random.below(27)));
      stream.insert(stream.end(), octets.begin(), octets.end());
      if (random.rng().chance(0.2)) stream.push_back(random.octet());
    }
    PrimitiveReader whole;
    whole.feed(stream);
    const auto expected = read_all(whole);
    PrimitiveReader pieces;
    std::string seen;
    for (ByteView rest = stream; !rest.empty();) {
      const auto n = std::min<std::size_t>(rest.size(), 1 + random.rng().below(100));
      pieces.feed(rest.first(n));
      seen += read_all(pieces);
      rest = rest.subspan(n);
    }
    ASSERT_EQ(seen, expected);
  }
}

}  // namespace
}  // namespace longwire::s5066
