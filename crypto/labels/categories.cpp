#include "crypto/labels/categories.hpp"

#include "base/limits.hpp"
#include "crypto/x509/value_reader.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <utility>

namespace longwire::crypto::labels {

namespace {

using Kind = TagValues::Kind;
using Tags = std::vector<TagValues>;

constexpr std::string_view missi_label_oid = "2.16.840.1.101.2.1.8.1";
constexpr std::string_view missi_clearance_oid = "2.16.840.1.101.2.1.8.2";

struct Row {
  std::string_view oid;
  Kind kind;
};
// ACP 145(A), RFC 7906: the type of the category is the type of the tag.
constexpr std::array rows{
    Row{"2.16.840.1.101.2.1.8.3.0", Kind::restrictive},
    Row{"2.16.840.1.101.2.1.8.3.1", Kind::enumerated_permissive},
    Row{"2.16.840.1.101.2.1.8.3.2", Kind::permissive},
    Row{"2.16.840.1.101.2.1.8.3.3", Kind::informative},
    Row{"2.16.840.1.101.2.1.8.3.4", Kind::enumerated_restrictive},
};

// The tag numbers of SDN.801c.
constexpr std::uint32_t missi_restrictive = 1, missi_enumerated = 2, missi_permissive = 6, missi_free_form = 7;

Error bad_category(std::size_t offset, std::string_view why) { return error("bad_category", offset, std::string(why)); }

Result<std::vector<int>> read_bits(const ber::Document& doc, std::size_t index) {
  const auto octets = doc.bit_string(index);
  if (!octets) return octets.error();
  if (octets->size() * 8 > limits::category_values) return bad_category(doc[index].offset, "too many bits");
  std::vector<int> out;
  for (std::size_t bit = 0; bit < octets->size() * 8; ++bit)
    if (((*octets)[bit / 8] & 0x80U >> bit % 8) != 0) out.push_back(static_cast<int>(bit));
  return out;
}

Result<std::vector<int>> read_numbers(const ber::Document& doc, std::size_t index) {
  auto out = ber::read_list(doc, index, ber::tagged(ber::integer_tag, ber::small_integer));
  if (!out) return out.error();
  if (out->size() > limits::category_values) return bad_category(doc[index].offset, "too many values");
  std::sort(out->begin(), out->end());
  out->erase(std::unique(out->begin(), out->end()), out->end());
  if (!out->empty() && out->front() < 0) return bad_category(doc[index].offset, "a negative value");
  return out;
}

// CHOICE { BIT STRING, SET OF INTEGER } of informative tags.
Result<std::vector<int>> read_either(const ber::Document& doc, std::size_t index, bool& numbers) {
  numbers = doc[index].tag == ber::set_tag;
  if (numbers) return read_numbers(doc, index);
  return ber::tagged(ber::bit_string_tag, read_bits)(doc, index);
}

// SEQUENCE { tagSet OID, value }
Result<TagValues> read_acp145(const ber::Document& doc, std::size_t index, Kind kind) {
  const auto parts = doc.children(index);
  if (doc[index].tag != ber::sequence_tag || parts.size() != 2)
    return bad_category(doc[index].offset, "not a SEQUENCE of tag set and values");
  TagValues out{.tag_set = {}, .kind = kind, .values = {}, .numbers = false, .level = {}};
  auto tag_set = ber::tagged(ber::oid_tag, read_oid)(doc, parts[0]);
  if (!tag_set) return tag_set.error();
  out.tag_set = *std::move(tag_set);
  const bool bits = kind == Kind::restrictive || kind == Kind::permissive;
  auto values = kind == Kind::informative ? read_either(doc, parts[1], out.numbers)
                : bits                    ? ber::tagged(ber::bit_string_tag, read_bits)(doc, parts[1])
                                          : ber::tagged(ber::set_tag, read_numbers)(doc, parts[1]);
  if (!values) return values.error();
  out.values = *std::move(values);
  return out;
}

std::optional<Kind> missi_kind(const ber::Tag& tag) {
  if (tag.cls != ber::TagClass::context) return std::nullopt;
  if (tag.number == missi_restrictive) return Kind::restrictive;
  if (tag.number == missi_enumerated) return Kind::enumerated;
  if (tag.number == missi_permissive) return Kind::permissive;
  if (tag.number == missi_free_form) return Kind::informative;
  return std::nullopt;
}

// [1] or [6] SEQUENCE { securityLevel INTEGER OPTIONAL, BIT STRING }, [2] the same with SET OF INTEGER, [7] free form,
// whose CHOICE makes the tag explicit.
Result<TagValues> read_missi_label_tag(const ber::Document& doc, std::size_t index) {
  const auto kind = missi_kind(doc[index].tag);
  if (!kind || !doc[index].tag.constructed) return bad_category(doc[index].offset, "not a MISSI tag");
  auto parts = doc.children(index);
  TagValues out{.tag_set = {}, .kind = *kind, .values = {}, .numbers = false, .level = {}};
  if (parts.size() == 2 && *kind != Kind::informative) {
    const auto level = ber::tagged(ber::integer_tag, ber::small_integer)(doc, parts[0]);
    if (!level) return level.error();
    out.level = *level;
    parts.erase(parts.begin());
  }
  if (parts.size() != 1) return bad_category(doc[index].offset, "a MISSI tag of another form");
  auto values = *kind == Kind::informative  ? read_either(doc, parts[0], out.numbers)
                : *kind == Kind::enumerated ? ber::tagged(ber::set_tag, read_numbers)(doc, parts[0])
                                            : ber::tagged(ber::bit_string_tag, read_bits)(doc, parts[0]);
  if (!values) return values.error();
  out.values = *std::move(values);
  return out;
}

// [1] and [6] IMPLICIT BIT STRING, [2] IMPLICIT SET OF INTEGER.
Result<TagValues> read_missi_clearance_tag(const ber::Document& doc, std::size_t index) {
  const auto kind = missi_kind(doc[index].tag);
  if (!kind || *kind == Kind::informative) return bad_category(doc[index].offset, "not a MISSI privilege");
  auto values = *kind == Kind::enumerated ? read_numbers(doc, index) : read_bits(doc, index);
  if (!values) return values.error();
  return TagValues{.tag_set = {}, .kind = *kind, .values = *std::move(values), .numbers = false, .level = {}};
}

// SET OF SEQUENCE { tagSetName OID, SEQUENCE OF tag }
Result<Tags> read_missi(const ber::Document& doc, bool clearance) {
  if (doc[0].tag != ber::set_tag) return bad_category(0, "not a SET of named tag sets");
  Tags out;
  for (const auto named : doc.children(0)) {
    const auto parts = doc.children(named);
    if (doc[named].tag != ber::sequence_tag || parts.size() != 2 || doc[parts[1]].tag != ber::sequence_tag)
      return bad_category(doc[named].offset, "not a named tag set");
    const auto tag_set = ber::tagged(ber::oid_tag, read_oid)(doc, parts[0]);
    if (!tag_set) return tag_set.error();
    for (const auto tag : doc.children(parts[1])) {
      auto one = clearance ? read_missi_clearance_tag(doc, tag) : read_missi_label_tag(doc, tag);
      if (!one) return one.error();
      one->tag_set = *tag_set;
      out.push_back(*std::move(one));
    }
  }
  return out;
}

// Other names of the BER reader's errors would tell a caller nothing more.
Error as_bad_category(const Error& e) { return bad_category(e.offset, e.text.empty() ? e.name : e.text); }

// --- writing -----------------------------------------------------------------------------------------

std::optional<Error> check(const TagValues& one, bool bits) {
  for (const int value : one.values)
    if (value < 0 || (bits && static_cast<std::size_t>(value) >= limits::category_values))
      return bad_category(0, "the value " + std::to_string(value) + " has no place in a category");
  if (one.values.size() > limits::category_values) return bad_category(0, "too many values");
  return std::nullopt;
}

bool as_bits(const TagValues& one) {
  switch (one.kind) {
    case Kind::restrictive:
    case Kind::permissive:
      return true;
    case Kind::informative:
      return !one.numbers;
    case Kind::enumerated:
    case Kind::enumerated_permissive:
    case Kind::enumerated_restrictive:
      return false;
  }
  return false;
}

// BIT STRING without zeros at the end, or SET OF INTEGER, whose order by encoding is that of the numbers.
void put_values(ber::Writer& out, const TagValues& one, ber::Tag tag) {
  auto values = one.values;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  if (as_bits(one)) {
    const auto count = values.empty() ? 0 : static_cast<std::size_t>(values.back()) + 1;
    Bytes octets((count + 7) / 8);
    for (const int value : values) {
      const auto bit = static_cast<std::size_t>(value);
      octets[bit / 8] = static_cast<std::uint8_t>(octets[bit / 8] | 0x80U >> bit % 8);
    }
    return out.bit_string(tag, octets, count);
  }
  tag.constructed = true;
  out.begin(tag);
  for (const int value : values) out.integer(ber::integer_tag, value);
  out.end();
}

ber::Tag universal_tag(const TagValues& one) { return as_bits(one) ? ber::bit_string_tag : ber::set_tag; }

std::uint32_t missi_number(Kind kind) {
  switch (kind) {
    case Kind::restrictive:
      return missi_restrictive;
    case Kind::permissive:
      return missi_permissive;
    case Kind::informative:
      return missi_free_form;
    case Kind::enumerated:
    case Kind::enumerated_permissive:
    case Kind::enumerated_restrictive:
      return missi_enumerated;
  }
  return missi_free_form;
}

void put_missi_tag(ber::Writer& out, const TagValues& one, bool clearance) {
  const auto number = missi_number(one.kind);
  if (clearance) return put_values(out, one, ber::context_tag(number, false));
  out.begin(ber::context_tag(number, true));
  if (one.level && one.kind != Kind::informative) out.integer(ber::integer_tag, *one.level);
  put_values(out, one, universal_tag(one));
  out.end();
}

Result<SecurityCategory> missi_category(const Tags& values, bool clearance) {
  std::map<std::string, Tags> by_set;
  for (const auto& one : values) {
    if (clearance && one.kind == Kind::informative) continue;  // has no place there and is not asked for
    if (auto bad = check(one, as_bits(one))) return *std::move(bad);
    by_set[one.tag_set].push_back(one);
  }
  std::vector<Bytes> named;
  for (const auto& [tag_set, tags] : by_set) {
    ber::Writer out;
    out.begin(ber::sequence_tag);
    if (!out.oid(ber::oid_tag, tag_set)) return bad_category(0, tag_set + " is no OID");
    out.begin(ber::sequence_tag);
    for (const auto& tag : tags) put_missi_tag(out, tag, clearance);
    out.end();
    out.end();
    named.push_back(out.finish());
  }
  std::sort(named.begin(), named.end());  // X.690 11.6
  ber::Writer out;
  out.begin(ber::set_tag);
  for (const auto& one : named) out.raw(one);
  out.end();
  return SecurityCategory{std::string(clearance ? missi_clearance_oid : missi_label_oid), out.finish()};
}

}  // namespace

Result<Tags> tag_values(const SecurityCategory& category) {
  const auto* const row =
      std::find_if(rows.begin(), rows.end(), [&](const Row& candidate) { return candidate.oid == category.type; });
  const bool missi = category.type == missi_label_oid || category.type == missi_clearance_oid;
  if (row == rows.end() && !missi) return error("unknown_category", 0, "a security category of type " + category.type);
  const auto doc = ber::Document::read(category.value);
  if (!doc) return as_bad_category(doc.error());
  if (doc->octets() != category.value.size()) return bad_category(doc->octets(), "octets behind the category");
  if (missi) {
    auto out = read_missi(*doc, category.type == missi_clearance_oid);
    if (!out) return as_bad_category(out.error());
    return out;
  }
  auto one = read_acp145(*doc, 0, row->kind);
  if (!one) return as_bad_category(one.error());
  return Tags{*std::move(one)};
}

Result<Tags> tag_values(const std::vector<SecurityCategory>& categories) {
  if (categories.size() > limits::label_categories) return bad_category(0, "too many security categories");
  Tags out;
  std::size_t values = 0;
  for (const auto& category : categories) {
    auto some = tag_values(category);
    if (!some) return some.error();
    for (auto& one : *some) {
      values += one.values.size();
      out.push_back(std::move(one));
    }
  }
  // Rules compare values with each other.
  if (values > limits::category_values) return bad_category(0, "too many values of security categories");
  return out;
}

Result<SecurityCategory> category_of(const TagValues& values) {
  const auto kind = values.kind == Kind::enumerated ? Kind::enumerated_restrictive : values.kind;
  const auto* const row =
      std::find_if(rows.begin(), rows.end(), [kind](const Row& candidate) { return candidate.kind == kind; });
  if (auto bad = check(values, as_bits(values))) return *std::move(bad);
  ber::Writer out;
  out.begin(ber::sequence_tag);
  if (!out.oid(ber::oid_tag, values.tag_set)) return bad_category(0, values.tag_set + " is no OID");
  put_values(out, values, universal_tag(values));
  out.end();
  return SecurityCategory{std::string(row->oid), out.finish()};
}

Result<std::vector<SecurityCategory>> categories_of(const Tags& values, CategoryForm form) {
  Tags filled;
  std::copy_if(values.begin(), values.end(), std::back_inserter(filled),
               [](const TagValues& one) { return !one.values.empty(); });
  std::vector<SecurityCategory> out;
  if (filled.empty()) return out;
  if (form != CategoryForm::acp145) {
    auto one = missi_category(filled, form == CategoryForm::missi_clearance);
    if (!one) return one.error();
    out.push_back(*std::move(one));
    return out;
  }
  for (const auto& values_of_tag : filled) {
    auto one = category_of(values_of_tag);
    if (!one) return one.error();
    out.push_back(*std::move(one));
  }
  return out;
}

CategoryForm form_of(const std::vector<SecurityCategory>& categories) {
  if (categories.empty()) return CategoryForm::acp145;
  if (categories.front().type == missi_label_oid) return CategoryForm::missi_label;
  if (categories.front().type == missi_clearance_oid) return CategoryForm::missi_clearance;
  return CategoryForm::acp145;
}

}  // namespace longwire::crypto::labels
