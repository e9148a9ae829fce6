#include "annexe/x400/ipm_parts.hpp"

namespace longwire::x400 {

using ber::context_tag;

Result<IpmId> read_ipm_id(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  IpmId out;
  in.optional(or_name_tag, read_or_name, out.user);
  in.required(printable_string_tag, "local IPM identifier", text, out.local);
  return in.finish(std::move(out));
}

void write(ber::Writer& out, ber::Tag tag, const IpmId& id) {
  out.begin(tag);
  if (id.user) write(out, or_name_tag, *id.user);
  put_text(out, printable_string_tag, id.local);
  out.end();
}

Result<OrDescriptor> read_descriptor(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  OrDescriptor out;
  in.optional(or_name_tag, read_or_name, out.formal);
  in.optional(context_tag(0, false), teletex, out.free_form);
  in.optional(context_tag(1, false), text, out.telephone);
  return in.finish(std::move(out));
}

void write(ber::Writer& out, ber::Tag tag, const OrDescriptor& descriptor) {
  out.begin(tag);
  if (descriptor.formal) write(out, or_name_tag, *descriptor.formal);
  if (!descriptor.free_form.empty()) put_teletex(out, context_tag(0, false), descriptor.free_form);
  if (!descriptor.telephone.empty()) put_text(out, context_tag(1, false), descriptor.telephone);
  out.end();
}

Result<AddressList> read_address_list(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  AddressList out;
  in.required(context_tag(0, false), "type of the address list", small_integer, out.type);
  in.required(context_tag(1, true), "name of the address list", read_descriptor, out.name);
  in.optional(context_tag(2, false), small_integer, out.notification);
  in.optional(context_tag(3, false), small_integer, out.reply);
  return in.finish(std::move(out));
}

void write(ber::Writer& out, const AddressList& list) {
  out.begin(set_tag);
  out.integer(context_tag(0, false), list.type);
  write(out, context_tag(1, true), list.name);
  if (list.notification) out.integer(context_tag(2, false), *list.notification);
  if (list.reply) out.integer(context_tag(3, false), *list.reply);
  out.end();
}

// IPMS-EXTENSION: type and value follow each other without tags of their own (stanag4406.md 3.4).
Result<ExtensionAt> split_extension(const ber::Document& doc, std::size_t index) {
  const auto& node = doc[index];
  if (node.tag != ber::sequence_tag) return error("bad_tag", node.offset, "expected an IPMS extension");
  const auto members = doc.children(index);
  if (members.empty()) return missing(doc, index, "type of the extension");
  const auto& type = doc[members[0]];
  if (type.tag != ber::oid_tag) return error("bad_tag", type.offset, "the type of an extension is no OID");
  auto oid = doc.oid(members[0]);
  if (!oid) return oid.error();
  if (members.size() > 2) return error("bad_tag", doc[members[2]].offset, "an extension has one value");
  ExtensionAt out{*std::move(oid), std::nullopt};
  if (members.size() == 2) out.value = members[1];
  return out;
}

Result<HeadingExtension> read_extension(const ber::Document& doc, std::size_t index) {
  auto split = split_extension(doc, index);
  if (!split) return split.error();
  HeadingExtension out{std::move(split->oid), {}};
  if (split->value) out.value = raw(doc, *split->value);
  return out;
}

void write(ber::Writer& out, const HeadingExtension& extension) {
  out.begin(ber::sequence_tag);
  put_oid(out, ber::oid_tag, extension.oid);
  out.raw(extension.value);
  out.end();
}

void put_strings(ber::Writer& out, ber::Tag tag, const std::vector<std::string>& list) {
  if (list.empty()) return;
  out.begin(tag);
  for (const auto& item : list) put_text(out, printable_string_tag, item);
  out.end();
}

}  // namespace longwire::x400
