// What is about to end, for alerts.
#include "base/text.hpp"
#include "node/security/certificate_book.hpp"

#include <algorithm>

namespace longwire::security {

using store::CertificateSource;

namespace {

// Without the fingerprint two certificates of one subject would be one alert.
std::string expiry_text(const std::string& what, const crypto::Certificate& certificate, Time now) {
  return what + " " + certificate.subject_text() + " (" + certificate.fingerprint().substr(0, 16) + ") " +
         (now > certificate.not_after ? "expired on " : "expires on ") + format_utc(certificate.not_after);
}

}  // namespace

std::vector<std::string> CertificateBook::expiring(Time now, Duration within) const {
  std::vector<std::string> out;
  const auto ends = [&](const crypto::Certificate& one) { return one.not_after <= now + within; };
  for (const auto& anchor : trust_.anchors)
    if (ends(*anchor)) out.push_back(expiry_text("trust anchor", *anchor, now));
  for (const auto& ca : trust_.intermediates)
    if (ends(*ca)) out.push_back(expiry_text("intermediate certificate", *ca, now));
  for (const auto& crl : trust_.crls)
    if (crl.next_update && *crl.next_update <= now)
      out.push_back("the CRL of " + crl.issuer_text() + " is out of date since " + format_utc(*crl.next_update));
  for (const auto& entry : entries_) {
    const auto& row = entry.row;
    if (row.address.empty() || !entry.certificate || !ends(*entry.certificate)) continue;
    const bool has_other = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& other) {
      return other.row.address == row.address && other.certificate && !ends(*other.certificate);
    });
    if (row.source == CertificateSource::harvested && has_other) continue;
    out.push_back(expiry_text("certificate of " + row.address, *entry.certificate, now));
  }
  return out;
}

}  // namespace longwire::security
