#include "annexe/dmp/address.hpp"
#include "annexe/dmp/parts.hpp"
#include "annexe/dmp/security.hpp"
#include "annexe/dmp/times.hpp"

#include <algorithm>

namespace longwire::dmp::parts {

namespace {

// First octet of an entry, and the second of a non-delivery (4.7).
constexpr std::uint8_t bit_failed = 0x80;
constexpr std::uint8_t bit_delivered_info = 0x40, bit_delivered_extended = 0x20;
constexpr std::uint8_t bit_failed_extended = 0x40, bit_failed_info = 0x80;
constexpr std::uint8_t reason_mask = 0x3F, diagnostic_mask = 0x7F;

Result<ReportEntry> read_entry(ByteReader& in, int version, int& previous) {
  const auto at = in.offset();
  const auto first = in.u8();
  const auto second = in.u8();
  if (in.failed()) return error("truncated", in.offset(), "in a report entry");
  ReportEntry out;
  out.delivered = (first & bit_failed) == 0;
  bool extended = false;
  bool info = false;
  if (out.delivered) {
    info = (first & bit_delivered_info) != 0;
    extended = (first & bit_delivered_extended) != 0;
    const auto age = read_age(second);
    if (!age) return error("bad_time", at + 1, "reserved delivery time");
    out.delivery_age = *age;
  } else {
    extended = (first & bit_failed_extended) != 0;
    info = (second & bit_failed_info) != 0;
    out.reason = first & reason_mask;
    out.diagnostic = second & diagnostic_mask;
  }
  auto recipient = read_recipient(in, version, extended, previous);
  if (!recipient) return recipient.error();
  out.recipient = *std::move(recipient);
  if (!info) return out;
  auto text = read_text(in);
  if (!text) return text.error();
  out.info = *std::move(text);
  return out;
}

bool write_entry(ByteWriter& out, int version, const ReportEntry& e, int& previous) {
  const bool extended = needs_extended(e.recipient);
  if (e.delivered) {
    const auto age = age_code(e.delivery_age, Rounding::nearest);
    if (!age || e.delivery_age < Duration::zero()) return false;
    out.u8(static_cast<std::uint8_t>((e.info ? bit_delivered_info : 0U) | (extended ? bit_delivered_extended : 0U)));
    out.u8(*age);
  } else {
    if (e.reason > reason_mask || e.diagnostic > diagnostic_mask) return false;
    out.u8(static_cast<std::uint8_t>(bit_failed | (extended ? bit_failed_extended : 0U) | e.reason));
    out.u8(static_cast<std::uint8_t>((e.info ? bit_failed_info : 0U) | e.diagnostic));
  }
  return write_recipient(out, version, extended, e.recipient, previous) && (!e.info || write_text(out, *e.info));
}

}  // namespace

Result<Report> read_report(ByteReader& in, const Context& context) {
  Report out;
  auto security = read_security(in, context.version);
  if (!security) return security.error();
  out.security = std::move(security->security);
  if (context.id_type == IdType::dmp) {
    out.subject.id = in.u16();
  } else {
    auto id = read_identifier(in, context.mts_id_octets, context.id_type == IdType::national);
    if (!id) return id.error();
    out.subject.x400 = *std::move(id);
  }
  if (in.failed() || in.at_end()) return error("truncated", in.offset(), "a report without an entry");
  for (int previous = 0; !in.at_end();) {
    auto entry = read_entry(in, context.version, previous);
    if (!entry) return entry.error();
    out.entries.push_back(*std::move(entry));
  }
  return out;
}

bool write_report(ByteWriter& out, const Envelope& e, const Report& r) {
  if (!write_security(out, e.version, r.security, 0) || r.entries.empty()) return false;
  if (r.subject.id.has_value() != (e.id_type == IdType::dmp)) return false;
  if (r.subject.id) {
    out.u16(*r.subject.id);
    if (!r.subject.x400.empty()) return false;
  } else {
    const auto id = identifier_octets(r.subject.x400, e.id_type == IdType::national);
    if (!id) return false;
    out.bytes(*id);
  }
  int previous = 0;
  return std::all_of(r.entries.begin(), r.entries.end(),
                     [&](const ReportEntry& entry) { return write_entry(out, e.version, entry, previous); });
}

}  // namespace longwire::dmp::parts
