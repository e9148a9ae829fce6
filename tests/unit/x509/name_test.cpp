#include "crypto/x509/name.hpp"

#include "tests/unit/x509/fixtures.hpp"

namespace longwire::crypto {
namespace {

// SEQUENCE { SET { SEQUENCE { commonName, `value` as hex of complete BER } } }
Bytes name(const std::string& value, const std::string& type = "0603550403") {
  const auto length = [](std::size_t octets) { return to_hex(Bytes{static_cast<std::uint8_t>(octets)}); };
  const auto pair = type + value;
  const auto set = "30" + length(pair.size() / 2) + pair;
  const auto rdn = "31" + length(set.size() / 2) + set;
  return *from_hex("30" + length(rdn.size() / 2) + rdn);
}

TEST(Name, ReadsEveryKindOfString) {
  EXPECT_EQ(name_text(name("130141")), "CN=A");
  EXPECT_EQ(name_text(name("0c02c3a9")), "CN=\xC3\xA9");
  EXPECT_EQ(name_text(name("1401e9")), "CN=\xC3\xA9");                // TeletexString
  EXPECT_EQ(name_text(name("1e0200e9")), "CN=\xC3\xA9");              // BMPString
  EXPECT_EQ(name_text(name("1e04d83dde00")), "CN=\xF0\x9F\x98\x80");  // with a surrogate pair
  EXPECT_EQ(name_text(name("1c040001f600")), "CN=\xF0\x9F\x98\x80");  // UniversalString
  EXPECT_EQ(name_text(name("1e0141")), "CN=#1e0141");                 // half a character
  EXPECT_EQ(name_text(name("1e02d83d")), "CN=#1e02d83d");             // half a pair
  EXPECT_EQ(name_text(name("020105")), "CN=#020105");                 // no string
  EXPECT_EQ(name_text(name("130141", "06022a03")), "1.2.3=A");
}

TEST(Name, EscapesWhatATerminalMustNotGet) {
  EXPECT_EQ(name_text(name("13031b5b4a")), "CN=\\1b[J");
  EXPECT_EQ(name_text(name("0c02ff41")), "CN=\\ffA");  // not UTF-8
  EXPECT_EQ(name_text(name("13020a00")), "CN=\\0a\\00");
  EXPECT_EQ(name_text(name("1300")), "CN=");
  EXPECT_EQ(name_text(Bytes{0x30, 0x00}), "");
  EXPECT_EQ(name_text(Bytes{0x04, 0x01, 0x41}), "#040141");
  EXPECT_EQ(name_text({}), "#");
}

TEST(Name, IsTheSameInOtherCaseSpacesAndKindOfString) {
  const auto plain = name("1305412042206f");  // "A B o"
  EXPECT_TRUE(same_name(plain, name("0c0561206220"
                                    "4f")));
  EXPECT_TRUE(same_name(plain, name("0c0820412020422020"
                                    "4f")));
  EXPECT_FALSE(same_name(plain, name("0c04414220"
                                     "4f")));
  EXPECT_FALSE(same_name(plain, name("1305412042206f", "0603550407")));
  EXPECT_FALSE(same_name(plain, Bytes{0x30, 0x00}));
  EXPECT_TRUE(same_name(Bytes{4, 0}, Bytes{4, 0}));
  EXPECT_FALSE(same_name(Bytes{4, 0}, Bytes{5, 0}));
}

TEST(Name, LiesWithinATree) {
  const auto leaf = test::certificate("good")->subject;
  EXPECT_TRUE(name_within(leaf, Bytes{0x30, 0x00}));
  EXPECT_TRUE(name_within(leaf, leaf));
  EXPECT_FALSE(name_within(Bytes{0x30, 0x00}, leaf));
  EXPECT_FALSE(name_within(leaf, test::certificate("sub")->subject));
}

}  // namespace
}  // namespace longwire::crypto
