// Whole MIME entities inside an IA5 body part (RFC 2157 3.1.3), for what must not be taken apart: signed and
// encrypted multiparts keep every octet, and with them their signatures.
#include "annexe/gateway/mime_entity.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

constexpr std::string_view first_line = "MIME-Version: 1.0\r\n";
constexpr std::string_view mime_version = "MIME-Version:";
constexpr std::string_view rfc822_headers = "RFC-822-Headers:";

bool starts_with_name(std::string_view text, std::string_view name) {
  return text.size() >= name.size() && iequals(text.substr(0, name.size()), name);
}

bool is_seven_bit(ByteView octets) {
  return std::all_of(octets.begin(), octets.end(), [](auto o) { return o < 128; });
}

}  // namespace

bool looks_like_header(std::string_view text) {
  return starts_with_name(text, mime_version) || starts_with_name(text, rfc822_headers);
}

std::optional<x400::body::Ia5> to_harpoon(ByteView header, bool top, ByteView body) {
  x400::body::Ia5 out;
  out.text = first_line;
  const mail::HeaderView view(header);
  bool typed = false;
  for (const auto& f : view.fields()) {
    const auto name = trim(f.name);
    if (iequals(name, "MIME-Version") || (top && !is_content_field(name))) continue;
    if (iequals(name, "Content-Type")) {
      // One that cannot be read, or a second one, means nothing (RFC 2045 5.2), and the way back wants one.
      if (typed || !mail::parse_content_type(trim(mail::unfold(f.raw_value)))) continue;
      typed = true;
    }
    // Folds stay as they are.
    // Octets beyond ASCII have no place in a header and none in IA5: they must not cost the body its form.
    for (const char c : std::string(name) + ':' + std::string(f.raw_value) + "\r\n")
      out.text += static_cast<std::uint8_t>(c) < 128 ? c : '?';
  }
  if (!typed) out.text += "Content-Type: text/plain; charset=us-ascii\r\n";
  out.text += "\r\n";
  out.text += as_text(body);
  if (!is_seven_bit(as_bytes(out.text))) return std::nullopt;
  return out;
}

std::optional<Entity> from_harpoon(std::string_view ia5, bool top) {
  if (!starts_with_name(ia5, mime_version)) return std::nullopt;
  const mail::HeaderView view(as_bytes(ia5));
  const auto body = view.body_offset();
  // Without the empty line behind the fields it is text that only begins like a header.
  if (body < 2 || (!ia5.substr(0, body).ends_with("\n\r\n") && !ia5.substr(0, body).ends_with("\n\n")))
    return std::nullopt;
  Entity out;
  bool typed = false;
  for (const auto& f : view.fields()) {
    const auto name = trim(f.name);
    if (iequals(name, "MIME-Version")) continue;
    // Others would get into the header of the message itself.
    if (top && !is_content_field(name)) return std::nullopt;
    if (iequals(name, "Content-Type")) typed = mail::parse_content_type(trim(mail::unfold(f.raw_value))).has_value();
    out.header += std::string(name) + ':' + std::string(f.raw_value) + "\r\n";
  }
  if (!typed) return std::nullopt;
  out.body = to_bytes(ia5.substr(body));
  return out;
}

}  // namespace longwire::gateway
