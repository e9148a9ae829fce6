#include "crypto/cms/other_data.hpp"

#include "crypto/cms/attribute_fields.hpp"
#include "crypto/cms/content_cipher.hpp"
#include "crypto/cms/structures.hpp"

#include <algorithm>

namespace longwire::crypto::cms {

namespace {

Result<DigestedData> read_digested(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  DigestedData out;
  Algorithm digest;
  Encapsulated content;
  in.required(ber::integer_tag, "version", read_int, out.version);
  in.required(ber::sequence_tag, "digestAlgorithm", read_algorithm, digest);
  in.required(ber::sequence_tag, "encapContentInfo", read_encapsulated, content);
  in.required(ber::octet_string_tag, "digest", read_octets, out.digest);
  out.digest_oid = std::move(digest.oid);
  out.content_type = std::move(content.type);
  out.content = content.pkcs7_value ? std::move(content.pkcs7_value) : std::move(content.content);
  return in.finish(std::move(out));
}

Result<EncryptedData> read_encrypted(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  EncryptedData out;
  EncryptedContent content;
  in.required(ber::integer_tag, "version", read_int, out.version);
  in.required(ber::sequence_tag, "encryptedContentInfo", read_encrypted_content, content);
  in.optional(ber::context_tag(1, true), read_attributes, out.unprotected_attributes);
  if (!in.failed() && out.version != 0 && out.version != 2)  // RFC 5652 8
    in.fail(error("unsupported_version", doc[index].offset, "EncryptedData of version " + std::to_string(out.version)));
  out.content_type = std::move(content.type);
  out.cipher_oid = std::move(content.cipher.oid);
  out.cipher_parameters = std::move(content.cipher.parameters);
  out.encrypted_content = std::move(content.octets);
  return in.finish(std::move(out));
}

}  // namespace

Result<Bytes> decode_data(ByteView ber) { return read_value(ber, ber::octet_string_tag, read_octets); }

Result<DigestedData> decode_digested_data(ByteView ber) { return read_value(ber, ber::sequence_tag, read_digested); }

std::string_view check_digest(const DigestedData& data, std::optional<ByteView> detached) {
  const auto digest = digest_of_oid(data.digest_oid);
  if (!digest) return "unsupported_algorithm";
  if (data.content) detached = *data.content;
  if (!detached) return "no_content";
  return hash(*digest, *detached) == data.digest ? "good" : "bad_digest";
}

Result<EncryptedData> decode_encrypted_data(ByteView ber) { return read_value(ber, ber::sequence_tag, read_encrypted); }

Result<Secret> decrypt(const EncryptedData& data, const Secret& key, bool legacy) {
  const auto cipher = content_cipher(data.cipher_oid, false, legacy);
  if (!cipher) return cipher.error();
  if (key.size() != key_size(*cipher) || !data.encrypted_content) return decryption_failed();
  auto content = open_cbc(*cipher, data.cipher_parameters, *data.encrypted_content, key.view());
  if (!content) return decryption_failed();
  return *std::move(content);
}

}  // namespace longwire::crypto::cms
