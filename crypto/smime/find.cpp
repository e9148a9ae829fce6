#include "base/ber.hpp"
#include "base/text.hpp"
#include "crypto/oids.hpp"
#include "crypto/smime/entity.hpp"
#include "mail/base64.hpp"
#include "mail/message.hpp"
#include "mail/mime.hpp"
#include "mail/mime_parameters.hpp"

#include <algorithm>
#include <array>

namespace longwire::crypto::smime {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

struct Header {
  mail::ContentType type;
  std::string encoding = "7bit";
  std::string filename;
  std::size_t body = 0;
};

Header read_header(ByteView entity) {
  const mail::HeaderView view(entity);
  Header out;
  out.body = view.body_offset();
  if (const auto value = view.value("Content-Type"))
    if (auto type = mail::parse_content_type(*value)) out.type = *std::move(type);
  if (const auto value = view.value("Content-Transfer-Encoding"))
    out.encoding = to_lower(std::string_view(*value).substr(0, value->find_first_of(" \t(;")));
  if (const auto value = view.value("Content-Disposition"))
    if (const auto semicolon = value->find(';'); semicolon != std::string::npos)
      if (const auto list = mail::parse_parameters(std::string_view(*value).substr(semicolon + 1)))
        if (const auto* name = mail::find_parameter(*list, "filename")) out.filename = *name;
  return out;
}

// RFC 8551 3.10: mailers that do not know S/MIME keep the name only.
bool named_like_smime(const Header& header) {
  const auto ends = [](std::string_view name) {
    const auto lower = to_lower(name);
    const auto is_suffix = [&lower](std::string_view suffix) { return lower.ends_with(suffix); };
    constexpr std::array<std::string_view, 4> suffixes{".p7m", ".p7s", ".p7c", ".p7z"};
    return std::any_of(suffixes.begin(), suffixes.end(), is_suffix);
  };
  return ends(header.type.parameter("name")) || ends(header.filename);
}

bool is_signature_type(std::string_view type) {
  return iequals(type, "application/pkcs7-signature") || iequals(type, "application/x-pkcs7-signature");
}

struct Structure {
  Kind kind = Kind::none;
  std::size_t octets = 0;
};

// A SignedData without signers holds certificates, and one around a Receipt is a receipt (RFC 8551 3.2.2).
Kind kind_of_signed_data(const ber::Document& doc, std::size_t index) {
  bool signers = false;
  std::string content_type;
  const auto children = doc.children(index);
  for (std::size_t i = 0; i < children.size(); ++i) {
    const auto child = children[i];
    if (doc[child].tag == ber::sequence_tag && child + 1 < doc[child].next)
      if (const auto type = doc.oid(child + 1)) content_type = *type;
    if (i + 1 == children.size()) signers = child + 1 < doc[child].next;
  }
  if (content_type == oid::receipt) return Kind::receipt;
  return signers ? Kind::signed_opaque : Kind::certs_only;
}

Result<Structure> structure_of(ByteView ber) {
  const auto doc = ber::Document::read(ber);
  if (!doc) return doc.error();
  if ((*doc)[0].tag != ber::sequence_tag || doc->count() < 4 || (*doc)[1].tag != ber::oid_tag ||
      (*doc)[2].tag != ber::context_tag(0, true))
    return error("bad_smime", 0, "no ContentInfo");
  const auto type = doc->oid(1);
  if (!type) return type.error();
  Structure out;
  out.octets = doc->octets();
  if (*type == oid::signed_data) out.kind = kind_of_signed_data(*doc, 3);
  else if (*type == oid::enveloped_data) out.kind = Kind::enveloped;
  else if (*type == oid::auth_enveloped_data) out.kind = Kind::auth_enveloped;
  else if (*type == oid::compressed_data) out.kind = Kind::compressed;
  else return error("bad_smime", 0, "a ContentInfo of a type S/MIME does not have: " + *type);
  return out;
}

// Transfer encoding undone.
Bytes decode_body(ByteView body, std::string_view encoding) {
  if (encoding == "base64") return mail::base64_decode(as_text(body)).octets;
  if (encoding == "quoted-printable") return mail::quoted_printable_decode(as_text(body)).octets;
  return {body.begin(), body.end()};
}

// The object of an opaque part or of a signature part; line ends that a transport put behind a binary one do not count.
Result<Structure> take_object(ByteView body, std::string_view encoding, Bytes& into) {
  into = decode_body(body, encoding);
  if (into.empty()) return error("bad_smime", 0, "no octets in the S/MIME part");
  const auto structure = structure_of(into);
  if (!structure) return structure.error();
  const auto rest = as_text(into).substr(structure->octets);
  if (!std::all_of(rest.begin(), rest.end(), is_blank))
    return error("bad_smime", structure->octets, "octets behind the CMS object");
  into.resize(structure->octets);
  return *structure;
}

// The parts of a multipart: octets from behind the line end of a delimiter to before the line end of the next.
std::optional<std::vector<ByteView>> parts_of(ByteView body, std::string_view boundary) {
  const auto text = as_text(body);
  const auto delimiter = "--" + std::string(boundary);
  std::vector<ByteView> parts;
  std::optional<std::size_t> open;
  for (std::size_t at = 0; at < text.size();) {
    const auto lf = text.find('\n', at);
    const auto next = lf == std::string_view::npos ? text.size() : lf + 1;
    auto line = text.substr(at, next - at);
    const bool starts = line.starts_with(delimiter);
    if (starts) line.remove_prefix(delimiter.size());
    const bool last = starts && line.starts_with("--");
    if (last) line.remove_prefix(2);
    if (starts && std::all_of(line.begin(), line.end(), is_blank)) {
      if (open) {
        auto end = at;
        if (end > *open && text[end - 1] == '\n') --end;
        if (end > *open && end < at && text[end - 1] == '\r') --end;
        parts.push_back(body.subspan(*open, end - *open));
        if (parts.size() > 2) return std::nullopt;
      }
      open = next;
      if (last) return parts;
    }
    at = next;
  }
  return std::nullopt;  // cut off: what was signed is not known
}

Result<Found> find_multipart(ByteView entity, const Header& header) {
  const auto protocol = header.type.parameter("protocol");
  if (!protocol.empty() && !is_signature_type(protocol)) return Found{};  // OpenPGP and others
  const auto parts = parts_of(entity.subspan(header.body), header.type.parameter("boundary"));
  if (!parts || parts->size() != 2) {
    if (protocol.empty()) return Found{};
    return error("bad_smime", header.body, "a multipart/signed that has not its two parts whole");
  }
  const auto second = (*parts)[1];
  const auto signature = read_header(second);
  if (protocol.empty() && !is_signature_type(signature.type.type)) return Found{};
  Found out;
  const auto structure = take_object(second.subspan(signature.body), signature.encoding, out.cms);
  if (!structure) return structure.error();
  if (structure->kind != Kind::signed_opaque)
    return error("bad_smime", header.body, "no SignedData in the second part of a multipart/signed");
  out.kind = Kind::signed_multipart;
  out.detached.assign((*parts)[0].begin(), (*parts)[0].end());
  return out;
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::none:
      return "none";
    case Kind::signed_opaque:
      return "signed";
    case Kind::signed_multipart:
      return "multipart-signed";
    case Kind::enveloped:
      return "enveloped";
    case Kind::auth_enveloped:
      return "auth-enveloped";
    case Kind::certs_only:
      return "certs-only";
    case Kind::compressed:
      return "compressed";
    case Kind::receipt:
      return "receipt";
  }
  return "none";
}

