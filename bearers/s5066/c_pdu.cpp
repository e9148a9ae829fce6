#include "bearers/s5066/nibbles.hpp"
#include "bearers/s5066/s_pdu.hpp"

namespace longwire::s5066 {
namespace {

std::uint8_t low_half(const CPdu& pdu) {
  switch (pdu.type) {
    case CPduType::request:
      return bit_if(pdu.exclusive, 0);
    case CPduType::rejected:
    case CPduType::break_link:
      return pdu.reason;
    case CPduType::data:
    case CPduType::accepted:
    case CPduType::break_confirm:
      return 0;
  }
  return 0;
}

}  // namespace

Bytes encode(const CPdu& pdu) {
  ByteWriter out(c_pdu_header + pdu.s_pdu.size());
  out.u8(nibbles(static_cast<unsigned>(pdu.type), low_half(pdu)));
  if (pdu.type == CPduType::data) out.bytes(pdu.s_pdu);
  return out.finish();
}

Result<CPdu> decode_c_pdu(ByteView octets) {
  if (octets.empty()) return error("truncated", 0, "an empty C_PDU");
  const auto type = high_nibble(octets[0]);
  if (type > static_cast<std::uint8_t>(CPduType::break_confirm))
    return error("unknown_type", 0, "C_PDU type " + std::to_string(type));
  CPdu pdu;
  pdu.type = static_cast<CPduType>(type);
  pdu.exclusive = pdu.type == CPduType::request && has_bit(octets[0], 0);
  if (pdu.type == CPduType::rejected || pdu.type == CPduType::break_link) pdu.reason = low_nibble(octets[0]);
  const auto rest = octets.subspan(c_pdu_header);
  if (pdu.type == CPduType::data) pdu.s_pdu.assign(rest.begin(), rest.end());
  else if (!rest.empty()) return error("trailing_octets", c_pdu_header, "octets behind the C_PDU");
  return pdu;
}

}  // namespace longwire::s5066
