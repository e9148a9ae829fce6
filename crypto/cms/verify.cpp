// Checking of signatures (RFC 5652 5.4, 5.6; RFC 2634; RFC 5035; security.md 3).
#include "crypto/cms/algorithms.hpp"
#include "crypto/cms/attribute_fields.hpp"
#include "crypto/cms/signed_attributes.hpp"
#include "crypto/cms/structures.hpp"

#include <algorithm>
#include <map>

namespace longwire::crypto::cms {

namespace {

constexpr unsigned strong_rsa_bits = 2048;  // RFC 8551 4.3

// What is signed: a content with its type, or for a countersignature the signature octets of another signer.
struct Subject {
  std::optional<ByteView> octets;
  std::optional<std::string_view> type;  // unset: a countersignature
  std::map<Digest, Bytes> digests;       // each computed once for all signers
  const Bytes& digest(Digest digest) {
    auto& known = digests[digest];
    if (known.empty()) known = hash(digest, *octets);
    return known;
  }
};

class Verifier {
 public:
  Verifier(const std::vector<CertificatePtr>& in_message, const VerifyOptions& options) : options_(&options) {
    further_ = in_message;
    further_.insert(further_.end(), options.known.begin(), options.known.end());
    all_ = further_;
    if (options.trust == nullptr) return;
    all_.insert(all_.end(), options.trust->intermediates.begin(), options.trust->intermediates.end());
    all_.insert(all_.end(), options.trust->anchors.begin(), options.trust->anchors.end());
  }

  SignerVerdict check(const SignerInfo& signer, Subject& subject, std::size_t depth) {
    auto out = check_itself(signer, subject);
    if (depth < limits::cms_countersignature_depth) check_countersigners(signer, depth, out);
    return out;
  }

 private:
  SignerVerdict check_itself(const SignerInfo& signer, Subject& subject) const {
    SignerVerdict out;
    out.signature = signer.signature;
    if (const auto why = check_form(signer, subject)) {
      const auto fits = [&](const CertificatePtr& certificate) { return signer.id.fits(*certificate); };
      const auto found = std::find_if(all_.begin(), all_.end(), fits);
      if (found != all_.end()) out.certificate = *found;
      return failed(std::move(out), why->name, why->text);
    }
    const auto algorithm = *signer_algorithm(signer.digest_oid, signer.signature_oid, signer.signature_parameters);
    return by_any_certificate(signer, algorithm, subject, std::move(out));
  }

  static SignerVerdict failed(SignerVerdict out, std::string_view result, std::string text) {
    out.result = result;
    out.text = std::move(text);
    return out;
  }

  // What can be told without a certificate.
  static std::optional<Error> check_form(const SignerInfo& signer, Subject& subject) {
    if (!signer.problem.empty())
      return error(signer.problem, 0, "SignerInfo of version " + std::to_string(signer.version));
    const auto algorithm = signer_algorithm(signer.digest_oid, signer.signature_oid, signer.signature_parameters);
    if (!algorithm)
      return error("unsupported_algorithm", 0,
                   "signature " + signer.signature_oid + " with digest " + signer.digest_oid);
    if (!subject.octets) return error("no_content", 0, "the content is not with the signature");
    if (signer.signed_attributes)
      return check_signed_attributes(*signer.signed_attributes, subject.type, subject.digest(algorithm->digest));
    if (!subject.type) return std::nullopt;
    if (*subject.type != oid::data)  // RFC 5652 5.3
      return error("missing_attribute", 0,
                   "content of type " + std::string(*subject.type) + " needs signed attributes");
    if (is_attribute_set(*subject.octets))
      return error("attributes_as_content", 0,
                   "the content is a set of attributes: the signature may be one over them");
    return std::nullopt;
  }

  // Several certificates may share a key identifier: each is tried (RFC 8551 2.6). The failure told is that of the
  // certificate that came furthest.
  SignerVerdict by_any_certificate(const SignerInfo& signer, const SignerAlgorithm& algorithm, Subject& subject,
                                   SignerVerdict blank) const {
    auto best = failed(blank, "no_certificate", "the signer's certificate is not at hand");
    std::vector<const Certificate*> tried;
    for (const auto& certificate : all_) {
      const auto same = [&](const Certificate* other) { return other->der == certificate->der; };
      if (!signer.id.fits(*certificate) || std::any_of(tried.begin(), tried.end(), same)) continue;
      tried.push_back(certificate.get());
      auto verdict = by_certificate(signer, algorithm, subject, certificate, blank);
      if (verdict.good()) return verdict;
      const bool further = best.result == "no_certificate" || best.result == "bad_signature";
      if (further) best = std::move(verdict);
    }
    return best;
  }

  SignerVerdict by_certificate(const SignerInfo& signer, const SignerAlgorithm& algorithm, Subject& subject,
                               const CertificatePtr& certificate, SignerVerdict out) const {
    out.certificate = certificate;
    const bool wants_rsa = algorithm.scheme != SignatureScheme::ecdsa;
    if (!certificate->key || (certificate->key->type() == KeyType::rsa) != wants_rsa ||
        (!wants_rsa && !is_ec(certificate->key->type())))
      return failed(std::move(out), "unsupported_algorithm", "the certificate's key is none for this signature");
    const auto signed_octets = right_octets(signer, algorithm, subject, *certificate->key);
    if (!signed_octets) return failed(std::move(out), "bad_signature", "the signature does not fit");
    out.weak = is_weak(algorithm.digest) || (wants_rsa && certificate->key->bits() < strong_rsa_bits);
    if (signer.signed_attributes) {
      out.signed_attributes_digest = *signed_octets;
      if (const auto why = fill_from_attributes(*signer.signed_attributes, out))
        return failed(std::move(out), why->name, why->text);
    }
    return trusted(signer, algorithm, std::move(out));
  }

