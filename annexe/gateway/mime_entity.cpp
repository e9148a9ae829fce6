#include "annexe/gateway/mime_entity.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "mail/base64.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

constexpr std::size_t wanted_line = 76;

bool is_composite(std::string_view type) { return type.starts_with("multipart/") || type.starts_with("message/"); }

std::string_view identity_for(mail::Body needed) {
  switch (needed) {
    case mail::Body::seven_bit:
      return "7bit";
    case mail::Body::eight_bit:
      return "8bit";
    case mail::Body::binary:
      break;
  }
  return "binary";
}

// May these octets go under that encoding?
bool can_carry(std::string_view encoding, mail::Body needed) {
  if (encoding == "base64" || encoding == "quoted-printable" || encoding == "binary") return true;
  if (encoding == "8bit") return needed != mail::Body::binary;
  return encoding == "7bit" && needed == mail::Body::seven_bit;
}

}  // namespace

std::vector<PartField> fields_of(const mail::HeaderView& header) {
  std::vector<PartField> out;
  for (const auto& f : header.fields())
    out.push_back({std::string(trim(f.name)), std::string(trim(mail::unfold(f.raw_value)))});
  return out;
}

const std::string* find_field(const std::vector<PartField>& fields, std::string_view name) {
  for (const auto& f : fields)
    if (iequals(f.name, name)) return &f.value;
  return nullptr;
}

bool is_content_field(std::string_view name) {
  constexpr std::string_view prefix = "Content-";
  return name.size() > prefix.size() && iequals(name.substr(0, prefix.size()), prefix);
}

bool has_controls(std::string_view value) {
  return std::any_of(value.begin(), value.end(),
                     [](char c) { return (static_cast<std::uint8_t>(c) < ' ' && c != '\t') || c == 127; });
}

std::optional<PartField> parse_field(std::string_view line) {
  const auto name = mail::field_name(line);
  if (name.empty()) return std::nullopt;
  const auto colon = line.find(':');
  const auto value = trim(line.substr(colon + 1));
  // A line end in here would begin a field of its own.
  if (has_controls(value)) return std::nullopt;
  return PartField{std::string(trim(name)), std::string(value)};
}

std::string fold_field(std::string_view name, std::string_view value) {
  std::string out = std::string(name) + ':';
  std::size_t column = out.size();
  for (std::size_t at = 0; at < value.size();) {
    // A word with the blanks in front of it.
    const auto start = value.find_first_not_of(" \t", at);
    if (start == std::string_view::npos) break;
    const auto end = std::min(value.find_first_of(" \t", start), value.size());
    auto blanks = value.substr(at, start - at);
    if (at == 0) blanks = " ";
    if (at > 0 && column + blanks.size() + (end - start) > wanted_line) {
      out += "\r\n";
      column = 0;
    }
    out += blanks;
    out += value.substr(start, end - start);
    column += blanks.size() + (end - start);
    at = end;
  }
  return out + "\r\n";
}

std::string_view default_encoding(std::string_view type, ByteView octets) {
  const auto needed = mail::body_needed(octets);
  if (is_composite(type)) return identity_for(needed);
  if (!type.starts_with("text/")) return "base64";
  return needed == mail::Body::seven_bit ? "7bit" : "quoted-printable";
}

void set_body(Entity& entity, std::string_view type, ByteView octets, std::string_view wanted) {
  // RFC 2045 6.4: no encoding around a multipart; around a message only where it was so before.
  const bool fits = !wanted.empty() && can_carry(wanted, mail::body_needed(octets)) &&
                    !(type.starts_with("multipart/") && (wanted == "base64" || wanted == "quoted-printable"));
  const auto encoding = fits ? wanted : default_encoding(type, octets);
  if (encoding != "7bit") entity.header += "Content-Transfer-Encoding: " + std::string(encoding) + "\r\n";
  if (encoding == "base64") entity.body = to_bytes(base64_encode(octets, mail::encoded_line));
  else if (encoding == "quoted-printable")
    entity.body = to_bytes(mail::quoted_printable_encode(octets, type.starts_with("text/")));
  else entity.body.assign(octets.begin(), octets.end());
}

}  // namespace longwire::gateway
