#include "annexe/dmp/address.hpp"
#include "annexe/dmp/parts.hpp"

#include <algorithm>

namespace longwire::dmp::parts {

Result<Ack> read_ack(ByteReader& in, Ack head, std::uint8_t second_octet) {
  // Extensions stand where an envelope would end: right here (the dissector's order).
  if (head.version >= 2 && (second_octet & bit_ack_extensions) != 0) {
    auto list = read_extensions(in);
    if (!list) return list.error();
    head.extensions = *std::move(list);
  }
  head.reason = in.u8();
  head.diagnostic = in.u8();
  head.id = in.u16();
  if (in.failed()) return error("truncated", in.offset(), "in the acknowledgement");
  if ((second_octet & bit_ack_recipients) == 0) {
    if (!in.at_end()) return error("trailing_octets", in.offset(), "octets behind the acknowledgement");
    return head;
  }
  const bool extended = (second_octet & bit_extended) != 0;
  for (int previous = 0; !in.at_end();) {
    auto recipient = read_recipient(in, head.version, extended, previous);
    if (!recipient) return recipient.error();
    head.recipients.push_back(*std::move(recipient));
  }
  return head;
}

bool write_ack(ByteWriter& out, const Ack& ack) {
  const bool extended = std::any_of(ack.recipients.begin(), ack.recipients.end(), needs_extended);
  out.u8(static_cast<std::uint8_t>((ack.extensions.empty() ? 0U : bit_ack_extensions) |
                                   (ack.recipients.empty() ? 0U : bit_ack_recipients) | (extended ? bit_extended : 0U) |
                                   (ack.checksum ? bit_checksum : 0U) |
                                   static_cast<unsigned>(Content::acknowledgement)));
  if (ack.version == 1 && !ack.extensions.empty()) return false;
  if (!write_extensions(out, ack.extensions)) return false;
  out.u8(ack.reason);
  out.u8(ack.diagnostic);
  out.u16(ack.id);
  int previous = 0;
  return std::all_of(ack.recipients.begin(), ack.recipients.end(),
                     [&](const Recipient& r) { return write_recipient(out, ack.version, extended, r, previous); });
}

}  // namespace longwire::dmp::parts
