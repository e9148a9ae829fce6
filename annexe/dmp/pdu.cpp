#include "annexe/dmp/pdu.hpp"

#include "annexe/dmp/checksum.hpp"
#include "annexe/dmp/parts.hpp"
#include "base/limits.hpp"

namespace longwire::dmp {

namespace {

using parts::Content;

constexpr unsigned protocol_id = 0x1D;  // bits 7-3 of the first octet; 0D is a national variant
constexpr int last_version = 2;
constexpr std::uint8_t hop_shift = 5;
constexpr std::uint8_t hops_most = 7;

struct Head {
  int version = 2;
  std::uint8_t second = 0;
  bool checksum() const { return (second & parts::bit_checksum) != 0; }
  unsigned content() const { return second & parts::content_mask; }
};

Result<Head> read_head(ByteView in) {
  if (in.empty()) return error("truncated", 0, "no octets");
  if (in[0] >> 3 != protocol_id) return error("not_dmp", 0, "another protocol id");
  Head out;
  out.version = (in[0] & 7) + 1;
  if (out.version > last_version) return error("unknown_version", 0, "version " + std::to_string(out.version));
  if (in.size() < 2) return error("truncated", 1, "one octet");
  out.second = in[1];
  if (out.content() > static_cast<unsigned>(Content::acknowledgement))
    return error("unknown_content", 1, "content type " + std::to_string(out.content()));
  return out;
}

Result<Pdu> read_pdu(ByteReader& in, const Head& head, Time now) {
  const auto content = static_cast<Content>(head.content());
  Pdu out;
  out.envelope.version = head.version;
  out.envelope.hops = head.second >> hop_shift;
  out.envelope.extended_addressing = (head.second & parts::bit_extended) != 0;
  out.envelope.checksum = head.checksum();
  const auto context = parts::read_envelope(in, content, now, out.envelope);
  if (!context) return context.error();
  if (content == Content::report) {
    auto report = parts::read_report(in, *context);
    if (!report) return report.error();
    out.content = *std::move(report);
  } else if (content == Content::notification) {
    auto notification = parts::read_notification(in, *context, out.envelope.ipm_id_modifier);
    if (!notification) return notification.error();
    out.content = *std::move(notification);
  } else {
    auto message = parts::read_message(in, *context, content == Content::message);
    if (!message) return message.error();
    out.content = *std::move(message);
  }
  return out;
}

Content content_of(const Pdu& pdu) {
  if (std::holds_alternative<Report>(pdu.content)) return Content::report;
  if (std::holds_alternative<Notification>(pdu.content)) return Content::notification;
  return std::get<Message>(pdu.content).military ? Content::message : Content::ipm;
}

bool write_pdu(ByteWriter& out, const Pdu& pdu) {
  const auto& e = pdu.envelope;
  if (e.hops > hops_most) return false;
  const auto content = content_of(pdu);
  out.u8(static_cast<std::uint8_t>(e.hops << hop_shift | (e.extended_addressing ? parts::bit_extended : 0U) |
                                   (e.checksum ? parts::bit_checksum : 0U) | static_cast<unsigned>(content)));
  if (const auto* report = std::get_if<Report>(&pdu.content))
    return parts::write_envelope(out, content, e, &report->subject) && parts::write_report(out, e, *report);
  if (!parts::write_envelope(out, content, e, nullptr)) return false;
  if (const auto* notification = std::get_if<Notification>(&pdu.content))
    return parts::write_notification(out, e, *notification);
  return parts::write_message(out, e.version, std::get<Message>(pdu.content));
}

}  // namespace

Result<Datagram> decode(ByteView in, Time now) {
  const auto head = read_head(in);
  if (!head) return head.error();
  if (in.size() > limits::dmp_datagram_octets) return error("too_large", limits::dmp_datagram_octets, "no datagram");
  auto covered = in;
  if (head->checksum()) {
    if (in.size() < 2 + checksum_octets) return error("truncated", in.size(), "no checksum");
    covered = in.first(in.size() - checksum_octets);
    ByteReader sum(in.last(checksum_octets));
    if (sum.u16() != checksum(covered)) return error("bad_checksum", covered.size(), "CRC-16 of the datagram");
  }
  ByteReader reader(covered);
  reader.skip(2);
  if (static_cast<Content>(head->content()) == Content::acknowledgement) {
    Ack ack;
    ack.version = head->version;
    ack.checksum = head->checksum();
    auto read = parts::read_ack(reader, std::move(ack), head->second);
    if (!read) return read.error();
    return Datagram(*std::move(read));
  }
  auto pdu = read_pdu(reader, *head, now);
  if (!pdu) return pdu.error();
  return Datagram(*std::move(pdu));
}

std::optional<Bytes> encode(const Datagram& datagram) {
  const auto* ack = std::get_if<Ack>(&datagram);
  const auto [version, sum] =
      ack != nullptr ? std::pair(ack->version, ack->checksum)
                     : std::pair(std::get<Pdu>(datagram).envelope.version, std::get<Pdu>(datagram).envelope.checksum);
  if (version < 1 || version > last_version) return std::nullopt;
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(protocol_id << 3 | static_cast<unsigned>(version - 1)));
  if (!(ack != nullptr ? parts::write_ack(out, *ack) : write_pdu(out, std::get<Pdu>(datagram)))) return std::nullopt;
  if (sum) out.u16(checksum(out.view()));
  if (out.size() > limits::dmp_datagram_octets) return std::nullopt;
  return out.finish();
}

std::optional<std::uint16_t> peek_id(ByteView in) {
  const auto head = read_head(in);
  if (!head || static_cast<Content>(head->content()) == Content::acknowledgement) return std::nullopt;
  ByteReader reader(in);
  reader.skip(2);
  std::uint16_t id = 0;
  if (head->version == 1) {
    id = reader.u16();
  } else {
    const auto octet = reader.u8();
    const bool short_id = (octet & 0x70) == 0x10;  // id type 0 with the flag (4.1)
    id = short_id ? static_cast<std::uint16_t>((octet & 15U) << 8 | reader.u8()) : reader.u16();
  }
  if (reader.failed()) return std::nullopt;
  return id;
}

}  // namespace longwire::dmp
