#include "node/engine/protection.hpp"

#include "annexe/x400/p1.hpp"
#include "crypto/cms/receipt.hpp"
#include "crypto/oids.hpp"
#include "node/engine/content_key.hpp"
#include "node/engine/judge.hpp"

#include <algorithm>

namespace longwire::engine {

using security::Encrypt;
using security::NoCertificate;
using store::RecipientState;

namespace {

// Until a certificate is there; who imports one need not wait longer.
constexpr Duration certificate_pause = std::chrono::minutes{10};

// RFC 3855 2.5: id-eit-signedX400 and id-eit-envelopedX400, by the innermost protection (RFC 3854 3.4.1).
constexpr std::string_view eit_enveloped_x400 = "1.2.840.113549.1.9.16.10.5";
constexpr std::string_view eit_signed_x400 = "1.2.840.113549.1.9.16.10.6";

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const auto& w : words) out += (out.empty() ? "" : std::string(between)) + w;
  return out;
}

// Key of what is looked for when a receipt comes back: a Sent::expected_receipt begins with the Receipt.
std::optional<Bytes> identifier_of(ByteView expected) {
  const auto doc = ber::Document::read(expected);
  if (!doc || doc->children(0).empty()) return std::nullopt;
  auto receipt = crypto::cms::decode_receipt(doc->encoding(doc->children(0).front()));
  if (!receipt) return std::nullopt;
  return std::move(receipt->identifier);
}

// Under which the octets of a first attempt are kept: the profile as it is, so that another configuration makes others.
std::string key_of(const security::Profile& p, std::string_view form) {
  ContentHash hash;
  for (const auto& address : p.gateway) hash.add(address);
  std::string flags;
  for (const bool flag : {p.sign, p.outer_sign, p.compact, p.oaep, p.pss, p.resign, p.request_receipt, p.originator,
                          p.clear_signed, p.wrap_message})
    flags += flag ? '1' : '0';
  hash.add(flags).add(std::to_string(static_cast<int>(p.encrypt))).add(p.cipher).add(p.label_as);
  for (const auto& kind : p.only) hash.add(kind);
  const auto key = hash.key();
  return p.name + " " + std::string(form) + " " + std::to_string(key.message_id);
}

void set_extension(std::vector<x400::ExtensionField>& fields, int standard, std::uint8_t criticality, Bytes value) {
  std::erase_if(fields, [standard](const auto& e) { return e.standard == standard; });
  fields.push_back({standard, {}, criticality, std::move(value)});
}

// Conversion and list expansion would break the object (RFC 3855 2.6); content identifier and correlator hold the
// subject (RFC 2156 5.1.5).
void seal(x400::MessageEnvelope& e, const security::Profile& profile, bool is_signed) {
  constexpr std::uint8_t prohibited = 1;
  e.indicators.implicit_conversion_prohibited = true;
  set_extension(e.extensions, x400::ext_dl_expansion_prohibited, 0, {0x0A, 1, prohibited});
  e.eits = x400::Eits{};
  e.eits->extended.emplace_back(is_signed ? eit_signed_x400 : eit_enveloped_x400);
  if (profile.encrypt == Encrypt::off) return;
  e.content_id.clear();
  std::erase_if(e.extensions, [](const auto& x) { return x.standard == x400::ext_content_correlator; });
}

}  // namespace

const security::Profile* opening_profile(const Core& core, PmulId from_peer) {
  static const security::Profile decrypt_only = [] {
    security::Profile p;
    p.extract = security::Extract::encryption;
    return p;
  }();
  static const security::Profile closed = [] {
    security::Profile p;
    p.extract = security::Extract::nothing;
    return p;
  }();
  if (from_peer == PmulId{} && !core.config.security.open_submitted) return &closed;
  const auto* profile = core.profile_of(from_peer);
  return profile != nullptr ? profile : &decrypt_only;
}

bool Protection::protects(const security::Profile* profile) {
  return profile != nullptr &&
         (profile->sign || profile->encrypt != Encrypt::off || profile->resign || !profile->label_as.empty());
}

bool Protection::is_made(const store::MessageRow& row, const std::vector<std::uint32_t>& recipients,
                         const security::Profile& profile) const {
  return kept_for(row, key_of(profile, "mail"), recipients) || kept_for(row, key_of(profile, "x400"), recipients);
}

// For what another node brought this node may answer itself, but not in the name of whom it says it is from.
security::Parties Protection::parties_of(const store::MessageRow& row,
                                         const std::vector<std::uint32_t>& recipients) const {
  security::Parties out{row.from_peer == PmulId{} ? row.envelope.from : std::string{}, {}, row.label};
  for (const auto i : recipients) out.to.push_back(row.rows.at(i).recipient.address);
  return out;
}

Protection::Kept Protection::kept_for(const store::MessageRow& row, const std::string& key,
                                      const std::vector<std::uint32_t>& recipients) const {
  auto kept = core_.store.protected_for(row.id, key);
  const auto served = [&kept](std::uint32_t i) {
    return std::find(kept->recipients.begin(), kept->recipients.end(), i) != kept->recipients.end();
  };
  if (kept && std::all_of(recipients.begin(), recipients.end(), served)) return kept;
  return std::nullopt;
}

