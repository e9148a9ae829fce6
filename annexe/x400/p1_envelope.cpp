// The envelope of messages and probes (stanag4406.md 3, 3.2).
#include "annexe/x400/p1_parts.hpp"

namespace longwire::x400 {

namespace {

using ber::context_tag;

// Per-recipient indicators, in the first octet of the BIT STRING.
constexpr std::uint8_t responsibility_bit = 0x80;
constexpr int mta_report_shift = 5;  // bits 1 and 2
constexpr int report_shift = 3;      // bits 3 and 4

std::uint8_t octet_of(const Recipient& recipient) {
  return static_cast<std::uint8_t>((recipient.responsibility ? responsibility_bit : 0U) |
                                   static_cast<unsigned>(recipient.mta_report) << mta_report_shift |
                                   static_cast<unsigned>(recipient.report) << report_shift);
}

Result<Recipient> read_recipient(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  Recipient out;
  std::uint16_t all = 0;
  in.required(or_name_tag, "recipient-name", read_or_name, out.name);
  in.required(context_tag(0, false), "originally-specified-recipient-number", read_recipient_number, out.number);
  in.required(context_tag(1, false), "per-recipient-indicators", bits, all);
  in.optional(context_tag(2, false), small_integer, out.conversion);
  in.optional(context_tag(3, true), read_extension_fields, out.extensions);
  const unsigned octet = all >> 8;
  out.responsibility = (octet & responsibility_bit) != 0;
  out.mta_report = static_cast<ReportRequest>(octet >> mta_report_shift & 3U);
  out.report = static_cast<ReportRequest>(octet >> report_shift & 3U);
  return in.finish(std::move(out));
}

Result<std::vector<Recipient>> read_recipients(const ber::Document& doc, std::size_t index) {
  const auto count = doc.children(index).size();
  if (count == 0) return missing(doc, index, "recipient");
  if (count > limits::x400_recipients)
    return error("too_many_recipients", doc[index].offset, "more recipients than can be numbered");
  return read_list(doc, index, tagged(set_tag, read_recipient));
}

Result<Priority> read_priority(const ber::Document& doc, std::size_t index) {
  const auto number = small_integer(doc, index);
  if (!number) return number.error();
  if (*number < 0 || *number > 2) return error("bad_value", doc[index].offset, "a priority is 0, 1 or 2");
  return static_cast<Priority>(*number);
}

constexpr std::uint16_t indicator_bit(unsigned position) { return static_cast<std::uint16_t>(0x8000U >> position); }

Result<Indicators> read_indicators(const ber::Document& doc, std::size_t index) {
  const auto all = bits(doc, index);
  if (!all) return all.error();
  const auto has = [&all](unsigned position) { return (*all & indicator_bit(position)) != 0; };
  return Indicators{has(0), has(1), has(2), has(3), has(7)};
}

std::uint16_t bits_of(const Indicators& indicators) {
  unsigned out = 0;
  if (indicators.disclosure_of_other_recipients) out |= indicator_bit(0);
  if (indicators.implicit_conversion_prohibited) out |= indicator_bit(1);
  if (indicators.alternate_recipient_allowed) out |= indicator_bit(2);
  if (indicators.content_return_request) out |= indicator_bit(3);
  if (indicators.service_message) out |= indicator_bit(7);
  return static_cast<std::uint16_t>(out);
}

Result<Bytes> read_raw(const ber::Document& doc, std::size_t index) { return raw(doc, index); }

// What messages and probes have in common. [0] is a time in the one and a length in the other.
void read_envelope(Fields& in, const ber::Document& doc, std::size_t index, MessageEnvelope& out) {
  in.required(mts_id_tag, "message-identifier", read_mts_id, out.id);
  in.required(or_name_tag, "originator-name", read_or_name, out.originator);
  in.optional(eits_tag, read_eits, out.eits);
  if (!take_content_type(in, doc, index, out.content_type)) in.fail(missing(doc, index, "content-type"));
  in.optional(content_id_tag, read_content_id, out.content_id);
  in.optional(priority_tag, read_priority, out.priority);
  in.optional(indicators_tag, read_indicators, out.indicators);
  in.list(context_tag(1, true), read_raw, out.bilateral);
  in.required(trace_tag, "trace-information", read_trace, out.trace);
  in.optional(context_tag(3, true), read_extension_fields, out.extensions);
  in.required(context_tag(2, true), "recipients", read_recipients, out.recipients);
  in.rest(out.unknown);
}

void write(ber::Writer& out, const Recipient& recipient) {
  out.begin(set_tag);
  write(out, or_name_tag, recipient.name);
  out.integer(context_tag(0, false), recipient.number);
  // Always eight bits (3.2).
  put_bits(out, context_tag(1, false), static_cast<std::uint16_t>(octet_of(recipient) << 8), 8);
  if (recipient.conversion) out.integer(context_tag(2, false), *recipient.conversion);
  write_extension_fields(out, 3, recipient.extensions);
  out.end();
}

// Normal is the default; beside a qualifier it is written all the same, as the two make one grade (5.1).
bool has_grade(const MessageEnvelope& envelope) {
  if (envelope.priority != Priority::normal) return true;
  for (const auto& field : envelope.extensions)
    if (field.standard < 0 && field.private_oid == ext_priority_level_qualifier) return true;
  return false;
}

// The members in the order of the definition; `zero` writes [0].
template <class Zero>
void write_members(ber::Writer& out, const MessageEnvelope& envelope, bool is_message, Zero zero) {
  write(out, mts_id_tag, envelope.id);
  write(out, or_name_tag, envelope.originator);
  if (envelope.eits) write(out, *envelope.eits);
  write(out, envelope.content_type);
  if (!envelope.content_id.empty()) put_text(out, content_id_tag, envelope.content_id);
  if (is_message && has_grade(envelope)) out.integer(priority_tag, static_cast<int>(envelope.priority));
  if (!is_message) zero();
  if (const auto all = bits_of(envelope.indicators); all != 0) put_bits(out, indicators_tag, all, 8);
  if (is_message) zero();
  if (!envelope.bilateral.empty()) {
    out.begin(context_tag(1, true));
    for (const auto& element : envelope.bilateral) out.raw(element);
    out.end();
  }
  write(out, envelope.trace);
  write_extension_fields(out, 3, envelope.extensions);
  out.begin(context_tag(2, true));
  for (const auto& recipient : envelope.recipients) write(out, recipient);
  out.end();
  for (const auto& element : envelope.unknown) out.raw(element);
}

}  // namespace

Result<MessageEnvelope> read_message_envelope(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  MessageEnvelope out;
  in.optional(context_tag(0, false), utc_time, out.deferred);
  read_envelope(in, doc, index, out);
  return in.finish(std::move(out));
}

Result<Probe> read_probe(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  Probe out;
  in.optional(
      context_tag(0, false), [](const ber::Document& d, std::size_t i) { return d.integer(i); }, out.length);
  read_envelope(in, doc, index, out.envelope);
  return in.finish(std::move(out));
}

void write(ber::Writer& out, ber::Tag tag, const MessageEnvelope& envelope) {
  out.begin(tag);
  write_members(out, envelope, true, [&] {
    if (envelope.deferred) put_utc_time(out, context_tag(0, false), *envelope.deferred);
  });
  out.end();
}

void write(ber::Writer& out, const Probe& probe) {
  out.begin(context_tag(apdu_probe, true));
  write_members(out, probe.envelope, false, [&] {
    if (probe.length) out.integer(context_tag(0, false), *probe.length);
  });
  out.end();
}

}  // namespace longwire::x400
