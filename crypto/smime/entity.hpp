// S/MIME packaging (RFC 8551 3): CMS objects as MIME entities, and back, byte-exact.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace longwire::crypto::smime {

enum class Kind : std::uint8_t {
  none,              // no S/MIME
  signed_opaque,     // application/pkcs7-mime with SignedData
  signed_multipart,  // multipart/signed
  enveloped,
  auth_enveloped,
  certs_only,
  compressed,
  receipt,  // SignedData around a Receipt
};
struct Found {
  Kind kind = Kind::none;
  Bytes cms;               // ContentInfo, transfer encoding undone
  Bytes detached;          // signed_multipart: the first part as signed
  std::string smime_type;  // as written: a hint only
  bool x400 = false;       // smime-type signed-x400 or enveloped-x400 (RFC 3854 3.2.1)
};
// What the top of this MIME entity or message is. Errors: bad_smime (base64, structure), those of ContentInfo.
Result<Found> find(ByteView entity);

enum class Transfer : std::uint8_t { base64, binary };
// "Content-Type: application/pkcs7-mime; smime-type=...; name=..." and the rest of the fields, then the object.
Bytes pack_opaque(ByteView content_info, std::string_view smime_type, Transfer transfer);
// multipart/signed around `entity`, which must be 7 bit for SMTP (error: not_seven_bit).
Result<Bytes> pack_multipart(ByteView entity, ByteView signature_content_info, std::string_view micalg,
                             std::string_view boundary);

// The Content- fields and the body of a message: what S/MIME protects; the rest of the header stays outside.
struct Split {
  std::string outer_fields;  // without Content-*, MIME-Version
  Bytes entity;
};
Split split_message(ByteView message);
Bytes join_message(std::string_view outer_fields, ByteView entity);
// Text with CRLF; 8 bit and long lines in quoted-printable or base64 where `seven_bit`.
Bytes canonical(ByteView entity, bool seven_bit);

}  // namespace longwire::crypto::smime
