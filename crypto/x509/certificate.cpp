#include "crypto/x509/certificate.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "crypto/hash.hpp"
#include "crypto/x509/extension_oids.hpp"
#include "crypto/x509/extensions.hpp"
#include "crypto/x509/name.hpp"
#include "crypto/x509/pem.hpp"
#include "crypto/x509/signed_structure.hpp"
#include "crypto/x509/value_reader.hpp"

#include <algorithm>

namespace longwire::crypto {

namespace {

using ber::context_tag;
using ber::sequence_tag;

struct Validity {
  Time from, until;
};
// Each of the two may be UTCTime or GeneralizedTime, so that they go by their place.
Result<Validity> read_validity(const ber::Document& doc, std::size_t index) {
  const auto times = doc.children(index);
  if (times.size() != 2) return error("bad_value", doc[index].offset, "a validity without its two times");
  const auto from = read_time(doc, times[0]);
  if (!from) return from.error();
  const auto until = read_time(doc, times[1]);
  if (!until) return until.error();
  return Validity{*from, *until};
}

// TBSCertificate. `inner` is its copy of the signature algorithm.
std::optional<Error> read_tbs(const ber::Document& doc, std::size_t index, Certificate& out, Bytes& inner) {
  Validity validity;
  std::optional<std::vector<Extension>> extensions;
  std::optional<Bytes> unique_id;
  int version = 0;
  ber::Fields in(doc, index);
  in.optional(context_tag(0, true), ber::inside(ber::tagged(ber::integer_tag, ber::small_integer)), version);
  in.required(ber::integer_tag, "serial number", read_big_integer, out.serial);
  in.required(sequence_tag, "signature algorithm", read_raw, inner);
  in.required(sequence_tag, "issuer", read_raw, out.issuer);
  in.required(sequence_tag, "validity", read_validity, validity);
  in.required(sequence_tag, "subject", read_raw, out.subject);
  in.required(sequence_tag, "public key", read_raw, out.spki);
  in.optional(context_tag(1, false), read_bits, unique_id);
  in.optional(context_tag(2, false), read_bits, unique_id);
  in.optional(context_tag(3, true), ber::inside(ber::tagged(sequence_tag, read_extension_list)), extensions);
  if (version < 0 || version > 2) in.fail(error("bad_value", doc[index].offset, "a version that is not 1, 2 or 3"));
  if (extensions && version != 2) in.fail(error("bad_value", doc[index].offset, "extensions outside of version 3"));
  const auto done = in.finish(true);
  if (!done) return done.error();
  out.version = version + 1;
  out.not_before = validity.from;
  out.not_after = validity.until;
  out.tbs = ber::raw(doc, index);
  return extensions ? apply_extensions(*extensions, out) : std::nullopt;
}

bool allows(const Certificate& certificate, unsigned bits) {
  return !certificate.usage || (*certificate.usage & bits) != 0;
}

}  // namespace

Result<CertificatePtr> read_certificate(ByteView der) {
  if (der.size() > limits::certificate_octets) return error("too_long", 0, "a certificate beyond the limit");
  ber::Limits bounds;
  bounds.elements = limits::certificate_elements;
  const auto doc = ber::Document::read(der, bounds);
  if (!doc) return doc.error();
  if (doc->octets() != der.size()) return error("trailing_octets", doc->octets(), "octets behind the certificate");
  auto out = std::make_shared<Certificate>();
  if (auto e = read_signed(*doc, "no certificate", read_tbs, *out))
    return error("bad_certificate", e->offset, std::string(e->name) + ": " + e->text);
  out->der.assign(der.begin(), der.end());
  for (auto& address : mail_addresses(out->subject))
    if (!out->names(address)) out->addresses.push_back(std::move(address));
  auto key = PublicKey::from_spki(out->spki);
  if (key) out->key = *std::move(key);
  else out->key_problem = key.error().name;
  return CertificatePtr(std::move(out));
}

Result<std::vector<CertificatePtr>> read_certificates(ByteView file) {
  std::vector<CertificatePtr> out;
  if (!is_pem(file)) {
    auto one = read_certificate(file);
    if (!one) return one.error();
    return std::vector{*std::move(one)};
  }
  const auto blocks = read_pem(file);
  if (!blocks) return blocks.error();
  for (const auto& block : *blocks) {
    // "X509 CERTIFICATE" is an old name (RFC 7468 5.1); keys and CRLs in the same file are others' business.
    if (block.label != "CERTIFICATE" && block.label != "X509 CERTIFICATE") continue;
    auto one = read_certificate(block.octets);
    if (!one) return error(one.error().name, block.offset, one.error().text);
    out.push_back(*std::move(one));
  }
  if (out.empty()) return error("no_certificate", 0, "no certificate in the file");
  return out;
}

std::string Certificate::subject_text() const { return name_text(subject); }
std::string Certificate::issuer_text() const { return name_text(issuer); }
std::string Certificate::serial_text() const { return to_hex(serial); }
std::string Certificate::fingerprint() const { return to_hex(hash(Digest::sha256, der)); }

bool Certificate::may_sign() const {
  const bool can = !key || key->type() == KeyType::rsa || is_ec(key->type());
  return can && allows(*this, key_usage::digital_signature | key_usage::non_repudiation);
}

bool Certificate::may_transport() const {
  return key && key->type() == KeyType::rsa && allows(*this, key_usage::key_encipherment);
}

bool Certificate::may_agree() const {
  const bool can = key && (is_ec(key->type()) || key->type() == KeyType::dh || key->type() == KeyType::x25519);
  return can && allows(*this, key_usage::key_agreement);
}

bool Certificate::for_mail() const {
  return extended_usage.empty() || std::any_of(extended_usage.begin(), extended_usage.end(), [](const auto& use) {
           return use == oid::email_protection || use == oid::any_extended_key_usage;
         });
}

bool Certificate::names(std::string_view mail_address) const {
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const auto& address) { return iequals(address, mail_address); });
}

bool Certificate::self_issued() const { return same_name(issuer, subject); }

}  // namespace longwire::crypto
