// The heading of an IPM: RecipientSpecifiers, extensions and the SET that holds it all (stanag4406.md 3, 3.3).
#include "annexe/x400/ipm_parts.hpp"
#include "annexe/x400/mmhs_extensions.hpp"
#include "base/limits.hpp"

#include <set>

namespace longwire::x400 {

namespace {

using ber::context_tag;

// notification-requests, bits of the first octet.
constexpr unsigned rn = 0x80;
constexpr unsigned nrn = 0x40;
constexpr unsigned ipm_return = 0x20;
constexpr unsigned other_requests = 0x1F;

Result<std::uint16_t> read_bits(const ber::Document& doc, std::size_t index) { return bits(doc, index); }

Result<Bytes> read_raw(const ber::Document& doc, std::size_t index) { return raw(doc, index); }

Error no_value(const ber::Document& doc, std::size_t index) { return missing(doc, index, "value of the extension"); }

std::optional<Error> read_recipient_extensions(const ber::Document& doc, std::size_t index, RecipientSpecifier& into) {
  static const std::string request = std::string(id_mm) + std::to_string(ext_acp127_notification_request);
  bool seen = false;
  for (const auto child : doc.children(index)) {
    auto split = split_extension(doc, child);
    if (!split) return split.error();
    if (split->oid != request) {
      into.extensions.push_back({std::move(split->oid), split->value ? raw(doc, *split->value) : Bytes{}});
      continue;
    }
    if (seen) return error("duplicate_element", doc[child].offset, "a second acp127-notification-request");
    seen = true;
    if (!split->value) return no_value(doc, child);
    const auto wanted = tagged(bit_string_tag, read_bits)(doc, *split->value);
    if (!wanted) return wanted.error();
    into.acp127_request = static_cast<std::uint8_t>(*wanted >> 8);
  }
  return std::nullopt;
}

Result<RecipientSpecifier> read_recipient(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  RecipientSpecifier out;
  std::uint16_t notify = 0;
  in.required(context_tag(0, true), "recipient", read_descriptor, out.recipient);
  in.optional(context_tag(1, false), read_bits, notify);
  in.optional(context_tag(2, false), boolean, out.reply_requested);
  in.constructed(context_tag(3, true), [&out](const auto& d, auto i) { return read_recipient_extensions(d, i, out); });
  const auto first = static_cast<unsigned>(notify >> 8);
  out.receipt_wanted = (first & rn) != 0;
  out.non_receipt_wanted = (first & nrn) != 0;
  out.return_wanted = (first & ipm_return) != 0;
  out.other_requests = static_cast<std::uint8_t>(first & other_requests);
  return in.finish(std::move(out));
}

void write(ber::Writer& out, const RecipientSpecifier& r) {
  out.begin(set_tag);
  write(out, context_tag(0, true), r.recipient);
  const auto first = (r.receipt_wanted ? rn : 0U) | (r.non_receipt_wanted ? nrn : 0U) |
                     (r.return_wanted ? ipm_return : 0U) | (r.other_requests & other_requests);
  if (first != 0) put_named_bits(out, context_tag(1, false), static_cast<std::uint16_t>(first << 8));
  if (r.reply_requested) put_boolean(out, context_tag(2, false), true);
  if (r.acp127_request != 0 || !r.extensions.empty()) {
    out.begin(context_tag(3, true));
    if (r.acp127_request != 0) {
      out.begin(ber::sequence_tag);
      put_oid(out, ber::oid_tag, std::string(id_mm) + std::to_string(ext_acp127_notification_request));
      put_named_bits(out, bit_string_tag, static_cast<std::uint16_t>(r.acp127_request << 8));
      out.end();
    }
    for (const auto& e : r.extensions) x400::write(out, e);
    out.end();
  }
  out.end();
}

void put_recipients(ber::Writer& out, std::uint32_t tag, const std::vector<RecipientSpecifier>& list) {
  if (list.empty()) return;
  out.begin(context_tag(tag, true));
  for (const auto& r : list) write(out, r);
  out.end();
}

Result<std::string> read_subject(const ber::Document& doc, std::size_t index) {
  const auto inner = only_child(doc, index);
  if (!inner) return inner.error();
  return tagged(teletex_string_tag, teletex)(doc, *inner);
}

void put_subject(ber::Writer& out, const std::string& subject) {
  if (subject.empty()) return;
  out.begin(context_tag(8, true));
  put_teletex(out, teletex_string_tag, subject);
  out.end();
}

std::optional<Error> read_heading_extensions(const ber::Document& doc, std::size_t index, Heading& into) {
  std::set<int> seen;  // X.420: an extension stands once
  for (const auto child : doc.children(index)) {
    auto split = split_extension(doc, child);
    if (!split) return split.error();
    const auto* kind = find_mmhs_extension(split->oid);
    if (kind == nullptr || kind->read == nullptr) {
      if (into.extensions.size() == limits::heading_extensions)
        return error("too_many_extensions", doc[child].offset, "more heading extensions than one may have");
      into.extensions.push_back({std::move(split->oid), split->value ? raw(doc, *split->value) : Bytes{}});
      continue;
    }
    if (!seen.insert(kind->number).second)
      return error("duplicate_element", doc[child].offset, "a second " + std::string(kind->name));
    if (!split->value) return no_value(doc, child);
    if (const auto checked = tagged(kind->tag, read_raw)(doc, *split->value); !checked) return checked.error();
    if (auto e = kind->read(doc, *split->value, into.mmhs)) return e;
  }
  return std::nullopt;
}

void put_heading_extensions(ber::Writer& out, const Heading& heading) {
  if (!heading.mmhs.any() && heading.extensions.empty()) return;
  out.begin(context_tag(15, true));
  for (const auto& kind : mmhs_extension_kinds()) {
    ber::Writer value;
    if (kind.write == nullptr || !kind.write(value, heading.mmhs)) continue;
    write(out, HeadingExtension{oid_of(kind), value.finish()});
  }
  for (const auto& e : heading.extensions) write(out, e);
  out.end();
}

}  // namespace

Result<Heading> read_heading(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  Heading out;
  const auto descriptor = tagged(set_tag, read_descriptor);
  const auto recipient = tagged(set_tag, read_recipient);
  const auto id = tagged(ipm_id_tag, read_ipm_id);
  in.required(ipm_id_tag, "this-IPM", read_ipm_id, out.this_id);
  in.optional(context_tag(0, true), read_descriptor, out.originator);
  in.list(context_tag(1, true), descriptor, out.authorizing);
  in.list(context_tag(2, true), recipient, out.primary);
  in.list(context_tag(3, true), recipient, out.copy);
  in.list(context_tag(4, true), recipient, out.blind_copy);
  in.optional(context_tag(5, true), read_ipm_id, out.replied_to);
  in.list(context_tag(6, true), id, out.obsoleted);
  in.list(context_tag(7, true), id, out.related);
  in.optional(context_tag(8, true), read_subject, out.subject);
  in.optional(context_tag(9, false), utc_time, out.expiry);
  in.optional(context_tag(10, false), utc_time, out.reply_by);
  in.list(context_tag(11, true), descriptor, out.reply_to);
  in.optional(context_tag(12, false), small_integer, out.importance);
  in.optional(context_tag(13, false), small_integer, out.sensitivity);
  in.optional(context_tag(14, false), boolean, out.auto_forwarded);
  in.constructed(context_tag(15, true), [&out](const auto& d, auto i) { return read_heading_extensions(d, i, out); });
  in.rest(out.unknown);
  return in.finish(std::move(out));
}

void write(ber::Writer& out, const Heading& h) {
  out.begin(set_tag);
  write(out, ipm_id_tag, h.this_id);
  if (h.originator) write(out, context_tag(0, true), *h.originator);
  put_list(out, context_tag(1, true), set_tag, h.authorizing);
  put_recipients(out, 2, h.primary);
  put_recipients(out, 3, h.copy);
  put_recipients(out, 4, h.blind_copy);
  if (h.replied_to) write(out, context_tag(5, true), *h.replied_to);
  put_list(out, context_tag(6, true), ipm_id_tag, h.obsoleted);
  put_list(out, context_tag(7, true), ipm_id_tag, h.related);
  put_subject(out, h.subject);
  if (h.expiry) put_utc_time(out, context_tag(9, false), *h.expiry);
  if (h.reply_by) put_utc_time(out, context_tag(10, false), *h.reply_by);
  put_list(out, context_tag(11, true), set_tag, h.reply_to);
  if (h.importance) out.integer(context_tag(12, false), *h.importance);
  if (h.sensitivity) out.integer(context_tag(13, false), *h.sensitivity);
  if (h.auto_forwarded) put_boolean(out, context_tag(14, false), true);
  put_heading_extensions(out, h);
  for (const auto& element : h.unknown) out.raw(element);
  out.end();
}

}  // namespace longwire::x400
