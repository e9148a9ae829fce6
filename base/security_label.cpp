// SecurityLabel: the SET that X.411, P772 and ESS (RFC 2634 3.2) share.
#include "base/security_label.hpp"

#include "base/ber_fields.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace longwire {

namespace {

using namespace ber;

constexpr ber::Tag utf8_string_tag{ber::TagClass::universal, 12, false};

// ESSPrivacyMark allows UTF8String beside PrintableString.
Result<std::string> read_utf8(const ber::Document& doc, std::size_t index) {
  auto octets = doc.octet_string(index);
  if (!octets) return octets.error();
  if (!is_utf8(as_text(*octets))) return error("bad_string", doc[index].offset, "a privacy mark that is not UTF-8");
  return std::string(as_text(*octets));
}

Result<Bytes> read_category_value(const ber::Document& doc, std::size_t index) {
  const auto inner = only_child(doc, index);
  if (!inner) return inner.error();
  return raw(doc, *inner);
}

Result<std::string> read_oid(const ber::Document& doc, std::size_t index) { return doc.oid(index); }

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void put_mark(ber::Writer& out, const std::string& mark) {
  if (mark.empty()) return;
  const bool ascii = is_ascii(mark);
  if (ascii) put_text(out, printable_string_tag, mark);
  else out.primitive(utf8_string_tag, as_bytes(mark));
}

void put_categories(ber::Writer& out, const std::vector<SecurityCategory>& categories) {
  if (categories.empty()) return;
  out.begin(set_tag);
  for (const auto& category : categories) write(out, category);
  out.end();
}

}  // namespace

void write(ber::Writer& out, const SecurityCategory& category) {
  out.begin(ber::sequence_tag);
  put_oid(out, context_tag(0, false), category.type);
  out.begin(context_tag(1, true));
  out.raw(category.value);
  out.end();
  out.end();
}

Result<SecurityCategory> read_category(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  SecurityCategory out;
  in.required(context_tag(0, false), "type of the security category", read_oid, out.type);
  in.required(context_tag(1, true), "value of the security category", read_category_value, out.value);
  return in.finish(std::move(out));
}

// X.690 11.6: the elements of a SET OF go in the order of their encodings.
void write_categories(ber::Writer& out, const std::vector<SecurityCategory>& categories) {
  if (categories.empty()) return;
  std::vector<Bytes> encoded;
  for (const auto& category : categories) {
    ber::Writer one;
    write(one, category);
    encoded.push_back(one.finish());
  }
  std::sort(encoded.begin(), encoded.end());
  out.begin(set_tag);
  for (const auto& one : encoded) out.raw(one);
  out.end();
}

Result<SecurityLabel> read_label(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  SecurityLabel out;
  in.optional(ber::oid_tag, read_oid, out.policy);
  in.optional(ber::integer_tag, small_integer, out.classification);
  if (!in.optional(printable_string_tag, text, out.mark)) in.optional(utf8_string_tag, read_utf8, out.mark);
  in.list(set_tag, tagged(ber::sequence_tag, read_category), out.categories);
  return in.finish(std::move(out));
}

void write(ber::Writer& out, ber::Tag tag, const SecurityLabel& label, LabelOrder order) {
  const auto put_policy = [&] {
    if (!label.policy.empty()) put_oid(out, ber::oid_tag, label.policy);
  };
  const auto put_classification = [&] {
    if (label.classification) out.integer(ber::integer_tag, *label.classification);
  };
  out.begin(tag);
  switch (order) {
    case LabelOrder::definition:
      put_policy();
      put_classification();
      put_mark(out, label.mark);
      put_categories(out, label.categories);
      break;
    case LabelOrder::der:
      put_classification();
      put_policy();
      if (!is_ascii(label.mark)) put_mark(out, label.mark);  // UTF8String is 12, SET 17, PrintableString 19
      write_categories(out, label.categories);
      if (is_ascii(label.mark)) put_mark(out, label.mark);
      break;
  }
  out.end();
}

Result<SecurityLabel> decode_label(ByteView ber) {
  const auto doc = ber::Document::read(ber);
  if (!doc) return doc.error();
  if (doc->octets() != ber.size()) return error("trailing_octets", doc->octets(), "octets behind the security label");
  return tagged(set_tag, read_label)(*doc, 0);
}

Bytes encode_label(const SecurityLabel& label) {
  ber::Writer out;
  write(out, set_tag, label, LabelOrder::der);
  return out.finish();
}

}  // namespace longwire
