// What the readers and writers of MIME entities share. Internal to annexe/gateway; others use bodies.hpp.
#pragma once

#include "annexe/x400/p772.hpp"
#include "mail/message.hpp"
#include "mail/mime.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::gateway {

// An entity as it is written: fields with CRLF (no MIME-Version), then the encoded body.
struct Entity {
  std::string header;
  Bytes body;
};

// A field of an entity that is read, unfolded and trimmed.
struct PartField {
  std::string name, value;
};
std::vector<PartField> fields_of(const mail::HeaderView& header);
const std::string* find_field(const std::vector<PartField>& fields, std::string_view name);
bool is_content_field(std::string_view name);  // "Content-..." (RFC 2045 9)
bool has_controls(std::string_view value);     // other than TAB

// The field an entry of such a list stands for; nullopt when it is none or carries control characters.
std::optional<PartField> parse_field(std::string_view line);
// "Name: value" CRLF, folded at its spaces.
std::string fold_field(std::string_view name, std::string_view value);

// The transfer encoding an entity gets when nothing is said: none for multiparts and messages, 7bit or quoted-printable
// for text, base64 for everything else.
std::string_view default_encoding(std::string_view type, ByteView octets);
// Appends octets as the body, in `wanted` if they can be so carried, else in the default encoding, and says so in the
// header where it is not 7bit.
void set_body(Entity& entity, std::string_view type, ByteView octets, std::string_view wanted = {});

// --- file transfer (RFC 2157 2.3, 3.1.1, 6.4) -------------------------------------------------------
enum class FileKind : std::uint8_t {
  mime,     // any type, in id-mime-ftbp-data
  unknown,  // application/octet-stream, in EMA's unknown attachment
  other,    // application/x-ftbp.<OID>
};
// fields: those of the entity that are to be kept; octets: decoded.
x400::body::Extended to_file_transfer(FileKind kind, std::string_view reference, const mail::ContentType& type,
                                      const std::vector<PartField>& fields, ByteView octets);
// nullopt: something in it has no MIME form (compression, several pieces, ...; RFC 2157 3.3).
// top: it becomes the whole message, where only Content fields may come out of it.
std::optional<Entity> from_file_transfer(const x400::body::Extended& part, bool top, std::vector<std::string>& notes);

// --- the MIME body part of RFC 1494 (RFC 2157 3.1.2) ------------------------------------------------
inline constexpr std::string_view mime_bp_data_oid = "1.3.6.1.7.1.2.1.1";
// nullopt: another body part, or one that cannot be read.
std::optional<Entity> from_mime_body_part(const x400::body::Extended& part, bool top, std::vector<std::string>& notes);

// --- military body parts as text that maps back ------------------------------------------------------
// nullopt: not one of them, or one whose encoding the text would not give again.
std::optional<Entity> from_military(const x400::body::Extended& part);
// nullopt: the type does not name one.
std::optional<x400::body::Extended> to_military(const mail::ContentType& type, ByteView octets);

// --- HARPOON (RFC 2157 3.1.3) -----------------------------------------------------------------------
// Entity octets as they stand, behind MIME-Version; nullopt: not 7 bit.
std::optional<x400::body::Ia5> to_harpoon(ByteView header, bool top, ByteView body);
// nullopt: plain text. top: see from_file_transfer.
std::optional<Entity> from_harpoon(std::string_view ia5, bool top);
// Text that a gateway would not take for text on the way back: such a part must not become IA5.
bool looks_like_header(std::string_view text);

// --- application/x400-bp (RFC 2157 3.2) -------------------------------------------------------------
Entity to_x400_bp(const x400::BodyPart& part);
// level: how many messages it stands in. nullopt: no body part, or one nested too deep there.
std::optional<x400::BodyPart> from_x400_bp(ByteView octets, std::size_t level);

// --- multiparts within a message (RFC 2157 6.6) -----------------------------------------------------
inline constexpr std::string_view multipart_v2_oid = "1.3.6.1.7.1.1.3";
struct MultipartExtension {
  std::string subtype;  // "alternative"; with parameters: "report; report-type=delivery-status"
  bool is_message = true;
};
x400::HeadingExtension encode_multipart(const MultipartExtension& value);
std::optional<MultipartExtension> decode_multipart(const x400::Heading& heading);
// subtype and parameters of a type, without the boundary.
std::string multipart_subtype(const mail::ContentType& type);
std::string multipart_subject(std::string_view subtype);

// --- forwarded messages -----------------------------------------------------------------------------
// What the heading does not hold of a forwarded message: the time of its submission, in delivery fields [1].
Bytes encode_delivery_fields(const x400::Heading& heading, const x400::OrName& fallback, bool military, Time submitted);
std::optional<Time> submission_time(ByteView delivery_fields);

}  // namespace longwire::gateway
