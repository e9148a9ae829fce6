#include "crypto/x509/revocation.hpp"

#include "crypto/x509/name.hpp"
#include "crypto/x509/signature_check.hpp"

#include <algorithm>

namespace longwire::crypto {

namespace {

bool may_sign_crls(const Certificate& issuer) { return !issuer.usage || (*issuer.usage & key_usage::crl_sign) != 0; }

// The CA may have changed its key: a list by another anchor of the same name counts too.
SignatureCheck check_signer(const Crl& crl, const Certificate& issuer, const TrustStore& trust) {
  SignatureCheck best;
  const auto try_key = [&](const Certificate& signer) {
    if (best.outcome == SignatureCheck::Outcome::good || !signer.key || !may_sign_crls(signer)) return;
    best = check_signature(crl, *signer.key);
  };
  try_key(issuer);
  for (const auto& anchor : trust.anchors)
    if (anchor->der != issuer.der && same_name(anchor->subject, crl.issuer)) try_key(*anchor);
  return best;
}

// A weak signature could be forged to hide a revocation, so such a list proves nothing by what it does not list.
bool counts_as_complete(const Crl& crl, Digest digest, const TrustStore& trust) {
  return crl.complete && digest != Digest::md5 && (!is_weak(digest) || trust.accept_weak);
}

}  // namespace

std::string_view check_revocation(const Certificate& certificate, const Certificate& issuer, const TrustStore& trust,
                                  Time now) {
  const Crl* newest = nullptr;
  std::vector<const Crl*> partial;
  for (const auto& crl : trust.crls) {
    if (crl.this_update > now || !same_name(crl.issuer, certificate.issuer)) continue;
    const auto signature = check_signer(crl, issuer, trust);
    if (signature.outcome != SignatureCheck::Outcome::good) continue;
    if (!counts_as_complete(crl, signature.digest, trust)) partial.push_back(&crl);
    else if (newest == nullptr || crl.this_update > newest->this_update) newest = &crl;
  }
  if (newest != nullptr && newest->lists(certificate.serial)) return "revoked";
  const bool listed = std::any_of(partial.begin(), partial.end(), [&](const Crl* crl) {
    return (newest == nullptr || crl->this_update >= newest->this_update) && crl->lists(certificate.serial);
  });
  if (listed) return "revoked";
  if (!trust.require_crl) return "";
  if (newest == nullptr) return "crl_missing";
  return newest->next_update && *newest->next_update < now ? "crl_expired" : "";
}

}  // namespace longwire::crypto
