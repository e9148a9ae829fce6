// The body of an IPM: its parts, and messages within messages (stanag4406.md 3, 3.3).
#include "annexe/x400/body_parts.hpp"
#include "annexe/x400/ipm_parts.hpp"

namespace longwire::x400 {

namespace {

using ber::context_tag;

constexpr std::uint32_t tag_ia5 = 0;
constexpr std::uint32_t tag_message = 9;
constexpr std::uint32_t tag_bilateral = 14;
constexpr std::uint32_t tag_extended = 15;
constexpr int repertoire_ia5 = 5;

// A SEQUENCE { parameters, data } of the basic body parts.
Result<std::vector<std::size_t>> two_children(const ber::Document& doc, std::size_t index) {
  auto children = doc.children(index);
  if (children.size() < 2) return missing(doc, index, "parameters or data of the body part");
  if (children.size() > 2) return error("bad_tag", doc[children[2]].offset, "a body part has parameters and data");
  return children;
}

Result<std::string> read_octets_as_text(const ber::Document& doc, std::size_t index) {
  // Not text(): a peer's octets above 127 are its sender's words, and no reason to lose the message.
  auto octets = doc.octet_string(index);
  if (!octets) return octets.error();
  return std::string(as_text(*octets));
}

Result<int> read_repertoire(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  int out = repertoire_ia5;
  in.optional(context_tag(0, false), small_integer, out);
  return in.finish(out);
}

Result<BodyPart> read_ia5(const ber::Document& doc, std::size_t index) {
  const auto parts = two_children(doc, index);
  if (!parts) return parts.error();
  const auto repertoire = tagged(set_tag, read_repertoire)(doc, parts->at(0));
  if (!repertoire) return repertoire.error();
  auto data = tagged(ia5_string_tag, read_octets_as_text)(doc, parts->at(1));
  if (!data) return data.error();
  return body::Ia5{*std::move(data), *repertoire};
}

Result<Bytes> read_raw(const ber::Document& doc, std::size_t index) { return raw(doc, index); }

// delivery-time and delivery-envelope, alike in message [9] and mm-message.
Result<body::Forwarded> read_delivery(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  body::Forwarded out;
  in.optional(context_tag(0, false), utc_time, out.delivered);
  in.optional(context_tag(1, true), read_raw, out.delivery_fields);
  return in.finish(std::move(out));
}

std::optional<Error> read_inner(const ber::Document& doc, std::size_t index, std::size_t depth, body::Forwarded& into) {
  if (depth == limits::forwarded_depth)
    return error("too_deep", doc[index].offset, "messages forwarded within messages beyond the limit");
  // Without the tag of the content CHOICE (3.3).
  auto inner = tagged(ber::sequence_tag,
                      [depth](const ber::Document& d, std::size_t i) { return read_ipm(d, i, depth + 1); })(doc, index);
  if (!inner) return inner.error();
  into.message.push_back(*std::move(inner));
  return std::nullopt;
}

Result<BodyPart> read_message(const ber::Document& doc, std::size_t index, std::size_t depth) {
  const auto parts = two_children(doc, index);
  if (!parts) return parts.error();
  auto out = tagged(set_tag, read_delivery)(doc, parts->at(0));
  if (!out) return out.error();
  out->military = false;
  if (auto e = read_inner(doc, parts->at(1), depth, *out)) return *std::move(e);
  return BodyPart(*std::move(out));
}

// An EXTERNAL in the form { direct-reference, single-ASN1-type }.
struct ExternalAt {
  std::string oid;
  std::size_t value = 0;
};

// Nothing: a form with other members (X.690 8.18), which is legal and nothing we can name.
std::optional<ExternalAt> split_external(const ber::Document& doc, std::size_t index) {
  const auto members = doc.children(index);
  if (members.size() != 2 || doc[members[0]].tag != ber::oid_tag || doc[members[1]].tag != context_tag(0, true))
    return std::nullopt;
  auto oid = doc.oid(members[0]);
  const auto values = doc.children(members[1]);
  if (!oid || values.size() != 1) return std::nullopt;
  return ExternalAt{*std::move(oid), values[0]};
}

Result<BodyPart> read_mm_message(const ber::Document& doc, const std::optional<ExternalAt>& parameters,
                                 const ExternalAt& data, std::size_t depth) {
  body::Forwarded out;
  if (parameters) {
    auto delivery = tagged(set_tag, read_delivery)(doc, parameters->value);
    if (!delivery) return delivery.error();
    out = *std::move(delivery);
  }
  out.military = true;
  if (auto e = read_inner(doc, data.value, depth, out)) return *std::move(e);
  return BodyPart(std::move(out));
}

// Nothing: not as X.420 has it, to be kept as it is.
std::optional<body::General> read_general(const ber::Document& doc, const ExternalAt& parameters,
                                          const ExternalAt& data) {
  const auto repertoires = tagged(set_tag, [](const ber::Document& d, std::size_t i) {
    return read_list(d, i, tagged(ber::integer_tag, small_integer));
  })(doc, parameters.value);
  const auto octets = tagged(general_string_tag,
                             [](const ber::Document& d, std::size_t i) { return d.octet_string(i); })(doc, data.value);
  if (!repertoires || !octets) return std::nullopt;
  return body::General{*repertoires, *octets};
}

Result<BodyPart> read_extended(const ber::Document& doc, std::size_t index, std::size_t depth) {
  const auto children = doc.children(index);
  const bool has_parameters = children.size() == 2 && doc[children[0]].tag == context_tag(0, true);
  const auto data_at = has_parameters ? 1U : 0U;
  if (children.size() <= data_at) return missing(doc, index, "data of the extended body part");
  const auto parameters = has_parameters ? split_external(doc, children[0]) : std::nullopt;
  const auto data = doc[children[data_at]].tag == external_tag ? split_external(doc, children[data_at]) : std::nullopt;
  if (!data || children.size() != data_at + 1 || has_parameters != parameters.has_value())
    return BodyPart(body::Unknown{raw(doc, index)});
  if (data->oid == body::et_mm_message && (!parameters || parameters->oid == body::ep_mm_message))
    return read_mm_message(doc, parameters, *data, depth);
  if (data->oid == body::et_general_text && parameters && parameters->oid == body::ep_general_text)
    if (auto general = read_general(doc, *parameters, *data)) return BodyPart(*std::move(general));
  body::Extended out;
  if (parameters) {
    out.parameters_oid = parameters->oid;
    out.parameters = raw(doc, parameters->value);
  }
  out.data_oid = data->oid;
  out.data = raw(doc, data->value);
  return BodyPart(std::move(out));
}

// --- writing

void put_external(ber::Writer& out, ber::Tag tag, std::string_view oid, ByteView value) {
  out.begin(tag);
  put_oid(out, ber::oid_tag, oid);
  out.begin(context_tag(0, true));
  out.raw(value);
  out.end();
  out.end();
}

void put_extended(ber::Writer& out, const body::Extended& part) {
  out.begin(context_tag(tag_extended, true));
  if (!part.parameters_oid.empty()) put_external(out, context_tag(0, true), part.parameters_oid, part.parameters);
  put_external(out, external_tag, part.data_oid, part.data);
  out.end();
}

void put_delivery(ber::Writer& out, const body::Forwarded& part) {
  out.begin(set_tag);
  if (part.delivered) put_utc_time(out, context_tag(0, false), *part.delivered);
  out.raw(part.delivery_fields);
  out.end();
}

void put_part(ber::Writer& out, const body::Ia5& part) {
  out.begin(context_tag(tag_ia5, true));
  out.begin(set_tag);
  if (part.repertoire != repertoire_ia5) out.integer(context_tag(0, false), part.repertoire);
  out.end();
  out.primitive(ia5_string_tag, as_bytes(part.text));
  out.end();
}

void put_part(ber::Writer& out, const body::General& part) {
  ber::Writer parameters;
  parameters.begin(set_tag);
  for (const auto number : part.repertoires) parameters.integer(ber::integer_tag, number);
  parameters.end();
  ber::Writer data;
  data.primitive(general_string_tag, part.text);
  put_extended(out, {std::string(body::ep_general_text), parameters.finish(), std::string(body::et_general_text),
                     data.finish()});
}

void put_part(ber::Writer& out, const body::Bilateral& part) {
  out.primitive(context_tag(tag_bilateral, false), part.octets);
}

void put_part(ber::Writer& out, const body::Forwarded& part) {
  if (!part.military) {
    out.begin(context_tag(tag_message, true));
    put_delivery(out, part);
    for (const auto& inner : part.message) write(out, ber::sequence_tag, inner);
    out.end();
    return;
  }
  body::Extended whole;
  whole.data_oid = body::et_mm_message;
  ber::Writer data;
  for (const auto& inner : part.message) write(data, ber::sequence_tag, inner);
  whole.data = data.finish();
  // MMMessageParameters must have a delivery-envelope, but the parameters as a whole need not be there.
  if (part.delivered || !part.delivery_fields.empty()) {
    ber::Writer parameters;
    put_delivery(parameters, part);
    whole.parameters_oid = body::ep_mm_message;
    whole.parameters = parameters.finish();
  }
  put_extended(out, whole);
}

void put_part(ber::Writer& out, const body::Extended& part) { put_extended(out, part); }

void put_part(ber::Writer& out, const body::Unknown& part) { out.raw(part.element); }

}  // namespace

Result<BodyPart> read_body_part(const ber::Document& doc, std::size_t index, std::size_t depth) {
  const auto& node = doc[index];
  if (node.tag.cls != ber::TagClass::context) return error("bad_tag", node.offset, "no body part has this tag");
  if (node.tag.number == tag_bilateral) {
    auto octets = doc.octet_string(index);
    if (!octets) return octets.error();
    return BodyPart(body::Bilateral{*std::move(octets)});
  }
  const bool known = node.tag.number == tag_ia5 || node.tag.number == tag_message || node.tag.number == tag_extended;
  if (known && !node.tag.constructed) return error("bad_tag", node.offset, "a body part not constructed");
  if (node.tag.number == tag_ia5) return read_ia5(doc, index);
  if (node.tag.number == tag_message) return read_message(doc, index, depth);
  if (node.tag.number == tag_extended) return read_extended(doc, index, depth);
  return BodyPart(body::Unknown{raw(doc, index)});
}

void write(ber::Writer& out, const BodyPart& part) {
  std::visit([&out](const auto& p) { put_part(out, p); }, part);
}

Result<BodyPart> decode_body_part(ByteView in) {
  const auto doc = ber::Document::read(in, {limits::p772_depth, limits::ber_elements});
  if (!doc) return doc.error();
  if (doc->octets() != in.size()) return error("trailing_octets", doc->octets(), "octets behind the body part");
  return read_body_part(*doc, 0, 0);
}

Bytes encode_body_part(const BodyPart& part) {
  ber::Writer out;
  write(out, part);
  return out.finish();
}

Result<Ipm> read_ipm(const ber::Document& doc, std::size_t index, std::size_t depth) {
  const auto& node = doc[index];
  if (!node.tag.constructed) return error("bad_tag", node.offset, "a message not constructed");
  const auto members = doc.children(index);
  if (members.size() < 2) return missing(doc, index, members.empty() ? "heading" : "body");
  if (members.size() > 2) return error("bad_tag", doc[members[2]].offset, "a message has a heading and a body");
  Ipm out;
  auto heading = tagged(set_tag, read_heading)(doc, members[0]);
  if (!heading) return heading.error();
  out.heading = *std::move(heading);
  auto parts = tagged(ber::sequence_tag, [depth](const ber::Document& d, std::size_t i) {
    return read_list(d, i, [depth](const ber::Document& dd, std::size_t ii) { return read_body_part(dd, ii, depth); });
  })(doc, members[1]);
  if (!parts) return parts.error();
  out.body = *std::move(parts);
  return out;
}

void write(ber::Writer& out, ber::Tag tag, const Ipm& message) {
  out.begin(tag);
  write(out, message.heading);
  out.begin(ber::sequence_tag);
  for (const auto& part : message.body) write(out, part);
  out.end();
  out.end();
}

namespace body {

bool operator==(const Forwarded& a, const Forwarded& b) {
  return a.military == b.military && a.delivered == b.delivered && a.delivery_fields == b.delivery_fields &&
         a.message == b.message;
}

}  // namespace body

}  // namespace longwire::x400
