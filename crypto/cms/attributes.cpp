#include "crypto/cms/attributes.hpp"

#include "crypto/cms/attribute_fields.hpp"

#include <algorithm>

namespace longwire::crypto::cms {

namespace {

Result<Attribute> read_attribute(const ber::Document& doc, std::size_t index) {
  if (doc[index].tag != ber::sequence_tag) return error("bad_cms", doc[index].offset, "an attribute is a SEQUENCE");
  Sequence in(doc, index);
  Attribute out;
  in.required(ber::oid_tag, "attrType", read_oid, out.type);
  in.required(
      ber::set_tag, "attrValues", [](const auto& set, auto at) { return ber::read_list(set, at, read_raw); },
      out.values);
  return in.finish(std::move(out));
}

Bytes encode_attribute(const Attribute& attribute) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, attribute.type);
  put_set(out, ber::set_tag, attribute.values);
  out.end();
  return out.finish();
}

}  // namespace

Result<Attributes> read_attributes(const ber::Document& doc, std::size_t index) {
  auto list = ber::read_list(doc, index, read_attribute);
  if (!list) return list.error();
  if (list->size() > limits::cms_attributes)
    return error("too_many_attributes", doc[index].offset, "more attributes than taken");
  Attributes out;
  out.list = *std::move(list);
  // RFC 5652 5.4: hashed under the tag SET OF, not under the implicit one of the message.
  if (doc[index].indefinite) {
    ber::Writer definite;
    definite.begin(ber::set_tag);
    definite.raw(doc.content(index));
    definite.end();
    out.as_received = definite.finish();
  } else {
    const auto encoding = doc.encoding(index);
    out.as_received.assign(encoding.begin(), encoding.end());
    out.as_received[0] = 0x31;
  }
  return out;
}

bool is_attribute_set(ByteView octets) {
  const auto doc = ber::Document::read(octets);
  if (!doc || doc->octets() != octets.size() || (*doc)[0].tag != ber::set_tag || doc->count() == 1) return false;
  return ber::read_list(*doc, 0, read_attribute).has_value();
}

Result<Bytes> Attributes::single(std::string_view type) const {
  const Attribute* found = nullptr;
  for (const auto& attribute : list) {
    if (attribute.type != type) continue;
    if (found != nullptr) return error("duplicate_attribute", 0, "attribute " + attribute.type + " stands there twice");
    found = &attribute;
  }
  if (found == nullptr) return error("missing_attribute", 0, "no attribute " + std::string(type));
  if (found->values.size() > 1) return error("duplicate_attribute", 0, "two values of attribute " + found->type);
  if (found->values.empty()) return error("bad_attribute", 0, "no value of attribute " + found->type);
  return found->values[0];
}

bool Attributes::has(std::string_view type) const {
  return std::any_of(list.begin(), list.end(), [&](const Attribute& attribute) { return attribute.type == type; });
}

Bytes encode_attributes(std::vector<Attribute> list) {
  std::vector<Bytes> encoded;
  encoded.reserve(list.size());
  for (const auto& attribute : list) encoded.push_back(encode_attribute(attribute));
  ber::Writer out;
  put_set(out, ber::set_tag, std::move(encoded));
  return out.finish();
}

}  // namespace longwire::crypto::cms