std::string_view smime_type_of(ByteView content_info) {
  const auto structure = structure_of(content_info);
  if (!structure) return {};
  switch (structure->kind) {
    case Kind::none:
      return {};
    case Kind::signed_opaque:
    case Kind::signed_multipart:
      return "signed-data";
    case Kind::enveloped:
      return "enveloped-data";
    case Kind::auth_enveloped:
      return "authEnveloped-data";
    case Kind::certs_only:
      return "certs-only";
    case Kind::compressed:
      return "compressed-data";
    case Kind::receipt:
      return "signed-receipt";
  }
  return {};
}

Result<Found> find(ByteView entity) {
  const auto header = read_header(entity);
  if (header.type.type == "multipart/signed") return find_multipart(entity, header);
  const bool pkcs7 = header.type.type == "application/pkcs7-mime" || header.type.type == "application/x-pkcs7-mime";
  if (!pkcs7 && !(header.type.type == "application/octet-stream" && named_like_smime(header))) return Found{};
  Found out;
  const auto structure = take_object(entity.subspan(header.body), header.encoding, out.cms);
  if (!structure) {
    // A file that only happens to have such a name is no broken S/MIME message.
    if (!pkcs7) return Found{};
    return structure.error();
  }
  out.kind = structure->kind;
  out.smime_type = header.type.parameter("smime-type");
  out.x400 = iequals(out.smime_type, "signed-x400") || iequals(out.smime_type, "enveloped-x400");
  return out;
}

}  // namespace longwire::crypto::smime