void Protection::tell(LiveMessage& m, const security::Profile& profile, const security::Sent& sent, Time now) {
  if (!sent.expected_receipt.empty())
    if (const auto identifier = identifier_of(sent.expected_receipt))
      core_.store.expect_receipt(m.id, *identifier, sent.expected_receipt);
  if (sent.words.empty()) return;
  const auto words = joined(sent.words, "; ");
  outcomes_.track(m, {}, now, "protected", profile.name + ": " + words);
  core_.store.audit(now, "security", "protected " + m.tracking_id + " by profile " + profile.name + ": " + words);
  core_.report(now, level::info, events::message_protected,
               {{"id", m.id},
                {"tracking_id", m.tracking_id},
                {"profile", profile.name},
                {"words", boost::json::array(sent.words.begin(), sent.words.end())}});
}

Result<Bytes> Protection::mail(LiveMessage& m, const store::MessageRow& row, Bytes message,
                               const std::vector<std::uint32_t>& recipients, const security::Profile& profile,
                               Time now) {
  const auto key = key_of(profile, "mail");
  if (auto kept = kept_for(row, key, recipients)) return std::move(kept->octets);
  security::Sent sent;
  auto made = core_.shaper.protect_mail(message, profile, parties_of(row, recipients), now, &sent);
  if (!made) return made.error();
  if (*made != message) core_.store.keep_protected(row.id, key, {recipients, {}, *made});
  tell(m, profile, sent, now);
  return made;
}

Result<Bytes> Protection::apdu(LiveMessage& m, const store::MessageRow& row, Bytes octets,
                               const std::vector<std::uint32_t>& recipients, const security::Profile& profile,
                               Time now) {
  auto decoded = x400::decode_p1(octets);
  if (!decoded) return decoded.error();
  auto* message = std::get_if<x400::Message>(&*decoded);
  if (message == nullptr) return octets;
  const auto key = key_of(profile, "x400");
  const auto plain_type = oid_of(message->envelope.content_type);
  security::Shaper::Content content{plain_type, std::move(message->content)};
  if (auto kept = kept_for(row, key, recipients)) {
    content = {std::move(kept->content_type), std::move(kept->octets)};
    // The translated one is inside, signed; ours says nothing to those the label was translated for.
    if (!profile.label_as.empty())
      std::erase_if(message->envelope.extensions,
                    [](const auto& e) { return e.standard == x400::ext_message_security_label; });
  } else {
    security::Sent sent;
    auto made = core_.shaper.protect_content(content, profile, parties_of(row, recipients), now, &sent);
    if (!made) return made.error();
    if (made->type != content.type || made->octets != content.octets)
      core_.store.keep_protected(row.id, key, {recipients, made->type, made->octets});
    content = *std::move(made);
    tell(m, profile, sent, now);
    if (sent.label && sent.label != row.label)
      set_extension(message->envelope.extensions, x400::ext_message_security_label, 0, encode_label(*sent.label));
  }
  if (content.type == plain_type && !may_be_protected(message->envelope.content_type)) return octets;
  message->envelope.content_type = {0, content.type};
  message->content = std::move(content.octets);
  seal(message->envelope, profile, profile.sign || profile.resign || row.protection.starts_with("signed"));
  return x400::encode_p1(*decoded);
}

void Protection::without_certificate(LiveMessage& m, const std::vector<std::uint32_t>& recipients,
                                     const security::Profile& profile, Scheduler& scheduler, Time now) {
  const auto row = *core_.rows.get(m.id);
  const auto all = parties_of(row, recipients).to;
  auto missing = core_.shaper.without_certificate(profile, all, now);
  const bool gateway = missing.empty();  // then it is that of a gateway, and concerns everybody
  if (gateway) missing = all;
  for (const auto i : recipients) {
    const auto& address = row.rows.at(i).recipient.address;
    if (std::find(missing.begin(), missing.end(), address) == missing.end()) continue;
    const auto whose = gateway ? joined(profile.gateway, ", ") : address;
    const auto detail = "no certificate of " + whose + " (profile " + profile.name + ")";
    core_.report(now, level::warning, events::certificate_missing,
                 {{"id", m.id}, {"tracking_id", m.tracking_id}, {"recipient", address}, {"of", whose}});
    switch (profile.no_certificate) {
      case NoCertificate::refuse:
        // X.7.10, encryption needed, would fit; RFC 3463 X.7.4, security features not supported, is older.
        outcomes_.refuse(m, i, {"5.7.4", "no certificate of the recipient is known", detail}, now);
        break;
      case NoCertificate::hold:
        core_.alert(now, events::certificate_missing, "mail waits: " + detail);
        scheduler.pause(m, m.recipients.at(i), now + certificate_pause);
        m.recipients.at(i).awaits_certificate = true;
        outcomes_.settle(m, i, {RecipientState::queued, "held", "4.7.4", detail}, now);
        break;
      case NoCertificate::clear:
        m.recipients.at(i).goes_clear = true;
        outcomes_.track(m, address, now, "not_encrypted", detail);
        core_.store.audit(now, "security", "clear " + m.tracking_id + " for " + address + ": " + detail);
        break;
    }
  }
}

void Protection::impossible(LiveMessage& m, const std::vector<std::uint32_t>& recipients, const Error& error,
                            Time now) {
  const auto detail = std::string(error.name) + (error.text.empty() ? "" : ": " + error.text);
  for (const auto i : recipients)
    outcomes_.refuse(m, i, {"5.7.5", "the message cannot be protected as it has to be", detail}, now);
}

}  // namespace longwire::engine
