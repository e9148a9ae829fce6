#include "crypto/cipher.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace longwire::crypto {
namespace {

Bytes octets(const char* hex) { return from_hex(hex).value(); }
std::string hex(ByteView view) { return to_hex(view); }
std::string hex(const std::optional<Secret>& secret) { return secret ? to_hex(secret->view()) : "nothing"; }
Bytes counting(std::size_t count) {
  Bytes out(count);
  std::iota(out.begin(), out.end(), std::uint8_t{0});
  return out;
}

constexpr Cipher cbc_ciphers[] = {Cipher::aes128_cbc, Cipher::aes192_cbc, Cipher::aes256_cbc, Cipher::des_ede3_cbc};
constexpr Cipher gcm_ciphers[] = {Cipher::aes128_gcm, Cipher::aes192_gcm, Cipher::aes256_gcm};
std::size_t block_of(Cipher cipher) { return cipher == Cipher::des_ede3_cbc ? 8 : 16; }

TEST(Cipher, OidsLeadBack) {
  for (const auto cipher : cbc_ciphers) EXPECT_EQ(cipher_of_oid(oid_of(cipher)), cipher);
  for (const auto cipher : gcm_ciphers) EXPECT_EQ(cipher_of_oid(oid_of(cipher)), cipher);
  EXPECT_EQ(cipher_of_oid("1.2.840.113549.3.2"), std::nullopt);  // RC2
  EXPECT_EQ(oid_of(Cipher::aes256_gcm), "2.16.840.1.101.3.4.1.46");
  EXPECT_EQ(key_size(Cipher::aes192_gcm), 24U);
  EXPECT_TRUE(is_gcm(Cipher::aes128_gcm));
  EXPECT_FALSE(is_gcm(Cipher::aes128_cbc));
  for (const auto size : {std::size_t{16}, std::size_t{24}, std::size_t{32}})
    EXPECT_EQ(kek_size_of_oid(wrap_oid(size)), size);
  EXPECT_EQ(kek_size_of_oid("2.16.840.1.101.3.4.1.6"), std::nullopt);
}

TEST(Cbc, KnownAnswers) {  // SP 800-38A F.2.1, F.2.3, F.2.5: the first two blocks
  const auto iv = counting(16);
  const auto plain = octets("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
  const auto first = [&](Cipher cipher, const char* key) {
    return hex(ByteView(cbc_encrypt(cipher, octets(key), iv, plain)).first(32));
  };
  EXPECT_EQ(first(Cipher::aes128_cbc, "2b7e151628aed2a6abf7158809cf4f3c"),
            "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
  EXPECT_EQ(first(Cipher::aes192_cbc, "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"),
            "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a");
  EXPECT_EQ(first(Cipher::aes256_cbc, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
            "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d");
}

TEST(Cbc, EveryLengthComesBack) {
  for (const auto cipher : cbc_ciphers) {
    const auto key = counting(key_size(cipher));
    const Bytes iv(block_of(cipher), 9);
    for (std::size_t size = 0; size < 70; ++size) {
      const auto plain = counting(size);
      const auto sealed = cbc_encrypt(cipher, key, iv, plain);
      EXPECT_EQ(sealed.size(), (size / block_of(cipher) + 1) * block_of(cipher));
      EXPECT_EQ(hex(cbc_decrypt(cipher, key, iv, sealed)), hex(plain));
    }
  }
}

// Decryption of one block whose plain octets are these, by choice of the iv.
std::optional<Secret> one_block(Cipher cipher, const Bytes& wanted) {
  const auto key = counting(key_size(cipher));
  const Bytes zero(wanted.size(), 0);
  auto iv = zero;
  const auto block = Bytes(wanted.size(), 0x5A);
  // The plain text of `block` under a zero iv: as the first of two blocks with a good second one.
  auto both = block;
  const auto tail = cbc_encrypt(cipher, key, block, {});
  both.insert(both.end(), tail.begin(), tail.end());
  const auto plain = cbc_decrypt(cipher, key, zero, both);
  EXPECT_TRUE(plain);
  for (std::size_t i = 0; i < iv.size(); ++i) iv[i] = static_cast<std::uint8_t>(plain->view()[i] ^ wanted[i]);
  return cbc_decrypt(cipher, key, iv, block);
}

TEST(Cbc, EveryPaddingIsJudged) {
  for (const auto cipher : cbc_ciphers) {
    const auto block = block_of(cipher);
    for (unsigned count = 0; count < 256; ++count) {
      Bytes wanted(block, 0xEE);
      const auto fits = std::min<std::size_t>(count, block);
      std::fill(wanted.end() - static_cast<std::ptrdiff_t>(fits), wanted.end(), static_cast<std::uint8_t>(count));
      wanted.back() = static_cast<std::uint8_t>(count);
      const auto out = one_block(cipher, wanted);
      ASSERT_EQ(out.has_value(), count >= 1 && count <= block) << count;
      if (out) {
        EXPECT_EQ(out->size(), block - count);
      }
      // Any one octet of the padding wrong
      for (std::size_t i = 2; count >= 2 && count <= block && i <= count; ++i) {
        auto spoiled = wanted;
        spoiled[block - i] ^= 0x10;
        EXPECT_FALSE(one_block(cipher, spoiled)) << count << " " << i;
      }
    }
  }
}

TEST(Cbc, WrongLengthsAreNothing) {
  const auto key = counting(16);
  const Bytes iv(16, 0);
  const auto sealed = cbc_encrypt(Cipher::aes128_cbc, key, iv, counting(20));
  EXPECT_FALSE(cbc_decrypt(Cipher::aes128_cbc, key, iv, {}));
  EXPECT_FALSE(cbc_decrypt(Cipher::aes128_cbc, key, iv, ByteView(sealed).first(31)));
  EXPECT_FALSE(cbc_decrypt(Cipher::aes128_cbc, counting(24), iv, sealed));
  EXPECT_FALSE(cbc_decrypt(Cipher::aes128_cbc, key, Bytes(12, 0), sealed));
  EXPECT_FALSE(cbc_decrypt(Cipher::aes128_gcm, key, iv, sealed));
}

// The cases of the GCM submission to NIST (McGrew, Viega), 4 and 16.
const char* const gcm_key = "feffe9928665731c6d6a8f9467308308";
const char* const gcm_nonce = "cafebabefacedbaddecaf888";
const char* const gcm_aad = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
const char* const gcm_plain =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
    "ba637b39";

TEST(Gcm, KnownAnswers) {
  const auto sealed =
      gcm_encrypt(Cipher::aes128_gcm, octets(gcm_key), octets(gcm_nonce), octets(gcm_aad), octets(gcm_plain));
  EXPECT_EQ(
      hex(sealed.octets),
      "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0a"
      "ac973d58e091");
  EXPECT_EQ(hex(sealed.tag), "5bc94fbc3221a5db94fae95ae7121a47");
  const auto long_key = octets("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const auto other = gcm_encrypt(Cipher::aes256_gcm, long_key, octets(gcm_nonce), octets(gcm_aad), octets(gcm_plain));
  EXPECT_EQ(hex(other.tag), "76fc6ece0f4e1768cddf8853bb2d551b");
  const auto empty = gcm_encrypt(Cipher::aes128_gcm, Bytes(16, 0), Bytes(12, 0), {}, {});
  EXPECT_EQ(hex(empty.tag), "58e2fccefa7e3061367f1d57a4e7455a");
  EXPECT_EQ(hex(gcm_decrypt(Cipher::aes128_gcm, Bytes(16, 0), Bytes(12, 0), {}, {}, empty.tag)), "");
}

TEST(Gcm, NothingComesOutUnlessAllIsRight) {
  const auto key = octets(gcm_key);
  const auto nonce = octets(gcm_nonce);
  const auto aad = octets(gcm_aad);
  const auto sealed = gcm_encrypt(Cipher::aes128_gcm, key, nonce, aad, octets(gcm_plain));
  const auto open = [&](ByteView a, ByteView c, ByteView t) {
    return gcm_decrypt(Cipher::aes128_gcm, key, nonce, a, c, t);
  };
  for (std::size_t length = 12; length <= 16; ++length)
    EXPECT_EQ(hex(open(aad, sealed.octets, ByteView(sealed.tag).first(length))), gcm_plain);
  auto longer = sealed.tag;
  longer.push_back(0);
  EXPECT_FALSE(open(aad, sealed.octets, ByteView(sealed.tag).first(11)));
  EXPECT_FALSE(open(aad, sealed.octets, longer));
  EXPECT_FALSE(open(aad, sealed.octets, {}));
  for (std::size_t i = 0; i < 16; ++i) {
    auto tag = sealed.tag;
    tag[i] ^= 1;
    EXPECT_FALSE(open(aad, sealed.octets, tag));
  }
  for (std::size_t i = 0; i < sealed.octets.size(); ++i) {
    auto spoiled = sealed.octets;
    spoiled[i] ^= 0x80;
    EXPECT_FALSE(open(aad, spoiled, sealed.tag));
  }
  EXPECT_FALSE(open({}, sealed.octets, sealed.tag));
  EXPECT_FALSE(gcm_decrypt(Cipher::aes256_gcm, key, nonce, aad, sealed.octets, sealed.tag));
  EXPECT_FALSE(gcm_decrypt(Cipher::aes128_cbc, key, nonce, aad, sealed.octets, sealed.tag));
  EXPECT_FALSE(gcm_decrypt(Cipher::aes128_gcm, key, {}, aad, sealed.octets, sealed.tag));
}

struct WrapCase {
  std::size_t kek;
  const char* key;
  const char* wrapped;
};
constexpr WrapCase wrap_cases[] = {
    // RFC 3394 4.1 to 4.6
    {16, "00112233445566778899aabbccddeeff", "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"},
    {24, "00112233445566778899aabbccddeeff", "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d"},
    {32, "00112233445566778899aabbccddeeff", "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"},
    {24, "00112233445566778899aabbccddeeff0001020304050607",
     "031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2"},
    {32, "00112233445566778899aabbccddeeff0001020304050607",
     "a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1"},
    {32, "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
     "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"},
};

TEST(KeyWrap, KnownAnswers) {
  for (const auto& c : wrap_cases) {
    const auto kek = counting(c.kek);
    EXPECT_EQ(hex(wrap_key(kek, octets(c.key))), c.wrapped);
    EXPECT_EQ(hex(unwrap_key(kek, octets(c.wrapped))), c.key);
  }
}

TEST(KeyWrap, IntegrityIsChecked) {
  for (const auto& c : wrap_cases) {
    const auto kek = counting(c.kek);
    const auto wrapped = octets(c.wrapped);
    for (std::size_t i = 0; i < wrapped.size(); ++i) {
      auto spoiled = wrapped;
      spoiled[i] ^= 1;
      EXPECT_FALSE(unwrap_key(kek, spoiled));
    }
    EXPECT_FALSE(unwrap_key(kek, ByteView(wrapped).first(wrapped.size() - 1)));
    EXPECT_FALSE(unwrap_key(kek, ByteView(wrapped).first(16)));
    EXPECT_FALSE(unwrap_key(counting(17), wrapped));
    EXPECT_FALSE(unwrap_key(Bytes(c.kek, 1), wrapped));
  }
  EXPECT_FALSE(unwrap_key(counting(16), {}));
}

}  // namespace
}  // namespace longwire::crypto
