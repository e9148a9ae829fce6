// The way in: layers taken off, judged, and as much of them left on as the profile says.
#include "base/text.hpp"
#include "crypto/cms/content_info.hpp"
#include "mail/address_list.hpp"
#include "node/security/header_fields.hpp"
#include "node/security/shaper_impl.hpp"

#include <algorithm>

namespace longwire::security {

namespace {

namespace smime = crypto::smime;
namespace oid = crypto::oid;
using smime::Layer;

Extract extract_of(const Profile* profile) { return profile ? profile->extract : Extract::everything; }

// A layer that stays on as a MIME entity again: RFC 8551 3.2, base64 since whoever gets it may be any mail server.
Bytes entity_of(std::string_view type, const Bytes& octets) {
  if (type == oid::data) return octets;
  const auto info = crypto::cms::encode_content_info(type, octets);
  return smime::pack_opaque(info, smime::smime_type_of(info), smime::Transfer::base64);
}

// Whom the message says it is from: the addresses of From, which is what people see, whatever the envelope says
// (RFC 8550 3); a field with several or none that can be read names nobody a signer could be.
std::vector<std::string> senders_in(std::string_view fields, std::string_view envelope_from) {
  const auto message = std::string(fields) + "\r\n";
  const mail::HeaderView header(as_bytes(message));
  if (header.count("From") == 0) return {std::string(envelope_from)};
  const auto list = mail::parse_address_list(header.value("From").value_or(std::string{}));
  if (header.count("From") > 1 || !list || list->size() != 1) return {};
  return {list->front().address};
}

// How far in the receiver is let; nullopt: the message stays as it came.
enum class Depth : std::uint8_t { encryption, everything };
std::optional<Depth> depth_of(const smime::Unwrapped& found, const Verdict& verdict, const Profile* profile) {
  const auto wanted = extract_of(profile);
  if (verdict.refusal || verdict.failed_behind_encryption) return std::nullopt;
  if (found.receipt_signature.size() > 0 || wanted == Extract::nothing) return std::nullopt;
  const bool has_signature = std::any_of(found.layers.begin(), found.layers.end(), [](const auto& l) {
    return l.kind == Layer::Kind::signature && !l.verdict.signers.empty();
  });
  // A signature that is not good stays: whoever can look at it may find out why.
  if (wanted == Extract::everything && found.complete && (!has_signature || verdict.signed_good))
    return Depth::everything;
  if (!found.decrypted.empty() && found.complete) return Depth::encryption;
  return std::nullopt;
}

Bytes entity_at(const smime::Unwrapped& found, Depth depth) {
  return depth == Depth::everything ? smime::canonical(entity_of(found.content_type, found.content), false)
                                    : entity_of(found.decrypted_type, found.decrypted);
}

// Trace fields are those of the way, whichever header is the message's own.
std::string trace_of(std::string_view fields) {
  return kept_fields(fields, [](const mail::HeaderField& field) {
    return iequals(field.name, "Received") || iequals(field.name, "Return-Path");
  });
}

}  // namespace

std::optional<smime::Unwrapped> Shaper::Impl::open(ByteView octets, bool mime, Incoming& in) {
  // Most mail has no protection, and then no certificates are needed.
  if (mime)
    if (const auto top = smime::find(octets); top && top->kind == smime::Kind::none) {
      in.verdict.opened = true;
      apply_profile(in.verdict, {}, in.profile, {}, book);
      return std::nullopt;
    }
  const auto options = open_options(in.now);
  auto found = mime ? smime::unwrap_entity(octets, options, random) : smime::unwrap_content(octets, options, random);
  if (!found) {
    in.verdict.is_protected = true;
    in.verdict.words.push_back("S/MIME that cannot be read: " + std::string(found.error().name) + " " +
                               found.error().text);
    if (in.profile && (in.profile->require_signature || in.profile->require_encryption))
      in.verdict.refusal = cryptographic_failure(in.verdict.words.back());
    return std::nullopt;
  }
  in.verdict = judge(*found);
  // A message that is taken out shows its own From; one that stays inside is shown by some programs.
  if (mime && found->complete)
    if (const auto inner = smime::unwrap_message(entity_at(*found, Depth::everything))) {
      if (in.shows_inner && depth_of(*found, in.verdict, in.profile) == Depth::everything) in.senders.clear();
      in.senders.push_back(senders_in(smime::split_message(*inner).outer_fields, in.from));
    }
  apply_profile(in.verdict, *found, in.profile, in.senders, book);
  translate_in(in.verdict, *found, in.profile);
  // Nothing is learned, nor answered, from a message that is not what was sent.
  if (in.verdict.failed_behind_encryption) return *std::move(found);
  if (harvest)
    for (const auto& layer : found->layers)
      for (const auto& signer : layer.verdict.signers)
        if (signer.good()) book.harvest(in.from, signer, layer.certificates, in.now);
  take_receipts(*found, in);
  return *std::move(found);
}

Shaper::OpenedMail Shaper::open_mail(ByteView message, const Profile* profile, std::string_view from, Time now) {
  auto split = smime::split_message(message);
  const auto clean = without_our_results(split.outer_fields, impl_->means.host);
  if (clean) split.outer_fields = *clean;
  Impl::Incoming in{.profile = profile,
                    .from = std::string(from),
                    .senders = {senders_in(split.outer_fields, from)},
                    .now = now,
                    .shows_inner = true};
  auto found = impl_->open(split.entity, true, in);
  OpenedMail out;
  if (clean) in.verdict.words.emplace_back("a forged Authentication-Results field was taken out");
  out.receipt_asked = std::move(in.receipt_asked);
  out.receipt = std::move(in.receipt);
  const auto depth = found ? depth_of(*found, in.verdict, profile) : std::nullopt;
  if (!depth) {
    const bool tell = found && found->complete && in.verdict.is_protected && !in.verdict.refusal &&
                      !in.verdict.failed_behind_encryption;
    if (clean || tell) {
      const auto results = tell ? authentication_results(impl_->means.host, in.verdict) : std::string{};
      out.message = smime::join_message(results + split.outer_fields, split.entity);
    } else {
      out.message.assign(message.begin(), message.end());
    }
    out.verdict = std::move(in.verdict);
    return out;
  }
  const auto results = authentication_results(impl_->means.host, in.verdict);
  out.verdict = std::move(in.verdict);
  const auto entity = entity_at(*found, *depth);
  // RFC 8551 3.1: a message directly inside of the protection is the message, with its own header.
  if (const auto inner = *depth == Depth::everything ? smime::unwrap_message(entity) : std::nullopt) {
    auto whole = smime::split_message(*inner);
    if (const auto fields = without_our_results(whole.outer_fields, impl_->means.host)) whole.outer_fields = *fields;
    out.message = smime::join_message(results + trace_of(split.outer_fields) + whole.outer_fields, whole.entity);
    return out;
  }
  out.message = smime::join_message(results + split.outer_fields, entity);
  return out;
}

Shaper::OpenedContent Shaper::open_content(const Content& content, const Profile* profile, std::string_view from,
                                           Time now) {
  Impl::Incoming in{.profile = profile, .from = std::string(from), .senders = {{std::string(from)}}, .now = now};
  OpenedContent out;
  out.content = content;
  const bool mime = content.type == oid::data;
  if (!mime && content.type != oid::content_info) {
    in.verdict.opened = true;
    apply_profile(in.verdict, {}, profile, {}, impl_->book);
    out.verdict = std::move(in.verdict);
    return out;
  }
  auto found = impl_->open(content.octets, mime, in);
  out.verdict = std::move(in.verdict);
  out.receipt_asked = std::move(in.receipt_asked);
  out.receipt = std::move(in.receipt);
  const auto depth = found ? depth_of(*found, out.verdict, profile) : std::nullopt;
  if (!depth) return out;
  switch (*depth) {
    case Depth::everything:
      out.content = {std::move(found->content_type), std::move(found->content)};
      break;
    case Depth::encryption:
      if (found->decrypted_type == oid::data) out.content = {std::string(oid::data), std::move(found->decrypted)};
      else
        out.content = {std::string(oid::content_info),
                       crypto::cms::encode_content_info(found->decrypted_type, found->decrypted)};
      break;
  }
  return out;
}

}  // namespace longwire::security
