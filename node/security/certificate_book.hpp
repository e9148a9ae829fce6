// CertificateBook: certificates by address, in the node's database (security.md 7).
#pragma once

#include "crypto/cms/enveloped_data.hpp"
#include "node/security/config.hpp"
#include "node/store/store.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace longwire::security {

class CertificateBook {
 public:
  CertificateBook(store::Store& store, const crypto::TrustStore& trust) : store_(store), trust_(trust) {}

  struct Wish {
    bool prefer_ec = true;
  };
  // The certificate to encrypt to, valid now, with the right usage; nullptr: none. Manual ones first, then the newest.
  crypto::CertificatePtr for_encryption(std::string_view address, const Wish& wish, Time now) const;
  std::vector<crypto::CertificatePtr> signers() const;  // where a signer's certificate may be found

  // `addresses` empty: those in the certificate. Errors: no_address, and PathResult::reason unless `force`.
  Result<std::vector<std::string>> import(const crypto::CertificatePtr& certificate, std::vector<std::string> addresses,
                                          bool force, Time now);
  // From a verified signature of `from` only (RFC 8551 2.5.3.1, 2.7.1); manual entries stay.
  void harvest(std::string_view from, const crypto::cms::SignerVerdict& signer,
               const std::vector<crypto::CertificatePtr>& with, Time now);
  std::size_t remove(std::string_view address_or_fingerprint);
  boost::json::array list(std::string_view address, Time now) const;   // empty: all
  std::vector<std::string> expiring(Time now, Duration within) const;  // texts for alerts

 private:
  store::Store& store_;
  const crypto::TrustStore& trust_;
};

}  // namespace longwire::security
