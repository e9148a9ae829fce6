#include "node/main/cms_files.hpp"

#include "base/text.hpp"
#include "crypto/smime/entity.hpp"
#include "crypto/x509/pem.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>

namespace longwire::commands {

namespace {

Error in_file(const std::string& file, const Error& e) {
  return error(e.name, e.offset, file + (e.text.empty() ? "" : ": " + e.text));
}

bool looks_like_der(ByteView octets) {
  return !octets.empty() && octets[0] == 0x30 && ber::Document::read(octets).has_value();
}

Result<Bytes> from_pem(const std::string& file, ByteView octets) {
  const auto blocks = crypto::read_pem(octets);
  if (!blocks) return in_file(file, blocks.error());
  for (const auto& block : *blocks)
    if (block.label == "CMS" || block.label == "PKCS7" || block.label == "PKCS #7 SIGNED DATA") return block.octets;
  return error("bad_pem", 0, file + ": no block of a CMS object");
}

// The private key of `certificate` among the files; nullopt if none fits.
std::optional<crypto::PrivateKey> key_for(const crypto::Certificate& certificate,
                                          const std::vector<crypto::PrivateKey>& keys) {
  for (const auto& key : keys)
    if (certificate.key && key.public_key() == *certificate.key) return key;
  return std::nullopt;
}

Result<crypto::PrivateKey> read_key(const std::string& file, crypto::Random& random) {
  auto octets = read_octets(file);
  if (!octets) return octets.error();
  const crypto::Secret secret(*std::move(octets));
  auto key = crypto::PrivateKey::read(secret.view(), random);
  if (!key) return in_file(file, key.error());
  return key;
}

}  // namespace

Result<CmsInput> read_object(const CmsOptions& options) {
  auto octets = read_octets(options.in);
  if (!octets) return octets.error();
  const bool pem = options.inform == "pem" || (options.inform == "auto" && as_text(*octets).starts_with("-----BEGIN "));
  if (pem) {
    auto inside = from_pem(options.in, *octets);
    if (!inside) return inside.error();
    return CmsInput{CmsFormat::pem, *std::move(inside)};
  }
  const bool der = options.inform == "der" || (options.inform == "auto" && looks_like_der(*octets));
  return CmsInput{der ? CmsFormat::der : CmsFormat::smime, *std::move(octets)};
}

Bytes as_format(const std::string& outform, Bytes octets) {
  if (outform == "pem") return to_bytes(crypto::write_pem("CMS", octets));
  return octets;
}

std::optional<Error> write_octets(const std::string& file, ByteView octets) {
  if (file == "-") {
    std::cout << as_text(octets) << std::flush;
    return std::cout ? std::nullopt : std::optional(error("unreadable", 0, "cannot write to standard output"));
  }
  std::ofstream out(file, std::ios::binary);
  out << as_text(octets) << std::flush;
  if (!out) return error("unreadable", 0, "cannot write " + file);
  return std::nullopt;
}

Result<std::vector<crypto::CertificatePtr>> read_certificate_files(const std::vector<std::string>& files) {
  std::vector<crypto::CertificatePtr> out;
  for (const auto& file : files) {
    const auto octets = read_octets(file);
    if (!octets) return octets.error();
    auto read = crypto::read_certificates(*octets);
    if (!read) return in_file(file, read.error());
    out.insert(out.end(), read->begin(), read->end());
  }
  return out;
}

Result<Identities> read_identities(const std::vector<std::string>& certificates, const std::vector<std::string>& keys,
                                   crypto::Random& random) {
  std::vector<crypto::PrivateKey> read;
  for (const auto& file : keys) {
    auto key = read_key(file, random);
    if (!key) return key.error();
    read.push_back(*std::move(key));
  }
  Identities out;
  for (const auto& file : certificates) {
    auto found = read_certificate_files({file});
    if (!found) return found.error();
    auto key = key_for(*found->front(), read);
    if (!key)  // PEM files may hold both
      if (auto own = read_key(file, random); own && found->front()->key && own->public_key() == *found->front()->key)
        key = *std::move(own);
    if (!key) return error("usage", 0, file + ": no --key has the private key of this certificate");
    out.push_back({found->front(), *std::move(key)});
  }
  return out;
}

Result<crypto::TrustStore> read_trust(const CmsOptions& options) {
  crypto::TrustStore trust;
  auto anchors = read_certificate_files(options.trust);
  if (!anchors) return anchors.error();
  auto further = read_certificate_files(options.certificates);
  if (!further) return further.error();
  trust.anchors = *std::move(anchors);
  trust.intermediates = *std::move(further);
  for (const auto& file : options.crls) {
    const auto octets = read_octets(file);
    if (!octets) return octets.error();
    auto crls = crypto::read_crls(*octets);
    if (!crls) return in_file(file, crls.error());
    for (auto& crl : *crls) trust.crls.push_back(std::move(crl));
  }
  trust.require_crl = options.require_crl;
  trust.accept_weak = !options.refuse_weak;
  return trust;
}

Result<crypto::labels::Policies> read_policies(const std::vector<std::string>& files) {
  crypto::labels::Policies out;
  for (const auto& file : files) {
    const auto octets = read_octets(file);
    if (!octets) return octets.error();
    auto policy = crypto::labels::Policy::read(*octets);
    if (!policy) return in_file(file, policy.error());
    out.add(*std::move(policy));
  }
  return out;
}

Result<std::vector<std::pair<Bytes, crypto::Secret>>> read_keks(const std::vector<std::string>& keks) {
  std::vector<std::pair<Bytes, crypto::Secret>> out;
  for (const auto& text : keks) {
    const auto colon = text.find(':');
    auto id = from_hex(text.substr(0, colon));
    if (colon == std::string::npos || !id || id->empty())
      return error("usage", 0, "--kek takes HEXID:FILE, such as 4e31:group.key, not '" + text + "'");
    auto octets = read_octets(text.substr(colon + 1));
    if (!octets) return octets.error();
    const crypto::Secret hex(*std::move(octets));
    auto key = from_hex(as_text(hex.view()));
    if (!key || (key->size() != 16 && key->size() != 24 && key->size() != 32))
      return error("usage", 0, text + ": the file of a key holds 32, 48 or 64 hex digits");
    out.emplace_back(*std::move(id), crypto::Secret(*std::move(key)));
  }
  return out;
}

}  // namespace longwire::commands
