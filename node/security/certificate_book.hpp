// CertificateBook: certificates by address, in the node's database (security.md 7).
#pragma once

#include "crypto/cms/enveloped_data.hpp"
#include "node/security/config.hpp"
#include "node/store/store.hpp"

#include <boost/json/array.hpp>

#include <string>
#include <vector>

namespace longwire::security {

class CertificateBook {
 public:
  // Both must outlive the book; `trust` may be filled later. The book is the only one that writes the table.
  CertificateBook(store::Store& store, const crypto::TrustStore& trust);

  struct Wish {
    bool prefer_ec = true;
  };
  // The certificate to encrypt to, valid now, with the right usage; nullptr: none. Manual ones go first, then those
  // their owner prefers, then the wished kind of key, then the newest.
  crypto::CertificatePtr for_encryption(std::string_view address, const Wish& wish, Time now) const;
  // What the owner of an address said its program takes, OIDs in its order (RFC 8551 2.7.1); empty: nothing is known.
  std::vector<std::string> capabilities(std::string_view address) const;
  // Whether the operator gave this very certificate to this address.
  bool has_by_hand(std::string_view address, const crypto::Certificate& certificate) const;
  // Where a signer's certificate may be found, and CAs that came with signed mail.
  const std::vector<crypto::CertificatePtr>& signers() const { return signers_; }

  // `addresses` empty: those in the certificate. Errors: no_address, bad_address, and PathResult::reason unless
  // `force`; a forced one is encrypted to as long as it is valid, signatures made with it stay untrusted.
  Result<std::vector<std::string>> import(const crypto::CertificatePtr& certificate, std::vector<std::string> addresses,
                                          bool force, Time now);
  // From a verified signature of `from` only (RFC 8551 2.5.3.1, 2.7.1), and only if the certificate names `from`;
  // manual entries stay as they are but for what the mail tells of its program. `with`: what came with the message.
  void harvest(std::string_view from, const crypto::cms::SignerVerdict& signer,
               const std::vector<crypto::CertificatePtr>& with, Time now);

  // which: an address, or the first 8 or more digits of a fingerprint (colons are passed over). Entries removed.
  std::size_t remove(std::string_view which);
  // Entries as certificate_commands.hpp says, at most `limit`; which as above, empty: all. total: how many there are.
  boost::json::array list(std::string_view which, Time now, std::size_t limit = 1000,
                          std::size_t* total = nullptr) const;
  // Texts for alerts: own keys are the shaper's business; here anchors, intermediates, CRLs, entries made by hand, and
  // harvested ones whose address has no other.
  std::vector<std::string> expiring(Time now, Duration within) const;

 private:
  struct Entry {
    store::CertificateRow row;
    crypto::CertificatePtr certificate;  // nullptr: the row holds none that can be read
  };

  const Entry* find(std::string_view address, std::string_view fingerprint) const;
  void put(Entry entry);
  void drop(std::size_t index);
  void make_room(const std::string& address);
  void refresh();
  bool is_here(const crypto::Certificate& certificate) const;  // among anchors and intermediates
  crypto::PathResult judge(const Entry& entry, crypto::Purpose purpose, Time now) const;
  std::vector<const Entry*> fitting(std::string_view which) const;
  // Parts of harvest().
  struct Mail;
  void take_signer(const Mail& mail);
  void take_preferred(const Mail& mail);
  void take_cas(const Mail& mail);
  void note(const crypto::CertificatePtr& certificate, const std::string& address, Time now);

  store::Store& store_;
  const crypto::TrustStore& trust_;
  std::vector<Entry> entries_;  // by address, then fingerprint; what the database holds
  std::vector<crypto::CertificatePtr> signers_, cas_;
};

}  // namespace longwire::security
