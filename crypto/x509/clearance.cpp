// Clearance (RFC 5755 4.4.6), and the forms of RFC 3281 and its errata (RFC 5755 Appendix C), which are read only.
#include "base/limits.hpp"
#include "crypto/x509/certificate.hpp"
#include "crypto/x509/value_reader.hpp"

#include <algorithm>

namespace longwire::crypto {

namespace {

// RFC 3281: `read` for a member with a context tag, IMPLICIT as its module says, or EXPLICIT as some wrote it.
template <class Read>
auto either_tag(ber::Tag inner, Read read) {
  return [inner, read](const ber::Document& doc, std::size_t index) {
    const auto only = doc[index].tag.constructed ? ber::only_child(doc, index) : Result<std::size_t>(index);
    if (only && *only != index && doc[*only].tag.cls == inner.cls && doc[*only].tag.number == inner.number)
      return std::invoke(read, doc, *only);
    return std::invoke(read, doc, index);
  };
}

Result<std::vector<int>> read_classes(const ber::Document& doc, std::size_t index) {
  const auto octets = doc.bit_string(index);
  if (!octets) return octets.error();
  if (octets->size() > limits::clearance_classes / 8)
    return error("bad_value", doc[index].offset, "a class beyond those that labels can have");
  std::vector<int> out;
  for (std::size_t bit = 0; bit < octets->size() * 8; ++bit)
    if (((*octets)[bit / 8] >> (7 - bit % 8) & 1) != 0) out.push_back(static_cast<int>(bit));
  return out;
}

Result<std::vector<SecurityCategory>> read_categories(const ber::Document& doc, std::size_t index) {
  return ber::read_list(doc, index, ber::tagged(ber::sequence_tag, read_category));
}

}  // namespace

Result<Clearance> read_clearance(const ber::Document& doc, std::size_t index) {
  Clearance out;
  ber::Fields in(doc, index);
  if (!in.optional(ber::context_tag(0, false), either_tag(ber::oid_tag, read_oid), out.policy))
    in.required(ber::oid_tag, "policy of the clearance", read_oid, out.policy);
  if (!in.optional(ber::context_tag(1, false), either_tag(ber::bit_string_tag, read_classes), out.classes))
    in.optional(ber::bit_string_tag, read_classes, out.classes);
  if (!in.optional(ber::context_tag(2, true), either_tag(ber::set_tag, read_categories), out.categories))
    in.optional(ber::set_tag, read_categories, out.categories);
  return in.finish(std::move(out));
}

Result<Clearance> decode_clearance(ByteView ber) {
  return read_value(ber, ber::tagged(ber::sequence_tag, read_clearance));
}

Bytes encode_clearance(const Clearance& clearance) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, clearance.policy);
  if (clearance.classes != std::vector{1}) {  // DER leaves the default out
    Bytes bits(limits::clearance_classes / 8);
    std::size_t count = 0;
    for (const int c : clearance.classes) {
      const auto bit = static_cast<std::size_t>(c);
      if (c < 0 || bit >= limits::clearance_classes) continue;
      bits[bit / 8] = static_cast<std::uint8_t>(bits[bit / 8] | 0x80U >> bit % 8);
      count = std::max(count, bit + 1);
    }
    out.bit_string(ber::bit_string_tag, bits, count);
  }
  write_categories(out, clearance.categories);
  out.end();
  return out.finish();
}

}  // namespace longwire::crypto
