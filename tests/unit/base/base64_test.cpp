// The strict reader of base64 (RFC 4648 4); samples and lines: tests/unit/mail/transfer_encoding_test.cpp.
#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace longwire {
namespace {

TEST(Base64, StrictAsSaslAsks) {
  EXPECT_EQ(base64_encode(as_bytes("")), "");
  EXPECT_EQ(base64_encode(as_bytes("f")), "Zg==");
  EXPECT_EQ(base64_encode(as_bytes("fo")), "Zm8=");
  EXPECT_EQ(base64_encode(as_bytes("foo")), "Zm9v");
  EXPECT_EQ(base64_encode(as_bytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(as_text(*base64_strict("Zm9vYg==")), "foob");
  EXPECT_TRUE(base64_strict("")->empty());
  for (const char* bad :
       {"=AAA", "AAA=BBB", "A", "AA", "AAA", "AA=A", "A===", "====", "Zg ==", "Zg==\n", "Zh==", "Zm9=", "Zm-_"})
    EXPECT_FALSE(base64_strict(bad)) << bad;
}

}  // namespace
}  // namespace longwire
