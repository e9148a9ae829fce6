#include "crypto/cipher.hpp"

#include "crypto/constant_time.hpp"
#include "crypto/mbedtls_port.hpp"

#include <mbedtls/aes.h>
#include <mbedtls/des.h>
#include <mbedtls/gcm.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace longwire::crypto {

namespace {

struct Row {
  std::string_view oid;  // RFC 3565 4.1, RFC 5084 3.2, RFC 3370 5.1
  std::size_t key;
  std::size_t block;
  bool gcm;
};
constexpr std::array<Row, 7> rows{{
    {"2.16.840.1.101.3.4.1.2", 16, 16, false},
    {"2.16.840.1.101.3.4.1.22", 24, 16, false},
    {"2.16.840.1.101.3.4.1.42", 32, 16, false},
    {"2.16.840.1.101.3.4.1.6", 16, 16, true},
    {"2.16.840.1.101.3.4.1.26", 24, 16, true},
    {"2.16.840.1.101.3.4.1.46", 32, 16, true},
    {"1.2.840.113549.3.7", 24, 8, false},
}};
const Row& row(Cipher cipher) { return rows[static_cast<std::size_t>(cipher)]; }

using Aes = port::Owned<mbedtls_aes_context, mbedtls_aes_init, mbedtls_aes_free>;
using Des3 = port::Owned<mbedtls_des3_context, mbedtls_des3_init, mbedtls_des3_free>;
using Gcm = port::Owned<mbedtls_gcm_context, mbedtls_gcm_init, mbedtls_gcm_free>;

unsigned bits(ByteView key) { return static_cast<unsigned>(key.size() * 8); }

void require(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

// key and iv are of the right length, in a whole number of blocks; out as long as in.
void cbc_blocks(Cipher cipher, int mode, ByteView key, ByteView iv, ByteView in, std::span<std::uint8_t> out) {
  Bytes chain(iv.begin(), iv.end());
  if (cipher == Cipher::des_ede3_cbc) {
    Des3 des;
    port::must(mode == MBEDTLS_DES_ENCRYPT ? mbedtls_des3_set3key_enc(des.get(), key.data())
                                           : mbedtls_des3_set3key_dec(des.get(), key.data()));
    port::must(mbedtls_des3_crypt_cbc(des.get(), mode, in.size(), chain.data(), in.data(), out.data()));
    return;
  }
  Aes aes;
  port::must(mode == MBEDTLS_AES_ENCRYPT ? mbedtls_aes_setkey_enc(aes.get(), key.data(), bits(key))
                                         : mbedtls_aes_setkey_dec(aes.get(), key.data(), bits(key)));
  port::must(mbedtls_aes_crypt_cbc(aes.get(), mode, in.size(), chain.data(), in.data(), out.data()));
}

// The length of the padding (RFC 5652 6.3), 0 if it is wrong. Looks at the whole last block whatever stands there.
std::uint32_t padding_length(ByteView last_block) {
  const auto block = static_cast<std::uint32_t>(last_block.size());
  const std::uint32_t count = last_block.back();
  ct::Mask good = ~ct::is_zero(count) & ct::is_below(count, block + 1);
  for (std::uint32_t i = 0; i < block; ++i) {
    const auto inside = ct::is_below(i, count);  // counted from the end
    good &= ~inside | ct::is_equal(last_block[block - 1 - i], count);
  }
  return count & good;
}

bool set_gcm_key(Gcm& gcm, Cipher cipher, ByteView key) {
  return is_gcm(cipher) && key.size() == key_size(cipher) &&
         mbedtls_gcm_setkey(gcm.get(), MBEDTLS_CIPHER_ID_AES, key.data(), bits(key)) == 0;
}

constexpr std::array<std::uint8_t, 8> wrap_iv{0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6};  // RFC 3394 2.2.3.1
constexpr int wrap_rounds = 6;

bool is_kek_size(std::size_t octets) { return octets == 16 || octets == 24 || octets == 32; }

void xor_counter(std::span<std::uint8_t> half, std::uint64_t counter) {
  for (std::size_t i = 0; i < 8; ++i) half[7 - i] ^= static_cast<std::uint8_t>(counter >> (8 * i));
}

}  // namespace

std::size_t key_size(Cipher cipher) { return row(cipher).key; }
bool is_gcm(Cipher cipher) { return row(cipher).gcm; }
std::string_view oid_of(Cipher cipher) { return row(cipher).oid; }

std::optional<Cipher> cipher_of_oid(std::string_view oid) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].oid == oid) return static_cast<Cipher>(i);
  return std::nullopt;
}

Bytes cbc_encrypt(Cipher cipher, ByteView key, ByteView iv, ByteView plain) {
  const auto block = row(cipher).block;
  require(!is_gcm(cipher) && key.size() == key_size(cipher) && iv.size() == block, "cbc_encrypt: key or iv");
  const auto padding = block - plain.size() % block;  // RFC 5652 6.3: always there
  Secret padded(plain.size() + padding);
  std::copy(plain.begin(), plain.end(), padded.writable().begin());
  std::fill_n(padded.writable().end() - static_cast<std::ptrdiff_t>(padding), padding,
              static_cast<std::uint8_t>(padding));
  Bytes out(padded.size());
  cbc_blocks(cipher, MBEDTLS_AES_ENCRYPT, key, iv, padded.view(), out);
  return out;
}

