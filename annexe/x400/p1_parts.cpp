#include "annexe/x400/p1_parts.hpp"

#include "annexe/x400/ipm_parts.hpp"

#include <set>

namespace longwire::x400 {

namespace {

using ber::context_tag;

Result<std::string> read_oid(const ber::Document& doc, std::size_t index) { return doc.oid(index); }

Result<std::uint8_t> read_first_bits(const ber::Document& doc, std::size_t index) {
  const auto all = bits(doc, index);
  if (!all) return all.error();
  return static_cast<std::uint8_t>(*all >> 8);
}

Result<Bytes> read_any(const ber::Document& doc, std::size_t index) {
  const auto inner = only_child(doc, index);
  if (!inner) return inner.error();
  return raw(doc, *inner);
}

Result<TraceAction> read_action(const ber::Document& doc, std::size_t index) {
  const auto number = small_integer(doc, index);
  if (!number) return number.error();
  if (*number != 0 && *number != 1) return error("bad_value", doc[index].offset, "a routing action is 0 or 1");
  return static_cast<TraceAction>(*number);
}

// DomainSuppliedInformation.
std::optional<Error> read_supplied(const ber::Document& doc, std::size_t index, TraceElement& out) {
  Fields in(doc, index);
  in.required(context_tag(0, false), "arrival-time", utc_time, out.arrival);
  in.required(context_tag(2, false), "routing-action", read_action, out.action);
  in.optional({ber::TagClass::application, 3, true}, read_domain_id, out.attempted);
  in.optional(context_tag(1, false), utc_time, out.deferred);
  in.optional(eits_tag, read_eits, out.converted);
  in.optional(context_tag(3, false), read_first_bits, out.other_actions);
  const auto done = in.finish(true);
  return done ? std::nullopt : std::optional(done.error());
}

Result<TraceElement> read_trace_element(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  TraceElement out;
  bool supplied = false;
  in.required({ber::TagClass::application, 3, true}, "global-domain-identifier", read_domain_id, out.domain);
  in.constructed(set_tag, [&](const ber::Document& d, std::size_t at) {
    supplied = true;
    return read_supplied(d, at, out);
  });
  auto done = in.finish(std::move(out));
  if (done && !supplied) return missing(doc, index, "domain-supplied-information");
  return done;
}

Result<ExtensionField> read_extension_field(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  ExtensionField out;
  const bool standard = in.optional(context_tag(0, false), small_integer, out.standard);
  const bool is_private = in.optional(context_tag(3, false), read_oid, out.private_oid);
  in.optional(context_tag(1, false), read_first_bits, out.criticality);
  in.optional(context_tag(2, true), read_any, out.value);
  auto done = in.finish(std::move(out));
  if (!done) return done;
  if (standard == is_private) return missing(doc, index, "extension type, or two of them");
  if (standard && done->standard < 0) return error("bad_value", doc[index].offset, "a negative extension type");
  return done;
}

Result<int> read_builtin(const ber::Document& doc, std::size_t index) { return small_integer(doc, index); }

}  // namespace

Result<Eits> read_eits(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  Eits out;
  in.optional(context_tag(0, false), bits, out.builtin);
  in.list(context_tag(4, true), tagged(ber::oid_tag, read_oid), out.extended);
  in.rest(out.raw);
  return in.finish(std::move(out));
}

Result<std::vector<TraceElement>> read_trace(const ber::Document& doc, std::size_t index) {
  auto out = read_list(doc, index, tagged(ber::sequence_tag, read_trace_element));
  if (out && out->size() > limits::trace_elements)
    return error("bad_value", doc[index].offset, "more trace elements than X.411 has");
  return out;
}

Result<std::vector<ExtensionField>> read_extension_fields(const ber::Document& doc, std::size_t index) {
  auto out = read_list(doc, index, tagged(ber::sequence_tag, read_extension_field));
  if (!out) return out;
  // Were there two labels, one reader might look at the one and the next at the other.
  std::set<std::pair<int, std::string_view>> types;
  for (const auto& field : *out)
    if (!types.emplace(field.standard, field.private_oid).second)
      return error("duplicate_element", doc[index].offset, "two extensions of one type");
  return out;
}

Result<std::string> read_content_id(const ber::Document& doc, std::size_t index) {
  auto out = text(doc, index);
  if (out && (out->empty() || out->size() > limits::mts_content_id))
    return error("bad_value", doc[index].offset, "a content identifier has 1 to 16 characters");
  return out;
}

Result<int> read_recipient_number(const ber::Document& doc, std::size_t index) {
  auto out = small_integer(doc, index);
  if (out && (*out < 1 || static_cast<std::size_t>(*out) > limits::x400_recipients))
    return error("bad_value", doc[index].offset, "recipients are numbered from 1 to 32767");
  return out;
}

bool take_content_type(Fields& in, const ber::Document& doc, std::size_t index, ContentType& into) {
  const bool builtin = in.optional(content_type_tag, read_builtin, into.number);
  const bool extended = in.optional(ber::oid_tag, read_oid, into.oid);
  if (builtin && extended) in.fail(error("duplicate_element", doc[index].offset, "two content types"));
  return builtin || extended;
}

void write(ber::Writer& out, const Eits& eits) {
  out.begin(eits_tag);
  put_named_bits(out, context_tag(0, false), eits.builtin);
  if (!eits.extended.empty()) {
    out.begin(context_tag(4, true));
    for (const auto& oid : eits.extended) put_oid(out, ber::oid_tag, oid);
    out.end();
  }
  for (const auto& element : eits.raw) out.raw(element);
  out.end();
}

void write(ber::Writer& out, const ContentType& type) {
  if (type.oid.empty()) out.integer(content_type_tag, type.number);
  else put_oid(out, ber::oid_tag, type.oid);
}

void write(ber::Writer& out, const TraceElement& element) {
  out.begin(ber::sequence_tag);
  write(out, element.domain);
  out.begin(set_tag);
  put_utc_time(out, context_tag(0, false), element.arrival);
  out.integer(context_tag(2, false), static_cast<int>(element.action));
  if (element.attempted) write(out, *element.attempted);
  if (element.deferred) put_utc_time(out, context_tag(1, false), *element.deferred);
  if (element.converted) write(out, *element.converted);
  if (element.other_actions != 0)
    put_named_bits(out, context_tag(3, false), static_cast<std::uint16_t>(element.other_actions << 8));
  out.end();
  out.end();
}

void write(ber::Writer& out, const std::vector<TraceElement>& trace) {
  out.begin(trace_tag);
  for (const auto& element : trace) write(out, element);
  out.end();
}

void write_extension_fields(ber::Writer& out, std::uint32_t number, const std::vector<ExtensionField>& list) {
  if (list.empty()) return;
  out.begin(context_tag(number, true));
  for (const auto& field : list) {
    out.begin(ber::sequence_tag);
    if (field.standard >= 0) out.integer(context_tag(0, false), field.standard);
    else put_oid(out, context_tag(3, false), field.private_oid);
    if (field.criticality != 0)
      put_named_bits(out, context_tag(1, false), static_cast<std::uint16_t>(field.criticality << 8));
    if (!field.value.empty()) {
      out.begin(context_tag(2, true));
      out.raw(field.value);
      out.end();
    }
    out.end();
  }
  out.end();
}

}  // namespace longwire::x400
