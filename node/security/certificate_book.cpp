#include "node/security/certificate_book.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "node/security/certificate_json.hpp"

#include <algorithm>
#include <tuple>

namespace longwire::security {

namespace json = boost::json;
using store::CertificateSource;

namespace {

constexpr std::size_t least_digits = 8;  // of a fingerprint, so that nobody removes the wrong one

bool can_encrypt(const crypto::Certificate& certificate) {
  return certificate.may_transport() || certificate.may_agree();
}

// The higher the better: what is wished, then what is smaller on the air.
int rank_of(crypto::KeyType type, bool prefer_ec) {
  switch (type) {
    case crypto::KeyType::p256:
      return prefer_ec ? 6 : 4;
    case crypto::KeyType::p384:
      return prefer_ec ? 5 : 3;
    case crypto::KeyType::p521:
      return prefer_ec ? 4 : 2;
    case crypto::KeyType::rsa:
      return prefer_ec ? 3 : 5;
    case crypto::KeyType::dh:
      return 1;
    case crypto::KeyType::x25519:
      return 0;  // the newest; few can read it back
  }
  return 0;
}

// Digits of a fingerprint in any usual form; empty: it is none.
std::string fingerprint_digits(std::string_view which) {
  std::string out = to_lower(which);
  std::erase(out, ':');
  const bool hex = out.find_first_not_of("0123456789abcdef") == std::string::npos;
  return hex && out.size() >= least_digits ? out : std::string{};
}

// A mail address, or an O/R address in its text form.
bool is_address(std::string_view text) {
  const bool printable = std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c <= ' '; });
  const bool formed = text.starts_with('/') || (text.find('@') != std::string_view::npos && !text.ends_with('@'));
  return !text.empty() && text.size() <= limits::path && formed && (printable || text.starts_with('/'));
}

std::string_view source_text(CertificateSource source) {
  switch (source) {
    case CertificateSource::manual:
    case CertificateSource::forced:
      return "manual";
    case CertificateSource::harvested:
      return "harvested";
  }
  return {};
}

}  // namespace

CertificateBook::CertificateBook(store::Store& store, const crypto::TrustStore& trust) : store_(store), trust_(trust) {
  for (auto& row : store_.certificates()) {
    const auto certificate = crypto::read_certificate(row.der);
    entries_.push_back({std::move(row), certificate ? *certificate : nullptr});
  }
  refresh();
}

const CertificateBook::Entry* CertificateBook::find(std::string_view address, std::string_view fingerprint) const {
  const auto at = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.row.address == address && entry.row.fingerprint == fingerprint;
  });
  return at == entries_.end() ? nullptr : &*at;
}

void CertificateBook::put(Entry entry) {
  store_.put_certificate(entry.row);
  const auto key = [](const Entry& e) { return std::tie(e.row.address, e.row.fingerprint); };
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), entry,
                                   [&](const Entry& a, const Entry& b) { return key(a) < key(b); });
  if (at != entries_.end() && key(*at) == key(entry)) *at = std::move(entry);
  else entries_.insert(at, std::move(entry));
  refresh();
}

void CertificateBook::drop(std::size_t index) {
  const auto& row = entries_[index].row;
  store_.remove_certificate(row.address, row.fingerprint);
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(index));
  refresh();
}

void CertificateBook::refresh() {
  signers_.clear();
  cas_.clear();
  for (const auto& entry : entries_) {
    if (!entry.certificate) continue;
    signers_.push_back(entry.certificate);
    if (entry.row.address.empty()) cas_.push_back(entry.certificate);
  }
}

bool CertificateBook::is_here(const crypto::Certificate& certificate) const {
  const auto same = [&](const auto& one) { return one->der == certificate.der; };
  return std::any_of(trust_.anchors.begin(), trust_.anchors.end(), same) ||
         std::any_of(trust_.intermediates.begin(), trust_.intermediates.end(), same);
}

// The operator's word stands in for a path, but not for validity and usage, and a known revocation is stronger.
crypto::PathResult CertificateBook::judge(const Entry& entry, crypto::Purpose purpose, Time now) const {
  if (!entry.certificate) {
    crypto::PathResult damaged;
    damaged.reason = "bad_certificate";
    return damaged;
  }
  auto result = crypto::verify_path(*entry.certificate, cas_, trust_, purpose, now);
  if (result.ok || result.reason == "revoked" || entry.row.source != CertificateSource::forced) return result;
  crypto::TrustStore by_hand;
  by_hand.anchors = {entry.certificate};
  by_hand.accept_weak = true;
  return crypto::verify_path(*entry.certificate, {}, by_hand, purpose, now);
}

crypto::CertificatePtr CertificateBook::for_encryption(std::string_view address, const Wish& wish, Time now) const {
  const auto wanted = to_lower(address);
  if (wanted.empty()) return nullptr;
  std::vector<const Entry*> found;
  for (const auto& entry : entries_)
    if (entry.row.address == wanted && entry.certificate && can_encrypt(*entry.certificate)) found.push_back(&entry);
  const auto rank = [&](const Entry* entry) {
    const auto& row = entry->row;
    return std::tuple(row.source != CertificateSource::harvested, row.preferred,
                      rank_of(entry->certificate->key->type(), wish.prefer_ec),
                      row.signing_time.value_or(row.first_seen), entry->certificate->not_before);
  };
  std::sort(found.begin(), found.end(), [&](const Entry* a, const Entry* b) { return rank(a) > rank(b); });
  for (const auto* entry : found)
    if (judge(*entry, crypto::Purpose::encryption, now).ok) return entry->certificate;
  return nullptr;
}

