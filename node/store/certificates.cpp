#include "node/store/certificates.hpp"

#include "node/store/impl.hpp"

namespace longwire::store {

namespace {

std::string_view to_string(CertificateSource source) {
  switch (source) {
    case CertificateSource::manual:
      return "manual";
    case CertificateSource::forced:
      return "forced";
    case CertificateSource::harvested:
      return "harvested";
  }
  return {};
}

CertificateSource source_of(std::string_view text) {
  for (const auto source : {CertificateSource::manual, CertificateSource::forced, CertificateSource::harvested})
    if (to_string(source) == text) return source;
  throw std::invalid_argument("unknown word \"" + std::string(text) + "\"");
}

CertificateRow row_of(const Query& row) {
  CertificateRow out;
  out.address = row.string(0);
  out.fingerprint = row.string(1);
  out.der = row.bytes(2);
  out.source = source_of(row.text(3));
  out.first_seen = row.time(4);
  out.last_seen = row.time(5);
  if (!row.is_null(6)) out.signing_time = row.time(6);
  out.preferred = row.flag(7);
  out.capabilities = row.bytes(8);
  return out;
}

}  // namespace

void Store::put_certificate(const CertificateRow& row) {
  impl_->db.write("INSERT OR REPLACE INTO certificates VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", row.address,
                  row.fingerprint, row.der, to_string(row.source), row.first_seen, row.last_seen, row.signing_time,
                  row.preferred, row.capabilities);
}

std::vector<CertificateRow> Store::certificates() {
  return impl_->reading("certificates", [&] {
    std::vector<CertificateRow> out;
    auto row = impl_->db.read(
        "SELECT address, fingerprint, der, source, first_seen, last_seen, signing_time, preferred, capabilities FROM "
        "certificates "
        "ORDER BY address, fingerprint");
    while (row.step()) out.push_back(row_of(row));
    return out;
  });
}

void Store::remove_certificate(std::string_view address, std::string_view fingerprint) {
  impl_->db.write("DELETE FROM certificates WHERE address = ?1 AND fingerprint = ?2", address, fingerprint);
}

}  // namespace longwire::store
