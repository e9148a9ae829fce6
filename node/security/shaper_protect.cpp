// The way out: what is there already, labels, signers, recipients, layers.
#include "base/text.hpp"
#include "node/security/header_fields.hpp"
#include "node/security/shaper_impl.hpp"

#include <algorithm>
#include <array>

namespace longwire::security {

namespace {

using crypto::smime::Layer;
namespace smime = crypto::smime;
namespace oid = crypto::oid;

crypto::Cipher cipher_of(std::string_view name) {
  if (name == "aes256-cbc") return crypto::Cipher::aes256_cbc;
  if (name == "aes128-gcm") return crypto::Cipher::aes128_gcm;
  if (name == "aes256-gcm") return crypto::Cipher::aes256_gcm;
  return crypto::Cipher::aes128_cbc;
}

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& item : list) out += (out.empty() ? "" : ", ") + item;
  return out;
}

bool has(const smime::Unwrapped& found, Layer::Kind kind) {
  return std::any_of(found.layers.begin(), found.layers.end(), [kind](const auto& l) { return l.kind == kind; });
}

Result<smime::Unwrapped> unwrap(ByteView octets, const std::string& type, const smime::OpenOptions& options,
                                crypto::Random& random) {
  if (type == oid::content_info) return smime::unwrap_content(octets, options, random);
  if (type == oid::data) return smime::unwrap_entity(octets, options, random);
  smime::Unwrapped plain;  // X.400 content as such
  plain.complete = true;
  return plain;
}

// The header lies inside now, Subject and all that nobody foresaw; outside stays what a hop reads to route the message,
// to queue it, and to know it again (RFC 8551 3.1).
bool is_for_hops(std::string_view name) {
  constexpr std::array<std::string_view, 19> names{"From",
                                                   "Sender",
                                                   "To",
                                                   "Cc",
                                                   "Date",
                                                   "Message-ID",
                                                   "Received",
                                                   "Return-Path",
                                                   "Resent-From",
                                                   "Resent-Sender",
                                                   "Resent-To",
                                                   "Resent-Cc",
                                                   "Resent-Date",
                                                   "Resent-Message-ID",
                                                   "MT-Priority",
                                                   "SIO-Label",
                                                   "Auto-Submitted",
                                                   "MMHS-Primary-Precedence",
                                                   "MMHS-Copy-Precedence"};
  return std::any_of(names.begin(), names.end(), [name](std::string_view one) { return iequals(name, one); });
}

std::string obscured(std::string_view fields) {
  bool subject = false;
  const auto out = kept_fields(fields, [&subject](const mail::HeaderField& field) {
    subject = subject || iequals(field.name, "Subject");
    return is_for_hops(field.name);
  });
  return subject ? out + "Subject: [...]\r\n" : out;
}

}  // namespace

// What the message is already: seen without keys, so that our own protection of an earlier pass counts too.
std::optional<Error> Shaper::Impl::look(Outgoing& out) {
  smime::OpenOptions options;
  options.verify.now = out.now;
  options.compressor = inflater();
  const auto found = unwrap(out.octets, out.content_type, options, random);
  if (!found) return std::nullopt;  // broken S/MIME is content like any other
  out.is_signed = has(*found, Layer::Kind::signature);
  out.is_encrypted = has(*found, Layer::Kind::encryption);
  const std::string_view kind = out.is_encrypted ? "encrypted" : out.is_signed ? "signed" : "clear";
  const auto& only = out.profile.only;
  if (!only.empty() && std::find(only.begin(), only.end(), kind) == only.end()) {
    out.sent.words.push_back("the profile leaves messages that are " + std::string(kind) + " as they are");
    out.untouched = true;
  } else if (out.is_encrypted && !out.profile.resign) {
    // Encrypted twice would be a loop, or an envelope that nobody behind the next hop expects.
    out.sent.words.push_back("encrypted already: passed on as it is");
    out.untouched = true;
  }
  return std::nullopt;
}

