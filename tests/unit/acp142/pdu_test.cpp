#include "acp142/pdu.hpp"

#include "acp142/pdu_json.hpp"
#include "base/checksum.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <fstream>
#include <iterator>

namespace longwire::acp142 {
namespace {

namespace json = boost::json;

// Sets length and Internet checksum right, so that a test reaches what lies below them.
Bytes seal(Bytes pdu) {
  pdu.at(0) = static_cast<std::uint8_t>(pdu.size() >> 8);
  pdu.at(1) = static_cast<std::uint8_t>(pdu.size());
  pdu.at(6) = pdu.at(7) = 0;
  const auto sum = internet_checksum(pdu);
  pdu.at(6) = static_cast<std::uint8_t>(sum >> 8);
  pdu.at(7) = static_cast<std::uint8_t>(sum);
  return pdu;
}
Bytes sealed(std::string_view hex) { return seal(from_hex(hex).value()); }

std::string rejection(ByteView octets) {
  const auto decoded = decode(octets);
  return decoded ? "accepted" : std::string(decoded.error().name) + "@" + std::to_string(decoded.error().offset);
}

json::array vectors() {
  std::ifstream file(LONGWIRE_VECTORS "/p_mul/vectors.json");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return json::parse(text).as_array();
}

TEST(PduVectors, DecodeToTheExpectedFieldsAndEncodeToTheSameOctets) {
  const auto all = vectors();
  ASSERT_EQ(all.size(), 41U);
  for (const auto& vector : all) {
    const std::string name(vector.at("name").as_string());
    SCOPED_TRACE(name);
    const auto octets = from_hex(std::string_view(vector.at("hex").as_string())).value();
    const auto decoded = decode(octets);
    ASSERT_TRUE(decoded) << decoded.error().name;
    auto expected = vector.at("expected").as_object();
    expected.erase("mule_text");  // belongs to the layer above
    EXPECT_EQ(json::value(to_json(*decoded)), json::value(expected));
    if (name == "23_ack_end_of_list") continue;  // receive-only
    EXPECT_EQ(to_hex(encode(decoded->pdu, decoded->algorithm)), to_hex(octets));
  }
}

TEST(PduVectors, EveryTruncationAndEveryBitFlipIsRefused) {
  for (const auto& vector : vectors()) {
    SCOPED_TRACE(std::string(vector.at("name").as_string()));
    const auto octets = from_hex(std::string_view(vector.at("hex").as_string())).value();
    for (std::size_t n = 0; n < octets.size(); ++n) EXPECT_FALSE(decode(ByteView(octets).first(n)));
    for (std::size_t bit = 0; bit < octets.size() * 8; ++bit) {
      auto flipped = octets;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1U << bit % 8);
      EXPECT_FALSE(decode(flipped)) << "bit " << bit;
    }
  }
}

TEST(PduRejection, Truncated) {
  EXPECT_EQ(rejection({}), "truncated@0");
  EXPECT_EQ(rejection(from_hex("00070600000100").value()), "truncated@7");
  EXPECT_EQ(rejection(sealed("00000600 00010000 0a000001 010203")), "truncated@15");                    // Data 16
  EXPECT_EQ(rejection(sealed("00000601 00000000 0a000001 00")), "truncated@13");                        // Ack 14
  EXPECT_EQ(rejection(sealed("00000602 00020000 0a000001 01020304 6b49d200 000000")), "truncated@23");  // Address 24
  EXPECT_EQ(rejection(sealed("00000608 00020000 0a000001 01020304 6b49d200 0000 0000 00")), "truncated@25");
  EXPECT_EQ(rejection(sealed("00000005 00000000 0a000001 01020304 ef0102")), "truncated@19");
  EXPECT_EQ(rejection(sealed("00000603 00000000 0a000001 010203")), "truncated@15");
  EXPECT_EQ(rejection(sealed("00000004 00000000 0a000001 01020304 6b49d200 ef0102")), "truncated@23");
}

TEST(PduRejection, TruncatedComesBeforeLengthAndChecksum) {
  EXPECT_EQ(rejection(from_hex("ffff0600 0001dead 0a0000").value()), "truncated@11");
}

TEST(PduRejection, LengthThatDiffersFromTheDatagramEitherWay) {
  auto pdu = sealed("00000600 00010000 0a000001 01020304 6869");
  pdu[1] = 17;
  EXPECT_EQ(rejection(pdu), "bad_length@0");
  pdu[1] = 19;
  EXPECT_EQ(rejection(pdu), "bad_length@0");
  EXPECT_EQ(rejection(sealed("00000603 00000000 0a000001 01020304 00")), "bad_length@0");           // Discard is 16
  EXPECT_EQ(rejection(sealed("00000006 00000000 0a000001 01020304 ef010203 00")), "bad_length@0");  // Reject is 20
}

TEST(PduRejection, Checksum) {
  auto pdu = sealed("00000600 00010000 0a000001 01020304 6869");
  pdu[6] ^= 0x55;
  EXPECT_EQ(rejection(pdu), "bad_checksum@6");
  // The shortcut of summing over the field would take 0xFFFF for 0x0000; we compare.
  auto zero = from_hex("00160600000300000a000001010203047a65726fff0a").value();
  EXPECT_EQ(rejection(zero), "accepted");
  zero[6] = zero[7] = 0xFF;
  EXPECT_EQ(rejection(zero), "bad_checksum@6");
}

TEST(PduRejection, ChecksumOfTheOtherAlgorithmWhenOneIsConfigured) {
  const Pdu pdu = DataPdu{6, 1, PmulId{1}, 2, Bytes{1, 2, 3}};
  for (const auto algorithm : {Checksum::internet, Checksum::fletcher}) {
    const auto octets = encode(pdu, algorithm);
    const auto other = algorithm == Checksum::internet ? Checksum::fletcher : Checksum::internet;
    EXPECT_EQ(decode(octets).value().algorithm, algorithm);
    EXPECT_TRUE(decode(octets, algorithm));
    EXPECT_EQ(decode(octets, other).error().name, "bad_checksum");
  }
}

TEST(PduRejection, UnknownTypesAreNamedAfterTheChecksum) {
  for (unsigned type = 0; type < 64; ++type) {
    const bool known = type <= 8 || type == 0x12 || type == 0x18;
    Bytes pdu(24);
    pdu[3] = static_cast<std::uint8_t>(type);
    pdu[5] = 1;
    if (known) continue;
    EXPECT_EQ(rejection(seal(pdu)), "unknown_type@3") << type;
    pdu = seal(pdu);
    pdu[23] = 1;
    EXPECT_EQ(rejection(pdu), "bad_checksum@6") << type;
  }
}

TEST(PduRejection, CountsThatDoNotFit) {
  const std::string address = "00000602 00020000 0a000001 01020304 6b49d200 ";
  EXPECT_EQ(rejection(sealed(address + "0001 0000 0a000002 00000001")), "accepted");
  EXPECT_EQ(rejection(sealed(address + "0002 0000 0a000002 00000001")), "count_overflow@20");
  EXPECT_EQ(rejection(sealed(address + "0000 0000 0a000002 00000001")), "count_overflow@20");
  EXPECT_EQ(rejection(sealed(address + "0001 0001 0a000002 00000001")), "count_overflow@20");
  // 0x2000 x (8 + 0xFFF8) is 0 in 16 and 29 bits: counts are computed wide.
  EXPECT_EQ(rejection(sealed(address + "2000 fff8")), "count_overflow@20");
  EXPECT_EQ(rejection(sealed(address + "ffff ffff 0a000002 00000001")), "count_overflow@20");
  const std::string fec = "00000608 00040000 0a000001 01020304 6b49d200 ";
  EXPECT_EQ(rejection(sealed(fec + "05 00 0102030405 0000 0000")), "accepted");
  EXPECT_EQ(rejection(sealed(fec + "06 00 0102030405 0000 0000")), "count_overflow@20");
  EXPECT_EQ(rejection(sealed(fec + "00 00 0001 0000")), "count_overflow@22");
  EXPECT_EQ(rejection(sealed("00000004 00020000 0a000001 01020304 6b49d200 ef010203 0a000002")), "count_overflow@4");
  EXPECT_EQ(rejection(sealed("00000601 00000000 0a000002 0002 000a 0a000001 01020304")), "count_overflow@12");
  EXPECT_EQ(rejection(sealed("00000601 00000000 0a000002 ffff")), "count_overflow@12");
}

TEST(PduRejection, AckEntriesThatDoNotEndAtTheLengthOrEightBeforeIt) {
  const std::string ack = "00000601 00000000 0a000002 0001 000a 0a000001 01020304 ";
  for (unsigned tail = 0; tail <= 16; ++tail) {
    const auto octets = sealed(ack + std::string(2 * tail, '0'));
    EXPECT_EQ(rejection(octets), tail == 0 || tail == 8 ? "accepted" : "count_overflow@24") << tail;
  }
  EXPECT_EQ(rejection(sealed("00000601 00000000 0a000002 0000 00")), "count_overflow@14");
}

TEST(PduRejection, AckEntryLength) {
  const std::string ack = "00000601 00000000 0a000002 0001 ";
  for (const auto length : {"0000", "0009", "000b", "000d", "000e", "ffff", "fffe"})
    EXPECT_EQ(rejection(sealed(ack + length + " 0a000001 01020304 0002")), "bad_entry_length@14") << length;
  EXPECT_EQ(rejection(sealed(ack + "000c 0a000001 01020304 0002")), "accepted");
}

TEST(PduRejection, MissingNumbers) {
  const auto entry = [](const std::string& words) {
    const auto length = 10 + words.size() / 2;
    std::string hex = "00000601 00000000 0a000002 0001 00";
    hex += to_hex(std::vector<std::uint8_t>{static_cast<std::uint8_t>(length)});
    return rejection(sealed(hex + " 0a000001 01020304 " + words));
  };
  EXPECT_EQ(entry("000400000009"), "accepted");
  EXPECT_EQ(entry("000400000004"), "bad_range@24");
  EXPECT_EQ(entry("000900000004"), "bad_range@24");
  EXPECT_EQ(entry("0001000400000004"), "bad_range@26");
  EXPECT_EQ(entry("000500000000"), "bad_range@24");
  EXPECT_EQ(entry("0000"), "bad_sequence@24");
  EXPECT_EQ(entry("00000005"), "bad_sequence@24");
  EXPECT_EQ(entry("00040000"), "bad_sequence@26");
  EXPECT_EQ(entry("0004000000090000"), "bad_sequence@30");
}

TEST(PduRejection, DataNumberZero) {
  EXPECT_EQ(rejection(sealed("00000600 00000000 0a000001 01020304 6869")), "bad_sequence@4");
}

TEST(Pdu, UnusedFieldsAreIgnoredOnReceipt) {
  EXPECT_EQ(rejection(sealed("00000fc1 ffff0000 0a000002 0000")), "accepted");
  EXPECT_EQ(rejection(sealed("0000ffc5 ffff0000 0a000001 01020304 ef010203")), "accepted");
}

TEST(Pdu, EndOfListIndicatorIsNotCounted) {
  const auto decoded =
      decode(sealed("00000601 00000000 0a000002 0001 0014 0a000001 01020304 0003 0006 0005 0009 0009")).value();
  const auto& entry = std::get<AckPdu>(decoded.pdu).entries.at(0);
  EXPECT_TRUE(entry.end_of_list);
  EXPECT_EQ(entry.missing, (std::vector<MissingItem>{{3, 3}, {6, 6}, {9, 9}}));
}

TEST(Pdu, MissingItemsUseARangeOnlyWhereItIsShorter) {
  struct Run {
    std::uint16_t first, last;
  };
  const std::vector<Run> runs{{2, 2}, {4, 6}, {8, 11}, {65534, 65535}};
  EXPECT_EQ(missing_items(runs, true),
            (std::vector<MissingItem>{{2, 2}, {4, 4}, {5, 5}, {6, 6}, {8, 11}, {65534, 65534}, {65535, 65535}}));
  EXPECT_EQ(missing_items(runs, false).size(), 10U);
}

TEST(Pdu, LargestPduIsTakenAndKeepsItsOctets) {
  DataPdu data{15, 65535, PmulId{0xFFFFFFFF}, 0xFFFFFFFF, Bytes(65535 - 16, 0xA5)};
  for (const auto algorithm : {Checksum::internet, Checksum::fletcher}) {
    const auto octets = encode(data, algorithm);
    ASSERT_EQ(octets.size(), 65535U);
    EXPECT_EQ(std::get<DataPdu>(decode(octets).value().pdu), data);
  }
}

}  // namespace
}  // namespace longwire::acp142
