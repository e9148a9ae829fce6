// The parts of a DMP datagram between its first two octets and its checksum, for pdu.cpp alone.
#pragma once

#include "annexe/dmp/pdu.hpp"

#include <string_view>

namespace longwire::dmp::parts {

// Bits 2-0 of the second octet (4.1).
enum class Content : std::uint8_t { message = 0, ipm = 1, report = 2, notification = 3, acknowledgement = 4 };

// Second octet.
inline constexpr std::uint8_t bit_extended = 0x10, bit_checksum = 0x08, content_mask = 0x07;
inline constexpr std::uint8_t bit_ack_extensions = 0x80, bit_ack_recipients = 0x20;

// What the readers of a content need of the envelope.
struct Context {
  int version = 2;
  IdType id_type = IdType::dmp;
  std::size_t mts_id_octets = 0;  // id types 1 and 2
};

// From the third octet on. The first two are in `out` already. Writers give false for what has no form.
Result<Context> read_envelope(ByteReader& in, Content content, Time now, Envelope& out);
// `subject`: of a report, whose length stands in the envelope.
bool write_envelope(ByteWriter& out, Content content, const Envelope& e, const Subject* subject);

Result<Message> read_message(ByteReader& in, const Context& context, bool military);
bool write_message(ByteWriter& out, int version, const Message& m);
Result<Body> read_body(ByteReader& in, BodyFormat format);
bool write_body(ByteWriter& out, const Body& body);

Result<Report> read_report(ByteReader& in, const Context& context);
bool write_report(ByteWriter& out, const Envelope& e, const Report& r);

// `modifier`: of the subject's IPM identifier (4.1); it is kept in the envelope.
Result<Notification> read_notification(ByteReader& in, const Context& context, std::uint8_t& modifier);
bool write_notification(ByteWriter& out, const Envelope& e, const Notification& n);

Result<Ack> read_ack(ByteReader& in, Ack head, std::uint8_t second_octet);
bool write_ack(ByteWriter& out, const Ack& ack);

// --- shared ------------------------------------------------------------------------------------------
Result<std::vector<Bytes>> read_extensions(ByteReader& in);
bool write_extensions(ByteWriter& out, const std::vector<Bytes>& extensions);

// Identifiers are packed text, or with `raw` octets of a national form. Errors: truncated, bad_identifier.
Result<std::string> read_identifier(ByteReader& in, std::size_t octets, bool raw);
std::optional<Bytes> identifier_octets(std::string_view id, bool raw);
// With its octet of modifier and length (4.1).
struct IpmId {
  std::string id;
  std::uint8_t modifier = 0;
};
Result<IpmId> read_ipm_id(ByteReader& in, IdType type);
bool write_ipm_id(ByteWriter& out, IdType type, std::string_view id, std::uint8_t modifier);

// Text up to a NUL. Errors: truncated. Writing refuses a NUL inside.
Result<std::string> read_text(ByteReader& in);
bool write_text(ByteWriter& out, std::string_view text);

}  // namespace longwire::dmp::parts