// ACP 145: the gateway answers for the message; it must have seen that the national signature is good.
std::optional<Error> Shaper::Impl::take_signature_off(Outgoing& out) {
  if (!out.is_signed && !out.is_encrypted) {
    out.sent.words.emplace_back("not signed by its sender; the node signs");
    return std::nullopt;
  }
  auto found = unwrap(out.octets, out.content_type, open_options(out.now), random);
  if (!found) return error("signature_refused", 0, std::string(found.error().name));
  const auto verdict = judge(*found);
  out.sent.words.insert(out.sent.words.end(), verdict.words.begin(), verdict.words.end());
  if (!found->complete) return error("still_encrypted", 0, "no key of ours opens what is to be signed anew");
  // Of what was encrypted only a signature tells that it is what was sent: without one it is refused like all failures.
  const bool judged_by_signature = out.is_signed || verdict.is_signed || verdict.encrypted;
  if (judged_by_signature && (!verdict.signed_good || verdict.refusal))
    return error("signature_refused", 0, "the signature that is to be replaced is not good");
  if (verdict.label && out.label && *verdict.label != *out.label)
    return error("label_mismatch", 0, "the signed label is not the one the message was judged by");
  if (verdict.label) out.label = verdict.label;
  out.octets = std::move(found->content);
  out.content_type = found->content_type;
  out.is_signed = out.is_encrypted = false;
  out.sent.words.emplace_back("its signature is taken off; the node signs");
  return std::nullopt;
}

std::optional<Error> Shaper::Impl::translate(Outgoing& out) const {
  if (out.profile.label_as.empty() || !out.label) return std::nullopt;
  auto label = translated_out(*out.label, out.profile.label_as);
  if (!label) {
    out.sent.words.push_back("label not translated to " + out.profile.label_as + ": " + label.error().text);
    return label.error();
  }
  if (*label == *out.label) return std::nullopt;
  out.sent.words.push_back("label translated to " + out.profile.label_as);
  out.original_label = std::move(out.label);
  out.label = *std::move(label);
  return std::nullopt;
}

std::optional<Error> Shaper::Impl::add_signers(smime::Protection& how, const Outgoing& out) const {
  const auto spec = [&](std::string_view address) -> std::optional<crypto::cms::SignerSpec> {
    const auto* own = signer_for(address, out.profile.compact);
    if (!own) return std::nullopt;
    crypto::cms::SignerSpec signer;
    signer.certificate = own->certificate;
    signer.key = own->key;
    signer.pss = out.profile.pss && own->key->type() == crypto::KeyType::rsa;
    return signer;
  };
  if (how.sign) {
    auto signer = spec(out.profile.resign ? std::string_view{} : std::string_view(out.parties.from));
    if (!signer) return error("no_key", 0, "no key that could sign");
    out.sent.words.push_back("signed by " + name_of(*signer->certificate));
    how.signers.push_back(*std::move(signer));
  }
  if (how.outer_sign) {
    auto signer = spec({});
    if (!signer) return error("no_key", 0, "no key that could sign");
    out.sent.words.push_back("outer signature by " + name_of(*signer->certificate));
    how.outer_signers.push_back(*std::move(signer));
  }
  return std::nullopt;
}

std::vector<std::string> Shaper::Impl::addressees(const Profile& profile, const std::vector<std::string>& to) const {
  return profile.encrypt == Encrypt::recipient ? to : std::vector<std::string>{};
}

