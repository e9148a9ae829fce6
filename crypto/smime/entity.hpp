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
std::string_view to_string(Kind kind);

struct Found {
  Kind kind = Kind::none;
  Bytes cms;               // ContentInfo, transfer encoding undone
  Bytes detached;          // signed_multipart: the first part as signed
  std::string smime_type;  // as written: a hint only
  bool x400 = false;       // smime-type signed-x400 or enveloped-x400 (RFC 3854 3.2.1)
};
// What the top of this MIME entity or message is. The ContentInfo decides, never the words around it (RFC 8551 3.2.2).
// Errors: bad_smime (base64, structure, a content type that is no S/MIME), those of ber::Document.
Result<Found> find(ByteView entity);

enum class Transfer : std::uint8_t { base64, binary };
// "Content-Type: application/pkcs7-mime; smime-type=...; name=..." and the rest of the fields, then the object.
// smime_type: a hint that SHOULD be there; empty: it is not. binary: the fewest fields that a reader needs, since
// binary goes over bearers where octets are dear.
Bytes pack_opaque(ByteView content_info, std::string_view smime_type, Transfer transfer);
// The value of smime-type for a ContentInfo (RFC 8551 3.2.2, RFC 2634 2.4); empty: it is none of S/MIME.
std::string_view smime_type_of(ByteView content_info);
// multipart/signed around `entity`, which must be 7 bit for SMTP (errors: not_seven_bit; bad_boundary if the boundary
// stands in it).
Result<Bytes> pack_multipart(ByteView entity, ByteView signature_content_info, std::string_view micalg,
                             std::string_view boundary);

// The Content- fields and the body of a message: what S/MIME protects; the rest of the header stays outside.
struct Split {
  std::string outer_fields;  // without Content-*, MIME-Version
  Bytes entity;
};
Split split_message(ByteView message);
// Of the fields of the entity only Content-* get into the header of the message: what else an inner header holds was
// never looked at by anyone who routed the message (RFC 8551 3.1).
Bytes join_message(std::string_view outer_fields, ByteView entity);
// The whole message as a MIME entity, so that its header is protected too (RFC 8551 3.1), and back: nullopt if the
// entity is no message/rfc822 in an identity encoding.
Bytes wrap_message(ByteView message);
std::optional<Bytes> unwrap_message(ByteView entity);

// Text with CRLF; 8 bit and long lines in quoted-printable or base64 where `seven_bit`. What stands in a
// multipart/signed is left as it is.
Bytes canonical(ByteView entity, bool seven_bit);
Bytes with_crlf(ByteView octets);
// The same message with the CMS object at its top in another transfer encoding, which belongs to the transport
// (RFC 8551 3.2); any other message is given back as it is.
Bytes transfer_as(ByteView message, Transfer transfer);

}  // namespace longwire::crypto::smime