std::vector<std::string> CertificateBook::capabilities(std::string_view address) const {
  const auto wanted = to_lower(address);
  const store::CertificateRow* newest = nullptr;
  for (const auto& entry : entries_)
    if (entry.row.address == wanted && entry.row.signing_time && !entry.row.capabilities.empty() &&
        (!newest || *entry.row.signing_time > *newest->signing_time))
      newest = &entry.row;
  return newest ? capability_oids(newest->capabilities) : std::vector<std::string>{};
}

bool CertificateBook::has_by_hand(std::string_view address, const crypto::Certificate& certificate) const {
  const auto* entry = address.empty() ? nullptr : find(to_lower(address), certificate.fingerprint());
  return entry && entry->row.source != CertificateSource::harvested;
}

Result<std::vector<std::string>> CertificateBook::import(const crypto::CertificatePtr& certificate,
                                                         std::vector<std::string> addresses, bool force, Time now) {
  if (addresses.empty()) addresses = certificate->addresses;
  if (addresses.empty())
    return error("no_address", 0, "the certificate names no mail address: say which with --address");
  for (auto& address : addresses) {
    if (!is_address(address)) return error("bad_address", 0, "'" + address + "' is no address");
    address = to_lower(address);
  }
  const auto purpose = can_encrypt(*certificate) ? crypto::Purpose::encryption : crypto::Purpose::signing;
  const auto path = crypto::verify_path(*certificate, cas_, trust_, purpose, now);
  if (!path.ok && !force) return error(path.reason, 0, path.text);
  for (const auto& address : addresses) {
    const auto* known = find(address, certificate->fingerprint());
    Entry entry = known ? *known : Entry{};
    entry.certificate = certificate;
    entry.row.address = address;
    entry.row.fingerprint = certificate->fingerprint();
    entry.row.der = certificate->der;
    entry.row.source = path.ok ? CertificateSource::manual : CertificateSource::forced;
    if (!known) entry.row.first_seen = now;
    entry.row.last_seen = now;
    put(std::move(entry));
  }
  return addresses;
}

std::vector<const CertificateBook::Entry*> CertificateBook::fitting(std::string_view which) const {
  const auto address = to_lower(which);
  const auto digits = fingerprint_digits(which);
  std::vector<const Entry*> out;
  for (const auto& entry : entries_)
    if (which.empty() || entry.row.address == address || (!digits.empty() && entry.row.fingerprint.starts_with(digits)))
      out.push_back(&entry);
  return out;
}

std::size_t CertificateBook::remove(std::string_view which) {
  if (which.empty()) return 0;
  std::vector<std::size_t> indices;
  for (const auto* entry : fitting(which)) indices.push_back(static_cast<std::size_t>(entry - entries_.data()));
  for (auto at = indices.rbegin(); at != indices.rend(); ++at) drop(*at);
  return indices.size();
}

json::array CertificateBook::list(std::string_view which, Time now, std::size_t limit, std::size_t* total) const {
  json::array out;
  const auto found = fitting(which);
  if (total) *total = found.size();
  for (const auto* entry : found) {
    if (out.size() == limit) break;
    const auto& row = entry->row;
    auto shown = entry->certificate ? certificate_json(*entry->certificate) : json::object{};
    const bool encrypts = entry->certificate && can_encrypt(*entry->certificate);
    const auto purpose = encrypts ? crypto::Purpose::encryption : crypto::Purpose::signing;
    const auto trust = judge(*entry, purpose, now);
    json::array capabilities;
    for (const auto& oid : capability_oids(row.capabilities)) capabilities.emplace_back(capability_name(oid));
    shown["fingerprint"] = row.fingerprint;
    shown["address"] = row.address;
    shown["source"] = row.address.empty() ? "chain" : source_text(row.source);
    shown["forced"] = row.source == CertificateSource::forced;
    shown["preferred"] = row.preferred;
    shown["first_seen"] = format_utc(row.first_seen);
    shown["last_seen"] = format_utc(row.last_seen);
    shown["signing_time"] = row.signing_time ? json::value(format_utc(*row.signing_time)) : json::value(nullptr);
    shown["capabilities"] = std::move(capabilities);
    // A forced one is used, but an operator must see what it is worth without the force.
    const bool by_force = trust.ok && row.source == CertificateSource::forced;
    const auto path = by_force ? crypto::verify_path(*entry->certificate, cas_, trust_, purpose, now) : trust;
    shown["trust"] = path.ok ? "ok" : by_force ? "forced" : path.reason;
    shown["trust_text"] = by_force && !path.ok ? std::string(path.reason) + ": " + path.text : path.text;
    out.push_back(std::move(shown));
  }
  return out;
}

}  // namespace longwire::security
