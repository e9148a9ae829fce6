// Pieces of X.400 bodies that MIME carries whole or names: x400-bp, the multipart extension, delivery fields.
#include "annexe/gateway/mime_entity.hpp"
#include "annexe/x400/ipm_parts.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "mail/mime_parameters.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

using ber::context_tag;
constexpr ber::Tag ia5_tag{ber::TagClass::universal, 22, false};
constexpr ber::Tag boolean_tag{ber::TagClass::universal, 1, false};

// RFC 2157 3.2: the context tag of a basic body part, the OID of an extended one.
std::string bp_type(const x400::BodyPart& part, ByteView encoded) {
  if (const auto* extended = std::get_if<x400::body::Extended>(&part)) return extended->data_oid;
  if (std::holds_alternative<x400::body::General>(part)) return "2.6.1.4.11";
  const auto doc = ber::Document::read(encoded);
  return doc ? std::to_string((*doc)[0].tag.number) : "15";
}

}  // namespace

Entity to_x400_bp(const x400::BodyPart& part) {
  ber::Writer writer;
  x400::write(writer, part);
  const auto encoded = writer.finish();
  Entity out;
  out.header = "Content-Type: application/x400-bp; bp-type=" + bp_type(part, encoded) + "\r\n";
  set_body(out, "application/x400-bp", encoded);
  return out;
}

std::optional<x400::BodyPart> from_x400_bp(ByteView octets, std::size_t level) {
  const auto doc = ber::Document::read(octets);
  if (!doc || doc->octets() != octets.size()) return std::nullopt;
  auto part = x400::read_body_part(*doc, 0, level);
  if (!part) return std::nullopt;
  return *std::move(part);
}

x400::HeadingExtension encode_multipart(const MultipartExtension& value) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.primitive(ia5_tag, as_bytes(value.subtype));
  const std::uint8_t no = 0;
  if (!value.is_message) out.primitive(boolean_tag, {&no, 1});  // DEFAULT TRUE
  out.end();
  return {std::string(multipart_v2_oid), out.finish()};
}

std::optional<MultipartExtension> decode_multipart(const x400::Heading& heading) {
  const auto at = std::find_if(heading.extensions.begin(), heading.extensions.end(),
                               [](const auto& e) { return e.oid == multipart_v2_oid; });
  if (at == heading.extensions.end()) return std::nullopt;
  const auto doc = ber::Document::read(at->value);
  if (!doc) return std::nullopt;
  const auto members = doc->children(0);
  if (members.empty()) return std::nullopt;
  const auto subtype = doc->octet_string(members[0]);
  if (!subtype) return std::nullopt;
  MultipartExtension out;
  out.subtype = as_text(*subtype);
  if (members.size() > 1) {
    const auto content = doc->content(members[1]);
    out.is_message = content.size() != 1 || content[0] != 0;
  }
  // It becomes part of a header field: it must be one type, whatever was sent.
  const bool printable =
      std::all_of(out.subtype.begin(), out.subtype.end(), [](char c) { return c >= ' ' && c < 127; });
  const auto type = printable ? mail::parse_content_type("multipart/" + out.subtype) : std::nullopt;
  if (!type) return std::nullopt;
  out.subtype = multipart_subtype(*type);
  return out;
}

std::string multipart_subtype(const mail::ContentType& type) {
  auto out = type.type.substr(type.type.find('/') + 1);
  for (const auto& [name, value] : type.parameters) {
    if (name == "boundary") continue;
    const auto pieces = mail::format_parameter(name, value, mail::Quoting::token);
    // A name of RFC 2231 stands here as it was written; its value is ASCII already.
    if (pieces.size() == 1) out += "; " + pieces[0];
  }
  return out;
}

std::string multipart_subject(std::string_view subtype) {
  subtype = subtype.substr(0, subtype.find(';'));
  if (subtype == "mixed") return "Multipart Message";
  if (subtype == "alternative") return "Alternative Body Parts containing the same information";
  if (subtype == "digest") return "Message Digest";
  if (subtype == "parallel") return "Body Parts interpreted in parallel";
  return "Multipart Message (" + std::string(subtype) + ")";
}

Bytes encode_delivery_fields(const x400::Heading& heading, const x400::OrName& fallback, bool military,
                             Time submitted) {
  const auto name_of = [&fallback](const x400::OrDescriptor* d) {
    return d != nullptr && d->formal ? *d->formal : fallback;
  };
  const auto* from = heading.originator ? &*heading.originator : nullptr;
  const auto* to = !heading.primary.empty() ? &heading.primary.front().recipient
                   : !heading.copy.empty()  ? &heading.copy.front().recipient
                                            : nullptr;
  ber::Writer out;
  out.begin(context_tag(1, true));
  if (military) (void)out.oid(ber::oid_tag, x400::content_p772_oid);
  else out.integer(context_tag(0, false), x400::content_p22);
  x400::write(out, x400::or_name_tag, name_of(from));
  x400::write(out, context_tag(4, true), name_of(to));
  ber::put_utc_time(out, context_tag(7, false), submitted);
  out.end();
  return out.finish();
}

std::optional<Time> submission_time(ByteView delivery_fields) {
  if (delivery_fields.empty()) return std::nullopt;
  const auto doc = ber::Document::read(delivery_fields);
  if (!doc) return std::nullopt;
  for (const auto child : doc->children(0)) {
    const auto& tag = (*doc)[child].tag;
    if (tag.cls != ber::TagClass::context || tag.number != 7) continue;
    const auto text = doc->octet_string(child);
    return text ? parse_utc_time(as_text(*text)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace longwire::gateway
