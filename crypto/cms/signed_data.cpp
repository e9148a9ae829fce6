// Reading of SignedData (RFC 5652 5) and of what it shares with EnvelopedData.
#include "crypto/cms/signed_data.hpp"

#include "crypto/cms/attribute_fields.hpp"
#include "crypto/cms/structures.hpp"
#include "crypto/x509/name.hpp"

#include <algorithm>

namespace longwire::crypto::cms {

namespace {

constexpr int version_most = 5;

Result<std::string> read_algorithm_oid(const ber::Document& doc, std::size_t index) {
  auto algorithm = read_algorithm(doc, index);
  if (!algorithm) return algorithm.error();
  return algorithm->oid;
}

// eContent: an OCTET STRING; old .NET wrote content that is no data without one (RFC 5652 5.2.1).
Result<Encapsulated> read_content(const ber::Document& doc, std::size_t index) {
  const auto& tag = doc[index].tag;
  if (tag.cls == ber::TagClass::universal && tag.number == ber::octet_string_tag.number) {
    auto octets = doc.octet_string(index);
    if (!octets) return octets.error();
    return Encapsulated{{}, *std::move(octets), {}};
  }
  // No other element: one whose tag was changed under way would give other octets under a good signature.
  if (tag != ber::sequence_tag) return error("bad_cms", doc[index].offset, "eContent that is no OCTET STRING");
  const auto value = doc.content(index);
  return Encapsulated{{}, ber::raw(doc, index), Bytes(value.begin(), value.end())};
}

Result<KeyId> read_signer_id(const ber::Document& doc, std::size_t index) {
  const auto& tag = doc[index].tag;
  if (tag.cls == ber::TagClass::context && tag.number == 0) {
    auto key_id = doc.octet_string(index);
    if (!key_id) return key_id.error();
    if (key_id->empty()) return error("bad_cms", doc[index].offset, "an empty subjectKeyIdentifier");
    return KeyId{{}, {}, *std::move(key_id)};
  }
  return ber::tagged(ber::sequence_tag, read_issuer_and_serial)(doc, index);
}

Result<std::vector<SignerInfo>> read_signers(const ber::Document& doc, std::size_t index) {
  if (doc.children(index).size() > limits::cms_signers)
    return error("too_many_signers", doc[index].offset, "more signers than taken");
  return ber::read_list(doc, index, ber::tagged(ber::sequence_tag, read_signer_info));
}

Result<std::vector<Bytes>> read_crls(const ber::Document& doc, std::size_t index) {
  if (doc.children(index).size() > limits::cms_crls)
    return error("too_many_crls", doc[index].offset, "more CRLs than taken");
  return ber::read_list(doc, index, read_raw);
}

Result<SignedData> read_signed_data(const ber::Document& doc, std::size_t index) {
  SignedData out;
  Sequence in(doc, index);
  in.required(ber::integer_tag, "version", read_int, out.version);
  if (!in.failed() && (out.version < 1 || out.version > version_most))
    return error("unsupported_version", doc[index].offset, "SignedData of version " + std::to_string(out.version));
  in.required(
      ber::set_tag, "digestAlgorithms",
      [](const auto& set, auto at) { return ber::read_list(set, at, read_algorithm_oid); }, out.digest_oids);
  Encapsulated content;
  in.required(ber::sequence_tag, "encapContentInfo", read_encapsulated, content);
  CertificateSet certificates;
  in.optional(ber::context_tag(0, true), read_certificate_set, certificates);
  in.optional(ber::context_tag(1, true), read_crls, out.crls);
  in.required(ber::set_tag, "signerInfos", read_signers, out.signers);
  out.content_type = std::move(content.type);
  out.content = std::move(content.content);
  out.pkcs7_value = std::move(content.pkcs7_value);
  out.certificates = std::move(certificates.certificates);
  out.unread_certificates = std::move(certificates.unread);
  return in.finish(std::move(out));
}

}  // namespace

Result<Encapsulated> read_encapsulated(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  std::string type;
  Encapsulated out;
  in.required(ber::oid_tag, "eContentType", read_oid, type);
  in.optional(ber::context_tag(0, true), ber::inside(read_content), out);
  out.type = std::move(type);
  // Data is an OCTET STRING in PKCS#7 too. Read the other way it would give octets under a good signature that were
  // never signed: those of tag and length.
  if (out.type == oid::data && out.pkcs7_value)
    in.fail(error("bad_cms", doc[index].offset, "data that is no OCTET STRING"));
  return in.finish(std::move(out));
}

Result<KeyId> read_issuer_and_serial(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  KeyId out;
  in.required(ber::sequence_tag, "issuer", read_raw, out.issuer);
  in.required(ber::integer_tag, "serialNumber", read_octets, out.serial);
  return in.finish(std::move(out));
}

Result<CertificateSet> read_certificate_set(const ber::Document& doc, std::size_t index) {
  const auto children = doc.children(index);
  if (children.size() > limits::cms_certificates)
    return error("too_many_certificates", doc[index].offset, "more certificates than taken");
  CertificateSet out;
  for (const auto child : children) {
    // Attribute certificates and other forms ([0] to [3]) do not name keys.
    if (doc[child].tag != ber::sequence_tag) {
      out.unread.emplace_back("other_form");
      continue;
    }
    auto certificate = read_certificate(doc.encoding(child));
    if (certificate) out.certificates.push_back(*std::move(certificate));
    else out.unread.emplace_back(certificate.error().name);
  }
  return out;
}

Result<SignerInfo> read_signer_info(const ber::Document& doc, std::size_t index) {
  SignerInfo out;
  Algorithm digest, signature;
  Sequence in(doc, index);
  in.required(ber::integer_tag, "version", read_int, out.version);
  if (!in.failed() && out.version != 1 && out.version != 3) {
    out.problem = "unsupported_version";
    in.pass_over();
    return in.finish(std::move(out));
  }
  in.choice("sid", read_signer_id, out.id);
  in.required(ber::sequence_tag, "digestAlgorithm", read_algorithm, digest);
  in.optional(ber::context_tag(0, true), read_attributes, out.signed_attributes);
  in.required(ber::sequence_tag, "signatureAlgorithm", read_algorithm, signature);
  in.required(ber::octet_string_tag, "signature", read_octets, out.signature);
  in.optional(ber::context_tag(1, true), read_attributes, out.unsigned_attributes);
  out.digest_oid = std::move(digest.oid);
  out.digest_parameters = std::move(digest.parameters);
  out.signature_oid = std::move(signature.oid);
  out.signature_parameters = std::move(signature.parameters);
  return in.finish(std::move(out));
}

bool KeyId::fits(const Certificate& certificate) const {
  if (!subject_key_id.empty()) return certificate.subject_key_id == subject_key_id;
  return !issuer.empty() && certificate.serial == serial && same_name(certificate.issuer, issuer);
}

Result<SignedData> decode_signed_data(ByteView ber) {
  if (ber.size() > limits::cms_octets) return error("too_large", 0, "a CMS object beyond the limit");
  return read_value(ber, ber::sequence_tag, read_signed_data);
}

Result<std::vector<SignerInfo>> countersignatures(const SignerInfo& parent) {
  std::vector<SignerInfo> out;
  for (const auto& attribute : parent.unsigned_attributes.list) {
    if (attribute.type != oid::countersignature) continue;
    for (const auto& value : attribute.values) {  // RFC 5652 11.4: one or more
      auto signer = read_value(value, ber::sequence_tag, read_signer_info);
      if (!signer) return signer.error();
      if (out.size() == limits::cms_signers) return error("too_many_signers", 0, "more countersignatures than taken");
      out.push_back(*std::move(signer));
    }
  }
  return out;
}

}  // namespace longwire::crypto::cms
