// Making of SignedData (RFC 5652 5), in DER.
#include "crypto/cms/algorithms.hpp"
#include "crypto/cms/attribute_fields.hpp"
#include "crypto/cms/structures.hpp"

#include <algorithm>
#include <set>

namespace longwire::crypto::cms {

namespace {

Digest usual_digest(KeyType type) {  // RFC 5753 8
  switch (type) {
    case KeyType::p384:
      return Digest::sha384;
    case KeyType::p521:
      return Digest::sha512;
    case KeyType::rsa:
    case KeyType::p256:
    case KeyType::x25519:
    case KeyType::dh:
      return Digest::sha256;
  }
  return Digest::sha256;
}

Result<SignerAlgorithm> algorithm_of(const SignerSpec& signer) {
  const auto type = signer.key->type();
  if (type != KeyType::rsa && !is_ec(type)) return error("unsupported_key", 0, "a key that cannot sign");
  if (!signer.certificate->key || !(*signer.certificate->key == signer.key->public_key()))
    return error("unsupported_key", 0, "the key is not that of the signer's certificate");
  if (!signer.certificate->may_sign()) return error("wrong_usage", 0, "the certificate is not for signatures");
  SignerAlgorithm out;
  out.digest = signer.digest.value_or(usual_digest(type));
  if (is_weak(out.digest)) return error("weak_digest", 0, "MD5 and SHA-1 are not written");
  out.scheme = is_ec(type)  ? SignatureScheme::ecdsa
               : signer.pss ? SignatureScheme::rsa_pss
                            : SignatureScheme::rsa_pkcs1;
  return out;
}

// Attributes that RFC 2634 wants alike in all signers that have them; the label in all or none (3.1.1).
std::optional<Error> check_alike(const std::vector<SignerSpec>& signers) {
  const auto octets_of = [](const SignerSpec& signer, std::string_view type) -> std::optional<Bytes> {
    for (const auto& attribute : signer.attributes)
      if (attribute.type == type) return attribute.values.empty() ? Bytes() : attribute.values[0];
    return std::nullopt;
  };
  std::optional<Bytes> request;
  for (const auto& signer : signers) {
    if (octets_of(signer, oid::security_label) != octets_of(signers[0], oid::security_label))
      return error("labels_differ", 0, "signers of one content with different labels");
    auto own = octets_of(signer, oid::receipt_request);
    if (request && own && own != request) return error("receipt_requests_differ", 0, "signers ask for other receipts");
    if (own) request = std::move(own);
    std::set<std::string_view> types;
    for (const auto& attribute : signer.attributes)
      if (!types.insert(attribute.type).second)
        return error("duplicate_attribute", 0, "attribute " + attribute.type + " is given twice");
  }
  return std::nullopt;
}

Bytes attributes_of(const SignerSpec& signer, const SignOptions& options, Bytes content_digest) {
  auto list = signer.attributes;
  const auto add = [&](std::string_view type, Bytes value) {
    const auto given = [&](const Attribute& attribute) { return attribute.type == type; };
    if (std::none_of(list.begin(), list.end(), given)) list.push_back({std::string(type), {std::move(value)}});
  };
  std::erase_if(list, [](const Attribute& attribute) {  // these follow from the content
    return attribute.type == oid::content_type || attribute.type == oid::message_digest;
  });
  add(oid::content_type, write_oid(options.content_type));
  add(oid::message_digest, write_octets(content_digest));
  if (!signer.minimal) {
    add(oid::signing_time, write_signing_time(options.now));
    add(oid::smime_capabilities, write_smime_capabilities());
    add(oid::signing_certificate_v2, write_signing_certificate_v2(signer.certificate->der));
    if (const auto& other = signer.encryption_certificate)
      add(oid::encryption_key_preference, write_encryption_key_preference(other->issuer, other->serial));
  }
  return encode_attributes(std::move(list));
}

bool by_key_id(const SignerSpec& signer) { return signer.by_key_id && !signer.certificate->subject_key_id.empty(); }

Result<Bytes> signer_info(ByteView content, const SignerSpec& signer, const SignerAlgorithm& algorithm,
                          const SignOptions& options, Random& random) {
  auto attributes = attributes_of(signer, options, hash(algorithm.digest, content));
  auto signature = signer.key->sign(algorithm.scheme, algorithm.digest, hash(algorithm.digest, attributes), random);
  if (!signature) return signature.error();
  attributes[0] = 0xA0;  // hashed as SET OF, sent as [0] IMPLICIT
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.integer(ber::integer_tag, by_key_id(signer) ? 3 : 1);
  put_key_id(out, *signer.certificate, signer.by_key_id);
  put_algorithm(out, oid_of(algorithm.digest));
  out.raw(attributes);
  put_signature_algorithm(out, algorithm);
  out.primitive(ber::octet_string_tag, *signature);
  out.end();
  return out.finish();
}

void put_certificates(ber::Writer& out, const std::vector<CertificatePtr>& certificates) {
  std::set<Bytes> each;
  for (const auto& certificate : certificates) each.insert(certificate->der);
  if (!each.empty()) put_set(out, ber::context_tag(0, true), {each.begin(), each.end()});
}

// RFC 5652 5.1; we write no certificates of other forms.
int version_of(const std::vector<SignerSpec>& signers, std::string_view content_type) {
  const bool third = content_type != oid::data || std::any_of(signers.begin(), signers.end(), by_key_id);
  return third ? 3 : 1;
}

struct Parts {
  std::set<Bytes> digests;  // AlgorithmIdentifiers
  std::vector<Bytes> signers;
  std::vector<CertificatePtr> certificates;
};

Bytes assemble(ByteView content, const SignOptions& options, int version, Parts parts) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.integer(ber::integer_tag, version);
  put_set(out, ber::set_tag, {parts.digests.begin(), parts.digests.end()});
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, options.content_type);
  if (!options.detached) {
    out.begin(ber::context_tag(0, true));
    out.primitive(ber::octet_string_tag, content);
    out.end();
  }
  out.end();
  put_certificates(out, parts.certificates);
  put_set(out, ber::set_tag, std::move(parts.signers));
  out.end();
  return out.finish();
}

}  // namespace

