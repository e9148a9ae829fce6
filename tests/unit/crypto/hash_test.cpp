#include "crypto/hash.hpp"
#include "base/text.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace longwire::crypto {
namespace {

std::string hex(const Bytes& octets) { return to_hex(octets); }

TEST(Hash, KnownAnswers) {  // RFC 1321 A.5, FIPS 180-2 B.1, C.1, D.1, RFC 3874 3.1
  EXPECT_EQ(hex(hash(Digest::md5, as_bytes("abc"))), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex(hash(Digest::sha1, as_bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(hash(Digest::sha224, as_bytes("abc"))), "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
  EXPECT_EQ(hex(hash(Digest::sha256, as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(hash(Digest::sha384, as_bytes("abc"))),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(hex(hash(Digest::sha512, as_bytes("abc"))),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
            "454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Hash, NothingIsAnInputToo) {
  EXPECT_EQ(hex(hash(Digest::sha256, {})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Hash, PiecesGiveTheSameDigest) {
  Bytes octets(1000);
  std::iota(octets.begin(), octets.end(), std::uint8_t{0});
  for (const auto digest :
       {Digest::md5, Digest::sha1, Digest::sha224, Digest::sha256, Digest::sha384, Digest::sha512}) {
    Hasher pieces(digest);
    for (std::size_t at = 0; at < octets.size(); at += 37)
      pieces.add(ByteView(octets).subspan(at, std::min<std::size_t>(37, octets.size() - at)));
    const auto out = pieces.finish();
    EXPECT_EQ(out, hash(digest, octets));
    EXPECT_EQ(out.size(), digest_size(digest));
  }
}

TEST(Hash, OidsLeadBackToTheDigest) {
  for (const auto digest :
       {Digest::md5, Digest::sha1, Digest::sha224, Digest::sha256, Digest::sha384, Digest::sha512}) {
    EXPECT_EQ(digest_of_oid(oid_of(digest)), digest);
    EXPECT_EQ(is_weak(digest), digest == Digest::md5 || digest == Digest::sha1);
  }
  EXPECT_EQ(digest_of_oid("1.2.3"), std::nullopt);
  EXPECT_EQ(oid_of(Digest::sha256), "2.16.840.1.101.3.4.2.1");
  EXPECT_EQ(micalg(Digest::sha1), "sha-1");
  EXPECT_EQ(micalg(Digest::sha512), "sha-512");
}

TEST(Hmac, KnownAnswers) {  // RFC 4231 4.3, RFC 2202 3 case 2
  EXPECT_EQ(hex(hmac(Digest::sha256, as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac(Digest::sha1, as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

TEST(Pbkdf2, KnownAnswers) {  // RFC 6070 2, RFC 7914 11
  EXPECT_EQ(hex(pbkdf2(Digest::sha1, as_bytes("password"), as_bytes("salt"), 4096, 20)),
            "4b007901b765489abead49d926f721d065a429c1");
  EXPECT_EQ(hex(pbkdf2(Digest::sha1, as_bytes("passwordPASSWORDpassword"),
                       as_bytes("saltSALTsaltSALTsaltSALTsaltSALTsalt"), 4096, 25)),
            "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038");
  EXPECT_EQ(hex(pbkdf2(Digest::sha256, as_bytes("passwd"), as_bytes("salt"), 1, 64)),
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
            "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
}

TEST(Drbg, SameSeedGivesTheSameOctets) {
  const Bytes seed(48, 7);
  Drbg a(seed), b(seed), c(Bytes(48, 8));
  const auto first = random_octets(a, 3000);  // more than one request of the library
  EXPECT_EQ(first, random_octets(b, 3000));
  EXPECT_NE(first, random_octets(c, 3000));
  EXPECT_NE(first, random_octets(a, 3000));
}

TEST(Drbg, FollowsTheStandard) {
  // SP 800-90A 10.1.2 worked by hand with HMAC: seed 30 x 00, then 32 octets.
  const Bytes seed(30, 0);
  Bytes key(32, 0), v(32, 1);
  for (const auto round : {std::uint8_t{0}, std::uint8_t{1}}) {
    Bytes input = v;
    input.push_back(round);
    input.insert(input.end(), seed.begin(), seed.end());
    key = hmac(Digest::sha256, key, input);
    v = hmac(Digest::sha256, key, v);
  }
  Drbg drbg(seed);
  EXPECT_EQ(random_octets(drbg, 32), hmac(Digest::sha256, key, v));
}

TEST(Secret, ComparesAndShortens) {
  EXPECT_TRUE(equal_in_constant_time(Bytes{1, 2, 3}, Bytes{1, 2, 3}));
  EXPECT_FALSE(equal_in_constant_time(Bytes{1, 2, 3}, Bytes{1, 2, 4}));
  EXPECT_FALSE(equal_in_constant_time(Bytes{1, 2, 3}, Bytes{1, 2}));
  EXPECT_TRUE(equal_in_constant_time({}, {}));
  Secret secret(Bytes{1, 2, 3, 4});
  const auto* where = secret.view().data();
  secret.shorten(2);
  EXPECT_TRUE(equal_in_constant_time(secret.view(), Bytes{1, 2}));
  EXPECT_EQ(secret.view().data(), where);
  EXPECT_EQ(where[2], 0);  // NOLINT: wiped, still within the capacity
  EXPECT_EQ(where[3], 0);
}

TEST(Secret, WipeLeavesZeros) {
  Bytes octets(100, 0xAB);
  wipe(octets);
  EXPECT_EQ(octets, Bytes(100, 0));
  wipe({});
}

}  // namespace
}  // namespace longwire::crypto
