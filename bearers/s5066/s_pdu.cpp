#include "bearers/s5066/s_pdu.hpp"

#include "bearers/s5066/nibbles.hpp"

namespace longwire::s5066 {
namespace {

constexpr std::uint16_t two_seconds_a_day = 43'200;

struct Encoder {
  ByteWriter& out;

  void sap_pair(std::uint8_t high, std::uint8_t low) const { out.u8(nibbles(high, low)); }

  void operator()(const DataSPdu& p) const {
    out.u8(nibbles(0, p.priority));
    sap_pair(p.source_sap, p.dest_sap);
    const auto& ttd = p.time_to_die;
    const unsigned day = ttd ? ttd->julian_day & 15U : 0U;
    out.u8(static_cast<std::uint8_t>(bit_if(p.client_confirm, 7) | bit_if(ttd.has_value(), 6) | day));
    if (ttd) out.u16(ttd->two_seconds);
    out.bytes(p.u_pdu);
  }
  void operator()(const DeliveryConfirm& p) const {
    out.u8(nibbles(1, 0));
    sap_pair(p.source_sap, p.dest_sap);
    out.bytes(p.part);
  }
  void operator()(const DeliveryFail& p) const {
    out.u8(nibbles(2, p.reason));
    sap_pair(p.source_sap, p.dest_sap);
    out.bytes(p.part);
  }
  void operator()(const LinkRequest& p) const {
    out.u8(nibbles(3, (p.link_type & 3U) << 2 | (p.priority & 3U)));
    sap_pair(p.requesting_sap, p.remote_sap);
  }
  void operator()(const LinkConfirm&) const { out.u8(nibbles(4, 0)); }
  void operator()(const LinkRejected& p) const { out.u8(nibbles(5, p.reason)); }
  void operator()(const LinkTerminate& p) const { out.u8(nibbles(6, p.reason)); }
  void operator()(const LinkTerminateConfirm&) const { out.u8(nibbles(7, 0)); }
};

Bytes rest(ByteReader& in) {
  const auto octets = in.rest();
  return {octets.begin(), octets.end()};
}

Result<SPdu> decode_data(ByteReader in) {
  DataSPdu pdu;
  pdu.priority = low_nibble(in.u8());
  const auto saps = in.u8();
  pdu.source_sap = high_nibble(saps);
  pdu.dest_sap = low_nibble(saps);
  const auto flags = in.u8();
  pdu.client_confirm = has_bit(flags, 7);
  if (has_bit(flags, 6)) {
    pdu.time_to_die = TimeToDie{low_nibble(flags), in.u16()};
    if (pdu.time_to_die->two_seconds >= two_seconds_a_day) return error("bad_field", 3, "time to die beyond midnight");
  }
  if (in.failed()) return error("truncated", in.offset(), "DATA S_PDU header");
  pdu.u_pdu = rest(in);
  return SPdu{std::move(pdu)};
}

template <class Report>
Result<SPdu> decode_report(ByteReader in, Report pdu) {
  const auto saps = in.u8();
  if (in.failed()) return error("truncated", in.offset(), "S_PDU header");
  pdu.source_sap = high_nibble(saps);
  pdu.dest_sap = low_nibble(saps);
  pdu.part = rest(in);
  return SPdu{std::move(pdu)};
}

Result<SPdu> decode_link_request(ByteReader in) {
  const auto first = in.u8();
  const auto saps = in.u8();
  if (in.failed()) return error("truncated", in.offset(), "HARD LINK ESTABLISHMENT REQUEST has 2 octets");
  LinkRequest pdu;
  pdu.link_type = first >> 2 & 3U;
  if (pdu.link_type == 3) return error("bad_field", 0, "link type 3");
  pdu.priority = first & 3U;
  pdu.requesting_sap = high_nibble(saps);
  pdu.remote_sap = low_nibble(saps);
  return SPdu{pdu};
}

Result<SPdu> decode_by_type(ByteView octets) {
  ByteReader in(octets);
  const auto first = octets[0];
  const auto reason = low_nibble(first);
  switch (high_nibble(first)) {
    case 0:
      return decode_data(in);
    case 1:
      in.skip(1);
      return decode_report(in, DeliveryConfirm{});
    case 2:
      in.skip(1);
      return decode_report(in, DeliveryFail{reason, 0, 0, {}});
    case 3:
      return decode_link_request(in);
    case 4:
      return SPdu{LinkConfirm{}};
    case 5:
      return SPdu{LinkRejected{reason}};
    case 6:
      return SPdu{LinkTerminate{reason}};
    case 7:
      return SPdu{LinkTerminateConfirm{}};
  }
  return error("unknown_type", 0, "S_PDU type " + std::to_string(high_nibble(first)));
}

}  // namespace

Bytes encode(const SPdu& pdu) {
  ByteWriter out(16);
  std::visit(Encoder{out}, pdu);
  return out.finish();
}

Result<SPdu> decode_s_pdu(ByteView octets) {
  if (octets.empty()) return error("truncated", 0, "an empty S_PDU");
  auto pdu = decode_by_type(octets);
  const auto type = high_nibble(octets[0]);
  const std::size_t length = type == 3 ? 2 : 1;  // types 0-2 end with data
  if (pdu && type >= 3 && octets.size() > length) return error("trailing_octets", length, "octets behind the S_PDU");
  return pdu;
}

}  // namespace longwire::s5066
