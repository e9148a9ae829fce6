#include "bearers/s5066/udop.hpp"

namespace longwire::s5066 {

Bytes encode(const UdopUnit& unit) {
  ByteWriter out(udop_header + unit.octets.size());
  out.u8(static_cast<std::uint8_t>(unit.connection << 4));
  out.u8(unit.u_pdu_id);
  out.u16(unit.segment);
  out.u16(unit.app_id);
  out.bytes(unit.octets);
  return out.finish();
}

Result<UdopUnit> decode_udop(ByteView u_pdu) {
  if (u_pdu.size() < udop_header) return error("truncated", u_pdu.size(), "a RCOP or UDOP header has 6 octets");
  ByteReader in(u_pdu);
  UdopUnit unit;
  unit.connection = in.u8() >> 4;
  unit.u_pdu_id = in.u8();
  unit.segment = in.u16();
  unit.app_id = in.u16();
  const auto octets = in.rest();
  unit.octets.assign(octets.begin(), octets.end());
  return unit;
}

}  // namespace longwire::s5066
