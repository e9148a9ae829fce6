#include "annexe/x400/body_parts.hpp"

#include "annexe/x400/ipm_parts.hpp"

namespace longwire::x400::body {

namespace {

using ber::context_tag;

constexpr std::uint32_t line_oriented = 0;
constexpr std::uint32_t set_oriented = 1;

// IA5String of any tag, octets as they stand.
Result<std::string> read_octets(const ber::Document& doc, std::size_t index) {
  auto octets = doc.octet_string(index);
  if (!octets) return octets.error();
  return std::string(as_text(*octets));
}

Result<Adatp3> read_adatp3_data(const ber::Document& doc, std::size_t index) {
  Adatp3 out;
  const auto& node = doc[index];
  out.set_oriented = node.tag.number == set_oriented;
  if (node.tag.cls != ber::TagClass::context || node.tag.number > set_oriented)
    return error("bad_tag", node.offset, "ADatP-3 is line-oriented [0] or set-oriented [1]");
  if (out.set_oriented) {
    auto sets = read_list(doc, index, tagged(ia5_string_tag, read_octets));
    if (!sets) return sets.error();
    out.sets = *std::move(sets);
    return out;
  }
  auto lines = read_octets(doc, index);
  if (!lines) return lines.error();
  out.sets.push_back(*std::move(lines));
  return out;
}

// The element that is the whole of `ber`.
template <class Read>
Result<ReadBy<Read>> read_whole(ByteView ber, Read read) {
  const auto doc = ber::Document::read(ber, {limits::p772_depth, limits::ber_elements});
  if (!doc) return doc.error();
  if (doc->octets() != ber.size()) return error("trailing_octets", doc->octets(), "octets behind the body part");
  return std::invoke(read, *doc, std::size_t{0});
}

std::optional<Error> check(const Extended& part, std::string_view oid) {
  if (part.data_oid == oid) return std::nullopt;
  return error("wrong_body_part", 0, "the data is " + part.data_oid + ", not " + std::string(oid));
}

// The parameters of these parts are a number without a known meaning; 0 where there are none.
Result<int> read_parameters(const Extended& part) {
  if (part.parameters.empty()) return 0;
  return read_whole(part.parameters, tagged(ber::integer_tag, small_integer));
}

Bytes integer(int value) {
  ber::Writer out;
  out.integer(ber::integer_tag, value);
  return out.finish();
}

Result<Ia5Data> read_ia5_data(const Extended& part, std::string_view oid) {
  if (auto e = check(part, oid)) return *std::move(e);
  const auto parameters = read_parameters(part);
  if (!parameters) return parameters.error();
  auto data = read_whole(part.data, tagged(ia5_string_tag, read_octets));
  if (!data) return data.error();
  return Ia5Data{*std::move(data), *parameters};
}

Extended make_ia5_data(const Ia5Data& value, std::string_view parameters, std::string_view data) {
  ber::Writer out;
  out.primitive(ia5_string_tag, as_bytes(value.text));
  return {std::string(parameters), integer(value.parameters), std::string(data), out.finish()};
}

Result<Bytes> read_raw(const ber::Document& doc, std::size_t index) { return raw(doc, index); }

Result<ForwardedEncrypted> read_delivery(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  ForwardedEncrypted out;
  in.optional(context_tag(0, false), utc_time, out.delivered);
  in.optional(context_tag(1, true), read_raw, out.delivery_fields);
  return in.finish(std::move(out));
}

// A BIT STRING of whole octets; segments are read as X.690 8.6.4 has them.
Result<Bytes> read_bit_octets(const ber::Document& doc, std::size_t index) {
  Bytes out;
  for (auto i = index; i < doc[index].next; ++i) {
    const auto& node = doc[i];
    if (i != index && (node.tag.cls != ber::TagClass::universal || node.tag.number != bit_string_tag.number))
      return error("bad_tag", node.offset, "a segment of a bit string is something else");
    if (node.tag.constructed) continue;
    const auto octets = doc.content(i);
    if (octets.empty() || octets[0] != 0)
      return error("bad_value", node.offset, "encrypted content that is not whole octets");
    out.insert(out.end(), octets.begin() + 1, octets.end());
  }
  return out;
}

}  // namespace

Extended make_adatp3(const Adatp3& value) {
  ber::Writer out;
  if (value.set_oriented) {
    out.begin(context_tag(set_oriented, true));
    for (const auto& set : value.sets) out.primitive(ia5_string_tag, as_bytes(set));
    out.end();
  } else {
    std::string lines;
    for (const auto& text : value.sets) lines += text;
    out.primitive(context_tag(line_oriented, false), as_bytes(lines));
  }
  return {std::string(ep_adatp3), integer(value.parameters), std::string(et_adatp3), out.finish()};
}

Result<Adatp3> read_adatp3(const Extended& part) {
  if (auto e = check(part, et_adatp3)) return *std::move(e);
  const auto parameters = read_parameters(part);
  if (!parameters) return parameters.error();
  auto out = read_whole(part.data, read_adatp3_data);
  if (out) out->parameters = *parameters;
  return out;
}

Extended make_corrections(const Ia5Data& value) { return make_ia5_data(value, ep_corrections, et_corrections); }
Result<Ia5Data> read_corrections(const Extended& part) { return read_ia5_data(part, et_corrections); }

Extended make_acp127_data(const Ia5Data& value) { return make_ia5_data(value, ep_acp127_data, et_acp127_data); }
Result<Ia5Data> read_acp127_data(const Extended& part) { return read_ia5_data(part, et_acp127_data); }

Extended make_forwarded_encrypted(const ForwardedEncrypted& value) {
  Extended out;
  out.data_oid = et_forwarded_encrypted;
  Bytes octets{0};  // unused bits
  octets.insert(octets.end(), value.octets.begin(), value.octets.end());
  ber::Writer data;
  data.primitive(bit_string_tag, octets);
  out.data = data.finish();
  if (!value.delivered && value.delivery_fields.empty()) return out;  // as in mm-message
  ber::Writer parameters;
  parameters.begin(set_tag);
  if (value.delivered) put_utc_time(parameters, context_tag(0, false), *value.delivered);
  parameters.raw(value.delivery_fields);
  parameters.end();
  out.parameters_oid = ep_forwarded_encrypted;
  out.parameters = parameters.finish();
  return out;
}

Result<ForwardedEncrypted> read_forwarded_encrypted(const Extended& part) {
  if (auto e = check(part, et_forwarded_encrypted)) return *std::move(e);
  ForwardedEncrypted out;
  if (!part.parameters.empty()) {
    auto delivery = read_whole(part.parameters, tagged(set_tag, read_delivery));
    if (!delivery) return delivery.error();
    out = *std::move(delivery);
  }
  auto octets = read_whole(part.data, tagged(bit_string_tag, read_bit_octets));
  if (!octets) return octets.error();
  out.octets = *std::move(octets);
  return out;
}

}  // namespace longwire::x400::body
