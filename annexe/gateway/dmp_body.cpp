#include "annexe/gateway/dmp_parts.hpp"
#include "annexe/inflate.hpp"
#include "annexe/x400/body_parts.hpp"
#include "base/limits.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway::dmp_parts {

namespace {

enum Eit : std::uint8_t { empty = 0, ia5 = 1, general = 2, bilateral = 3, adatp3 = 4 };

// General text says its repertoires by number, DMP only has the text: its designation of G1 (ESC 2/13 F) must say
// the same. Register numbers of the high halves of ISO 8859-1 .. 9 (RFC 2157 6.2).
struct Designation {
  char final;
  int registered;
};
constexpr std::array designations{Designation{'A', 100}, Designation{'B', 101}, Designation{'C', 109},
                                  Designation{'D', 110}, Designation{'L', 144}, Designation{'G', 127},
                                  Designation{'F', 126}, Designation{'H', 138}, Designation{'M', 148}};
constexpr int ascii_register = 6;

std::vector<int> repertoires_of(ByteView text) {
  std::vector<int> out{ascii_register};
  constexpr std::string_view designate_g1 = "\x1B\x2D";
  const auto at = as_text(text).find(designate_g1);
  if (at == std::string_view::npos || at + designate_g1.size() >= text.size()) return out;
  const auto final = as_text(text)[at + designate_g1.size()];
  for (const auto& d : designations)
    if (d.final == final) out.push_back(d.registered);
  return out;
}

bool is_ia5(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void take(dmp::Body& out, std::uint8_t eit, ByteView data) {
  out.eit = eit;
  out.data.assign(data.begin(), data.end());
}

struct Writer {
  dmp::Body& out;

  std::optional<Error> operator()(const x400::body::Ia5& part) const {
    if (part.repertoire != 5) return not_for_dmp("text of the ITA2 repertoire");
    if (!is_ia5(part.text)) return not_for_dmp("IA5 text with octets above 127");
    take(out, ia5, as_bytes(part.text));
    return std::nullopt;
  }
  std::optional<Error> operator()(const x400::body::General& part) const {
    if (part.repertoires != repertoires_of(part.text)) return not_for_dmp("text of another character set");
    take(out, general, part.text);
    return std::nullopt;
  }
  std::optional<Error> operator()(const x400::body::Bilateral& part) const {
    take(out, bilateral, part.octets);
    return std::nullopt;
  }
  std::optional<Error> operator()(const x400::body::Forwarded&) const { return not_for_dmp("a forwarded message"); }
  std::optional<Error> operator()(const x400::body::Extended& part) const {
    if (part.data_oid != x400::body::et_adatp3) return not_for_dmp("a body part of type " + part.data_oid);
    const auto text = x400::body::read_adatp3(part);
    if (!text || text->set_oriented || text->sets.size() != 1 || text->parameters != 0 ||
        x400::body::make_adatp3(*text) != part)
      return not_for_dmp("ADatP-3 that is not one text");
    take(out, adatp3, as_bytes(text->sets[0]));
    return std::nullopt;
  }
  std::optional<Error> operator()(const x400::body::Unknown&) const { return not_for_dmp("an unknown body part"); }
};

}  // namespace

Result<dmp::Body> to_body(const std::vector<x400::BodyPart>& parts, std::string_view subject) {
  dmp::Body out;
  if (parts.size() > 1) return not_for_dmp(std::to_string(parts.size()) + " body parts");
  if (!is_ia5(subject) || subject.find('\0') != std::string_view::npos)
    return not_for_dmp("a subject outside the characters of IA5");
  out.subject = subject;
  if (!subject.empty()) out.format = dmp::BodyFormat::subject_and_text;
  if (parts.empty()) {
    out.eit = empty;
    return out;
  }
  if (const auto lost = std::visit(Writer{out}, parts[0])) return *lost;
  if (out.data.size() > limits::dmp_inflated_octets) return not_for_dmp("too large");
  out.compressed = annexe::deflate_zlib(out.data).size() < out.data.size();
  return out;
}

std::vector<x400::BodyPart> from_body(const dmp::Body& body, Notes& notes) {
  if (body.format == dmp::BodyFormat::structured) {
    notes.emplace_back("structured DMP body as bilaterally defined");
    return {x400::body::Bilateral{body.data}};
  }
  switch (body.eit) {
    case empty:
      if (body.data.empty()) return {};
      notes.emplace_back("text in a DMP body that is said to be empty");
      break;
    case general:
      return {x400::body::General{repertoires_of(body.data), body.data}};
    case bilateral:
      return {x400::body::Bilateral{body.data}};
    case adatp3: {
      x400::body::Adatp3 text;
      text.sets = {std::string(as_text(body.data))};
      if (is_ia5(text.sets[0])) return {x400::body::make_adatp3(text)};
      notes.emplace_back("ADatP-3 with octets above 127");
      return {x400::body::General{{ascii_register, designations[0].registered}, body.data}};
    }
    default:
      break;
  }
  // Octets above 127 are no IA5, whatever the datagram says; ISO 8859-1 has a character for each.
  if (!is_ia5(as_text(body.data))) {
    notes.emplace_back("IA5 text with octets above 127, read as ISO 8859-1");
    return {x400::body::General{{ascii_register, designations[0].registered}, body.data}};
  }
  return {x400::body::Ia5{std::string(as_text(body.data)), 5}};
}

}  // namespace longwire::gateway::dmp_parts
