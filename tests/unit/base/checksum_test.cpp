#include "base/checksum.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace longwire {
namespace {

// acp142.md section 4, worked example (vectors 09 and 36).
TEST(Checksum, WorkedExampleOfBothAlgorithms) {
  const auto pdu = from_hex("001c060000010000 0a00000101020304 68656c6c6f20505f4d554c21").value();
  EXPECT_EQ(internet_checksum(pdu), 0xBE13);
  EXPECT_EQ(fletcher_checksum(pdu, 6), 0x626F);
}

}  // namespace
}  // namespace longwire
