#include "base/limits.hpp"
#include "tests/unit/x509/fixtures.hpp"

#include <gmock/gmock.h>

namespace longwire::crypto {
namespace {

using testing::ElementsAre;

TEST(Clearance, ReadsAndWritesTheVectors) {
  for (const auto* name : {"C1", "C2", "C3"}) {
    const auto der = test::file(std::string("cms/labels/der/") + name + ".der");
    const auto read = decode_clearance(der);
    ASSERT_TRUE(read) << name;
    EXPECT_EQ(read->policy, "1.3.6.1.4.1.99999.4406.1");
    EXPECT_EQ(to_hex(encode_clearance(*read)), to_hex(der)) << name;
  }
  const auto c1 = decode_clearance(test::file("cms/labels/der/C1.der"));
  EXPECT_THAT(c1->classes, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(c1->categories.size(), 2U);
  EXPECT_EQ(decode_clearance(test::file("cms/labels/der/C2.der"))->categories.size(), 0U);
}

TEST(Clearance, LeavesTheDefaultOut) {
  const Clearance plain{"1.2.3", {1}, {}};
  EXPECT_EQ(to_hex(encode_clearance(plain)), "300406022a03");
  EXPECT_EQ(*decode_clearance(encode_clearance(plain)), plain);
  const Clearance nothing{"1.2.3", {}, {}};
  EXPECT_EQ(to_hex(encode_clearance(nothing)), "300706022a03030100");
  EXPECT_EQ(*decode_clearance(encode_clearance(nothing)), nothing);
}

TEST(Clearance, ReadsTheFormOfRfc3281) {
  const Clearance expected{"1.2.3", {3}, {}};
  EXPECT_EQ(*decode_clearance(*from_hex("300880022a0381020410")), expected);          // IMPLICIT
  EXPECT_EQ(*decode_clearance(*from_hex("300ca00406022a03a10403020410")), expected);  // EXPLICIT
}

TEST(Clearance, HasClassesToALimit) {
  Clearance most{"1.2.3", {static_cast<int>(limits::clearance_classes) - 1}, {}};
  EXPECT_EQ(*decode_clearance(encode_clearance(most)), most);
  const auto octets = limits::clearance_classes / 8 + 1;
  const Bytes head{0x30, static_cast<std::uint8_t>(4 + 3 + octets), 0x06, 0x02, 0x2a, 0x03,
                   0x03, static_cast<std::uint8_t>(octets + 1),     0x00};
  auto beyond = head;
  beyond.resize(head.size() + octets - 1);
  beyond.push_back(0x80);
  EXPECT_EQ(decode_clearance(beyond).error().name, "bad_value");
}

TEST(Clearance, RefusesWhatIsNone) {
  const auto der = test::file("cms/labels/der/C3.der");
  for (std::size_t i = 0; i < der.size(); ++i) EXPECT_FALSE(decode_clearance(ByteView(der).first(i))) << i;
  auto longer = der;
  longer.push_back(0);
  EXPECT_EQ(decode_clearance(longer).error().name, "trailing_octets");
  EXPECT_EQ(decode_clearance(*from_hex("3000")).error().name, "missing_element");
  EXPECT_EQ(decode_clearance(*from_hex("300806022a0306022a03")).error().name, "duplicate_element");
  EXPECT_EQ(decode_clearance(*from_hex("310406022a03")).error().name, "bad_tag");
}

}  // namespace
}  // namespace longwire::crypto
