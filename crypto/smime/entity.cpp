#include "crypto/smime/entity.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "crypto/smime/fields.hpp"
#include "mail/base64.hpp"
#include "mail/mime.hpp"

#include <algorithm>

namespace longwire::crypto::smime {

namespace {

bool is_content_field(std::string_view name) {
  constexpr std::string_view prefix = "content-";
  return name.size() > prefix.size() && iequals(name.substr(0, prefix.size()), prefix);
}

std::string_view file_suffix(std::string_view smime_type) {
  if (smime_type == "certs-only") return "p7c";
  if (smime_type == "compressed-data") return "p7z";
  return "p7m";
}

}  // namespace

Bytes pack_opaque(ByteView content_info, std::string_view smime_type, Transfer transfer) {
  Bytes out;
  append(out, "Content-Type: application/pkcs7-mime");
  if (!smime_type.empty()) append(out, "; smime-type=" + std::string(smime_type));
  switch (transfer) {
    case Transfer::binary:
      append(out, "\r\nContent-Transfer-Encoding: binary\r\n\r\n");
      append(out, content_info);
      return out;
    case Transfer::base64:
      break;
  }
  // RFC 8551 3.2.1: a base of "smime" and three letters behind the dot, for mailers that know file names only.
  const auto file = "smime." + std::string(file_suffix(smime_type));
  append(out, "; name=" + file + "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=" +
                  file + "\r\n\r\n");
  append(out, base64_encode(content_info, mail::encoded_line));
  return out;
}

Result<Bytes> pack_multipart(ByteView entity, ByteView signature_content_info, std::string_view micalg,
                             std::string_view boundary) {
  if (mail::body_needed(entity) != mail::Body::seven_bit)
    return error("not_seven_bit", 0, "a transport would change the signed part");  // RFC 8551 3.1.3
  const auto delimiter = "--" + std::string(boundary);
  const auto text = as_text(entity);
  if (boundary.empty() || text.starts_with(delimiter) || text.find("\n" + delimiter) != std::string_view::npos)
    return error("bad_boundary", 0, "the boundary stands in the signed part");
  Bytes out;
  append(out, "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n micalg=" +
                  std::string(micalg) + "; boundary=\"" + std::string(boundary) + "\"\r\n\r\n" + delimiter + "\r\n");
  append(out, entity);
  append(out, "\r\n" + delimiter +
                  "\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
                  "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=smime.p7s\r\n\r\n");
  append(out, base64_encode(signature_content_info, mail::encoded_line));
  append(out, "\r\n" + delimiter + "--\r\n");
  return out;
}

Split split_message(ByteView message) {
  const auto text = as_text(message);
  const mail::HeaderView header(message);
  Split out;
  Bytes outer;
  for (std::size_t i = 0; i < header.fields().size(); ++i) {
    const auto field = whole_field(text, header, i);
    const auto name = header.fields()[i].name;
    if (is_content_field(name)) append_field(out.entity, field);
    else if (!iequals(name, "MIME-Version")) append_field(outer, field);
  }
  out.outer_fields = as_text(outer);
  append(out.entity, "\r\n");
  append(out.entity, message.subspan(header.body_offset()));
  return out;
}

Bytes join_message(std::string_view outer_fields, ByteView entity) {
  Bytes out;
  append(out, outer_fields);
  append(out, "MIME-Version: 1.0\r\n");
  const mail::HeaderView header(entity);
  for (std::size_t i = 0; i < header.fields().size(); ++i)
    if (is_content_field(header.fields()[i].name)) append_field(out, whole_field(as_text(entity), header, i));
  append(out, "\r\n");
  append(out, entity.subspan(header.body_offset()));
  return out;
}

Bytes wrap_message(ByteView message) {
  Bytes out;
  append(out, "Content-Type: message/rfc822\r\n");
  switch (mail::body_needed(message)) {
    case mail::Body::seven_bit:
      break;
    case mail::Body::eight_bit:
      append(out, "Content-Transfer-Encoding: 8bit\r\n");
      break;
    case mail::Body::binary:
      append(out, "Content-Transfer-Encoding: binary\r\n");
      break;
  }
  append(out, "\r\n");
  append(out, message);
  return out;
}

std::optional<Bytes> unwrap_message(ByteView entity) {
  const mail::HeaderView header(entity);
  const auto type = header.value("Content-Type");
  const auto parsed = type ? mail::parse_content_type(*type) : std::nullopt;
  if (!parsed || parsed->type != "message/rfc822") return std::nullopt;
  const auto encoding = to_lower(header.value("Content-Transfer-Encoding").value_or("7bit"));
  if (encoding != "7bit" && encoding != "8bit" && encoding != "binary") return std::nullopt;
  const auto body = entity.subspan(header.body_offset());
  return Bytes(body.begin(), body.end());
}

Bytes transfer_as(ByteView message, Transfer transfer) {
  const auto found = find(message);
  if (!found || found->kind == Kind::none || found->kind == Kind::signed_multipart)
    return {message.begin(), message.end()};
  const auto split = split_message(message);
  const auto type = found->smime_type.empty() ? std::string(smime_type_of(found->cms)) : found->smime_type;
  return join_message(split.outer_fields, pack_opaque(found->cms, type, transfer));
}

}  // namespace longwire::crypto::smime
