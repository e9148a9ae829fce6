// The extended body part that older gateways put MIME parts into (RFC 2157 3.1.2; RFC 1494): read, never written, since
// file transfer parts say more to people without MIME.
#include "annexe/gateway/field_list.hpp"
#include "annexe/gateway/mime_entity.hpp"
#include "base/text.hpp"
#include "mail/mime_parameters.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

std::optional<std::string> text_at(const ber::Document& doc, std::size_t index) {
  const auto octets = doc.octet_string(index);
  if (!octets) return std::nullopt;
  std::string out(as_text(*octets));
  const bool printable = std::all_of(out.begin(), out.end(), [](char c) { return c >= ' ' && c < 127; });
  return printable ? std::optional(std::move(out)) : std::nullopt;
}

// "type/subtype; name=value": quotes are kept as they came, and set where they are missing.
std::optional<std::string> content_type(const ber::Document& doc, std::size_t type, std::size_t parameters) {
  auto out = text_at(doc, type);
  if (!out) return std::nullopt;
  for (const auto pair : doc.children(parameters)) {
    const auto members = doc.children(pair);
    const auto name = members.size() == 2 ? text_at(doc, members[0]) : std::nullopt;
    const auto value = members.size() == 2 ? text_at(doc, members[1]) : std::nullopt;
    if (!name || !value) return std::nullopt;
    if (value->size() >= 2 && value->starts_with('"') && value->ends_with('"')) {
      *out += "; " + *name + '=' + *value;
      continue;
    }
    for (const auto& piece : mail::format_parameter(*name, *value, mail::Quoting::token)) *out += "; " + piece;
  }
  return mail::parse_content_type(*out) ? out : std::nullopt;
}

}  // namespace

std::optional<Entity> from_mime_body_part(const x400::body::Extended& part, bool top, std::vector<std::string>& notes) {
  if (part.data_oid != mime_bp_data_oid) return std::nullopt;
  const auto doc = ber::Document::read(part.parameters);
  const auto data = ber::Document::read(part.data);
  if (!doc || !data) return std::nullopt;
  const auto members = doc->children(0);
  const auto octets = data->octet_string(0);
  if (members.size() < 2 || !octets) return std::nullopt;
  const auto type = content_type(*doc, members[0], members[1]);
  if (!type) return std::nullopt;
  Entity out;
  out.header = fold_field("Content-Type", *type);
  if (members.size() > 2) {
    const auto list = part.parameters.begin() + static_cast<std::ptrdiff_t>((*doc)[members[2]].offset);
    if (const auto fields = decode_field_list({list, part.parameters.end()}, notes))
      for (const auto& f : *fields) {
        const bool own = iequals(f.name, "Content-Type") || iequals(f.name, "Content-Transfer-Encoding") ||
                         iequals(f.name, "MIME-Version");
        if (!own && (!top || is_content_field(f.name))) out.header += fold_field(f.name, f.value);
        else if (!own) notes.push_back("discarded field of a MIME body part: " + f.name.substr(0, 40));
      }
  }
  set_body(out, mail::parse_content_type(*type)->type, *octets);
  return out;
}

}  // namespace longwire::gateway
