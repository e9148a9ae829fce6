#include "crypto/cms/signed_attributes.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace longwire::crypto::cms {

namespace {

// One instance with one value each (RFC 5652 11, RFC 2634 1.3.4, RFC 5035 5, RFC 8551 2.5).
constexpr std::array single_attributes{oid::content_type,
                                       oid::message_digest,
                                       oid::signing_time,
                                       oid::smime_capabilities,
                                       oid::receipt_request,
                                       oid::security_label,
                                       oid::ml_expansion_history,
                                       oid::content_hints,
                                       oid::msg_sig_digest,
                                       oid::content_identifier,
                                       oid::equivalent_labels,
                                       oid::content_reference,
                                       oid::encryption_key_preference,
                                       oid::signing_certificate,
                                       oid::signing_certificate_v2};

bool distinct_policies(const SignerVerdict& verdict) {
  std::set<std::string_view> policies;
  if (verdict.label) policies.insert(verdict.label->policy);
  return std::all_of(verdict.equivalent_labels.begin(), verdict.equivalent_labels.end(),
                     [&](const SecurityLabel& label) { return policies.insert(label.policy).second; });
}

std::optional<Error> read_labels(const Attributes& attributes, SignerVerdict& out) {
  if (attributes.has(oid::security_label)) {
    out.label_octets = *attributes.single(oid::security_label);
    auto label = decode_label(out.label_octets);
    if (!label || label->policy.empty()) return error("bad_attribute", 0, "a security label that cannot be read");
    out.label = *std::move(label);
  }
  if (!attributes.has(oid::equivalent_labels)) return std::nullopt;
  auto equivalent = read_equivalent_labels(*attributes.single(oid::equivalent_labels));
  if (!equivalent)
    return error("bad_attribute", 0, "equivalent labels that cannot be read: " + equivalent.error().text);
  out.equivalent_labels = *std::move(equivalent);
  // RFC 2634 3.4.1: several labels of one policy leave open which one holds. None does.
  if (!distinct_policies(out)) out.equivalent_labels.clear();
  return std::nullopt;
}

bool fits(const SigningCertificate& id, const Certificate& certificate) {
  return hash(id.digest, certificate.der) == id.hash && (id.serial.empty() || id.serial == certificate.serial);
}

}  // namespace

std::optional<Error> check_single_attributes(const Attributes& attributes) {
  for (const auto& single : single_attributes)
    if (attributes.has(single))
      if (const auto value = attributes.single(single); !value) return value.error();
  return std::nullopt;
}

std::optional<Error> check_signed_attributes(const Attributes& attributes, std::optional<std::string_view> type,
                                             ByteView digest) {
  if (const auto why = check_single_attributes(attributes)) return why;
  if (type) {
    const auto value = attributes.single(oid::content_type);
    if (!value) return value.error();
    const auto named = read_content_type(*value);
    if (!named) return error("bad_attribute", 0, "a contentType that is no OID");
    if (*named != *type)
      return error("wrong_content_type", 0, "signed as " + *named + ", sent as " + std::string(*type));
  } else if (attributes.has(oid::content_type)) {
    return error("bad_attribute", 0, "a countersignature has no contentType (RFC 5652 11.4)");
  }
  const auto value = attributes.single(oid::message_digest);
  if (!value) return value.error();
  const auto named = read_message_digest(*value);
  if (!named) return error("bad_attribute", 0, "a messageDigest that is no OCTET STRING");
  if (!std::equal(named->begin(), named->end(), digest.begin(), digest.end()))
    return error("bad_digest", 0, "the content is not the one that was signed");
  return std::nullopt;
}

std::optional<Error> fill_from_attributes(const Attributes& attributes, SignerVerdict& out) {
  const auto value = [&](std::string_view type) {
    auto found = attributes.single(type);
    return found ? *std::move(found) : Bytes();
  };
  if (auto time = read_signing_time(value(oid::signing_time))) out.signing_time = *time;
  if (auto request = read_receipt_request(value(oid::receipt_request))) out.receipt_request = *std::move(request);
  if (auto identifier = read_message_digest(value(oid::content_identifier)))
    out.content_identifier = *std::move(identifier);
  out.smime_capabilities = value(oid::smime_capabilities);
  out.encryption_key_preference = value(oid::encryption_key_preference);
  return read_labels(attributes, out);
}

Result<NamedCertificate> named_certificate(const Attributes& attributes, const CertificatePtr& found,
                                           const std::vector<CertificatePtr>& all) {
  NamedCertificate out{found, {}};
  std::vector<SigningCertificate> signers;
  for (const auto& type : {oid::signing_certificate, oid::signing_certificate_v2}) {  // both there: each is judged
    if (!attributes.has(type)) continue;
    auto list = read_signing_certificates(type, *attributes.single(type));
    if (!list) return error("bad_attribute", 0, "a signingCertificate that cannot be read: " + list.error().text);
    signers.push_back(list->front());
    out.path.insert(out.path.end(), list->begin() + 1, list->end());
  }
  const auto fits_all = [&](const CertificatePtr& certificate) {
    return certificate->spki == found->spki &&
           std::all_of(signers.begin(), signers.end(), [&](const auto& id) { return fits(id, *certificate); });
  };
  if (fits_all(found)) return out;
  const auto other = std::find_if(all.begin(), all.end(), fits_all);
  if (other == all.end()) return error("signing_certificate_mismatch", 0, "the signer signed with another certificate");
  out.certificate = *other;
  return out;
}

bool within(const std::vector<CertificatePtr>& chain, const std::vector<SigningCertificate>& named) {
  if (named.empty()) return true;
  for (std::size_t i = 1; i + 1 < chain.size(); ++i)
    if (std::none_of(named.begin(), named.end(), [&](const auto& id) { return fits(id, *chain[i]); })) return false;
  return true;
}

}  // namespace longwire::crypto::cms
