#include "node/security/first_line.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "mail/base64.hpp"
#include "mail/message.hpp"
#include "mail/mime.hpp"

#include <algorithm>

namespace longwire::security {

namespace {

constexpr std::size_t looked_at = 4096;  // of the text: a marking stands at its beginning

bool is_signed(const mail::ContentType& type) {
  return type.type == "multipart/signed" || type.type == "multipart/encrypted";
}

bool is_attachment(ByteView message, const mail::MimePart& part) {
  const auto disposition = mail::HeaderView(message.subspan(part.header)).value("Content-Disposition");
  return disposition && to_lower(*disposition).starts_with("attachment");
}

// Index of the first text, or the count of parts.
std::size_t find_text(ByteView message, const std::vector<mail::MimePart>& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (parts[i].content_type.type == "text/plain" && !is_attachment(message, parts[i])) return i;
  return parts.size();
}

bool under_signature(const std::vector<mail::MimePart>& parts, std::size_t index) {
  for (;; index = parts[index].parent) {
    if (is_signed(parts[index].content_type)) return true;
    if (parts[index].parent == index) return false;
  }
}

// nullopt: an encoding that is not known.
std::optional<Bytes> decoded(const mail::MimePart& part, ByteView body) {
  if (part.encoding == "base64") return mail::base64_decode(as_text(body)).octets;
  if (part.encoding == "quoted-printable") return mail::quoted_printable_decode(as_text(body)).octets;
  if (part.encoding == "7bit" || part.encoding == "8bit" || part.encoding == "binary" || part.encoding.empty())
    return Bytes(body.begin(), body.end());
  return std::nullopt;
}

Bytes encoded(const mail::MimePart& part, Bytes text) {
  if (part.encoding == "base64") return to_bytes(base64_encode(text, mail::encoded_line));
  if (part.encoding == "quoted-printable") return to_bytes(mail::quoted_printable_encode(text, true));
  return text;
}

// Begin and end of the first line that is not blank, without its line end.
std::pair<std::size_t, std::size_t> first_line(std::string_view text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    if (!trim(text.substr(begin, end - begin)).empty()) return {begin, end};
    begin = end + 1;
  }
  return {text.size(), text.size()};
}

// Characters that the part cannot hold become '?': a marking must not make an invalid mail.
std::string fitting(std::string_view marking, const mail::MimePart& part) {
  const bool utf8 = to_lower(part.content_type.parameter("charset")) == "utf-8" && part.encoding != "7bit";
  std::string out;
  for (const char c : marking) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet == 0x7F) out += ' ';
    else if (octet < 0x80 || utf8) out += c;
    else if ((octet & 0xC0U) != 0x80) out += '?';
  }
  return out;
}

// A header without the blank line behind it would take the marking for a field.
bool has_blank_line(ByteView message, const mail::MimePart& part) {
  const auto header = as_text(message.first(part.body));
  return header.ends_with("\n\r\n") || header.ends_with("\n\n") || header == "\r\n" || header == "\n";
}

}  // namespace

std::optional<std::string> first_line_of_text(ByteView message) {
  const auto parts = mail::walk_mime(message);
  if (!parts) return std::nullopt;
  const auto index = find_text(message, *parts);
  if (index == parts->size()) return std::nullopt;
  const auto& part = (*parts)[index];
  const auto text = decoded(part, message.subspan(part.body, std::min(part.end - part.body, looked_at)));
  if (!text) return std::nullopt;
  const auto view = as_text(*text);
  const auto [begin, end] = first_line(view);
  const auto line = trim(view.substr(begin, end - begin));
  if (line.empty()) return std::nullopt;
  return is_utf8(line) ? std::string(line) : from_latin1(line);
}

Bytes with_first_line(ByteView message, std::string_view marking,
                      const std::function<bool(std::string_view line)>& is_marking) {
  Bytes unchanged(message.begin(), message.end());
  const auto parts = mail::walk_mime(message);
  if (!parts || marking.empty()) return unchanged;
  const auto index = find_text(message, *parts);
  if (index == parts->size() || under_signature(*parts, index)) return unchanged;
  const auto& part = (*parts)[index];
  const auto text = decoded(part, message.subspan(part.body, part.end - part.body));
  if (!text || !has_blank_line(message, part)) return unchanged;
  const auto view = as_text(*text);
  const auto [begin, end] = first_line(view);
  const auto line = trim(view.substr(begin, end - begin));
  const auto wanted = fitting(marking, part);
  if (line == wanted) return unchanged;
  auto rest = view;
  if (!line.empty() && is_marking(line)) {
    rest = view.substr(std::min(end + 1, view.size()));
    if (rest.starts_with("\r\n")) rest.remove_prefix(2);
  }
  auto body = to_bytes(wanted + "\r\n\r\n");
  body.insert(body.end(), rest.begin(), rest.end());
  body = encoded(part, std::move(body));
  Bytes out(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(part.body));
  out.insert(out.end(), body.begin(), body.end());
  out.insert(out.end(), message.begin() + static_cast<std::ptrdiff_t>(part.end), message.end());
  return out;
}

}  // namespace longwire::security