  // The digest that the signature is over, if it is right. RFC 5652 5.4 hashes the DER of the attributes; where they
  // came in another order some writers hash them as they stand, some sorted.
  static std::optional<Bytes> right_octets(const SignerInfo& signer, const SignerAlgorithm& algorithm, Subject& subject,
                                           const PublicKey& key) {
    const auto fits = [&](const Bytes& digest) {
      return key.verify(algorithm.scheme, algorithm.digest, digest, signer.signature, algorithm.salt);
    };
    if (!signer.signed_attributes) {
      const auto& digest = subject.digest(algorithm.digest);
      return fits(digest) ? std::optional(digest) : std::nullopt;
    }
    auto digest = hash(algorithm.digest, signer.signed_attributes->as_received);
    if (fits(digest)) return digest;
    const auto sorted = encode_attributes(signer.signed_attributes->list);
    if (sorted == signer.signed_attributes->as_received) return std::nullopt;
    digest = hash(algorithm.digest, sorted);
    return fits(digest) ? std::optional(digest) : std::nullopt;
  }

  // The signature is right: may this certificate sign, is it the one the signer meant, and is it trusted?
  SignerVerdict trusted(const SignerInfo& signer, const SignerAlgorithm& algorithm, SignerVerdict out) const {
    std::vector<SigningCertificate> limits_of_path;
    if (signer.signed_attributes) {
      auto named = named_certificate(*signer.signed_attributes, out.certificate, all_);
      if (!named) return failed(std::move(out), named.error().name, named.error().text);
      out.certificate = std::move(named->certificate);
      limits_of_path = std::move(named->path);
    }
    if (!out.certificate->may_sign() || !out.certificate->for_mail())
      return failed(std::move(out), "wrong_usage", "the certificate is not for signatures of mail");
    if (options_->trust != nullptr) {
      auto path = verify_path(*out.certificate, further_, *options_->trust, Purpose::signing, options_->now);
      if (!path.ok) return failed(std::move(out), path.reason, path.text);
      out.chain = std::move(path.chain);
      out.weak = out.weak || path.weak;
      if (!within(out.chain, limits_of_path))
        return failed(std::move(out), "signing_certificate_mismatch",
                      "a certificate of the path is not among those named");
    }
    if (out.weak && !options_->accept_weak)
      return failed(std::move(out), is_weak(algorithm.digest) ? "weak_digest" : "weak_key", "weak signature");
    out.result = "good";
    out.text.clear();
    return out;
  }

  void check_countersigners(const SignerInfo& signer, std::size_t depth, SignerVerdict& out) {
    const auto add_failed = [&](std::string_view result, std::string text) {
      out.countersigners.push_back(failed({}, result, std::move(text)));
    };
    const auto list = countersignatures(signer);
    if (!list) return add_failed("bad_attribute", list.error().text);
    Subject subject{signer.signature, {}, {}};
    for (const auto& countersigner : *list) {
      if (countersigners_left_ == 0) return add_failed("too_many_signers", "more countersignatures than are checked");
      --countersigners_left_;
      out.countersigners.push_back(check(countersigner, subject, depth + 1));
    }
  }

  const VerifyOptions* options_;
  std::vector<CertificatePtr> further_;                    // of the message and known: links of a path, never its end
  std::vector<CertificatePtr> all_;                        // where a signer may be found
  std::size_t countersigners_left_ = limits::cms_signers;  // of the whole message
};

// A signer with several signatures, of old and new algorithms say, is good if one of them is (RFC 5652 5.1).
bool good_elsewhere(const SignerVerdict& signer, const std::vector<SignerVerdict>& all) {
  if (!signer.certificate) return false;
  return std::any_of(all.begin(), all.end(), [&](const SignerVerdict& other) {
    return other.good() && other.certificate->subject == signer.certificate->subject &&
           other.certificate->issuer == signer.certificate->issuer;
  });
}

void judge(SignatureVerdict& out) {
  const SignerVerdict* first = nullptr;
  out.all_good = !out.signers.empty();
  for (const auto& signer : out.signers) {
    if (!signer.good()) {
      if (!good_elsewhere(signer, out.signers)) out.all_good = false;
      continue;
    }
    out.any_good = true;
    if (first == nullptr) first = &signer;
    // RFC 2634 3.1.1: if one has a label all have the same one.
    else if (signer.label_octets != first->label_octets) out.labels_disagree = true;
  }
  if (first != nullptr && !out.labels_disagree) out.label = first->label;
}

}  // namespace

SignatureVerdict verify(const SignedData& data, std::optional<ByteView> detached, const VerifyOptions& options) {
  Subject subject;
  subject.type = data.content_type;
  if (data.pkcs7_value) subject.octets = *data.pkcs7_value;
  else if (data.content) subject.octets = *data.content;
  else subject.octets = detached;
  Verifier verifier(data.certificates, options);
  SignatureVerdict out;
  for (const auto& signer : data.signers) out.signers.push_back(verifier.check(signer, subject, 0));
  judge(out);
  return out;
}

}  // namespace longwire::crypto::cms
