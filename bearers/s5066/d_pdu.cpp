#include "bearers/s5066/d_pdu.hpp"

#include "base/checksum.hpp"
#include "bearers/s5066/nibbles.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace longwire::s5066 {
namespace {

constexpr std::size_t most_extended_octets = 23;  // header size has 5 bits
constexpr std::size_t crc16_octets = 2;

void low_octet_first(ByteWriter& out, std::uint32_t value, int octets) {
  for (int i = 0; i < octets; ++i) out.u8(static_cast<std::uint8_t>(value >> 8 * i));
}

// What does not fit the field would make every later octet wrong: cut, and a fault of the caller.
ByteView at_most(const Bytes& octets, std::size_t limit) {
  assert(octets.size() <= limit);
  return ByteView(octets).first(std::min(octets.size(), limit));
}

ByteView segment_octets(const Segment& segment) { return at_most(segment.octets, largest_segment); }

// The type-specific part of the header (C.3.3 to C.3.12).
struct HeaderEncoder {
  ByteWriter& out;
  bool group;

  static std::uint8_t size_high(const Segment& s) { return static_cast<std::uint8_t>(segment_octets(s).size() >> 8); }
  static std::uint8_t size_low(const Segment& s) { return static_cast<std::uint8_t>(segment_octets(s).size()); }

  void data(const DataPart& p) const {
    out.u8(static_cast<std::uint8_t>(bit_if(p.start, 7) | bit_if(p.end, 6) | bit_if(p.in_order, 5) | bit_if(p.drop, 4) |
                                     bit_if(p.uwe, 3) | bit_if(p.lwe, 2) | size_high(p.segment)));
    out.u8(size_low(p.segment));
    out.u8(p.fsn);
  }
  void ack(const AckPart& p) const {
    out.u8(p.rx_lwe);
    out.bytes(at_most(p.bitmap, most_ack_octets));
  }
  void operator()(const DataOnly& p) const { data(p.data); }
  void operator()(const AckOnly& p) const { ack(p.ack); }
  void operator()(const DataAck& p) const {
    data(p.data);
    ack(p.ack);
  }
  void operator()(const Reset& p) const {
    out.u8(static_cast<std::uint8_t>(bit_if(p.full_reset, 3) | bit_if(p.tx_win_rqst, 2) | bit_if(p.rx_win_cmnd, 1) |
                                     bit_if(p.ack, 0)));
    out.u8(p.new_rx_lwe);
    out.u8(p.frame_id);
  }
  void operator()(const ExpeditedData& p) const {
    out.u8(static_cast<std::uint8_t>(bit_if(p.start, 7) | bit_if(p.end, 6) | (p.c_pdu_id & 15U) << 2 |
                                     size_high(p.segment)));
    out.u8(size_low(p.segment));
    out.u8(p.fsn);
  }
  void operator()(const ExpeditedAck& p) const { ack(p.ack); }
  void operator()(const Management& p) const {
    out.u8(static_cast<std::uint8_t>(bit_if(p.extended.has_value(), 2) | bit_if(p.valid, 1) | bit_if(p.ack, 0)));
    out.u8(p.frame_id);
    if (p.extended) out.bytes(at_most(*p.extended, most_extended_octets));
  }
  void operator()(const NonArq& p) const {
    out.u8(static_cast<std::uint8_t>((p.c_pdu_id >> 8 & 15) << 4 | bit_if(p.in_order, 3) | bit_if(p.group || group, 2) |
                                     size_high(p.segment)));
    out.u8(size_low(p.segment));
    out.u8(static_cast<std::uint8_t>(p.c_pdu_id));
    out.u16(p.c_pdu_size);
    out.u16(p.offset);
    out.u16(p.window);
  }
  void operator()(const Warning& p) const { out.u8(nibbles(p.received_type, p.reason)); }
};

// Octets of that part.
struct HeaderSize {
  static std::size_t ack(const AckPart& p) { return 1 + std::min(p.bitmap.size(), most_ack_octets); }

