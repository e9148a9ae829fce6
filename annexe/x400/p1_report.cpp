// Reports: envelope, content and what became of each recipient (stanag4406.md 3, 3.2).
#include "annexe/x400/p1_parts.hpp"

namespace longwire::x400 {

namespace {

using ber::context_tag;

constexpr std::uint32_t choice_delivered = 0;
constexpr std::uint32_t choice_failed = 1;

Result<Delivered> read_delivered(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  Delivered out;
  in.required(context_tag(0, false), "message-delivery-time", utc_time, out.time);
  in.optional(context_tag(1, false), small_integer, out.user_type);
  return in.finish(out);
}

Result<NonDelivered> read_failed(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  NonDelivered out;
  in.required(context_tag(0, false), "non-delivery-reason-code", small_integer, out.reason);
  in.optional(context_tag(1, false), small_integer, out.diagnostic);
  return in.finish(out);
}

using Outcome = std::variant<Delivered, NonDelivered>;

Result<Outcome> read_outcome(const ber::Document& doc, std::size_t index) {
  const auto inner = only_child(doc, index);
  if (!inner) return inner.error();
  const auto& tag = doc[*inner].tag;
  if (tag == context_tag(choice_delivered, true)) {
    const auto delivered = read_delivered(doc, *inner);
    if (!delivered) return delivered.error();
    return Outcome(*delivered);
  }
  if (tag != context_tag(choice_failed, true))
    return error("bad_tag", doc[*inner].offset, "neither delivery nor non-delivery");
  const auto failed = read_failed(doc, *inner);
  if (!failed) return failed.error();
  return Outcome(*failed);
}

std::optional<Error> read_last_trace(const ber::Document& doc, std::size_t index, ReportRecipient& out) {
  Fields in(doc, index);
  in.required(context_tag(0, false), "arrival-time", utc_time, out.arrival);
  in.optional(eits_tag, read_eits, out.converted);
  in.required(context_tag(1, true), "report-type", read_outcome, out.outcome);
  const auto done = in.finish(true);
  return done ? std::nullopt : std::optional(done.error());
}

Result<std::string> read_supplementary(const ber::Document& doc, std::size_t index) {
  auto out = text(doc, index);
  if (out && out->size() > limits::report_supplementary)
    return error("bad_value", doc[index].offset, "supplementary information beyond 256 characters");
  return out;
}

Result<ReportRecipient> read_report_recipient(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  ReportRecipient out;
  std::uint16_t all = 0;
  bool is_there = false;
  in.required(context_tag(0, true), "actual-recipient-name", read_or_name, out.actual);
  in.required(context_tag(1, false), "originally-specified-recipient-number", read_recipient_number, out.number);
  in.required(context_tag(2, false), "per-recipient-indicators", bits, all);
  in.constructed(context_tag(3, true), [&](const ber::Document& d, std::size_t at) {
    is_there = true;
    return read_last_trace(d, at, out);
  });
  in.optional(context_tag(4, true), read_or_name, out.intended);
  in.optional(context_tag(5, false), read_supplementary, out.supplementary);
  in.optional(context_tag(6, true), read_extension_fields, out.extensions);
  out.indicators = static_cast<std::uint8_t>(all >> 8);
  auto done = in.finish(std::move(out));
  if (done && !is_there) return missing(doc, index, "last-trace-information");
  return done;
}

Result<std::vector<ReportRecipient>> read_report_recipients(const ber::Document& doc, std::size_t index) {
  const auto count = doc.children(index).size();
  if (count == 0) return missing(doc, index, "recipient");
  if (count > limits::x400_recipients)
    return error("too_many_recipients", doc[index].offset, "more recipients than can be numbered");
  return read_list(doc, index, tagged(set_tag, read_report_recipient));
}

Result<Bytes> read_octets(const ber::Document& doc, std::size_t index) { return doc.octet_string(index); }

Result<Bytes> read_additional(const ber::Document& doc, std::size_t index) {
  const auto inner = only_child(doc, index);
  if (!inner) return inner.error();
  return raw(doc, *inner);
}

std::optional<Error> read_envelope(const ber::Document& doc, std::size_t index, Report& out) {
  Fields in(doc, index);
  in.required(mts_id_tag, "report-identifier", read_mts_id, out.id);
  in.required(or_name_tag, "report-destination-name", read_or_name, out.destination);
  in.required(trace_tag, "trace-information", read_trace, out.trace);
  in.optional(context_tag(1, true), read_extension_fields, out.envelope_extensions);
  in.rest(out.envelope_unknown);
  const auto done = in.finish(true);
  return done ? std::nullopt : std::optional(done.error());
}

std::optional<Error> read_content(const ber::Document& doc, std::size_t index, Report& out) {
  Fields in(doc, index);
  in.required(mts_id_tag, "subject-identifier", read_mts_id, out.subject);
  in.optional(trace_tag, read_trace, out.subject_trace);
  in.optional(eits_tag, read_eits, out.eits);
  if (ContentType type; take_content_type(in, doc, index, type)) out.content_type = std::move(type);
  in.optional(content_id_tag, read_content_id, out.content_id);
  in.optional(context_tag(1, false), read_octets, out.returned);
  in.optional(context_tag(2, true), read_additional, out.additional);
  in.optional(context_tag(3, true), read_extension_fields, out.extensions);
  in.required(context_tag(0, true), "recipients", read_report_recipients, out.recipients);
  in.rest(out.unknown);
  const auto done = in.finish(true);
  return done ? std::nullopt : std::optional(done.error());
}

void write_outcome(ber::Writer& out, const Outcome& outcome) {
  if (const auto* delivered = std::get_if<Delivered>(&outcome)) {
    out.begin(context_tag(choice_delivered, true));
    put_utc_time(out, context_tag(0, false), delivered->time);
    if (delivered->user_type) out.integer(context_tag(1, false), *delivered->user_type);
  } else if (const auto* failed = std::get_if<NonDelivered>(&outcome)) {
    out.begin(context_tag(choice_failed, true));
    out.integer(context_tag(0, false), failed->reason);
    if (failed->diagnostic) out.integer(context_tag(1, false), *failed->diagnostic);
  }
  out.end();
}

void write(ber::Writer& out, const ReportRecipient& recipient) {
  out.begin(set_tag);
  write(out, context_tag(0, true), recipient.actual);
  out.integer(context_tag(1, false), recipient.number);
  put_bits(out, context_tag(2, false), static_cast<std::uint16_t>(recipient.indicators << 8), 8);
  out.begin(context_tag(3, true));
  put_utc_time(out, context_tag(0, false), recipient.arrival);
  if (recipient.converted) write(out, *recipient.converted);
  out.begin(context_tag(1, true));
  write_outcome(out, recipient.outcome);
  out.end();
  out.end();
  if (recipient.intended) write(out, context_tag(4, true), *recipient.intended);
  if (!recipient.supplementary.empty()) put_text(out, context_tag(5, false), recipient.supplementary);
  write_extension_fields(out, 6, recipient.extensions);
  out.end();
}

void write_envelope(ber::Writer& out, const Report& report) {
  out.begin(set_tag);
  write(out, mts_id_tag, report.id);
  write(out, or_name_tag, report.destination);
  write(out, report.trace);
  write_extension_fields(out, 1, report.envelope_extensions);
  for (const auto& element : report.envelope_unknown) out.raw(element);
  out.end();
}

void write_content(ber::Writer& out, const Report& report) {
  out.begin(set_tag);
  write(out, mts_id_tag, report.subject);
  if (!report.subject_trace.empty()) write(out, report.subject_trace);
  if (report.eits) write(out, *report.eits);
  if (report.content_type) write(out, *report.content_type);
  if (!report.content_id.empty()) put_text(out, content_id_tag, report.content_id);
  if (report.returned) out.primitive(context_tag(1, false), *report.returned);
  if (!report.additional.empty()) {
    out.begin(context_tag(2, true));
    out.raw(report.additional);
    out.end();
  }
  write_extension_fields(out, 3, report.extensions);
  out.begin(context_tag(0, true));
  for (const auto& recipient : report.recipients) write(out, recipient);
  out.end();
  for (const auto& element : report.unknown) out.raw(element);
  out.end();
}

}  // namespace

Result<Report> read_report(const ber::Document& doc, std::size_t index) {
  const auto parts = doc.children(index);
  for (const auto part : parts)
    if (doc[part].tag != set_tag) return error("bad_tag", doc[part].offset, "a report is two SETs");
  if (parts.size() != 2) return error("missing_element", doc[index].offset, "a report is envelope and content");
  Report out;
  if (auto e = read_envelope(doc, parts[0], out)) return *std::move(e);
  if (auto e = read_content(doc, parts[1], out)) return *std::move(e);
  return out;
}

void write(ber::Writer& out, const Report& report) {
  out.begin(context_tag(apdu_report, true));
  write_envelope(out, report);
  write_content(out, report);
  out.end();
}

}  // namespace longwire::x400
