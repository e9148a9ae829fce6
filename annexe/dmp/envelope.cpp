#include "annexe/dmp/address.hpp"
#include "annexe/dmp/parts.hpp"
#include "annexe/dmp/times.hpp"

#include <algorithm>

namespace longwire::dmp::parts {

namespace {

// Third octet of version 2.
constexpr std::uint8_t bit_extensions = 0x80;
constexpr std::uint8_t bit_short_id = 0x10;
constexpr std::uint16_t short_id_mask = 0x0FFF;
constexpr std::size_t mts_id_octets_most = 31;
constexpr unsigned id_type_reserved = 3;

constexpr std::uint16_t bit_time_difference = 0x8000;

// Flags and count.
constexpr std::uint8_t bit_content_id = 0x80, bit_reassignment = 0x40, bit_dl_expansion = 0x20, count_mask = 0x1F;
constexpr std::uint16_t extended_count_mask = 0x7FFF;

Error truncated(const ByteReader& in) { return error("truncated", in.offset(), "in the envelope"); }

// The message id and what stands about it. `extensions`: whether there are any.
Result<Context> read_ids(ByteReader& in, Content content, Envelope& out, bool& extensions) {
  Context context;
  context.version = out.version;
  extensions = false;
  if (out.version == 1) {
    out.id = in.u16();
    return context;
  }
  const auto at = in.offset();
  const auto head = in.u8();
  extensions = (head & bit_extensions) != 0;
  const unsigned type = head >> 5 & 3U;
  if (type == id_type_reserved) return error("bad_identifier", at, "id type 3 is reserved");
  context.id_type = out.id_type = static_cast<IdType>(type);
  if (out.id_type == IdType::dmp) {
    if ((head & bit_short_id) != 0) out.id = static_cast<std::uint16_t>((head & 15U) << 8 | in.u8());
    else out.id = in.u16();
    return context;
  }
  context.mts_id_octets = head & 0x1FU;
  out.id = in.u16();
  if (content == Content::report) return context;
  auto id = read_identifier(in, context.mts_id_octets, out.id_type == IdType::national);
  if (!id) return id.error();
  out.mts_id = *std::move(id);
  return context;
}

bool write_ids(ByteWriter& out, Content content, const Envelope& e, const Subject* subject) {
  if (e.version == 1) {
    out.u16(e.id);
    return e.id_type == IdType::dmp && e.extensions.empty() && e.mts_id.empty();
  }
  unsigned head = (e.extensions.empty() ? 0U : bit_extensions) | static_cast<unsigned>(e.id_type) << 5;
  if (e.id_type == IdType::dmp) {
    if (e.id <= short_id_mask) {
      out.u16(static_cast<std::uint16_t>((head | bit_short_id) << 8 | e.id));
    } else {
      out.u8(static_cast<std::uint8_t>(head));
      out.u16(e.id);
    }
    return e.mts_id.empty();
  }
  const bool report = content == Content::report;
  if (report && !e.mts_id.empty()) return false;
  const auto octets = identifier_octets(report ? subject->x400 : e.mts_id, e.id_type == IdType::national);
  if (!octets || octets->size() > mts_id_octets_most) return false;
  head |= static_cast<unsigned>(octets->size());
  out.u8(static_cast<std::uint8_t>(head));
  out.u16(e.id);
  if (!report) out.bytes(*octets);
  return true;
}

std::optional<Error> read_times(ByteReader& in, Time now, Envelope& out) {
  const auto at = in.offset();
  const auto times = in.u16();
  const auto code = static_cast<std::uint16_t>(times & ~bit_time_difference);
  if (code >= submission_period) return error("bad_time", at, "reserved submission time");
  out.submission = resolve_submission(code, now);
  if ((times & bit_time_difference) == 0) return std::nullopt;
  const auto difference = in.u8();
  if (in.failed()) return truncated(in);
  out.time_difference = read_time_difference(difference);
  if (!out.time_difference) return error("bad_time", at + 2, "reserved time difference");
  return std::nullopt;
}

bool write_times(ByteWriter& out, const Envelope& e) {
  const auto code = submission_code(e.submission);
  if (!e.time_difference) {
    out.u16(code);
    return true;
  }
  const auto difference = time_difference_code(*e.time_difference, Rounding::nearest);
  out.u16(code | bit_time_difference);
  out.u8(difference.value_or(0));
  return difference.has_value();
}

std::optional<Error> read_parties(ByteReader& in, Content content, Envelope& out) {
  const auto at = in.offset();
  const auto flags = in.u8();
  out.content_id_discarded = (flags & bit_content_id) != 0;
  out.reassignment_prohibited = (flags & bit_reassignment) != 0;
  out.dl_expansion_prohibited = (flags & bit_dl_expansion) != 0;
  std::size_t count = flags & count_mask;
  if (count == 0) {
    count = in.u16() & extended_count_mask;
    if (!in.failed() && count <= count_mask)
      return error("bad_recipient", at + 1, "an extended count below 32 is reserved");
  }
  if (in.failed()) return truncated(in);
  if (content != Content::report) {
    auto originator = read_originator(in, out.version, out.extended_addressing);
    if (!originator) return originator.error();
    out.originator = std::move(originator->address);
    out.second_originator = std::move(originator->second);
  }
  // Nothing is reserved for the count: each recipient takes two octets of the datagram at least.
  for (int previous = 0; count > 0; --count) {
    auto recipient = read_recipient(in, out.version, out.extended_addressing, previous);
    if (!recipient) return recipient.error();
    out.recipients.push_back(*std::move(recipient));
  }
  return std::nullopt;
}

bool write_parties(ByteWriter& out, Content content, const Envelope& e) {
  const auto count = e.recipients.size();
  if (count == 0 || count > extended_count_mask) return false;
  const unsigned flags = (e.content_id_discarded ? bit_content_id : 0U) |
                         (e.reassignment_prohibited ? bit_reassignment : 0U) |
                         (e.dl_expansion_prohibited ? bit_dl_expansion : 0U);
  out.u8(static_cast<std::uint8_t>(flags | (count <= count_mask ? static_cast<unsigned>(count) : 0U)));
  if (count > count_mask) out.u16(static_cast<std::uint16_t>(count));
  if (e.originator.has_value() == (content == Content::report)) return false;
  if (!e.originator && e.second_originator) return false;
  if (e.originator && !write_originator(out, e.version, e.extended_addressing, {*e.originator, e.second_originator}))
    return false;
  int previous = 0;
  return std::all_of(e.recipients.begin(), e.recipients.end(), [&](const Recipient& r) {
    return write_recipient(out, e.version, e.extended_addressing, r, previous);
  });
}

// 4.1: there when a notification may come back and identifiers are not of DMP alone.
bool has_ipm_id(Content content, const Envelope& e) {
  return e.version >= 2 && e.id_type != IdType::dmp && (content == Content::message || content == Content::ipm) &&
         std::any_of(e.recipients.begin(), e.recipients.end(),
                     [](const Recipient& r) { return r.notification != Wanted::none; });
}

}  // namespace

Result<Context> read_envelope(ByteReader& in, Content content, Time now, Envelope& out) {
  bool extensions = false;
  auto context = read_ids(in, content, out, extensions);
  if (!context) return context;
  if (in.remaining() < 2) return error("truncated", in.offset() + in.remaining(), "in the envelope");
  if (const auto wrong = read_times(in, now, out)) return *wrong;
  if (const auto wrong = read_parties(in, content, out)) return *wrong;
  if (has_ipm_id(content, out)) {
    auto id = read_ipm_id(in, out.id_type);
    if (!id) return id.error();
    out.ipm_id = std::move(id->id);
    out.ipm_id_modifier = id->modifier;
  }
  if (extensions) {
    auto list = read_extensions(in);
    if (!list) return list.error();
    out.extensions = *std::move(list);
  }
  return context;
}

bool write_envelope(ByteWriter& out, Content content, const Envelope& e, const Subject* subject) {
  if (!write_ids(out, content, e, subject) || !write_times(out, e) || !write_parties(out, content, e)) return false;
  if (has_ipm_id(content, e) != e.ipm_id.has_value()) return false;
  if (e.ipm_id && !write_ipm_id(out, e.id_type, *e.ipm_id, e.ipm_id_modifier)) return false;
  return write_extensions(out, e.extensions);
}

}  // namespace longwire::dmp::parts
