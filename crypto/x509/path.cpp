#include "crypto/x509/path.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "crypto/x509/extension_oids.hpp"
#include "crypto/x509/name.hpp"
#include "crypto/x509/name_constraints.hpp"
#include "crypto/x509/revocation.hpp"
#include "crypto/x509/signature_check.hpp"

#include <algorithm>
#include <optional>

namespace longwire::crypto {

namespace {

struct Fault {
  std::string_view reason;
  std::string text;
};
using Check = std::optional<Fault>;

bool contains(const std::vector<CertificatePtr>& list, const Certificate& one) {
  return std::any_of(list.begin(), list.end(), [&](const auto& other) { return other->der == one.der; });
}

bool has_usage(const Certificate& certificate, std::string_view wanted) {
  const auto& uses = certificate.extended_usage;
  return uses.empty() || std::any_of(uses.begin(), uses.end(), [wanted](const auto& use) {
           return use == wanted || use == oid::any_extended_key_usage;
         });
}

std::string_view extended_usage_for(Purpose purpose) {
  switch (purpose) {
    case Purpose::signing:
    case Purpose::encryption:
      return oid::email_protection;
    case Purpose::tls_server:
      return oid::server_auth;
    case Purpose::tls_client:
      return oid::client_auth;
  }
  return {};
}

bool has_key_usage(const Certificate& leaf, Purpose purpose) {
  switch (purpose) {
    case Purpose::signing:
      return leaf.may_sign();
    case Purpose::encryption:
      return leaf.may_transport() || leaf.may_agree();
    case Purpose::tls_server:
      return leaf.may_sign() || leaf.may_transport() || leaf.may_agree();
    case Purpose::tls_client:
      return leaf.may_sign();
  }
  return false;
}

Check check_usage(const Certificate& leaf, Purpose purpose) {
  if (!has_key_usage(leaf, purpose)) return Fault{"wrong_usage", leaf.subject_text() + ": keyUsage or kind of key"};
  if (!has_usage(leaf, extended_usage_for(purpose)))
    return Fault{"wrong_usage", leaf.subject_text() + ": extendedKeyUsage"};
  return std::nullopt;
}

// What holds for every certificate of a path.
Check check_alone(const Certificate& one, Time now) {
  if (now < one.not_before)
    return Fault{"not_yet_valid", one.subject_text() + ": valid from " + format_utc(one.not_before)};
  if (now > one.not_after) return Fault{"expired", one.subject_text() + ": valid until " + format_utc(one.not_after)};
  if (!one.unknown_critical.empty())
    return Fault{"unknown_critical_extension", one.subject_text() + ": " + one.unknown_critical.front()};
  return std::nullopt;
}

// below: certificates under this one, leaf first (RFC 5280 6.1.4 k to n). The anchor may be of version 1, which has no
// basicConstraints.
Check check_issuer(const Certificate& issuer, bool is_anchor, const std::vector<CertificatePtr>& below,
                   Purpose purpose) {
  const auto who = issuer.subject_text();
  if (!issuer.is_ca && !(is_anchor && issuer.version == 1)) return Fault{"not_a_ca", who + ": no CA"};
  if (issuer.usage && (*issuer.usage & key_usage::cert_sign) == 0)
    return Fault{"not_a_ca", who + ": keyUsage without keyCertSign"};
  if (!is_anchor && !has_usage(issuer, extended_usage_for(purpose)))
    return Fault{"wrong_usage", who + ": extendedKeyUsage of the CA"};
  const auto between =
      std::count_if(below.begin() + 1, below.end(), [](const auto& one) { return !one->self_issued(); });
  if (issuer.path_length && between > *issuer.path_length)
    return Fault{"path_too_long", who + ": more CAs below it than its pathLenConstraint"};
  if (!issuer.name_constraints) return std::nullopt;
  for (std::size_t i = 0; i < below.size(); ++i) {
    if (i > 0 && below[i]->self_issued()) continue;  // RFC 5280 6.1.3 b
    if (const auto name = name_outside(*below[i], *issuer.name_constraints))
      return Fault{"name_not_permitted", *name + " is outside of the names of " + who};
  }
  return std::nullopt;
}

// Depth-first over the candidates for each issuer, within limits of depth and of signatures tried.
class Search {
 public:
  Search(const std::vector<CertificatePtr>& further, const TrustStore& trust, Purpose purpose, Time now)
      : further_(further), trust_(trust), purpose_(purpose), now_(now) {}

  PathResult run(const Certificate& leaf) {
    chain_.push_back(std::make_shared<Certificate>(leaf));
    Check fault = check_alone(leaf, now_);
    if (!fault) fault = check_usage(leaf, purpose_);
    if (!fault) fault = check_key(leaf);
    if (fault) {
      note(*fault);
      return failed();
    }
    if (contains(trust_.anchors, leaf) || extend()) {
      result_ = {};  // what was told of candidates that did not hold
      result_.ok = true;
      result_.weak = std::any_of(weak_.begin(), weak_.end(), [](bool weak) { return weak; });
      result_.chain = chain_;
      return std::move(result_);
    }
    return failed();
  }

