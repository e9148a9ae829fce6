#include "base/ber_reader.hpp"

#include "base/utc_time.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <limits>

namespace longwire::ber {

Members::Members(const Document& doc, std::size_t index)
    : doc_(&doc), children_(doc.children(index)), taken_(children_.size()) {}

std::optional<std::size_t> Members::take(TagClass cls, std::uint32_t number) {
  for (std::size_t i = 0; i < children_.size(); ++i) {
    const auto& tag = (*doc_)[children_[i]].tag;
    if (taken_[i] || tag.cls != cls || tag.number != number) continue;
    taken_[i] = true;
    return children_[i];
  }
  return std::nullopt;
}

std::optional<Error> Members::check_duplicates() const {
  std::vector<Tag> known;  // a few: each take() names one
  for (std::size_t i = 0; i < children_.size(); ++i)
    if (taken_[i]) known.push_back((*doc_)[children_[i]].tag);
  for (const auto i : rest()) {
    const auto& node = (*doc_)[i];
    const bool again = std::any_of(known.begin(), known.end(), [&](const Tag& tag) {
      return tag.cls == node.tag.cls && tag.number == node.tag.number;
    });
    if (again) return error("duplicate_element", node.offset, "an element stands there twice");
  }
  return std::nullopt;
}

std::vector<std::size_t> Members::rest() const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < children_.size(); ++i)
    if (!taken_[i]) out.push_back(children_[i]);
  return out;
}

Result<std::size_t> only_child(const Document& doc, std::size_t index) {
  const auto& node = doc[index];
  if (node.next == index + 1 || doc[index + 1].next != node.next)
    return error("bad_length", node.offset, "exactly one element belongs inside");
  return index + 1;
}

Bytes raw(const Document& doc, std::size_t index) {
  const auto octets = doc.encoding(index);
  return {octets.begin(), octets.end()};
}

Result<std::string> text(const Document& doc, std::size_t index) {
  const auto octets = doc.octet_string(index);
  if (!octets) return octets.error();
  if (std::any_of(octets->begin(), octets->end(), [](std::uint8_t o) { return o >= 0x80; }))
    return error("bad_string", doc[index].offset, "an octet beyond 7F in a string of ASCII characters");
  return std::string(octets->begin(), octets->end());
}

Result<std::string> teletex(const Document& doc, std::size_t index) {
  const auto octets = doc.octet_string(index);
  if (!octets) return octets.error();
  return from_latin1(as_text(*octets));
}

Result<bool> boolean(const Document& doc, std::size_t index) {
  const auto value = doc.boolean(index);
  if (!value) return value.error();
  return *value;
}

Result<int> small_integer(const Document& doc, std::size_t index) {
  const auto value = doc.integer(index);
  if (!value) return value.error();
  if (*value < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max())
    return error("bad_value", doc[index].offset, "a number beyond 32 bits");
  return static_cast<int>(*value);
}

Result<std::uint16_t> bits(const Document& doc, std::size_t index) {
  const auto octets = doc.bit_string(index);
  if (!octets) return error("bad_value", octets.error().offset, octets.error().text);
  const unsigned first = octets->empty() ? 0U : octets->front();
  const unsigned second = octets->size() < 2 ? 0U : (*octets)[1];
  return static_cast<std::uint16_t>(first << 8 | second);
}

Result<Time> utc_time(const Document& doc, std::size_t index) {
  const auto octets = doc.octet_string(index);
  if (!octets) return octets.error();
  if (const auto time = parse_utc_time(as_text(*octets))) return *time;
  return error("bad_time", doc[index].offset, "no UTCTime");
}

void put_text(Writer& out, Tag tag, std::string_view text) {
  std::string ascii(text);
  std::replace_if(
      ascii.begin(), ascii.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  out.primitive(tag, as_bytes(ascii));
}

void put_teletex(Writer& out, Tag tag, std::string_view utf8) {
  Bytes octets;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto first = static_cast<std::uint8_t>(utf8[i]);
    if (first < 0x80) {
      octets.push_back(first);
      continue;
    }
    const auto next = i + 1 < utf8.size() ? static_cast<std::uint8_t>(utf8[i + 1]) : std::uint8_t{0};
    // C2 and C3 start the characters of ISO 8859-1.
    if ((first == 0xC2 || first == 0xC3) && next >> 6 == 2)
      octets.push_back(static_cast<std::uint8_t>((first & 3) << 6 | (next & 0x3F)));
    else octets.push_back('?');
    while (i + 1 < utf8.size() && static_cast<std::uint8_t>(utf8[i + 1]) >> 6 == 2) ++i;  // one mark a character
  }
  out.primitive(tag, octets);
}

void put_bits(Writer& out, Tag tag, std::uint16_t bits, unsigned count) {
  const std::uint8_t octets[] = {static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)};
  out.bit_string(tag, octets, count);
}

void put_named_bits(Writer& out, Tag tag, std::uint16_t bits) {
  unsigned count = 16;
  while (count > 0 && (bits >> (16 - count) & 1U) == 0) --count;
  put_bits(out, tag, bits, count);
}

void put_utc_time(Writer& out, Tag tag, Time t) { out.primitive(tag, as_bytes(format_utc_time(t))); }

void put_oid(Writer& out, Tag tag, std::string_view oid) {
  if (!out.oid(tag, oid)) (void)out.oid(tag, "0.0");
}

void put_boolean(Writer& out, Tag tag, bool value) { out.boolean(tag, value); }

}  // namespace longwire::ber
