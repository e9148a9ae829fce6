// Certificates from signed mail (RFC 8551 2.5.3.1 and 2.7.1, security.md 7).
#include "base/limits.hpp"
#include "base/text.hpp"
#include "crypto/x509/name.hpp"
#include "crypto/x509/value_reader.hpp"
#include "node/security/certificate_book.hpp"

#include <algorithm>

namespace longwire::security {

using crypto::CertificatePtr;
using store::CertificateSource;

namespace {

// Clocks differ; what was signed further in the future would keep every later mail from being believed.
constexpr auto most_ahead = std::chrono::hours(24);
// One write an hour says well enough when a certificate was seen last.
constexpr auto seen_every = std::chrono::hours(1);

// SMIMEEncryptionKeyPreference: [0] issuerAndSerialNumber, [1] RecipientKeyIdentifier, [2] subjectKeyIdentifier.
Result<crypto::cms::KeyId> read_preference(const ber::Document& doc, std::size_t index) {
  crypto::cms::KeyId out;
  const auto& tag = doc[index].tag;
  if (tag.cls != ber::TagClass::context || tag.number > 2) return error("bad_tag", doc[index].offset, "no preference");
  if (tag.number == 2) {
    auto id = crypto::read_octets(doc, index);
    if (!id) return id.error();
    out.subject_key_id = *std::move(id);
    return out;
  }
  ber::Fields in(doc, index);
  if (tag.number == 1) {
    in.required(ber::octet_string_tag, "key identifier", crypto::read_octets, out.subject_key_id);
    if (auto e = in.pass_over()) return *std::move(e);
    return out;
  }
  in.required(ber::sequence_tag, "issuer", crypto::read_raw, out.issuer);
  in.required(ber::integer_tag, "serial number", crypto::read_big_integer, out.serial);
  return in.finish(std::move(out));
}

}  // namespace

struct CertificateBook::Mail {
  std::string from;  // lower case
  const crypto::cms::SignerVerdict& signer;
  const std::vector<CertificatePtr>& with;
  Time now;
};

void CertificateBook::harvest(std::string_view from, const crypto::cms::SignerVerdict& signer,
                              const std::vector<CertificatePtr>& with, Time now) {
  // A chain is there only if the path was checked; weak signatures prove nothing unless the node was told so.
  if (from.empty() || !signer.good() || !signer.certificate || signer.chain.empty()) return;
  if (signer.weak && !trust_.accept_weak) return;
  if (signer.signing_time && *signer.signing_time > now + most_ahead) return;
  if (!signer.certificate->names(from)) return;
  const Mail mail{to_lower(from), signer, with, now};
  take_cas(mail);
  take_signer(mail);
  take_preferred(mail);
}

void CertificateBook::note(const CertificatePtr& certificate, const std::string& address, Time now) {
  const auto fingerprint = certificate->fingerprint();
  if (const auto* known = find(address, fingerprint)) {
    if (now < known->row.last_seen + seen_every) return;
    auto seen = *known;
    seen.row.last_seen = now;
    return put(std::move(seen));
  }
  make_room(address);
  Entry fresh;
  fresh.certificate = certificate;
  fresh.row.address = address;
  fresh.row.fingerprint = fingerprint;
  fresh.row.der = certificate->der;
  fresh.row.first_seen = fresh.row.last_seen = now;
  put(std::move(fresh));
}

// Of the harvested entries of this address, and of all, the one that was not seen for the longest time goes.
void CertificateBook::make_room(const std::string& address) {
  const auto oldest = [&](bool of_address, std::size_t most) {
    std::size_t count = 0;
    std::size_t at = entries_.size();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const auto& row = entries_[i].row;
      if (row.source != CertificateSource::harvested || (of_address && row.address != address)) continue;
      ++count;
      if (at == entries_.size() || row.last_seen < entries_[at].row.last_seen) at = i;
    }
    if (count >= most) drop(at);
  };
  if (!address.empty()) oldest(true, limits::certificates_of_address);
  oldest(false, limits::certificates_harvested);
}

void CertificateBook::take_cas(const Mail& mail) {
  const auto& chain = mail.signer.chain;
  for (std::size_t i = 1; i < chain.size(); ++i)
    if (!is_here(*chain[i])) note(chain[i], {}, mail.now);
}

// The newer signingTime wins; a mail without one tells nothing of its age, and so nothing of the program behind it.
void CertificateBook::take_signer(const Mail& mail) {
  const auto& certificate = mail.signer.certificate;
  note(certificate, mail.from, mail.now);
  const auto* known = find(mail.from, certificate->fingerprint());
  const auto& signed_at = mail.signer.signing_time;
  const auto& capabilities = mail.signer.smime_capabilities;
  if (!signed_at || (known->row.signing_time && *known->row.signing_time >= *signed_at)) return;
  auto changed = *known;
  changed.row.signing_time = signed_at;
  if (!capabilities.empty() && capabilities.size() <= limits::smime_capabilities_octets)
    changed.row.capabilities = capabilities;
  put(std::move(changed));
}

// RFC 8551 2.5.3.1: the certificate the sender names; else, if that of the signer cannot encrypt, one of the same
// subject that can. Either must be the sender's by its own names, and trusted.
void CertificateBook::take_preferred(const Mail& mail) {
  const auto& signer = *mail.signer.certificate;
  const auto wish = crypto::read_value(mail.signer.encryption_key_preference, read_preference);
  if (!wish && (signer.may_transport() || signer.may_agree())) return;
  auto further = mail.with;
  further.insert(further.end(), cas_.begin(), cas_.end());
  auto offered = mail.with;
  for (const auto& entry : entries_)
    if (entry.row.address == mail.from && entry.certificate) offered.push_back(entry.certificate);
  for (const auto& one : offered) {
    const bool meant = wish ? wish->fits(*one) : crypto::same_name(one->subject, signer.subject);
    const bool theirs = one->names(mail.from) || (one->addresses.empty() && one->subject == signer.subject);
    if (!meant || !theirs || !(one->may_transport() || one->may_agree())) continue;
    if (!crypto::verify_path(*one, further, trust_, crypto::Purpose::encryption, mail.now).ok) continue;
    note(one, mail.from, mail.now);
    if (!wish) return;
    const auto fingerprint = one->fingerprint();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const auto& row = entries_[i].row;
      const bool preferred = row.fingerprint == fingerprint;
      if (row.address != mail.from || row.preferred == preferred) continue;
      auto changed = entries_[i];
      changed.row.preferred = preferred;
      put(std::move(changed));
    }
    return;
  }
}

}  // namespace longwire::security
