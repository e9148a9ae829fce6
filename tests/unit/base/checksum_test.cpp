#include "base/checksum.hpp"
#include "base/text.hpp"
#include "tests/unit/vectors.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace longwire {
namespace {

// acp142.md section 4, worked example (vectors 09 and 36).
TEST(Checksum, WorkedExampleOfBothAlgorithms) {
  const auto pdu = from_hex("001c060000010000 0a00000101020304 68656c6c6f20505f4d554c21").value();
  EXPECT_EQ(internet_checksum(pdu), 0xBE13);
  EXPECT_EQ(fletcher_checksum(pdu, 6), 0x626F);
}

// Every PDU of the vector set: numbers 35 to 39 carry the Fletcher checksum, all others the internet one.
TEST(Checksum, EveryVector) {
  constexpr std::size_t position = 6;  // of the checksum in a PDU (acp142.md 3.1)
  int internet = 0;
  int fletcher = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(LONGWIRE_VECTORS) + "/p_mul")) {
    if (entry.path().extension() != ".hex") continue;
    const auto name = entry.path().filename().string();
    auto pdu = test::read_hex_vector("p_mul/" + name);
    ASSERT_GT(pdu.size(), position + 2) << name;
    const auto wanted = pdu[position] << 8 | pdu[position + 1];
    pdu[position] = pdu[position + 1] = 0;
    if (name.find("fletcher") != std::string::npos) {
      ++fletcher;
      EXPECT_EQ(fletcher_checksum(pdu, position), wanted) << name;
    } else {
      ++internet;
      EXPECT_EQ(internet_checksum(pdu), wanted) << name;
    }
  }
  EXPECT_EQ(fletcher, 5);
  EXPECT_EQ(internet, 36);
}

TEST(Checksum, FletcherMakesBothSumsZero) {
  Bytes octets(301);
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(i * 7 + 1);
  for (const std::size_t position : {std::size_t{0}, std::size_t{6}, std::size_t{150}, octets.size() - 2}) {
    auto coded = octets;
    coded[position] = coded[position + 1] = 0;
    const auto check = fletcher_checksum(coded, position);
    coded[position] = static_cast<std::uint8_t>(check >> 8);
    coded[position + 1] = static_cast<std::uint8_t>(check);
    unsigned c0 = 0;
    unsigned c1 = 0;
    for (const auto o : coded) {
      c0 = (c0 + o) % 255;
      c1 = (c1 + c0) % 255;
    }
    EXPECT_EQ(c0, 0u) << position;
    EXPECT_EQ(c1, 0u) << position;
  }
}

TEST(Checksum, InternetOfOddLengthsAndNothing) {
  EXPECT_EQ(internet_checksum({}), 0xFFFF);
  EXPECT_EQ(internet_checksum(Bytes{0x12}), 0xEDFF);  // the odd octet is the high half
  EXPECT_EQ(internet_checksum(Bytes(65'535, 0xFF)), 0x00FF);
}

// C.3.2.8 and C.3.2.11 of STANAG 5066: the printed example, and the usual check text.
TEST(Checksum, CrcsOfStanag5066) {
  const Bytes header{0xF0, 0x00, 0x00, 0x47, 0x05, 0x64, 0x02};
  EXPECT_EQ(crc16_s5066(header), 0x1E5F);
  EXPECT_EQ(crc32_s5066(header), 0xF417'8F95);
  EXPECT_EQ(crc16_s5066(as_bytes("123456789")), 0x7D01);
  EXPECT_EQ(crc32_s5066(as_bytes("123456789")), 0x6738'A384);
}

}  // namespace
}  // namespace longwire