 private:
  Check check_key(const Certificate& one) {
    const bool weak = one.key && is_weak(*one.key);
    weak_.push_back(weak);
    if (weak && !trust_.accept_weak)
      return Fault{"weak_key", one.subject_text() + ": " + std::to_string(one.key->bits()) + " bits"};
    return std::nullopt;
  }

  Check check_link(const Certificate& below, const Certificate& issuer) {
    if (!issuer.key) return Fault{"unsupported_algorithm", issuer.subject_text() + ": its key"};
    if (++signatures_ > limits::path_signatures)
      return Fault{"untrusted_issuer", "more signatures to check than taken"};
    const auto signature = check_signature(below, *issuer.key);
    switch (signature.outcome) {
      case SignatureCheck::Outcome::unsupported:
        return Fault{"unsupported_algorithm", below.subject_text() + ": signed with " + below.signature_oid};
      case SignatureCheck::Outcome::bad:
        return Fault{"bad_signature", below.subject_text() + ": not signed by this " + issuer.subject_text()};
      case SignatureCheck::Outcome::good:
        break;
    }
    // Collisions of MD5 are made in seconds, so that its signatures say nothing about this certificate.
    const bool weak = is_weak(signature.digest);
    if (weak && (!trust_.accept_weak || signature.digest == Digest::md5))
      return Fault{"weak_digest", below.subject_text() + ": signed with MD5 or SHA-1"};
    if (weak) weak_.back() = true;
    return std::nullopt;
  }

  Check check_step(const Certificate& issuer, bool is_anchor) {
    const auto& below = *chain_.back();
    if (auto fault = check_link(below, issuer)) return fault;
    if (auto fault = check_alone(issuer, now_)) return fault;
    if (auto fault = check_issuer(issuer, is_anchor, chain_, purpose_)) return fault;
    if (const auto reason = check_revocation(below, issuer, trust_, now_); !reason.empty())
      return Fault{reason, below.subject_text() + ", serial " + below.serial_text()};
    return std::nullopt;
  }

  // Those whose key identifier is the one that is asked for go first. No more than signatures may be tried.
  std::vector<CertificatePtr> candidates() const {
    const auto& below = *chain_.back();
    std::vector<CertificatePtr> out;
    const auto collect = [&](bool with_key_id) {
      for (const auto* list : {&trust_.anchors, &trust_.intermediates, &further_})
        for (const auto& one : *list) {
          if (out.size() == limits::path_signatures) return;
          const bool has_key_id = !below.authority_key_id.empty() && one->subject_key_id == below.authority_key_id;
          if (has_key_id == with_key_id && same_name(one->subject, below.issuer) && !contains(chain_, *one) &&
              !contains(out, *one))
            out.push_back(one);
        }
    };
    collect(true);
    collect(false);
    return out;
  }

  // Depth: at most limits::certificate_path.
  bool extend() {
    const auto issuers = candidates();
    if (issuers.empty()) note({"untrusted_issuer", "no certificate of the issuer " + chain_.back()->issuer_text()});
    if (!issuers.empty() && chain_.size() >= limits::certificate_path) {
      note({"path_too_long", "more certificates up to an anchor than taken"});
      return false;
    }
    for (const auto& issuer : issuers) {
      const bool is_anchor = contains(trust_.anchors, *issuer);
      const auto weak = weak_;
      Check fault = check_step(*issuer, is_anchor);
      chain_.push_back(issuer);
      if (!fault) fault = check_key(*issuer);
      if (!fault && (is_anchor || extend())) return true;
      chain_.pop_back();
      weak_ = weak;
      if (fault) note(*fault);
      if (signatures_ > limits::path_signatures) return false;
    }
    return false;
  }

  // The fault that is told is the one furthest up; that an issuer is unknown says less than any other.
  void note(const Fault& fault) {
    const bool unknown = fault.reason == "untrusted_issuer";
    const bool told_unknown = result_.reason.empty() || result_.reason == "untrusted_issuer";
    const bool better = told_unknown ? !unknown || chain_.size() > result_.chain.size()
                                     : !unknown && chain_.size() > result_.chain.size();
    if (!better && !result_.reason.empty()) return;
    result_.reason = fault.reason;
    result_.text = fault.text;
    result_.chain = chain_;
  }

  PathResult failed() {
    if (result_.reason.empty()) note({"untrusted_issuer", "no path to an anchor"});
    return std::move(result_);
  }

  const std::vector<CertificatePtr>& further_;
  const TrustStore& trust_;
  Purpose purpose_;
  Time now_;
  std::vector<CertificatePtr> chain_;
  std::vector<bool> weak_;  // of each certificate in the chain: its key or the signature on it
  std::size_t signatures_ = 0;
  PathResult result_;
};

}  // namespace

PathResult verify_path(const Certificate& leaf, const std::vector<CertificatePtr>& further, const TrustStore& trust,
                       Purpose purpose, Time now) {
  return Search(further, trust, purpose, now).run(leaf);
}

}  // namespace longwire::crypto