void put_key_id(ber::Writer& out, const Certificate& certificate, bool by_key_id) {
  if (by_key_id && !certificate.subject_key_id.empty()) {
    out.primitive(ber::context_tag(0, false), certificate.subject_key_id);
    return;
  }
  out.begin(ber::sequence_tag);
  out.raw(certificate.issuer);
  out.primitive(ber::integer_tag, certificate.serial);
  out.end();
}

Result<Bytes> sign(ByteView content, const std::vector<SignerSpec>& signers, const SignOptions& options,
                   Random& random) {
  if (signers.empty()) return error("no_signer", 0, "nobody signs");
  if (signers.size() > limits::cms_signers) return error("too_many_signers", 0, "more signers than are read");
  if (const auto why = check_alike(signers)) return *why;
  Parts parts;
  if (options.with_certificates) parts.certificates = options.further;
  for (const auto& signer : signers) {
    if (!signer.certificate || signer.key == nullptr) return error("no_signer", 0, "a signer without a key");
    const auto algorithm = algorithm_of(signer);
    if (!algorithm) return algorithm.error();
    auto info = signer_info(content, signer, *algorithm, options, random);
    if (!info) return info.error();
    parts.signers.push_back(*std::move(info));
    ber::Writer digest;
    put_algorithm(digest, oid_of(algorithm->digest));
    parts.digests.insert(digest.finish());
    if (options.with_certificates) parts.certificates.push_back(signer.certificate);
  }
  if (parts.certificates.size() > limits::cms_certificates)
    return error("too_many_certificates", 0, "more certificates than are read");
  return assemble(content, options, version_of(signers, options.content_type), std::move(parts));
}

Bytes encode_certs_only(const std::vector<CertificatePtr>& certificates) {
  Parts parts;
  parts.certificates = certificates;
  SignOptions options;
  options.detached = true;
  return assemble({}, options, 1, std::move(parts));
}

}  // namespace longwire::crypto::cms