std::optional<Error> Shaper::Impl::add_recipients(smime::Protection& how, Outgoing& out) const {
  const CertificateBook::Wish wish;
  const auto add = [&](const std::string& address) {
    auto certificate = book.for_encryption(address, wish, out.now);
    if (!certificate) return false;
    // One certificate may stand for several users.
    const bool there = std::any_of(how.recipients.begin(), how.recipients.end(),
                                   [&](const auto& r) { return r.certificate->der == certificate->der; });
    if (!there) {
      auto& recipient = how.recipients.emplace_back();
      recipient.certificate = std::move(certificate);
      recipient.oaep = out.profile.oaep;
    }
    return true;
  };
  const auto users = addressees(out.profile, out.parties.to);
  std::vector<std::string> missing;
  for (const auto& address : users)
    if (!add(address)) missing.push_back(address);
  if (!missing.empty()) {
    if (out.profile.no_certificate != NoCertificate::clear || missing.size() < users.size())
      return error("no_certificate", 0, "no certificate of " + joined(missing));
    out.sent.words.push_back("not encrypted, as the profile allows: no certificate of " + joined(missing));
    how.recipients.clear();
    how.encrypt = false;
    return std::nullopt;
  }
  for (const auto& address : out.profile.gateway)
    if (!add(address)) return error("no_certificate", 0, "no certificate of " + address);
  if (how.recipients.empty()) return error("no_certificate", 0, "the profile names nobody to encrypt for");
  if (out.profile.originator && !out.parties.from.empty() && !add(out.parties.from))
    out.sent.words.push_back("no certificate of the sender to encrypt for");
  std::vector<std::string> names;
  for (const auto& recipient : how.recipients) names.push_back(name_of(*recipient.certificate));
  out.sent.words.push_back("encrypted for " + joined(names));
  return std::nullopt;
}

void Shaper::Impl::ask_receipt(smime::Protection& how, const Outgoing& out) {
  if (!out.profile.request_receipt || !how.sign || out.parties.from.empty()) return;
  crypto::cms::ReceiptRequest request;
  // RFC 2634 2.7: user, time and chance; on narrow links chance alone is as good.
  request.identifier = crypto::random_octets(random, 12);
  if (!out.profile.compact) {
    const auto text = out.parties.from + " " + format_utc(out.now) + " " + to_hex(request.identifier);
    request.identifier = to_bytes(text);
  }
  request.all_or_first = 0;
  request.receipts_to = {out.parties.from};
  how.receipt_request = std::move(request);
}

// The octets with their layers: a MIME entity for mail, else a ContentInfo.
Result<Bytes> Shaper::Impl::protect(Outgoing& out) {
  const auto& profile = out.profile;
  smime::Protection how;
  how.sign = profile.resign || (profile.sign && !out.is_signed);
  how.encrypt = profile.encrypt != Encrypt::off;
  if (how.encrypt)
    if (auto e = add_recipients(how, out)) return *std::move(e);
  // Without an envelope between them two signatures of one node say no more than one.
  how.outer_sign = profile.outer_sign && (how.encrypt || (!how.sign && !out.is_signed));
  if (!how.sign && !how.encrypt && !how.outer_sign) {
    out.untouched = true;
    return out.octets;
  }
  if (auto e = add_signers(how, out)) return *std::move(e);
  how.form = out.mail && !profile.compact ? smime::Form::mime : smime::Form::bare;
  how.content_type = out.content_type;
  how.compact = profile.compact;
  how.compress = profile.compact && means.compressor.deflate;
  how.compressor = &means.compressor;
  how.multipart = profile.clear_signed;
  how.cipher = cipher_of(profile.cipher);
  how.further = chain;
  how.label = how.outer_label = out.label;
  if (out.original_label) how.equivalent_labels.push_back(*out.original_label);
  how.now = out.now;
  ask_receipt(how, out);
  Bytes innermost;
  auto made = out.mail ? smime::protect_entity(out.octets, how, random, &innermost)
                       : smime::protect(out.octets, how, random, &innermost);
  if (!made) return made;
  if (how.receipt_request) {
    const auto expected = crypto::cms::expect_receipt(innermost);
    if (!expected) return expected.error();
    ber::Writer kept;
    kept.begin(ber::sequence_tag);
    kept.raw(crypto::cms::encode_receipt(expected->receipt));
    kept.primitive(ber::octet_string_tag, expected->signed_attributes_digest);
    kept.end();
    out.sent.expected_receipt = kept.finish();
    out.sent.words.emplace_back("a signed receipt is asked for");
  }
  return made;
}

