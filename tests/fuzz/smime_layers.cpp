// Layers of S/MIME under the checks that a mutation cannot pass: the first octet says how the rest is to be read - a
// MIME entity, a ContentInfo, or what an envelope for a key of the test PKI holds, as MIME or bare. Nothing comes out
// of a message that cannot be read, and a plain entity comes out as it went in.
#include "crypto/cms/content_info.hpp"
#include "crypto/smime/layers.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace {

using namespace longwire;
using namespace longwire::crypto;

Bytes file(const std::string& name) {
  std::ifstream in(LONGWIRE_VECTORS "/cms/pki/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

struct Keys {
  Keys() : random(as_bytes("keys of a fuzz target")) {
    auto read = PrivateKey::read(file("bob-p256.key"), random);
    auto owner = read_certificate(file("bob-p256.der"));
    if (!read || !owner) std::abort();
    key = *std::move(read);
    certificate = *owner;
    options.decrypt.keys = {{certificate, &*key}};
    // A group key costs no key agreement at every input.
    options.decrypt.keks.emplace_back(to_bytes("net 7"), Secret(Bytes(16, 7)));
    // What `inflate` gives is data like any other here.
    compressor.deflate = [](ByteView octets) { return Bytes(octets.begin(), octets.end()); };
    compressor.inflate = [](ByteView octets, std::size_t) -> Result<Bytes> {
      return Bytes(octets.begin(), octets.end());
    };
    options.compressor = &compressor;
  }
  Keys(const Keys&) = delete;
  Drbg random;
  std::optional<PrivateKey> key;
  CertificatePtr certificate;
  smime::Compressor compressor;
  smime::OpenOptions options;
};

Result<smime::Unwrapped> enveloped(Keys& keys, ByteView content, std::string_view type) {
  cms::RecipientSpec recipient;
  recipient.kek_id = keys.options.decrypt.keks[0].first;
  recipient.kek = &keys.options.decrypt.keks[0].second;
  cms::EncryptOptions options;
  options.content_type = type;
  const auto made = cms::encrypt(content, {recipient}, options, keys.random);
  if (!made) std::abort();
  auto found = smime::unwrap_content(cms::encode_content_info(oid::enveloped_data, *made), keys.options, keys.random);
  // What is wrong inside never shows as an error of its own.
  if (!found || found->layers.empty() || !found->layers[0].opened) std::abort();
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Keys keys;
  if (size == 0) return 0;
  const ByteView in(data + 1, size - 1);
  Result<smime::Unwrapped> found = smime::Unwrapped{};
  switch (data[0] % 5) {
    case 0:
      found = smime::unwrap_entity(in, keys.options, keys.random);
      break;
    case 1:
      found = smime::unwrap_content(in, keys.options, keys.random);
      break;
    case 2:
      found = enveloped(keys, in, oid::data);
      break;
    case 3:
      found = enveloped(keys, in, oid::signed_data);
      break;
    case 4:
      found = enveloped(keys, in, oid::content_info);
      break;
  }
  if (!found) return 0;
  if (found->layers.size() > keys.options.depth) std::abort();
  bool failed = false;
  for (const auto& layer : found->layers) failed = failed || layer.problem == "decryption_failed";
  if (failed && (found->complete || !found->decrypted.empty())) std::abort();
  const bool plain = data[0] % 5 == 0 && found->layers.empty();
  if (plain && !std::equal(found->content.begin(), found->content.end(), in.begin(), in.end())) std::abort();
  return 0;
}
