// Notifications (IPN): receipt, non-receipt and the military "other" with its ACP 127 response (stanag4406.md 3).
#include "annexe/x400/ipm_parts.hpp"
#include "annexe/x400/mmhs_extensions.hpp"
#include "annexe/x400/p1_parts.hpp"

namespace longwire::x400 {

namespace {

using ber::context_tag;

constexpr std::uint32_t choice_non_receipt = 0;
constexpr std::uint32_t choice_receipt = 1;
constexpr std::uint32_t choice_other = 2;

Result<std::uint16_t> read_bits(const ber::Document& doc, std::size_t index) { return bits(doc, index); }

Result<std::vector<Ipm>> read_returned(const ber::Document& doc, std::size_t index) {
  auto message = read_ipm(doc, index, 0);
  if (!message) return message.error();
  return std::vector<Ipm>{*std::move(message)};
}

Result<NonReceipt> read_non_receipt(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  NonReceipt out;
  in.required(context_tag(0, false), "non-receipt-reason", small_integer, out.reason);
  in.optional(context_tag(1, false), small_integer, out.discard);
  in.optional(context_tag(2, false), text, out.comment);
  in.optional(context_tag(3, true), read_returned, out.returned);
  in.list(context_tag(4, true), read_extension, out.extensions);
  return in.finish(std::move(out));
}

Result<bool> read_mode(const ber::Document& doc, std::size_t index) {
  const auto mode = small_integer(doc, index);
  if (!mode) return mode.error();
  if (*mode != 0 && *mode != 1) return error("bad_value", doc[index].offset, "acknowledgement-mode beyond 1");
  return *mode == 1;
}

Result<Receipt> read_receipt(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  Receipt out;
  in.required(context_tag(0, false), "receipt-time", utc_time, out.time);
  in.optional(context_tag(1, false), read_mode, out.automatic);
  in.optional(context_tag(2, false), text, out.supplementary);
  in.list(context_tag(3, true), read_extension, out.extensions);
  return in.finish(std::move(out));
}

Result<Acp127Response> read_response(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  Acp127Response out;
  std::uint16_t type = 0;
  in.required(context_tag(0, false), "acp127-notification-type", read_bits, type);
  in.required(context_tag(1, false), "receipt-time", utc_time, out.time);
  in.list(context_tag(2, true), tagged(set_tag, read_address_list), out.lists);
  in.optional(context_tag(3, false), text, out.recipient);
  in.optional(context_tag(4, false), text, out.supplementary);
  out.type = static_cast<std::uint8_t>(type >> 8);
  return in.finish(std::move(out));
}

std::string response_oid() { return std::string(id_mm) + std::to_string(ext_acp127_notification_response); }

Result<OtherNotification> read_other(const ber::Document& doc, std::size_t index) {
  OtherNotification out;
  if (!doc[index].tag.constructed) return error("bad_tag", doc[index].offset, "a notification not constructed");
  for (const auto child : doc.children(index)) {
    auto split = split_extension(doc, child);
    if (!split) return split.error();
    if (split->oid != response_oid()) {
      out.extensions.push_back({std::move(split->oid), split->value ? raw(doc, *split->value) : Bytes{}});
      continue;
    }
    if (out.acp127) return error("duplicate_element", doc[child].offset, "a second acp127-notification-response");
    if (!split->value) return missing(doc, child, "value of the extension");
    auto response = tagged(set_tag, read_response)(doc, *split->value);
    if (!response) return response.error();
    out.acp127 = *std::move(response);
  }
  return out;
}

template <class T>
std::optional<Error> take(Result<T> outcome, Ipn& into) {
  if (!outcome) return outcome.error();
  into.outcome = *std::move(outcome);
  return std::nullopt;
}

std::optional<Error> read_choice(const ber::Document& doc, std::size_t index, Ipn& into) {
  const auto at = only_child(doc, index);
  if (!at) return at.error();
  const auto& tag = doc[*at].tag;
  if (tag.cls == ber::TagClass::context) {
    if (tag.number == choice_non_receipt) return take(read_non_receipt(doc, *at), into);
    if (tag.number == choice_receipt) return take(read_receipt(doc, *at), into);
    if (tag.number == choice_other) return take(read_other(doc, *at), into);
  }
  return error("bad_tag", doc[*at].offset, "no notification has this tag");
}

void put_outcome(ber::Writer& out, const NonReceipt& outcome) {
  out.begin(context_tag(choice_non_receipt, true));
  out.integer(context_tag(0, false), outcome.reason);
  if (outcome.discard) out.integer(context_tag(1, false), *outcome.discard);
  if (!outcome.comment.empty()) put_text(out, context_tag(2, false), outcome.comment);
  for (const auto& message : outcome.returned) write(out, context_tag(3, true), message);
  put_list(out, context_tag(4, true), outcome.extensions);
  out.end();
}

void put_outcome(ber::Writer& out, const Receipt& outcome) {
  out.begin(context_tag(choice_receipt, true));
  put_utc_time(out, context_tag(0, false), outcome.time);
  if (outcome.automatic) out.integer(context_tag(1, false), 1);
  if (!outcome.supplementary.empty()) put_text(out, context_tag(2, false), outcome.supplementary);
  put_list(out, context_tag(3, true), outcome.extensions);
  out.end();
}

void put_response(ber::Writer& out, const Acp127Response& response) {
  out.begin(set_tag);
  put_named_bits(out, context_tag(0, false), static_cast<std::uint16_t>(response.type << 8));
  put_utc_time(out, context_tag(1, false), response.time);
  put_list(out, context_tag(2, true), response.lists);
  if (!response.recipient.empty()) put_text(out, context_tag(3, false), response.recipient);
  if (!response.supplementary.empty()) put_text(out, context_tag(4, false), response.supplementary);
  out.end();
}

void put_outcome(ber::Writer& out, const OtherNotification& outcome) {
  out.begin(context_tag(choice_other, true));
  if (outcome.acp127) {
    ber::Writer value;
    put_response(value, *outcome.acp127);
    write(out, HeadingExtension{response_oid(), value.finish()});
  }
  for (const auto& e : outcome.extensions) write(out, e);
  out.end();
}

}  // namespace

Result<Ipn> read_ipn(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  Ipn out;
  in.required(ipm_id_tag, "subject-ipm", read_ipm_id, out.subject);
  in.optional(context_tag(1, true), read_descriptor, out.originator);
  in.optional(context_tag(2, true), read_descriptor, out.intended);
  in.optional(eits_tag, read_eits, out.converted);
  in.list(context_tag(3, true), read_extension, out.extensions);
  bool chosen = false;
  in.constructed(context_tag(0, true), [&](const auto& d, auto i) {
    chosen = true;
    return read_choice(d, i, out);
  });
  if (!chosen) in.fail(missing(doc, index, "receipt, non-receipt or other fields"));
  return in.finish(std::move(out));
}

void write(ber::Writer& out, ber::Tag tag, const Ipn& notification) {
  out.begin(tag);
  write(out, ipm_id_tag, notification.subject);
  if (notification.originator) write(out, context_tag(1, true), *notification.originator);
  if (notification.intended) write(out, context_tag(2, true), *notification.intended);
  if (notification.converted) write(out, *notification.converted);
  put_list(out, context_tag(3, true), notification.extensions);
  out.begin(context_tag(0, true));
  std::visit([&out](const auto& outcome) { put_outcome(out, outcome); }, notification.outcome);
  out.end();
  out.end();
}

}  // namespace longwire::x400
