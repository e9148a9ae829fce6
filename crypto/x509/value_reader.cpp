#include "crypto/x509/value_reader.hpp"

#include "base/text.hpp"
#include "base/utc_time.hpp"

#include <algorithm>

namespace longwire::crypto {

namespace {

// Other zones and missing seconds are X.680, but no certificate may have them (RFC 5280 4.1.2.5.2).
std::optional<Time> parse_generalized_time(std::string_view text) {
  constexpr std::size_t to_seconds = 14;
  if (text.size() < to_seconds + 1 || text.back() != 'Z') return std::nullopt;
  const auto fraction = text.substr(to_seconds, text.size() - to_seconds - 1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!fraction.empty() && (fraction.size() < 2 || (fraction[0] != '.' && fraction[0] != ',') ||
                            !std::all_of(fraction.begin() + 1, fraction.end(), digit)))
    return std::nullopt;
  std::string form(text.substr(0, to_seconds));  // as base/text.hpp reads it: "YYYY-MM-DDTHH:MM:SSZ"
  std::size_t at = 4;
  for (const char behind : std::string_view("--T::")) {
    form.insert(at, 1, behind);
    at += 3;
  }
  form += 'Z';
  return parse_utc(form);
}

}  // namespace

Result<Time> read_time(const ber::Document& doc, std::size_t index) {
  const auto& tag = doc[index].tag;
  if (tag.cls != ber::TagClass::universal) return error("bad_tag", doc[index].offset, "no time");
  const auto octets = doc.octet_string(index);
  if (!octets) return octets.error();
  std::optional<Time> time;
  if (tag.number == ber::utc_time_tag.number) time = parse_utc_time(as_text(*octets), cms_first_year);
  else if (tag.number == generalized_time_tag.number) time = parse_generalized_time(as_text(*octets));
  else return error("bad_tag", doc[index].offset, "no time");
  if (!time) return error("bad_time", doc[index].offset, "no valid time");
  return *time;
}

Result<Bytes> read_raw(const ber::Document& doc, std::size_t index) { return ber::raw(doc, index); }

Result<std::string> read_oid(const ber::Document& doc, std::size_t index) { return doc.oid(index); }

Result<Bytes> read_octets(const ber::Document& doc, std::size_t index) { return doc.octet_string(index); }

Result<Bytes> read_bits(const ber::Document& doc, std::size_t index) { return doc.bit_string(index); }

Result<Bytes> read_big_integer(const ber::Document& doc, std::size_t index) {
  const auto& node = doc[index];
  if (node.tag.constructed) return error("bad_tag", node.offset, "constructed integer");
  auto octets = doc.content(index);
  if (octets.empty()) return error("bad_length", node.offset, "integer without octets");
  // Serial numbers are compared octet by octet: 00 7F and 7F are the same number.
  while (octets.size() > 1 && ((octets[0] == 0x00 && octets[1] < 0x80) || (octets[0] == 0xFF && octets[1] >= 0x80)))
    octets = octets.subspan(1);
  return Bytes(octets.begin(), octets.end());
}

Result<AlgorithmId> read_algorithm(const ber::Document& doc, std::size_t index) {
  const auto members = doc.children(index);
  if (!doc[index].tag.constructed || members.empty() || members.size() > 2)
    return error("bad_tag", doc[index].offset, "no AlgorithmIdentifier");
  auto oid = ber::tagged(ber::oid_tag, read_oid)(doc, members[0]);
  if (!oid) return oid.error();
  return AlgorithmId{*std::move(oid), members.size() == 2 ? ber::raw(doc, members[1]) : Bytes{}};
}

}  // namespace longwire::crypto
