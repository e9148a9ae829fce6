#include "annexe/x400/mmhs_extensions.hpp"

#include "annexe/x400/ipm_parts.hpp"

#include <algorithm>
#include <array>

namespace longwire::x400 {

namespace {

using ber::context_tag;

// --- values that are a SET or SEQUENCE of their own

Result<std::int64_t> read_integer(const ber::Document& doc, std::size_t index) { return doc.integer(index); }
Result<Bytes> read_raw(const ber::Document& doc, std::size_t index) { return raw(doc, index); }

Result<std::vector<std::string>> read_strings(const ber::Document& doc, std::size_t index) {
  return read_list(doc, index, text);
}

Result<std::vector<OrDescriptor>> read_descriptors(const ber::Document& doc, std::size_t index) {
  return read_list(doc, index, tagged(set_tag, read_descriptor));
}

Result<std::vector<AddressList>> read_address_lists(const ber::Document& doc, std::size_t index) {
  return read_list(doc, index, tagged(set_tag, read_address_list));
}

Result<MessageType> read_message_type(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  MessageType out;
  in.required(context_tag(0, false), "message type", small_integer, out.type);
  in.optional(context_tag(1, false), text, out.identifier);
  return in.finish(std::move(out));
}

Result<OtherRecipient> read_other_recipient(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  OtherRecipient out;
  in.required(context_tag(0, false), "type of the other recipient", small_integer, out.type);
  in.required(context_tag(1, false), "designator of the other recipient", text, out.designator);
  return in.finish(std::move(out));
}

Result<std::vector<OtherRecipient>> read_other_recipients(const ber::Document& doc, std::size_t index) {
  return read_list(doc, index, tagged(set_tag, read_other_recipient));
}

Result<PilotInformation> read_pilot(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  PilotInformation out;
  in.optional(context_tag(0, false), small_integer, out.precedence);
  in.list(context_tag(1, true), tagged(set_tag, read_descriptor), out.recipients);
  in.optional(context_tag(2, true), read_label, out.security);
  in.list(context_tag(3, true), text, out.handling);
  return in.finish(std::move(out));
}

Result<std::vector<PilotInformation>> read_pilots(const ber::Document& doc, std::size_t index) {
  return read_list(doc, index, tagged(ber::sequence_tag, read_pilot));
}

std::optional<Error> read_distribution_codes(const ber::Document& doc, std::size_t index, MmhsExtensions& into) {
  Fields in(doc, index);
  in.list(context_tag(0, true), text, into.sics);
  in.list(context_tag(1, true), read_extension, into.distribution_extensions);
  const auto done = in.finish(true);
  return done ? std::nullopt : std::optional(done.error());
}

template <auto member, auto read>
std::optional<Error> read_into(const ber::Document& doc, std::size_t index, MmhsExtensions& into) {
  auto value = read(doc, index);
  if (!value) return value.error();
  into.*member = *std::move(value);
  return std::nullopt;
}

template <auto member>
bool write_number(ber::Writer& out, const MmhsExtensions& from) {
  if (!(from.*member)) return false;
  out.integer(ber::integer_tag, *(from.*member));
  return true;
}

template <auto member>
bool write_string(ber::Writer& out, const MmhsExtensions& from) {
  if ((from.*member).empty()) return false;
  put_text(out, printable_string_tag, from.*member);
  return true;
}

template <auto member>
bool write_strings(ber::Writer& out, const MmhsExtensions& from) {
  put_strings(out, ber::sequence_tag, from.*member);
  return !(from.*member).empty();
}

bool write_message_type(ber::Writer& out, const MmhsExtensions& from) {
  if (!from.message_type) return false;
  out.begin(set_tag);
  out.integer(context_tag(0, false), from.message_type->type);
  if (!from.message_type->identifier.empty()) put_text(out, context_tag(1, false), from.message_type->identifier);
  out.end();
  return true;
}

bool write_address_lists(ber::Writer& out, const MmhsExtensions& from) {
  put_list(out, ber::sequence_tag, from.address_lists);
  return !from.address_lists.empty();
}

bool write_exempted(ber::Writer& out, const MmhsExtensions& from) {
  put_list(out, ber::sequence_tag, set_tag, from.exempted);
  return !from.exempted.empty();
}

bool write_authorisation(ber::Writer& out, const MmhsExtensions& from) {
  if (!from.authorisation_time) return false;
  put_utc_time(out, utc_time_tag, *from.authorisation_time);
  return true;
}

bool write_distribution_codes(ber::Writer& out, const MmhsExtensions& from) {
  if (from.sics.empty() && from.distribution_extensions.empty()) return false;
  out.begin(set_tag);
  put_strings(out, context_tag(0, true), from.sics);
  put_list(out, context_tag(1, true), from.distribution_extensions);
  out.end();
  return true;
}

bool write_other_recipients(ber::Writer& out, const MmhsExtensions& from) {
  if (from.other_recipients.empty()) return false;
  out.begin(ber::sequence_tag);
  for (const auto& other : from.other_recipients) {
    out.begin(set_tag);
    out.integer(context_tag(0, false), other.type);
    put_text(out, context_tag(1, false), other.designator);
    out.end();
  }
  out.end();
  return true;
}

bool write_pilots(ber::Writer& out, const MmhsExtensions& from) {
  if (from.pilot.empty()) return false;
  out.begin(ber::sequence_tag);
  for (const auto& pilot : from.pilot) {
    out.begin(ber::sequence_tag);
    if (pilot.precedence) out.integer(context_tag(0, false), *pilot.precedence);
    put_list(out, context_tag(1, true), set_tag, pilot.recipients);
    if (pilot.security) write(out, context_tag(2, true), *pilot.security, LabelOrder::definition);
    put_strings(out, context_tag(3, true), pilot.handling);
    out.end();
  }
  out.end();
  return true;
}

bool write_information_labels(ber::Writer& out, const MmhsExtensions& from) {
  out.raw(from.information_labels);
  return !from.information_labels.empty();
}

using M = MmhsExtensions;
using ber::integer_tag;
using ber::sequence_tag;

constexpr std::array kinds{
    MmhsExtensionKind{0, "primary_precedence", integer_tag, read_into<&M::primary_precedence, small_integer>,
                      write_number<&M::primary_precedence>},
    MmhsExtensionKind{1, "copy_precedence", integer_tag, read_into<&M::copy_precedence, small_integer>,
                      write_number<&M::copy_precedence>},
    MmhsExtensionKind{2, "message_type", set_tag, read_into<&M::message_type, read_message_type>, write_message_type},
    MmhsExtensionKind{3, "address_list_indicator", sequence_tag, read_into<&M::address_lists, read_address_lists>,
                      write_address_lists},
    MmhsExtensionKind{4, "exempted_address", sequence_tag, read_into<&M::exempted, read_descriptors>, write_exempted},
    MmhsExtensionKind{5, "extended_authorisation_info", utc_time_tag, read_into<&M::authorisation_time, utc_time>,
                      write_authorisation},
    MmhsExtensionKind{6, "distribution_codes", set_tag, read_distribution_codes, write_distribution_codes},
    MmhsExtensionKind{7, "handling_instructions", sequence_tag, read_into<&M::handling, read_strings>,
                      write_strings<&M::handling>},
    MmhsExtensionKind{8, "message_instructions", sequence_tag, read_into<&M::instructions, read_strings>,
                      write_strings<&M::instructions>},
    MmhsExtensionKind{9, "codress_message", integer_tag, read_into<&M::codress, read_integer>,
                      write_number<&M::codress>},
    MmhsExtensionKind{10, "originator_reference", printable_string_tag, read_into<&M::originator_reference, text>,
                      write_string<&M::originator_reference>},
    MmhsExtensionKind{11, "other_recipients_indicator", sequence_tag,
                      read_into<&M::other_recipients, read_other_recipients>, write_other_recipients},
    MmhsExtensionKind{12, "pilot_forwarding_info", sequence_tag, read_into<&M::pilot, read_pilots>, write_pilots},
    MmhsExtensionKind{13, "acp127_message_identifier", printable_string_tag, read_into<&M::acp127_id, text>,
                      write_string<&M::acp127_id>},
    MmhsExtensionKind{14, "originator_plad", printable_string_tag, read_into<&M::originator_plad, text>,
                      write_string<&M::originator_plad>},
    MmhsExtensionKind{ext_acp127_notification_request, "acp127_notification_request", bit_string_tag, nullptr, nullptr},
    MmhsExtensionKind{ext_acp127_notification_response, "acp127_notification_response", set_tag, nullptr, nullptr},
    MmhsExtensionKind{17, "information_labels", sequence_tag, read_into<&M::information_labels, read_raw>,
                      write_information_labels},
};

}  // namespace

std::span<const MmhsExtensionKind> mmhs_extension_kinds() { return kinds; }

const MmhsExtensionKind* find_mmhs_extension(std::string_view oid) {
  if (!oid.starts_with(id_mm)) return nullptr;
  oid.remove_prefix(id_mm.size());
  for (const auto& kind : kinds)
    if (oid == std::to_string(kind.number)) return &kind;
  return nullptr;
}

std::string oid_of(const MmhsExtensionKind& kind) { return std::string(id_mm) + std::to_string(kind.number); }

bool MmhsExtensions::any() const { return *this != MmhsExtensions{}; }

}  // namespace longwire::x400