std::optional<Secret> cbc_decrypt(Cipher cipher, ByteView key, ByteView iv, ByteView octets) {
  const auto block = row(cipher).block;
  if (is_gcm(cipher) || key.size() != key_size(cipher) || iv.size() != block) return std::nullopt;
  if (octets.empty() || octets.size() % block != 0) return std::nullopt;
  Secret out(octets.size());
  cbc_blocks(cipher, MBEDTLS_AES_DECRYPT, key, iv, octets, out.writable());
  const auto padding = padding_length(out.view().last(block));
  if (padding == 0) return std::nullopt;
  out.shorten(out.size() - padding);
  return out;
}

Sealed gcm_encrypt(Cipher cipher, ByteView key, ByteView nonce, ByteView aad, ByteView plain) {
  Gcm gcm;
  require(set_gcm_key(gcm, cipher, key) && !nonce.empty(), "gcm_encrypt: key or nonce");
  Sealed out{Bytes(plain.size()), Bytes(16)};
  port::must(mbedtls_gcm_crypt_and_tag(gcm.get(), MBEDTLS_GCM_ENCRYPT, plain.size(), nonce.data(), nonce.size(),
                                       aad.data(), aad.size(), plain.data(), out.octets.data(), out.tag.size(),
                                       out.tag.data()));
  return out;
}

std::optional<Secret> gcm_decrypt(Cipher cipher, ByteView key, ByteView nonce, ByteView aad, ByteView octets,
                                  ByteView tag) {
  Gcm gcm;
  if (!set_gcm_key(gcm, cipher, key) || nonce.empty()) return std::nullopt;
  if (tag.size() < 12 || tag.size() > 16) return std::nullopt;  // RFC 5084 3.2
  Secret out(octets.size());
  if (mbedtls_gcm_auth_decrypt(gcm.get(), octets.size(), nonce.data(), nonce.size(), aad.data(), aad.size(), tag.data(),
                               tag.size(), octets.data(), out.writable().data()) != 0)
    return std::nullopt;
  return out;
}

// RFC 3394 2.2.1, the form with an index
Bytes wrap_key(ByteView kek, ByteView key) {
  require(is_kek_size(kek.size()) && key.size() >= 16 && key.size() % 8 == 0, "wrap_key: length");
  Aes aes;
  port::must(mbedtls_aes_setkey_enc(aes.get(), kek.data(), bits(kek)));
  const auto count = key.size() / 8;
  Bytes out(wrap_iv.size() + key.size());
  std::copy(wrap_iv.begin(), wrap_iv.end(), out.begin());
  std::copy(key.begin(), key.end(), out.begin() + wrap_iv.size());
  Secret block(std::size_t{16});
  const auto half = block.writable();
  std::copy_n(out.begin(), 8, half.begin());
  std::uint64_t counter = 0;
  for (int round = 0; round < wrap_rounds; ++round) {
    for (std::size_t i = 1; i <= count; ++i) {
      const auto register_i = out.begin() + static_cast<std::ptrdiff_t>(8 * i);
      std::copy_n(register_i, 8, half.begin() + 8);
      port::must(mbedtls_aes_crypt_ecb(aes.get(), MBEDTLS_AES_ENCRYPT, half.data(), half.data()));
      xor_counter(half, ++counter);
      std::copy_n(half.begin() + 8, 8, register_i);
    }
  }
  std::copy_n(half.begin(), 8, out.begin());
  return out;
}

// RFC 3394 2.2.2
std::optional<Secret> unwrap_key(ByteView kek, ByteView wrapped) {
  if (!is_kek_size(kek.size()) || wrapped.size() < 24 || wrapped.size() % 8 != 0) return std::nullopt;
  Aes aes;
  port::must(mbedtls_aes_setkey_dec(aes.get(), kek.data(), bits(kek)));
  const auto count = wrapped.size() / 8 - 1;
  Secret out(wrapped.size() - 8);
  std::copy(wrapped.begin() + 8, wrapped.end(), out.writable().begin());
  Secret block(std::size_t{16});
  const auto half = block.writable();
  std::copy_n(wrapped.begin(), 8, half.begin());
  std::uint64_t counter = std::uint64_t{wrap_rounds} * count;
  for (int round = 0; round < wrap_rounds; ++round) {
    for (std::size_t i = count; i >= 1; --i) {
      const auto register_i = out.writable().subspan(8 * (i - 1), 8);
      xor_counter(half, counter--);
      std::copy_n(register_i.begin(), 8, half.begin() + 8);
      port::must(mbedtls_aes_crypt_ecb(aes.get(), MBEDTLS_AES_DECRYPT, half.data(), half.data()));
      std::copy_n(half.begin() + 8, 8, register_i.begin());
    }
  }
  if (!equal_in_constant_time(block.view().first(8), wrap_iv)) return std::nullopt;
  return out;
}

std::string_view wrap_oid(std::size_t kek_octets) {  // RFC 3565 2.3.2
  switch (kek_octets) {
    case 16:
      return "2.16.840.1.101.3.4.1.5";
    case 24:
      return "2.16.840.1.101.3.4.1.25";
    case 32:
      return "2.16.840.1.101.3.4.1.45";
    default:
      throw std::logic_error("wrap_oid: no such key");
  }
}

std::optional<std::size_t> kek_size_of_oid(std::string_view oid) {
  for (const std::size_t octets : {std::size_t{16}, std::size_t{24}, std::size_t{32}})
    if (wrap_oid(octets) == oid) return octets;
  return std::nullopt;
}

}  // namespace longwire::crypto
