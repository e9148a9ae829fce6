#include "bearers/s5066/d_pdu.hpp"

#include "base/checksum.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace longwire::s5066 {
namespace {

// Sync in front, CRC-16 behind.
Bytes sealed(std::string_view header) {
  auto octets = from_hex(header).value();
  const auto crc = crc16_s5066(octets);
  octets.push_back(static_cast<std::uint8_t>(crc));
  octets.push_back(static_cast<std::uint8_t>(crc >> 8));
  octets.insert(octets.begin(), {0x90, 0xEB});
  return octets;
}

std::string outcome(ByteView octets) {
  const auto decoded = decode_d_pdu(octets);
  return decoded ? "accepted" : std::string(decoded.error().name) + "@" + std::to_string(decoded.error().offset);
}

TEST(DPdu, ErrorsAreNamedWithTheirPlace) {
  EXPECT_EQ(outcome({}), "truncated@0");
  EXPECT_EQ(outcome(*from_hex("91")), "bad_sync@0");
  EXPECT_EQ(outcome(*from_hex("90ec")), "bad_sync@1");
  EXPECT_EQ(outcome(*from_hex("90eb f0 00 00")), "truncated@5");
  EXPECT_EQ(outcome(sealed("f0000047 0564 02")), "accepted");
  EXPECT_EQ(outcome(sealed("f0000007 02")), "bad_address_size@5");
  EXPECT_EQ(outcome(sealed("f0000046 0564")), "bad_header_size@5");
  EXPECT_EQ(outcome(sealed("f0000048 0564 0200")), "bad_header_size@5");
  EXPECT_EQ(outcome(sealed("600000 48 0564 0301")), "accepted");
  EXPECT_EQ(outcome(sealed("600000 49 0564 0301 aa")), "bad_field@8");  // extended octets, no flag
  EXPECT_EQ(outcome(sealed("600000 48 0564 0701")), "accepted");        // the flag, no octets
  EXPECT_EQ(outcome(sealed("a00000 46 0564")), "reserved_type@2");
  EXPECT_EQ(outcome(sealed("a00000 5f 0564" + std::string(50, '1'))), "reserved_type@2");
  EXPECT_EQ(outcome(sealed("a00000 45 0564")), "bad_header_size@5");
  auto hurt = sealed("f0000047 0564 02");
  hurt[7] ^= 1U;
  EXPECT_EQ(outcome(hurt), "bad_header_crc@9");
}

TEST(DPdu, HeaderSizesOfEveryType) {
  const auto with_size = [](unsigned type, unsigned h) {
    Bytes header{static_cast<std::uint8_t>(type << 4), 0, 0, static_cast<std::uint8_t>(1U << 5 | h), 0x12};
    header.resize(h >= 2 ? 1 + h - 2 : 5);
    return outcome(sealed(to_hex(header)));
  };
  const struct {
    unsigned type, least, most;
  } table[]{{0, 9, 9}, {1, 7, 23}, {2, 10, 26}, {3, 9, 9}, {4, 9, 9}, {5, 7, 23}, {7, 15, 15}, {8, 15, 15}, {15, 7, 7}};
  for (const auto& row : table) {
    for (unsigned h = 5; h <= 31; ++h) {
      const auto got = with_size(row.type, h);
      if (h < row.least || h > row.most) EXPECT_EQ(got, "bad_header_size@5") << row.type << ' ' << h;
      else EXPECT_NE(got.substr(0, 4), "bad_") << row.type << ' ' << h;  // a segment may still be missing
    }
  }
}

TEST(DPdu, AddressesTakeTheSmallestField) {
  DPdu pdu;
  pdu.body = Warning{};
  const auto m = [&](std::uint32_t dest, std::uint32_t source, std::uint8_t asked) {
    pdu.dest.value = dest;
    pdu.source.value = source;
    pdu.address_octets = asked;
    return static_cast<unsigned>(decode_d_pdu(encode(pdu))->pdu.address_octets);
  };
  EXPECT_EQ(m(0, 0, 0), 1U);
  EXPECT_EQ(m(15, 1, 0), 1U);
  EXPECT_EQ(m(1, 16, 0), 2U);
  EXPECT_EQ(m(0xFFFF'FFF, 0, 0), 7U);
  EXPECT_EQ(m(5, 5, 7), 7U);
  EXPECT_EQ(m(5, 0x100, 1), 3U);
  EXPECT_EQ(m(5, 5, 200), 7U);
}

TEST(DPdu, OddAddressSizesShareTheMiddleOctet) {
  DPdu pdu;
  pdu.dest.value = 0x123;
  pdu.source.value = 0x456;
  pdu.body = Warning{0, 2};
  EXPECT_EQ(to_hex(ByteView(encode(pdu)).subspan(6, 3)), "123456");
}

TEST(DPdu, SegmentOf1023OctetsFits) {
  DPdu pdu;
  pdu.body = NonArq{false, 4095, false, false, 1023, 0, 0, {Bytes(largest_segment, 0xFF), true}};
  const auto octets = encode(pdu);
  EXPECT_EQ(octets.size(), 2U + 15 + 1 + 1023 + 4);
  const auto decoded = decode_d_pdu(octets);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(segment_of(decoded->pdu)->octets.size(), largest_segment);
}

TEST(DPdu, GroupBitIsTheDestinations) {
  DPdu pdu;
  pdu.dest = all_stations;  // the flag of the body is not set
  pdu.body = NonArq{};
  const auto decoded = decode_d_pdu(encode(pdu));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->pdu.dest, all_stations);
  EXPECT_TRUE(std::get<NonArq>(decoded->pdu.body).group);
}

TEST(DPdu, BadSegmentLeavesTheHeaderGood) {
  DPdu pdu;
  pdu.eot = 40;
  pdu.body = DataAck{{true, true, false, false, true, true, 7, {{1, 2, 3}, true}}, {9, {0x02}}};
  auto octets = encode(pdu);
  octets[octets.size() - 6] ^= 0x10U;
  const auto decoded = decode_d_pdu(octets);
  ASSERT_TRUE(decoded);
  const auto& body = std::get<DataAck>(decoded->pdu.body);
  EXPECT_FALSE(body.data.segment.crc_ok);
  EXPECT_EQ(body.ack.rx_lwe, 9);
  EXPECT_EQ(decoded->pdu.eot, 40);
}

TEST(DPdu, BitsNotUsedAreNotLookedAt) {
  const auto reset = decode_d_pdu(sealed("300000 49 0564 f8 00 01"));
  ASSERT_TRUE(reset);
  EXPECT_EQ(encode(reset->pdu), sealed("300000 49 0564 08 00 01"));
  const auto management = decode_d_pdu(sealed("600000 48 0564 fb 01"));
  ASSERT_TRUE(management);
  EXPECT_EQ(encode(management->pdu), sealed("600000 48 0564 03 01"));
}

TEST(DPdu, MoreMayFollow) {
  auto octets = sealed("f0000047 0564 02");
  const auto length = octets.size();
  octets.push_back(0xEE);
  const auto decoded = decode_d_pdu(octets);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->length, length);
}

}  // namespace
}  // namespace longwire::s5066
