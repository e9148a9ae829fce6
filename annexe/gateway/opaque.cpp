// Content of a message that is no IPMS, in mail (RFC 3854 3.2, 3.3, 3.5).
#include "annexe/gateway/bodies.hpp"
#include "annexe/gateway/mime_entity.hpp"
#include "base/base64.hpp"
#include "base/text.hpp"
#include "mail/base64.hpp"

namespace longwire::gateway {

namespace {

constexpr std::string_view cms_content_oid = "1.2.840.113549.1.9.16.1.6";  // id-ct-contentInfo
constexpr std::string_view enveloped_data_oid = "1.2.840.113549.1.7.3";
constexpr std::string_view x400_content = "application/x400-content";

// The content type of a CMS ContentInfo, to say what is inside.
bool is_enveloped(ByteView content) {
  const auto doc = ber::Document::read(content);
  if (!doc) return false;
  const auto members = doc->children(0);
  if (members.empty()) return false;
  const auto oid = doc->oid(members[0]);
  return oid && *oid == enveloped_data_oid;
}

std::optional<x400::ContentType> parse_type(std::string_view text) {
  if (const auto number = parse_unsigned(text); number && *number < 0x8000)
    return x400::ContentType{static_cast<int>(*number), {}};
  ber::Writer probe;
  if (text.find('.') == std::string_view::npos || !probe.oid(ber::oid_tag, text)) return std::nullopt;
  return x400::ContentType{0, std::string(text)};
}

}  // namespace

MimeBody opaque_to_mime(const x400::ContentType& type, ByteView content) {
  MimeBody out;
  out.header = "MIME-Version: 1.0\r\n";
  if (type.oid == cms_content_oid)
    out.header += "Content-Type: application/pkcs7-mime; smime-type=" +
                  std::string(is_enveloped(content) ? "enveloped" : "signed") + "-x400; name=smime.p7m\r\n";
  else
    out.header += "Content-Type: " + std::string(x400_content) +
                  "; content-type=" + (type.oid.empty() ? std::to_string(type.number) : type.oid) + "\r\n";
  out.header += "Content-Transfer-Encoding: base64\r\n";
  out.body = to_bytes(base64_encode(content, mail::encoded_line));
  return out;
}

std::optional<OpaqueContent> opaque_of(ByteView message) {
  const mail::HeaderView header(message);
  const auto field = header.value("Content-Type");
  const auto type = field ? mail::parse_content_type(*field) : std::nullopt;
  if (!type) return std::nullopt;
  OpaqueContent out;
  if (type->type == "application/pkcs7-mime" && to_lower(type->parameter("smime-type")).ends_with("-x400")) {
    out.type.oid = cms_content_oid;
  } else if (type->type == x400_content) {
    const auto content_type = parse_type(type->parameter("content-type"));
    if (!content_type) return std::nullopt;
    out.type = *content_type;
  } else {
    return std::nullopt;
  }
  const auto body = message.subspan(header.body_offset());
  const auto encoding = to_lower(header.value("Content-Transfer-Encoding").value_or("7bit"));
  if (encoding == "base64" || encoding == "quoted-printable") {
    auto decoded =
        encoding == "base64" ? mail::base64_decode(as_text(body)) : mail::quoted_printable_decode(as_text(body));
    if (!decoded.clean) return std::nullopt;
    out.content = std::move(decoded.octets);
  } else {
    out.content.assign(body.begin(), body.end());
  }
  return out;
}

}  // namespace longwire::gateway
