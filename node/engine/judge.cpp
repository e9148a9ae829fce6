#include "node/engine/judge.hpp"

#include "base/text.hpp"
#include "crypto/oids.hpp"
#include "mail/address_list.hpp"
#include "mail/message.hpp"
#include "mail/mime.hpp"
#include "node/engine/x400_reports.hpp"

#include <algorithm>

namespace longwire::engine {

namespace {

bool is_report(ByteView message) {
  const auto parts = mail::walk_mime(message);
  if (!parts || parts->front().content_type.type != "multipart/report") return false;
  const auto type = parts->front().content_type.parameter("report-type");
  return type == "delivery-status" || type == "disposition-notification";
}

// A report of somebody who knows no labels quotes the header of what it speaks of: that label is its own then.
ByteView quoted_header(ByteView message) {
  const auto parts = mail::walk_mime(message);
  if (!parts || parts->front().content_type.type != "multipart/report") return {};
  for (const auto& part : *parts) {
    if (part.parent != 0 || part.depth < 2) continue;
    if (part.content_type.type == "text/rfc822-headers" || part.content_type.type == "message/rfc822")
      return message.subspan(part.body, part.end - part.body);
  }
  return {};
}

bool has_label(ByteView message) { return mail::HeaderView(message).count("SIO-Label") != 0; }

std::string protection_of(const security::Verdict& verdict) {
  const bool has_signature = std::any_of(verdict.words.begin(), verdict.words.end(), [](const std::string& word) {
    return word.starts_with("signature of") || word.starts_with("outer signature of");
  });
  if (!verdict.is_protected) return "clear";
  if (verdict.encrypted) return has_signature ? "signed encrypted" : "encrypted";
  return has_signature ? "signed" : "clear";
}

}  // namespace

std::string oid_of(const x400::ContentType& type) {
  if (!type.oid.empty()) return type.oid;
  if (type.number == x400::content_p22) return std::string(crypto::oid::p22);
  return type.number == x400::content_p2 ? "2.6.1.10.0" : "";
}

x400::ContentType type_of(const std::string& oid) {
  for (const int number : {x400::content_p22, x400::content_p2})
    if (oid_of({number, {}}) == oid) return {number, {}};
  return {0, oid};
}

bool may_be_protected(const x400::ContentType& type) {
  return type.oid == crypto::oid::content_info || type.oid == crypto::oid::data;
}

Judgement Judge::judged(security::Verdict verdict) const {
  Judgement out;
  out.protection = protection_of(verdict);
  out.label = std::move(verdict.label);
  out.words = std::move(verdict.words);
  out.refusal = std::move(verdict.refusal);
  return out;
}

// What no good signature says is taken from the header: the best there is, and bound by nothing.
void Judge::take_label(Judgement& out, ByteView mail) const {
  const auto quoted = has_label(mail) ? ByteView{} : quoted_header(mail);
  const auto found = core_.labels.rules().label_of(quoted.empty() || !has_label(quoted) ? mail : quoted);
  if (!found) {
    if (!core_.labels.on()) return;
    const auto why = std::string(found.error().name) + (found.error().text.empty() ? "" : ": " + found.error().text);
    out.words.push_back("label cannot be read: " + why);
    if (!out.label && !out.refusal) out.refusal = {"5.7.1", "the security label cannot be read", why};
    return;
  }
  if (!out.label) out.label = *found;
  else if (*found && has_label(mail) && **found != *out.label)
    out.words.emplace_back("the label of the header differs from the signed one, which counts");
}

void Judge::finish(Judgement& out, PmulId from_peer, bool report) const {
  translate(out, from_peer);
  // Submission has its own answer; a report may go without (needs_no_label()).
  if (!core_.config.security.label_required || out.label || from_peer == PmulId{} || report || out.refusal) return;
  out.refusal = {"5.7.1", "a security label is required", "no security label, and one is required"};
}

// What the shaper does for signed labels, for those of headers and envelopes.
void Judge::translate(Judgement& out, PmulId from_peer) const {
  const auto* profile = core_.profile_of(from_peer);
  if (!out.label || profile == nullptr || profile->label_from.empty()) return;
  const auto& policies = core_.labels.rules().policies();
  const auto* known = policies.by_id(out.label->policy);
  const bool theirs =
      known != nullptr && (known->id() == profile->label_from || iequals(known->name(), profile->label_from));
  if (known != nullptr && !theirs) return;
  std::string why = "no policy of ours has an equivalent";
  for (const auto& policy : policies.all()) {
    if (policy.id() == out.label->policy) continue;
    using crypto::labels::Policy;
    if (auto label = policy.map(*out.label, profile->label_from, Policy::Direction::inbound)) {
      out.words.push_back("label translated from " + profile->label_from);
      out.label = *std::move(label);
      return;
    } else {
      why = label.error().text;
    }
  }
  out.words.push_back("label not translated from " + profile->label_from + ": " + why);
  if (!out.refusal) out.refusal = {"5.7.1", "the security label cannot be used here", out.words.back()};
}

Judgement Judge::mail(ByteView message, PmulId from_peer, std::string_view from, Time now) const {
  auto opened = core_.shaper.open_mail(message, core_.profile_of(from_peer), from, now);
  auto out = judged(std::move(opened.verdict));
  out.receipt = std::move(opened.receipt);
  // Nodes without keys report too (X.400 reports cannot be signed at all); without them a sender would hear nothing.
  const bool report = from.empty() && is_report(message);
  if (out.refusal && out.protection == "clear" && report && from_peer != PmulId{}) {
    out.words.push_back("a report that is not protected, let through: " + out.refusal->detail);
    out.refusal.reset();
  }
  take_label(out, opened.message);
  finish(out, from_peer, report);
  return out;
}

Label Judge::label_of(const x400::MessageEnvelope& envelope) const {
  for (const auto& e : envelope.extensions)
    if (e.standard == x400::ext_message_security_label)
      if (auto label = decode_label(e.value)) return *std::move(label);
  return std::nullopt;
}

// One that cannot be read is none that can be passed over.
void Judge::refuse_unreadable(Judgement& out, const x400::MessageEnvelope& envelope) const {
  for (const auto& e : envelope.extensions) {
    if (e.standard != x400::ext_message_security_label || !core_.labels.on() || out.refusal) continue;
    if (const auto label = decode_label(e.value); !label)
      out.refusal = {"5.7.1", "the security label cannot be read",
                     "message-security-label: " + std::string(label.error().name)};
  }
}

Judgement Judge::x400(const x400::Message& message, ByteView as_mail, PmulId from_peer, std::string_view from,
                      Time now) const {
  const auto& type = message.envelope.content_type;
  const auto envelope = label_of(message.envelope);
  auto opened = core_.shaper.open_content({oid_of(type), message.content}, core_.profile_of(from_peer), from, now);
  // Nothing at this level: the mail it stands for may be S/MIME of its sender's own.
  if (!opened.verdict.is_protected) {
    auto out = as_mail.empty() ? judged(std::move(opened.verdict)) : mail(as_mail, from_peer, from, now);
    if (envelope && out.protection == "clear") out.label = envelope;
    refuse_unreadable(out, message.envelope);
    finish(out, from_peer, from.empty() && is_report(as_mail));
    return out;
  }
  auto out = judged(std::move(opened.verdict));
  out.receipt = std::move(opened.receipt);
  if (!out.label) out.label = envelope;
  else if (envelope && *envelope != *out.label)
    out.words.emplace_back("the label of the envelope differs from the signed one, which counts");
  refuse_unreadable(out, message.envelope);
  auto inner = message;
  inner.content = std::move(opened.content.octets);
  inner.envelope.content_type = type_of(opened.content.type);
  const auto item = gateway::to_mail(inner, settings_for(core_, from_peer), {}, now);
  if (!item) {
    finish(out, from_peer, false);
    return out;
  }
  // The signer was compared with the originator in the envelope; people see the one in the heading.
  const auto* profile = core_.profile_of(from_peer);
  const auto shown = mail::parse_address_list(mail::HeaderView(item->message).value("From").value_or(""));
  if (!shown || shown->size() != 1 || !iequals(shown->front().address, from)) {
    out.words.emplace_back("the heading names another originator than the envelope");
    if (profile != nullptr && profile->require_signature && !out.refusal)
      out.refusal = {"5.7.5", "cryptographic failure", out.words.back()};
  }
  if (auto found = core_.shaper.open_mail(item->message, nullptr, from, now); found.receipt && !out.receipt)
    out.receipt = std::move(found.receipt);
  if (!out.label) take_label(out, item->message);
  finish(out, from_peer, from.empty() && is_report(item->message));
  return out;
}

}  // namespace longwire::engine
