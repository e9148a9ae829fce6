// Known answers: RFC 2631 2.1.6 and 2.1.7, RFC 3565 2.3.1, RFC 5869 A; the others were computed with two foreign
// implementations that agreed, one of which exchanged messages with standard mail programs.
#include "crypto/kdf.hpp"
#include "base/text.hpp"
#include "crypto/cipher.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace longwire::crypto {
namespace {

Bytes octets(const char* hex) { return from_hex(hex).value(); }
std::string hex(const Secret& secret) { return to_hex(secret.view()); }
Bytes counting(std::size_t count) {
  Bytes out(count);
  std::iota(out.begin(), out.end(), std::uint8_t{0});
  return out;
}

const Bytes aes128_wrap = octets("300b0609608648016503040105");
const Bytes aes256_wrap = octets("300b060960864801650304012d");
const Bytes short_ukm(8, 0x11);

Bytes rfc2631_ukm() {
  Bytes out;
  for (int i = 0; i < 4; ++i) {
    const auto part = octets("0123456789abcdeffedcba9876543201");
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

TEST(X942, AnswersOfTheRfcs) {
  const auto zz = counting(20);
  const auto ukm = rfc2631_ukm();
  EXPECT_EQ(hex(x942_kdf(zz, "1.2.840.113549.1.9.16.3.6", {}, 24)), "a09661392376f7044d9052a397883246b67f5f1ef63eb5fb");
  EXPECT_EQ(hex(x942_kdf(zz, "1.2.840.113549.1.9.16.3.7", ukm, 16)), "48950c46e0530075403cce72889604e0");
  EXPECT_EQ(hex(x942_kdf(zz, wrap_oid(16), {}, 16)), "d6d6b094c1027a7de6e3117294a35364");
  EXPECT_EQ(hex(x942_kdf(zz, wrap_oid(32), ukm, 32)),
            "8890585c4e281a5c1167caa530bed59b3230d893cba8f922bd1b56a071c96f90");
}

TEST(X942, OtherAnswers) {
  const auto zz = counting(32);
  EXPECT_EQ(hex(x942_kdf(zz, wrap_oid(16), {}, 16)), "e1599aa28fd6e8220c83501e120e13dc");
  EXPECT_EQ(hex(x942_kdf(zz, wrap_oid(16), short_ukm, 16)), "868bc688fb14ead979c998ed6d49d041");
  EXPECT_EQ(hex(x942_kdf(zz, wrap_oid(32), {}, 32)),
            "db66f37e0d0f7c8ecc14f4bbfa9b0e3d82238c40dbec7454547737870886af63");
}

TEST(X963, SharedInfoAsPrinted) {
  EXPECT_EQ(to_hex(ecc_cms_shared_info(aes128_wrap, {}, 16)), "3015300b0609608648016503040105a206040400000080");
  EXPECT_EQ(to_hex(ecc_cms_shared_info(aes128_wrap, short_ukm, 16)),
            "3021300b0609608648016503040105a00a04081111111111111111a206040400000080");
  // With NULL the algorithm goes in as it stands in the message.
  const auto with_null = octets("300d06096086480165030401050500");
  EXPECT_EQ(to_hex(ecc_cms_shared_info(with_null, {}, 16)), "3017300d06096086480165030401050500a206040400000080");
}

TEST(X963, Answers) {
  const auto z = counting(32);
  const auto plain = ecc_cms_shared_info(aes128_wrap, {}, 16);
  const auto with_ukm = ecc_cms_shared_info(aes128_wrap, short_ukm, 16);
  const auto longer = ecc_cms_shared_info(aes256_wrap, {}, 32);
  EXPECT_EQ(hex(x963_kdf(Digest::sha1, z, plain, 16)), "1c64d3d7a660c2e36427fcca264d69ba");
  EXPECT_EQ(hex(x963_kdf(Digest::sha1, z, with_ukm, 16)), "9f607dcaa117d1656e6167a47f9507aa");
  EXPECT_EQ(hex(x963_kdf(Digest::sha256, z, plain, 16)), "1983cc4d05d34db303458415c914b607");
  EXPECT_EQ(hex(x963_kdf(Digest::sha256, z, with_ukm, 16)), "f271467ca4bf4510f270fdd2e4d21db6");
  EXPECT_EQ(hex(x963_kdf(Digest::sha1, z, longer, 32)),
            "692b6ec3f522f1736589cc9f5b2bbd0f03572e973f35fbf7f3b2ca18c22451fa");
  EXPECT_EQ(hex(x963_kdf(Digest::sha384, z, longer, 32)),
            "d9df7ad5a417b0a4499720278e9221408d55f3a9cbb29b1669a4b84d117c02b9");
}

TEST(Hkdf, AnswersForX25519) {
  const auto z = counting(32);
  const auto plain = ecc_cms_shared_info(aes128_wrap, {}, 16);
  const auto with_ukm = ecc_cms_shared_info(aes128_wrap, short_ukm, 16);
  const auto longer = ecc_cms_shared_info(aes256_wrap, {}, 32);
  EXPECT_EQ(hex(hkdf(Digest::sha256, {}, z, plain, 16)), "ede3433e6cfa39325ebb4f399dda2b64");
  EXPECT_EQ(hex(hkdf(Digest::sha256, short_ukm, z, with_ukm, 16)), "e1b261d6d0869593c0bc98b77464253c");
  EXPECT_EQ(hex(hkdf(Digest::sha256, {}, z, longer, 32)),
            "ad876c55596d24628c2d82224f45e4c03e5879fc3a83ec4b0b500997fce37f66");
  EXPECT_EQ(hex(hkdf(Digest::sha384, {}, z, longer, 32)),
            "a22a7a55a2091131a0cb057b7e83096dc04640ff3e8b2bcc76a6d006950b6e2d");
  EXPECT_EQ(hex(hkdf(Digest::sha512, {}, z, longer, 32)),
            "318b49f2480c5ff00afd3f9ce5bf43c7d8776e881191b8fb1511beb52648ccbd");
}

TEST(Hkdf, AnswerOfRfc5869) {  // A.1
  EXPECT_EQ(hex(hkdf(Digest::sha256, octets("000102030405060708090a0b0c"), Bytes(22, 0x0b),
                     octets("f0f1f2f3f4f5f6f7f8f9"), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

}  // namespace
}  // namespace longwire::crypto
