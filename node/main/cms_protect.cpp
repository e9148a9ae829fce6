// longwire cms sign, encrypt, wrap.
#include "annexe/inflate.hpp"
#include "base/text.hpp"
#include "crypto/cms/content_info.hpp"
#include "node/main/cms_files.hpp"
#include "node/main/cms_operations.hpp"

#include <algorithm>
#include <array>

namespace longwire::commands {

namespace {

using namespace crypto;

struct Content {
  Bytes octets;
  std::string outer_fields;  // --mail
};

Result<Content> read_content(const CmsOptions& options) {
  auto octets = read_octets(options.in);
  if (!octets) return octets.error();
  Content out;
  if (options.mail) {
    auto split = smime::split_message(*octets);
    out.outer_fields = std::move(split.outer_fields);
    out.octets = smime::canonical(split.entity, options.detached);
    return out;
  }
  out.octets = *std::move(octets);
  if (!options.text) return out;
  auto text = to_bytes("Content-Type: text/plain; charset=utf-8\r\n\r\n");
  text.insert(text.end(), out.octets.begin(), out.octets.end());
  out.octets = smime::canonical(text, options.detached);
  return out;
}

std::optional<Digest> digest_named(const std::string& name) {
  constexpr std::array<std::pair<std::string_view, Digest>, 5> names{{{"sha1", Digest::sha1},
                                                                      {"sha224", Digest::sha224},
                                                                      {"sha256", Digest::sha256},
                                                                      {"sha384", Digest::sha384},
                                                                      {"sha512", Digest::sha512}}};
  for (const auto& [known, digest] : names)
    if (known == name) return digest;
  return std::nullopt;
}

Cipher cipher_named(const std::string& name) {
  const bool gcm = name.ends_with("gcm");
  if (name.starts_with("aes-256")) return gcm ? Cipher::aes256_gcm : Cipher::aes256_cbc;
  if (name.starts_with("aes-192")) return gcm ? Cipher::aes192_gcm : Cipher::aes192_cbc;
  return gcm ? Cipher::aes128_gcm : Cipher::aes128_cbc;
}

// In words of the policies given; a label they refuse is not made.
Result<std::optional<SecurityLabel>> label_of(const std::string& words, const labels::Policies& policies) {
  if (words.empty()) return std::optional<SecurityLabel>();
  if (policies.all().empty()) return error("usage", 0, "a label needs its --policy");
  std::optional<Error> failed;
  for (const auto& policy : policies.all()) {
    auto label = policy.label_of(words);
    if (label) {
      if (auto fault = policy.validate(*label, true)) return *std::move(fault);
      return std::optional(*std::move(label));
    }
    if (!failed) failed = label.error();
  }
  return *std::move(failed);
}

std::optional<cms::ReceiptRequest> receipt_request(const CmsOptions& options, Time now, Random& random) {
  if (options.receipt_to.empty()) return std::nullopt;
  cms::ReceiptRequest out;
  out.receipts_to = options.receipt_to;
  if (options.receipt_from.empty() || options.receipt_from == "all") out.all_or_first = 0;
  else if (options.receipt_from == "first") out.all_or_first = 1;
  else out.receipts_from = {options.receipt_from};
  // RFC 2634 2.7: user, time and something random
  out.identifier = to_bytes(options.receipt_to.front() + " " + format_utc(now) + " ");
  const auto chance = random_octets(random, 8);
  out.identifier.insert(out.identifier.end(), chance.begin(), chance.end());
  return out;
}

std::vector<cms::SignerSpec> signer_specs(const Identities& identities, const CmsOptions& options) {
  std::vector<cms::SignerSpec> out;
  for (const auto& identity : identities) {
    cms::SignerSpec spec;
    spec.certificate = identity.certificate;
    spec.key = &identity.key;
    spec.digest = digest_named(options.digest);
    spec.pss = options.pss;
    spec.by_key_id = options.key_id;
    spec.minimal = options.minimal;
    out.push_back(std::move(spec));
  }
  return out;
}

using Keks = std::vector<std::pair<Bytes, Secret>>;

Result<std::vector<cms::RecipientSpec>> recipient_specs(const CmsOptions& options, const Keks& keks) {
  std::vector<cms::RecipientSpec> out;
  for (const auto& file : options.recipients) {
    const auto found = read_certificate_files({file});
    if (!found) return found.error();
    cms::RecipientSpec spec;
    spec.certificate = found->front();
    spec.oaep = options.oaep;
    spec.by_key_id = options.key_id;
    spec.kdf = digest_named(options.kdf);
    out.push_back(std::move(spec));
  }
  for (const auto& [id, key] : keks) {
    cms::RecipientSpec spec;
    spec.kek_id = id;
    spec.kek = &key;
    out.push_back(std::move(spec));
  }
  if (out.empty()) return error("usage", 0, "--recipient or --kek says who is to read it");
  return out;
}

// entity: a MIME entity; a ContentInfo otherwise.
CmsReport written(const CmsOptions& options, Bytes octets, const std::string& outer_fields) {
  CmsReport out;
  out.good = true;
  if (options.outform != "smime") out.output = as_format(options.outform, std::move(octets));
  else out.output = smime::join_message(outer_fields, octets);
  return out;
}

std::string type_or_data(const CmsOptions& options) {
  return options.content_type.empty() ? std::string(oid::data) : options.content_type;
}

Result<CmsReport> packed(const CmsOptions& options, std::string_view type, ByteView bare,
                         const std::string& outer_fields) {
  auto info = cms::encode_content_info(type, bare);
  if (options.outform == "smime") info = smime::pack_opaque(info, smime::smime_type_of(info), smime::Transfer::base64);
  return written(options, std::move(info), outer_fields);
}

}  // namespace

Result<CmsReport> cms_sign(const CmsOptions& options, Time now, Random& random) {
  const auto content = read_content(options);
  if (!content) return content.error();
  const auto identities = read_identities(options.signers, options.keys, random);
  if (!identities) return identities.error();
  const auto policies = read_policies(options.policies);
  if (!policies) return policies.error();
  const auto label = label_of(options.label, *policies);
  if (!label) return label.error();
  auto further = read_certificate_files(options.certificates);
  if (!further) return further.error();

  auto specs = signer_specs(*identities, options);
  const auto add = [&](std::string_view type, Bytes value) {
    for (auto& spec : specs) spec.attributes.push_back({std::string(type), {value}});
  };
  if (*label) add(oid::security_label, encode_label(**label));
  if (const auto request = receipt_request(options, now, random))
    add(oid::receipt_request, cms::write_receipt_request(*request));
  const bool multipart = options.detached && options.outform == "smime";
  const auto entity = multipart ? smime::canonical(content->octets, true) : content->octets;
  cms::SignOptions how;
  how.content_type = type_or_data(options);
  how.detached = options.detached;
  how.with_certificates = !options.no_certificates;
  how.further = *std::move(further);
  how.now = now;
  const auto made = cms::sign(entity, specs, how, random);
  if (!made) return made.error();
  if (!multipart) return packed(options, oid::signed_data, *made, content->outer_fields);
  const auto data = cms::decode_signed_data(*made);
  if (!data) return data.error();
  std::string digests;
  for (const auto& name : data->digest_oids)
    if (const auto digest = digest_of_oid(name)) digests += (digests.empty() ? "" : ",") + std::string(micalg(*digest));
  auto mail = smime::pack_multipart(entity, cms::encode_content_info(oid::signed_data, *made), digests,
                                    "=_" + to_hex(random_octets(random, 12)));
  if (!mail) return mail.error();
  return written(options, *std::move(mail), content->outer_fields);
}

Result<CmsReport> cms_encrypt(const CmsOptions& options, Random& random) {
  const auto content = read_content(options);
  if (!content) return content.error();
  const auto keks = read_keks(options.keks);
  if (!keks) return keks.error();
  const auto recipients = recipient_specs(options, *keks);
  if (!recipients) return recipients.error();
  cms::EncryptOptions how;
  how.cipher = cipher_named(options.cipher);
  how.content_type = type_or_data(options);
  how.shared_ephemeral = !options.separate_keys;
  const auto made = cms::encrypt(content->octets, *recipients, how, random);
  if (!made) return made.error();
  return packed(options, is_gcm(how.cipher) ? oid::auth_enveloped_data : oid::enveloped_data, *made,
                content->outer_fields);
}

Result<CmsReport> cms_wrap(const CmsOptions& options, Time now, Random& random) {
  const auto content = read_content(options);
  if (!content) return content.error();
  const auto signers = read_identities(options.signers, options.keys, random);
  if (!signers) return signers.error();
  const auto outer = read_identities(options.outer_signers, options.keys, random);
  if (!outer) return outer.error();
  const auto policies = read_policies(options.policies);
  if (!policies) return policies.error();
  auto label = label_of(options.label, *policies);
  if (!label) return label.error();
  auto outer_label = label_of(options.outer_label, *policies);
  if (!outer_label) return outer_label.error();
  const auto keks = read_keks(options.keks);
  if (!keks) return keks.error();
  auto recipients = recipient_specs(options, *keks);
  if (!recipients) return recipients.error();
  auto further = read_certificate_files(options.certificates);
  if (!further) return further.error();

  const smime::Compressor compressor{annexe::deflate_zlib, annexe::inflate_zlib};
  smime::Protection how;
  how.sign = options.layers.starts_with("sign");
  how.encrypt = true;
  how.outer_sign = options.layers.ends_with(",sign");
  how.form = options.form == "bare" ? smime::Form::bare : smime::Form::mime;
  how.compress = options.compress;
  how.compressor = &compressor;
  how.compact = options.compact;
  how.content_type = type_or_data(options);
  how.signers = signer_specs(*signers, options);
  how.outer_signers = signer_specs(outer->empty() ? *signers : *outer, options);
  how.further = *std::move(further);
  how.recipients = *std::move(recipients);
  how.cipher = cipher_named(options.cipher);
  how.label = *std::move(label);
  how.outer_label = *std::move(outer_label);
  how.receipt_request = receipt_request(options, now, random);
  how.now = now;
  if (options.outform == "smime") {
    auto made = smime::protect_entity(content->octets, how, random);
    if (!made) return made.error();
    return written(options, *std::move(made), content->outer_fields);
  }
  auto made = smime::protect(content->octets, how, random);
  if (!made) return made.error();
  if (how.form == smime::Form::bare) return written(options, *std::move(made), {});
  auto found = smime::find(*made);
  if (!found) return found.error();
  return written(options, std::move(found->cms), {});
}

}  // namespace longwire::commands
