// EnvelopedData and AuthEnvelopedData decrypted with keys of the test PKI and a group key. Below the checks that no
// mutation passes, the input stands for the cipher parameters, the ciphertext and the key agreement of a message that
// is right otherwise.
#include "tests/fuzz/cms_people.hpp"

#include "crypto/cms/content_info.hpp"

using namespace longwire;
using namespace longwire::crypto;

namespace {

struct Reader {
  Reader() : random(as_bytes("reader of a fuzz target")) {
    keys.push_back(fuzz::private_key("bob-p256", random));
    owners.push_back(fuzz::certificate("bob-p256"));
    for (std::size_t i = 0; i < keys.size(); ++i) options.keys.push_back({owners[i], &keys[i]});
    options.keks.emplace_back(to_bytes("net"), Secret(Bytes(16, 7)));
    options.legacy = true;
    for (const auto cipher : {Cipher::aes128_cbc, Cipher::aes128_gcm}) {
      cms::RecipientSpec net, bob;
      net.kek_id = to_bytes("net");
      net.kek = &options.keks[0].second;
      bob.certificate = owners[0];
      cms::EncryptOptions how;
      how.cipher = cipher;
      for (const auto& recipient : {net, bob}) {
        const auto made = cms::encrypt(as_bytes("content"), {recipient}, how, random);
        good.push_back(*cms::decode_enveloped_data(*made, is_gcm(cipher)));
        if (!cms::decrypt(good.back(), options, random)) std::abort();
      }
    }
  }
  Reader(const Reader&) = delete;
  Drbg random;
  std::vector<PrivateKey> keys;
  std::vector<CertificatePtr> owners;
  cms::DecryptOptions options;
  std::vector<cms::EnvelopedData> good;
};

// Nothing authenticated comes out of what was changed, and every fault of decryption is the same one.
void check(const cms::EnvelopedData& data, Reader& reader, bool changed) {
  const auto opened = cms::decrypt(data, reader.options, reader.random);
  if (opened) {
    if (changed && opened->authenticated) std::abort();
    return;
  }
  if (opened.error().name.empty()) std::abort();
  if (opened.error().name == "decryption_failed" && opened.error().text != "the message could not be decrypted")
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Reader reader;
  const ByteView in(data, size);
  const Bytes octets(in.begin(), in.end());
  for (const bool authenticated : {false, true}) {
    const auto decoded = cms::decode_enveloped_data(in, authenticated);
    fuzz::check_error(decoded, in);
    if (decoded) check(*decoded, reader, false);
  }
  for (std::size_t i = 0; i < reader.good.size(); ++i) {
    const auto& good = reader.good[i];
    auto changed = good;
    changed.cipher_parameters = octets;
    check(changed, reader, false);  // the same nonce may be written in many ways
    changed = good;
    changed.encrypted_content = octets;
    check(changed, reader, octets != good.encrypted_content);
    if (good.recipients[0].kind != cms::RecipientInfo::Kind::key_agreement) continue;
    changed = good;
    changed.recipients[0].algorithm_parameters = octets;
    changed.recipients[0].originator_parameters = octets;
    check(changed, reader, false);
    changed = good;
    changed.recipients[0].originator_key = octets;
    check(changed, reader, false);  // so may the same point
  }
  return 0;
}
