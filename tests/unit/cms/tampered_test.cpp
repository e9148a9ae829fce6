// Every message of the vectors with one octet changed: never good with other content, never the plaintext, no crash.
#include "crypto/cms/cms_json.hpp"
#include "tests/unit/cms/people.hpp"

#include <algorithm>

namespace longwire::crypto::cms::test {

namespace {

constexpr std::size_t positions = 48;  // of one region

std::vector<std::size_t> sample(std::size_t first, std::size_t count) {
  std::vector<std::size_t> out;
  const auto step = std::max<std::size_t>(1, count / positions);
  for (std::size_t i = 0; i < count; i += step) out.push_back(first + i);
  if (count > 0) out.push_back(first + count - 1);
  return out;
}

// Where these octets stand in the file; segmented ones are found by their first segment.
std::vector<std::size_t> find_region(const Bytes& file, const Bytes& octets) {
  const auto known = std::min<std::size_t>(octets.size(), 64);
  const auto at =
      std::search(file.begin(), file.end(), octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(known));
  EXPECT_NE(at, file.end());
  const auto whole = std::search(file.begin(), file.end(), octets.begin(), octets.end());
  return sample(static_cast<std::size_t>(at - file.begin()), whole == file.end() ? known : octets.size());
}

class Tampered : public ::testing::TestWithParam<const char*> {};
using TamperedSignature = Tampered;
using TamperedEnvelope = Tampered;

// nullopt: cannot be read any more.
std::optional<SignatureVerdict> judged(const Bytes& file, SignedData& data) {
  const auto info = decode_content_info(file);
  if (!info || info->type != oid::signed_data) return std::nullopt;
  auto decoded = decode_signed_data(info->content);
  if (!decoded) return std::nullopt;
  data = *std::move(decoded);
  static const auto content = plain();
  static const auto store = trust();
  static const std::vector<CertificatePtr> known{certificate("alice-rsa"), certificate("alice-p256")};
  return verify(data, content, {&store, known, today});
}

TEST_P(TamperedSignature, WhatIsSignedCannotBeChanged) {
  const auto file = vector_of(GetParam());
  SignedData original;
  ASSERT_TRUE(judged(file, original)->all_good);
  for (std::size_t i = 0; i < original.signers.size(); ++i) {
    const auto& signer = original.signers[i];
    std::vector<std::vector<std::size_t>> regions{find_region(file, signer.signature)};
    if (original.content) regions.push_back(find_region(file, *original.content));
    if (signer.signed_attributes) {
      const auto& attributes = signer.signed_attributes->as_received;
      regions.push_back(find_region(file, {attributes.begin() + 4, attributes.end()}));
    }
    for (const auto& region : regions)
      for (const auto at : region) {
        auto changed = file;
        changed[at] ^= 0x01;
        SignedData data;
        const auto verdict = judged(changed, data);
        ASSERT_FALSE(verdict && verdict->all_good) << "octet " << at;
      }
  }
}

std::size_t good_count(const SignatureVerdict& verdict) {
  return static_cast<std::size_t>(std::count_if(verdict.signers.begin(), verdict.signers.end(),
                                                [](const SignerVerdict& signer) { return signer.good(); }));
}

TEST_P(TamperedSignature, AnythingElseChangesNothingThatIsGood) {
  const auto file = vector_of(GetParam());
  SignedData original;
  const auto verdict = judged(file, original);
  for (const auto at : sample(0, file.size())) {
    for (const auto flip : {0x01, 0x80, 0x20}) {
      auto changed = file;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ flip);
      (void)content_info_json(changed);
      SignedData data;
      const auto now = judged(changed, data);
      if (!now || !now->any_good) continue;
      EXPECT_EQ(data.content, original.content) << "octet " << at;
      EXPECT_EQ(now->label, verdict->label);
      EXPECT_EQ(now->all_good, good_count(*now) == now->signers.size());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Vectors, TamperedSignature,
    ::testing::Values("openssl/s01-signed-rsa-sha256.der", "openssl/s02-signed-ecdsa-p256-sha256.der",
                      "openssl/s03-signed-ecdsa-p384-sha384.der", "openssl/s04-signed-rsapss-ski.der",
                      "openssl/s05-signed-rsa-noattr.der", "openssl/s06-detached-rsa.der",
                      "openssl/s08-signed-rsa-ber-indefinite.der", "openssl/s09-signed-rsa-nocerts.der",
                      "openssl/s10-two-signers.der", "openssl/s11-signed-receiptrequest.der",
                      "bc/b01-signed-label-rsa.der", "bc/b02-signed-label-ecdsa.der", "bc/t01-triple-rsa-rawcms.der",
                      "bc/t02-triple-ecdh-rawcms.der", "bc/t04-triple-contentinfo.der", "nss/n01-signed-rsa.der",
                      "nss/n02-signed-ecdsa.der", "gpgsm/g01-signed-rsa.der"));

struct Readers {
  std::vector<Person> people;
  DecryptOptions options;
  Readers() {
    for (const auto* name : {"bob-rsa", "bob-p256", "bob-p384", "bob-dh"}) people.emplace_back(name);
    for (const auto& person : people) options.keys.push_back(person.own());
    options.legacy = true;
  }
};

Result<Opened> opened(const Bytes& file, const Readers& readers, Random& random) {
  const auto info = decode_content_info(file);
  if (!info) return info.error();
  const auto data = decode_enveloped_data(info->content, info->type == oid::auth_enveloped_data);
  if (!data) return data.error();
  return decrypt(*data, readers.options, random);
}

TEST_P(TamperedEnvelope, GivesNoPlaintext) {
  const auto file = vector_of(GetParam());
  const Readers readers;
  SeededRandom random;
  const auto data = enveloped_in(file);
  const auto original = opened(file, readers, random);
  ASSERT_TRUE(original);
  const auto content = octets_of(original->content);
  std::vector<std::vector<std::size_t>> regions{find_region(file, *data.encrypted_content)};
  for (const auto& recipient : data.recipients)
    for (std::size_t i = 0; i < recipient.ids.size(); ++i)
      for (const auto& own : readers.options.keys)
        if (recipient.ids[i].fits(*own.certificate)) regions.push_back(find_region(file, recipient.encrypted_keys[i]));
  if (data.authenticated) regions.push_back(find_region(file, data.mac));
  for (const auto& region : regions)
    for (const auto at : region) {
      auto changed = file;
      changed[at] ^= 0x01;
      const auto now = opened(changed, readers, random);
      if (!now) continue;
      // EnvelopedData has no integrity: an octet changed in the middle of CBC garbles two blocks, and it is told.
      EXPECT_FALSE(data.authenticated) << "octet " << at;
      EXPECT_FALSE(now->authenticated);
      EXPECT_NE(octets_of(now->content), content) << "octet " << at;
    }
}

TEST_P(TamperedEnvelope, AnywhereDoesNotCrash) {
  const auto file = vector_of(GetParam());
  const Readers readers;
  SeededRandom random;
  const auto content = octets_of(opened(file, readers, random)->content);
  for (const auto at : sample(0, file.size())) {
    auto changed = file;
    changed[at] ^= 0x20;
    (void)content_info_json(changed);
    const auto now = opened(changed, readers, random);
    if (!now || !now->authenticated) continue;
    EXPECT_EQ(octets_of(now->content), content) << "octet " << at;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Vectors, TamperedEnvelope,
    ::testing::Values("openssl/e01-rsa-aes128cbc.der", "openssl/e02-rsa-oaep-sha1-aes128cbc.der",
                      "openssl/e03-rsa-oaep-sha256-aes256cbc.der", "openssl/e04-rsa-ski-aes128cbc.der",
                      "openssl/e05-rsa-aes128cbc-ber-indefinite.der", "openssl/e06-rsa-3des-legacy.der",
                      "openssl/e07-rsa-aes128cbc-empty.der", "openssl/k01-ecdh-p256-default.der",
                      "openssl/k02-ecdh-p256-sha256kdf-aes128wrap.der",
                      "openssl/k03-ecdh-p384-sha384kdf-aes256wrap.der", "openssl/k04-ecdh-p256-cofactor-sha256kdf.der",
                      "openssl/k05-dhx2048-esdh-aes128wrap.der", "openssl/k06-dhx2048-esdh-aes256wrap.der",
                      "openssl/k07-ecdh-p256-rkeyid.der", "openssl/a01-rsa-aes128gcm.der",
                      "openssl/a02-rsa-oaep-aes256gcm.der", "openssl/a03-ecdh-p256-aes256gcm.der",
                      "openssl/m01-rsa+ecdh+dhx.der", "bc/b03-env-ecdh-p256-sha256kdf.der",
                      "bc/b04-env-ecdh-p384-sha384kdf-ukm.der", "bc/b05-env-ecdh-p256-sha1kdf.der",
                      "bc/b06-env-rsa-aes128cbc-ber.der", "bc/b07-env-esdh-dhx2048-ukm.der",
                      "bc/b08-authenv-rsa-aes256gcm.der", "nss/n03-enveloped-rsa.der", "gpgsm/g02-env-rsa-aes128.der"));

}  // namespace

}  // namespace longwire::crypto::cms::test
