#include "crypto/rsa_padding.hpp"

#include <algorithm>

namespace longwire::crypto::rsa_padding {

namespace {

constexpr std::size_t pkcs1_overhead = 11;  // 00 02, 8 octets of padding, 00

Error too_long() { return error("too_long", 0, "the key does not fit the RSA modulus"); }

Digest mask_digest(const OaepParameters& parameters) { return parameters.mgf_digest.value_or(parameters.digest); }

// RFC 8017 B.2.1, applied at once: target ^= MGF1(seed)
void apply_mgf1(Digest digest, ByteView seed, std::span<std::uint8_t> target) {
  for (std::uint32_t counter = 0; !target.empty(); ++counter) {
    ByteWriter number;
    number.u32(counter);
    const Secret mask(Hasher(digest).add(seed).add(number.view()).finish());
    const auto count = std::min(mask.size(), target.size());
    for (std::size_t i = 0; i < count; ++i) target[i] ^= mask.view()[i];
    target = target.subspan(count);
  }
}

void fill_nonzero(std::span<std::uint8_t> out, Random& random) {
  for (auto& octet : out)
    while (octet == 0) random.fill({&octet, 1});
}

}  // namespace

Result<Secret> write_pkcs1(std::size_t modulus_octets, ByteView key, Random& random) {
  if (modulus_octets < key.size() + pkcs1_overhead) return too_long();
  Secret out(modulus_octets);
  const auto block = out.writable();
  block[1] = 2;
  fill_nonzero(block.subspan(2, modulus_octets - key.size() - 3), random);
  std::copy(key.begin(), key.end(), block.last(key.size()).begin());
  return out;
}

Result<Secret> write_oaep(std::size_t modulus_octets, const OaepParameters& parameters, ByteView key, Random& random) {
  const auto size = digest_size(parameters.digest);
  if (modulus_octets < key.size() + 2 * size + 2) return too_long();
  Secret out(modulus_octets);
  const auto seed = out.writable().subspan(1, size);
  const auto data = out.writable().subspan(1 + size);
  const auto label = hash(parameters.digest, parameters.label);
  std::copy(label.begin(), label.end(), data.begin());
  data[data.size() - key.size() - 1] = 1;
  std::copy(key.begin(), key.end(), data.last(key.size()).begin());
  random.fill(seed);
  apply_mgf1(mask_digest(parameters), seed, data);
  apply_mgf1(mask_digest(parameters), data, seed);
  return out;
}

ct::Mask check_pkcs1(ByteView block, std::size_t key_octets) {
  if (block.size() < key_octets + pkcs1_overhead) return 0;  // lengths are no secret
  const auto separator = block.size() - key_octets - 1;
  auto good = ct::is_equal(block[0], 0) & ct::is_equal(block[1], 2) & ct::is_equal(block[separator], 0);
  for (std::size_t i = 2; i < separator; ++i) good &= ~ct::is_zero(block[i]);
  return good;
}

ct::Mask check_oaep(std::span<std::uint8_t> block, const OaepParameters& parameters, std::size_t key_octets) {
  const auto size = digest_size(parameters.digest);
  if (block.size() < key_octets + 2 * size + 2) return 0;
  const auto seed = block.subspan(1, size);
  const auto data = block.subspan(1 + size);
  apply_mgf1(mask_digest(parameters), data, seed);
  apply_mgf1(mask_digest(parameters), seed, data);
  // All of it is looked at before anything is said: Manger's attack lives on the first octet alone.
  auto good = ct::is_equal(block[0], 0);
  const auto label = hash(parameters.digest, parameters.label);
  for (std::size_t i = 0; i < size; ++i) good &= ct::is_equal(data[i], label[i]);
  const auto separator = data.size() - key_octets - 1;
  for (std::size_t i = size; i < separator; ++i) good &= ct::is_zero(data[i]);
  return good & ct::is_equal(data[separator], 1);
}

}  // namespace longwire::crypto::rsa_padding
