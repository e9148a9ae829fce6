#include "crypto/x509/name.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "crypto/x509/extension_oids.hpp"
#include "crypto/x509/value_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace longwire::crypto {

namespace {

struct Attribute {
  std::string type;                 // OID
  std::optional<std::string> text;  // UTF-8, or octets where the string is broken; unset: no string
  Bytes raw;
};
using Rdn = std::vector<Attribute>;

// RFC 4514 3, and a few that every tool writes by name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> short_names{{
    {"2.5.4.3", "CN"},
    {"2.5.4.4", "SN"},
    {"2.5.4.5", "serialNumber"},
    {"2.5.4.6", "C"},
    {"2.5.4.7", "L"},
    {"2.5.4.8", "ST"},
    {"2.5.4.9", "STREET"},
    {"2.5.4.10", "O"},
    {"2.5.4.11", "OU"},
    {"2.5.4.12", "title"},
    {"2.5.4.42", "givenName"},
    {"2.5.4.65", "pseudonym"},
    {"2.5.4.97", "organizationIdentifier"},
    {"0.9.2342.19200300.100.1.1", "UID"},
    {"0.9.2342.19200300.100.1.25", "DC"},
    {oid::email_address, "emailAddress"},
}};

void put_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t octet) { out.push_back(static_cast<char>(octet)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      put(0xE0 | c >> 12);
    } else {
      put(0xF0 | c >> 18);
      put(0x80 | (c >> 12 & 0x3F));
    }
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

// BMPString (2 octets a character, surrogate pairs taken) and UniversalString (4).
std::optional<std::string> from_wide(ByteView octets, std::size_t width) {
  if (octets.size() % width != 0) return std::nullopt;
  std::string out;
  ByteReader in(octets);
  while (!in.at_end()) {
    std::uint32_t c = width == 2 ? in.u16() : in.u32();
    if (width == 2 && c >> 10 == 0x36 && in.remaining() >= 2) c = 0x10000 + ((c & 0x3FF) << 10 | (in.u16() & 0x3FFU));
    if (c > 0x10FFFF || c >> 11 == 0x1B) return std::nullopt;
    put_utf8(out, c);
  }
  return out;
}

std::optional<std::string> string_value(const ber::Document& doc, std::size_t index) {
  const auto& tag = doc[index].tag;
  if (tag.cls != ber::TagClass::universal) return std::nullopt;
  const auto octets = doc.octet_string(index);
  if (!octets) return std::nullopt;
  switch (tag.number) {
    case 12:  // UTF8String
    case 18:  // NumericString
    case 19:  // PrintableString
    case 22:  // IA5String
    case 26:  // VisibleString
      return std::string(as_text(*octets));
    case 20:
      return from_latin1(as_text(*octets));  // TeletexString, as everyone writes it
    case 28:
      return from_wide(*octets, 4);
    case 30:
      return from_wide(*octets, 2);
    default:
      return std::nullopt;
  }
}

std::optional<std::vector<Rdn>> read_name(ByteView name) {
  const auto doc = ber::Document::read(name);
  if (!doc || doc->octets() != name.size() || (*doc)[0].tag != ber::sequence_tag) return std::nullopt;
  std::vector<Rdn> out;
  for (const auto set : doc->children(0)) {
    if ((*doc)[set].tag != ber::set_tag) return std::nullopt;
    Rdn rdn;
    for (const auto item : doc->children(set)) {
      const auto pair = doc->children(item);
      if ((*doc)[item].tag != ber::sequence_tag || pair.size() != 2) return std::nullopt;
      auto type = ber::tagged(ber::oid_tag, read_oid)(*doc, pair[0]);
      if (!type) return std::nullopt;
      rdn.push_back({*std::move(type), string_value(*doc, pair[1]), ber::raw(*doc, pair[1])});
    }
    if (rdn.empty()) return std::nullopt;
    out.push_back(std::move(rdn));
  }
  return out;
}

// RFC 4514 2.4.
std::string escaped(const std::string& value) {
  const bool utf8 = is_utf8(value);
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const auto octet = static_cast<std::uint8_t>(c);
    const bool at_edge = (i == 0 && (c == ' ' || c == '#')) || (i + 1 == value.size() && c == ' ');
    if (octet < 0x20 || octet == 0x7F || (octet >= 0x80 && !utf8)) {
      out += '\\' + to_hex(ByteView(&octet, 1));
    } else {
      if (at_edge || std::string_view("\"+,;<>\\").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string attribute_text(const Attribute& attribute) {
  const auto known = std::find_if(short_names.begin(), short_names.end(),
                                  [&](const auto& entry) { return entry.first == attribute.type; });
  std::string out(known == short_names.end() ? std::string_view(attribute.type) : known->second);
  out += '=';
  return out + (attribute.text ? escaped(*attribute.text) : "#" + to_hex(attribute.raw));
}

// ASCII letters in lower case, spaces at the ends gone and runs of them one: what of RFC 4518 matters for names in use.
std::string folded(const std::string& value) {
  std::string out;
  for (const char c : to_lower(value))
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool same_attribute(const Attribute& a, const Attribute& b) {
  if (a.type != b.type) return false;
  if (a.text && b.text) return folded(*a.text) == folded(*b.text);
  return a.raw == b.raw;
}

bool same_rdn(const Rdn& a, const Rdn& b) {
  return std::is_permutation(a.begin(), a.end(), b.begin(), b.end(), same_attribute);
}

}  // namespace

std::string name_text(ByteView name) {
  const auto read = read_name(name);
  if (!read) return "#" + to_hex(name);
  std::string out;
  for (auto rdn = read->rbegin(); rdn != read->rend(); ++rdn) {
    if (rdn != read->rbegin()) out += ',';
    for (std::size_t i = 0; i < rdn->size(); ++i) out += (i == 0 ? "" : "+") + attribute_text((*rdn)[i]);
  }
  return out;
}

bool same_name(ByteView a, ByteView b) {
  if (std::equal(a.begin(), a.end(), b.begin(), b.end())) return true;
  const auto left = read_name(a);
  const auto right = read_name(b);
  return left && right && std::equal(left->begin(), left->end(), right->begin(), right->end(), same_rdn);
}

bool name_within(ByteView name, ByteView tree) {
  const auto whole = read_name(name);
  const auto start = read_name(tree);
  return whole && start && whole->size() >= start->size() &&
         std::equal(start->begin(), start->end(), whole->begin(), same_rdn);
}

std::vector<std::string> mail_addresses(ByteView name) {
  std::vector<std::string> out;
  const auto read = read_name(name);
  if (!read) return out;
  for (const auto& rdn : *read)
    for (const auto& attribute : rdn)
      if (attribute.type == oid::email_address && attribute.text) out.push_back(*attribute.text);
  return out;
}

}  // namespace longwire::crypto
