#include "crypto/cms/content_cipher.hpp"

#include "crypto/cms/sequence.hpp"

namespace longwire::crypto::cms {

namespace {

constexpr std::size_t aes_block = 16, des_block = 8;
constexpr std::size_t tag_least = 12, tag_most = 16;  // RFC 5084 3.2; shorter ones are guessed
constexpr std::size_t nonce_octets = 12;              // RFC 5084 3.2 recommends it
constexpr std::size_t nonce_most = 64;

struct GcmParameters {
  Bytes nonce;
  std::optional<int> tag_octets;
};

Result<GcmParameters> read_gcm(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  GcmParameters out;
  in.required(ber::octet_string_tag, "nonce", read_octets, out.nonce);
  in.optional(ber::integer_tag, read_int, out.tag_octets);
  return in.finish(std::move(out));
}

// aes-ICVlen absent means 12. The sample of RFC 8551 3.4 leaves it out and has 16: the tag is judged as long as it is.
bool right_length(const GcmParameters& parameters, ByteView mac) {
  if (mac.size() < tag_least || mac.size() > tag_most) return false;
  return !parameters.tag_octets || static_cast<std::size_t>(*parameters.tag_octets) == mac.size();
}

}  // namespace

Error decryption_failed() { return error("decryption_failed", 0, "the message could not be decrypted"); }

Result<Cipher> content_cipher(std::string_view oid, bool authenticated, bool legacy) {
  const auto cipher = cipher_of_oid(oid);
  if (!cipher || is_gcm(*cipher) != authenticated)
    return error("unsupported_algorithm", 0, "content cipher " + std::string(oid) + " is none for this structure");
  if (*cipher == Cipher::des_ede3_cbc && !legacy) return error("cipher_not_allowed", 0, "3DES is not switched on");
  return *cipher;
}

std::optional<Secret> open_cbc(Cipher cipher, ByteView parameters, ByteView octets, ByteView key) {
  const auto iv = read_value(parameters, ber::octet_string_tag, read_octets);
  if (!iv || iv->size() != (cipher == Cipher::des_ede3_cbc ? des_block : aes_block)) return std::nullopt;
  return cbc_decrypt(cipher, key, *iv, octets);
}

std::optional<Secret> open_gcm(const EnvelopedData& data, Cipher cipher, ByteView key) {
  const auto parameters = read_value(data.cipher_parameters, ber::sequence_tag, read_gcm);
  if (!parameters || parameters->nonce.empty() || parameters->nonce.size() > nonce_most) return std::nullopt;
  if (!right_length(*parameters, data.mac) || !data.encrypted_content) return std::nullopt;
  const auto open = [&](ByteView attributes) {
    return gcm_decrypt(cipher, key, parameters->nonce, attributes, *data.encrypted_content, data.mac);
  };
  const auto& attributes = data.authenticated_attributes;
  auto out = open(attributes.as_received);
  if (out || attributes.as_received.empty()) return out;
  // RFC 5083 2.2: over their DER, whatever the order they came in.
  const auto sorted = encode_attributes(attributes.list);
  if (sorted == attributes.as_received) return std::nullopt;
  return open(sorted);
}

SealedContent seal(Cipher cipher, ByteView key, ByteView attributes, ByteView content, Random& random) {
  SealedContent out;
  ber::Writer parameters;
  if (!is_gcm(cipher)) {
    const auto iv = random_octets(random, aes_block);
    parameters.primitive(ber::octet_string_tag, iv);
    out.octets = cbc_encrypt(cipher, key, iv, content);
  } else {
    const auto nonce = random_octets(random, nonce_octets);
    parameters.begin(ber::sequence_tag);
    parameters.primitive(ber::octet_string_tag, nonce);
    parameters.integer(ber::integer_tag, static_cast<std::int64_t>(tag_most));
    parameters.end();
    auto sealed = gcm_encrypt(cipher, key, nonce, attributes, content);
    out.octets = std::move(sealed.octets);
    out.mac = std::move(sealed.tag);
  }
  out.cipher_parameters = parameters.finish();
  return out;
}

}  // namespace longwire::crypto::cms