std::vector<std::string> Shaper::without_certificate(const Profile& profile, const std::vector<std::string>& to,
                                                     Time now) const {
  std::vector<std::string> out;
  for (const auto& address : impl_->addressees(profile, to))
    if (!impl_->book.for_encryption(address, {}, now)) out.push_back(address);
  return out;
}

Result<Bytes> Shaper::protect_mail(ByteView message, const Profile& profile, const Parties& parties, Time now,
                                   Sent* sent) {
  Sent unused;
  auto split = smime::split_message(message);
  Impl::Outgoing out{.octets = std::move(split.entity),
                     .content_type = std::string(oid::data),
                     .profile = profile,
                     .parties = parties,
                     .now = now,
                     .sent = sent ? *sent : unused,
                     .label = parties.label};
  if (auto e = impl_->look(out)) return *std::move(e);
  if (out.untouched) return Bytes(message.begin(), message.end());
  const bool layers = profile.sign || profile.encrypt != Encrypt::off || profile.resign;
  if (profile.resign)
    if (auto e = impl_->take_signature_off(out)) return *std::move(e);
  const bool whole = profile.wrap_message && layers && !out.is_signed && !out.is_encrypted;
  if (auto e = impl_->translate(out)) return *std::move(e);
  out.sent.label = out.label;
  if (out.original_label && impl_->means.rules) {
    const auto relabelled = impl_->means.rules->with_label(smime::join_message(split.outer_fields, out.octets),
                                                           *out.label, impl_->means.host, now);
    split = smime::split_message(relabelled);
    // A label in the text would break a signature that stays.
    if (!out.is_signed) out.octets = std::move(split.entity);
  }
  if (whole) {
    // The way it took stays outside, where the next hops go on with it.
    const auto own = kept_fields(split.outer_fields, [](const mail::HeaderField& field) {
      return !iequals(field.name, "Received") && !iequals(field.name, "Return-Path");
    });
    out.octets = smime::wrap_message(smime::join_message(own, out.octets));
    if (profile.encrypt != Encrypt::off) split.outer_fields = obscured(split.outer_fields);
  }
  // What is signed already stays octet for octet (RFC 8551 3.1 asks for the canonical form before signing).
  if (!out.is_signed) out.octets = smime::canonical(out.octets, !profile.compact);
  const bool changed = out.original_label || profile.resign;
  auto entity = impl_->protect(out);
  if (!entity) return entity;
  if (out.untouched && !changed) return Bytes(message.begin(), message.end());
  return smime::join_message(split.outer_fields, *entity);
}

Result<Shaper::Content> Shaper::protect_content(const Content& content, const Profile& profile, const Parties& parties,
                                                Time now, Sent* sent) {
  Sent unused;
  Impl::Outgoing out{.octets = content.octets,
                     .content_type = content.type,
                     .mail = false,
                     .profile = profile,
                     .parties = parties,
                     .now = now,
                     .sent = sent ? *sent : unused,
                     .label = parties.label};
  // RFC 3854 3.2: eContentType is an OID, the built-in integers of P1 are none.
  if (content.type == "22") out.content_type = oid::p22;
  if (content.type == "2") out.content_type = "2.6.1.10.0";
  if (out.content_type.find('.') == std::string::npos)
    return error("unsupported_content", 0, "content type " + content.type + " has no object identifier");
  if (auto e = impl_->look(out)) return *std::move(e);
  if (out.untouched) return content;
  if (profile.resign)
    if (auto e = impl_->take_signature_off(out)) return *std::move(e);
  if (auto e = impl_->translate(out)) return *std::move(e);
  out.sent.label = out.label;
  auto made = impl_->protect(out);
  if (!made) return made.error();
  if (out.untouched) return Content{out.content_type, *std::move(made)};
  return Content{std::string(oid::content_info), *std::move(made)};
}

}  // namespace longwire::security