  std::size_t operator()(const DataOnly&) const { return 3; }
  std::size_t operator()(const AckOnly& p) const { return ack(p.ack); }
  std::size_t operator()(const DataAck& p) const { return 3 + ack(p.ack); }
  std::size_t operator()(const Reset&) const { return 3; }
  std::size_t operator()(const ExpeditedData&) const { return 3; }
  std::size_t operator()(const ExpeditedAck& p) const { return ack(p.ack); }
  std::size_t operator()(const Management& p) const {
    return 2 + (p.extended ? std::min(p.extended->size(), most_extended_octets) : 0);
  }
  std::size_t operator()(const NonArq&) const { return 9; }
  std::size_t operator()(const Warning&) const { return 1; }
};

struct TypeOf {
  DPduType operator()(const DataOnly&) const { return DPduType::data_only; }
  DPduType operator()(const AckOnly&) const { return DPduType::ack_only; }
  DPduType operator()(const DataAck&) const { return DPduType::data_ack; }
  DPduType operator()(const Reset&) const { return DPduType::reset; }
  DPduType operator()(const ExpeditedData&) const { return DPduType::expedited_data; }
  DPduType operator()(const ExpeditedAck&) const { return DPduType::expedited_ack; }
  DPduType operator()(const Management&) const { return DPduType::management; }
  DPduType operator()(const NonArq& p) const { return p.expedited ? DPduType::expedited_non_arq : DPduType::non_arq; }
  DPduType operator()(const Warning&) const { return DPduType::warning; }
};

struct SegmentOf {
  const Segment* operator()(const DataOnly& p) const { return &p.data.segment; }
  const Segment* operator()(const DataAck& p) const { return &p.data.segment; }
  const Segment* operator()(const ExpeditedData& p) const { return &p.segment; }
  const Segment* operator()(const NonArq& p) const { return &p.segment; }
  const Segment* operator()(const AckOnly&) const { return nullptr; }
  const Segment* operator()(const Reset&) const { return nullptr; }
  const Segment* operator()(const ExpeditedAck&) const { return nullptr; }
  const Segment* operator()(const Management&) const { return nullptr; }
  const Segment* operator()(const Warning&) const { return nullptr; }
};

std::size_t half_octets(Address a) {
  const auto bits = static_cast<std::size_t>(std::bit_width(a.value & 0x0FFF'FFFF));
  return std::max<std::size_t>((bits + 3) / 4, 1);
}

std::size_t address_octets(const DPdu& pdu) {
  const auto asked = std::min<std::size_t>(pdu.address_octets, 7);
  return std::max({asked, half_octets(pdu.dest), half_octets(pdu.source)});
}

// C.3.2.6: m half octets of destination, then m of source.
void write_addresses(ByteWriter& out, const DPdu& pdu, std::size_t m) {
  const auto both =
      static_cast<std::uint64_t>(pdu.dest.value & 0x0FFF'FFFF) << 4 * m | (pdu.source.value & 0x0FFF'FFFF);
  for (std::size_t i = m; i-- > 0;) out.u8(static_cast<std::uint8_t>(both >> 8 * i));
}

}  // namespace

Bytes encode(const DPdu& pdu) {
  const auto m = address_octets(pdu);
  const auto h = 4 + std::visit(HeaderSize{}, pdu.body) + crc16_octets;
  ByteWriter out(encoded_size(pdu));
  out.u16(0x90EB);
  out.u8(nibbles(static_cast<unsigned>(type_of(pdu)), pdu.eow.type));
  out.u8(pdu.eow.contents);
  out.u8(pdu.eot);
  out.u8(static_cast<std::uint8_t>(m << 5 | h));
  write_addresses(out, pdu, m);
  std::visit(HeaderEncoder{out, pdu.dest.group}, pdu.body);
  low_octet_first(out, crc16_s5066(out.view().subspan(sync_octets)), 2);
  if (const auto* segment = segment_of(pdu)) {
    const auto octets = segment_octets(*segment);
    out.bytes(octets);
    low_octet_first(out, crc32_s5066(octets), 4);
  }
  return out.finish();
}

std::size_t encoded_size(const DPdu& pdu) {
  const auto header = sync_octets + 4 + address_octets(pdu) + std::visit(HeaderSize{}, pdu.body) + crc16_octets;
  const auto* segment = segment_of(pdu);
  return header + (segment != nullptr ? segment_octets(*segment).size() + segment_crc_octets : 0);
}

DPduType type_of(const DPdu& pdu) { return std::visit(TypeOf{}, pdu.body); }

const Segment* segment_of(const DPdu& pdu) { return std::visit(SegmentOf{}, pdu.body); }

std::string_view to_string(DPduType type) {
  switch (type) {
    case DPduType::data_only:
      return "DATA-ONLY";
    case DPduType::ack_only:
      return "ACK-ONLY";
    case DPduType::data_ack:
      return "DATA-ACK";
    case DPduType::reset:
      return "RESET/WIN-RESYNC";
    case DPduType::expedited_data:
      return "EXPEDITED DATA-ONLY";
    case DPduType::expedited_ack:
      return "EXPEDITED ACK-ONLY";
    case DPduType::management:
      return "MANAGEMENT";
    case DPduType::non_arq:
      return "NON-ARQ DATA";
    case DPduType::expedited_non_arq:
      return "EXPEDITED NON-ARQ DATA";
    case DPduType::warning:
      return "WARNING";
  }
  return "reserved";
}

}  // namespace longwire::s5066
