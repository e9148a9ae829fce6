#include "annexe/dmp/parts.hpp"
#include "annexe/dmp/security.hpp"
#include "annexe/dmp/times.hpp"

namespace longwire::dmp::parts {

namespace {

constexpr unsigned type_reserved = 3;
constexpr std::uint8_t discard_absent = 0xFE;
constexpr std::uint8_t acp127_types = 3;  // nn, pn, tn: those with a recipient behind the text
constexpr std::size_t acp127_recipient_most = 63;

bool has_acp127_recipient(const Notification& n) {
  return n.type == NotificationType::other && n.acp127 < acp127_types;
}

std::optional<Error> read_outcome(ByteReader& in, Notification& out) {
  const auto at = in.offset();
  const auto first = in.u8();
  if (out.type == NotificationType::non_receipt) {
    out.reason = first;
    const auto discard = in.u8();
    if (in.failed()) return error("truncated", in.offset(), "in a notification");
    if (discard != discard_absent) out.discard_reason = discard;
    return std::nullopt;
  }
  const auto age = read_age(first);
  if (!age) return error("bad_time", at, "reserved receipt time");
  out.receipt_age = *age;
  if (out.type == NotificationType::other) out.acp127 = in.u8();
  auto text = read_text(in);
  if (!text) return text.error();
  out.text = *std::move(text);
  if (!has_acp127_recipient(out)) return std::nullopt;
  auto recipient = read_text(in);
  if (!recipient) return recipient.error();
  if (recipient->size() > acp127_recipient_most) return error("bad_notification", at, "ACP 127 recipient too long");
  out.acp127_recipient = *std::move(recipient);
  return std::nullopt;
}

bool write_outcome(ByteWriter& out, const Notification& n) {
  if (n.type == NotificationType::non_receipt) {
    out.u8(n.reason);
    out.u8(n.discard_reason.value_or(discard_absent));
    return n.text.empty() && n.acp127_recipient.empty() && n.discard_reason != discard_absent;
  }
  const auto age = age_code(n.receipt_age, Rounding::nearest);
  if (!age || n.receipt_age < Duration::zero()) return false;
  out.u8(*age);
  if (n.type == NotificationType::other) out.u8(n.acp127);
  if (!write_text(out, n.text)) return false;
  if (!has_acp127_recipient(n)) return n.acp127_recipient.empty();
  return n.acp127_recipient.size() <= acp127_recipient_most && write_text(out, n.acp127_recipient);
}

}  // namespace

Result<Notification> read_notification(ByteReader& in, const Context& context, std::uint8_t& modifier) {
  const auto at = in.offset();
  Notification out;
  auto security = read_security(in, context.version);
  if (!security) return security.error();
  if (security->low_bits == type_reserved) return error("bad_notification", at, "type 3 is reserved");
  out.security = std::move(security->security);
  out.type = static_cast<NotificationType>(security->low_bits);
  if (context.id_type == IdType::dmp) {
    out.subject.id = in.u16();
  } else {
    auto id = read_ipm_id(in, context.id_type);
    if (!id) return id.error();
    out.subject.x400 = std::move(id->id);
    modifier = id->modifier;
  }
  if (in.failed()) return error("truncated", in.offset(), "in a notification");
  if (const auto wrong = read_outcome(in, out)) return *wrong;
  if (!in.at_end()) return error("trailing_octets", in.offset(), "octets behind the notification");
  return out;
}

bool write_notification(ByteWriter& out, const Envelope& e, const Notification& n) {
  if (!write_security(out, e.version, n.security, static_cast<unsigned>(n.type))) return false;
  if (n.subject.id.has_value() != (e.id_type == IdType::dmp)) return false;
  if (n.subject.id) {
    out.u16(*n.subject.id);
    if (!n.subject.x400.empty()) return false;
  } else if (!write_ipm_id(out, e.id_type, n.subject.x400, e.ipm_id_modifier)) {
    return false;
  }
  return write_outcome(out, n);
}

}  // namespace longwire::dmp::parts
