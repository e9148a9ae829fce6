#include "base/checksum.hpp"
#include "bearers/s5066/d_pdu_header.hpp"
#include "bearers/s5066/nibbles.hpp"

#include <algorithm>

namespace longwire::s5066 {
namespace {

constexpr std::size_t crc16_octets = 2;

bool is_reserved(std::uint8_t type) { return type >= 9 && type <= 14; }

struct Range {
  std::size_t least, most;
};

// Header size field: fixed octets, type-specific part and CRC-16 (4.4 of the project's reference).
Range header_sizes(std::uint8_t type) {
  if (is_reserved(type)) return {6, 31};
  switch (static_cast<DPduType>(type)) {
    case DPduType::data_only:
    case DPduType::reset:
    case DPduType::expedited_data:
      return {9, 9};
    case DPduType::ack_only:
    case DPduType::expedited_ack:
      return {7, 7 + most_ack_octets};
    case DPduType::data_ack:
      return {10, 10 + most_ack_octets};
    case DPduType::management:
      return {8, 31};
    case DPduType::non_arq:
    case DPduType::expedited_non_arq:
      return {15, 15};
    case DPduType::warning:
      return {7, 7};
  }
  return {};
}

std::uint32_t low_octet_first(ByteView octets) {
  std::uint32_t value = 0;
  for (std::size_t i = octets.size(); i-- > 0;) value = value << 8 | octets[i];
  return value;
}

void read_addresses(DPdu& pdu, ByteView field) {
  std::uint64_t both = 0;
  for (const auto octet : field) both = both << 8 | octet;
  const auto mask = (std::uint64_t{1} << 4 * field.size()) - 1;
  pdu.address_octets = static_cast<std::uint8_t>(field.size());
  pdu.dest.value = static_cast<std::uint32_t>(both >> 4 * field.size() & mask);
  pdu.source.value = static_cast<std::uint32_t>(both & mask);
}

// The type-specific part; its size is known to be right.
class TypeReader {
 public:
  TypeReader(DPduHeader& header, ByteView part) : header_(header), in_(part) {}

  // False: fields that contradict each other.
  bool read(DPduType type) {
    switch (type) {
      case DPduType::data_only:
        return body(DataOnly{data()});
      case DPduType::ack_only:
        return body(AckOnly{ack()});
      case DPduType::data_ack: {
        auto part = data();
        return body(DataAck{std::move(part), ack()});
      }
      case DPduType::reset:
        return reset();
      case DPduType::expedited_data:
        return expedited_data();
      case DPduType::expedited_ack:
        return body(ExpeditedAck{ack()});
      case DPduType::management:
        return management();
      case DPduType::non_arq:
      case DPduType::expedited_non_arq:
        return non_arq(type == DPduType::expedited_non_arq);
      case DPduType::warning: {
        const auto octet = in_.u8();
        return body(Warning{high_nibble(octet), low_nibble(octet)});
      }
    }
    return false;
  }

 private:
  bool body(DPduBody b) {
    header_.pdu.body = std::move(b);
    return true;
  }
  Bytes rest() {
    const auto octets = in_.rest();
    return {octets.begin(), octets.end()};
  }
  void segment_size(std::uint8_t high) { header_.segment = static_cast<std::size_t>((high & 3U) << 8 | in_.u8()); }

  DataPart data() {
    DataPart p;
    const auto flags = in_.u8();
    p.start = has_bit(flags, 7);
    p.end = has_bit(flags, 6);
    p.in_order = has_bit(flags, 5);
    p.drop = has_bit(flags, 4);
    p.uwe = has_bit(flags, 3);
    p.lwe = has_bit(flags, 2);
    segment_size(flags);
    p.fsn = in_.u8();
    return p;
  }
  AckPart ack() {
    AckPart p;
    p.rx_lwe = in_.u8();
    p.bitmap = rest();
    return p;
  }
  bool reset() {
    Reset p;
    const auto flags = in_.u8();
    p.full_reset = has_bit(flags, 3);
    p.tx_win_rqst = has_bit(flags, 2);
    p.rx_win_cmnd = has_bit(flags, 1);
    p.ack = has_bit(flags, 0);
    p.new_rx_lwe = in_.u8();
    p.frame_id = in_.u8();
    return body(p);
  }
  bool expedited_data() {
    ExpeditedData p;
    const auto flags = in_.u8();
    p.start = has_bit(flags, 7);
    p.end = has_bit(flags, 6);
    p.c_pdu_id = flags >> 2 & 15U;
    segment_size(flags);
    p.fsn = in_.u8();
    return body(std::move(p));
  }
  bool management() {
    Management p;
    const auto flags = in_.u8();
    p.valid = has_bit(flags, 1);
    p.ack = has_bit(flags, 0);
    p.frame_id = in_.u8();
    if (has_bit(flags, 2)) p.extended = rest();
    return body(std::move(p)) && in_.at_end();  // extended octets without their flag
  }
  bool non_arq(bool expedited) {
    NonArq p;
    p.expedited = expedited;
    const auto flags = in_.u8();
    p.in_order = has_bit(flags, 3);
    p.group = has_bit(flags, 2);
    segment_size(flags);
    p.c_pdu_id = static_cast<std::uint16_t>(high_nibble(flags) << 8 | in_.u8());
    p.c_pdu_size = in_.u16();
    p.offset = in_.u16();
    p.window = in_.u16();
    header_.pdu.dest.group = p.group;
    return body(std::move(p));
  }

  DPduHeader& header_;
  ByteReader in_;
};

Segment* mutable_segment(DPdu& pdu) {
  if (auto* p = std::get_if<DataOnly>(&pdu.body)) return &p->data.segment;
  if (auto* p = std::get_if<DataAck>(&pdu.body)) return &p->data.segment;
  if (auto* p = std::get_if<ExpeditedData>(&pdu.body)) return &p->segment;
  if (auto* p = std::get_if<NonArq>(&pdu.body)) return &p->segment;
  return nullptr;
}

}  // namespace

Result<DPduHeader> read_d_pdu_header(ByteView octets) {
  constexpr std::uint8_t sync[sync_octets]{0x90, 0xEB};
  for (std::size_t i = 0; i < std::min(octets.size(), sync_octets); ++i)
    if (octets[i] != sync[i]) return error("bad_sync", i, "90 EB is missing");
  if (octets.size() < sync_octets + fixed_header_octets) return error("truncated", octets.size(), "D_PDU header");
  const auto header = octets.subspan(sync_octets);
  const auto type = high_nibble(header[0]);
  const std::size_t m = header[3] >> 5, h = header[3] & 31U;
  const auto allowed = header_sizes(type);
  if (m == 0) return error("bad_address_size", sync_octets + 3, "no addresses");
  if (h < allowed.least || h > allowed.most)
    return error("bad_header_size", sync_octets + 3, "header size " + std::to_string(h) + " of this type");
  if (header.size() < m + h) return error("truncated", octets.size(), "D_PDU header");
  const auto covered = header.first(m + h - crc16_octets);
  if (crc16_s5066(covered) != low_octet_first(header.subspan(covered.size(), crc16_octets)))
    return error("bad_header_crc", sync_octets + covered.size(), "CRC-16");

  DPduHeader out;
  out.octets = sync_octets + m + h;
  out.pdu.eow = {low_nibble(header[0]), header[1]};
  out.pdu.eot = header[2];
  read_addresses(out.pdu, header.subspan(fixed_header_octets, m));
  if (is_reserved(type)) {
    out.unknown = type;
    out.pdu.body = Warning{};
  } else if (!TypeReader(out, covered.subspan(fixed_header_octets + m)).read(static_cast<DPduType>(type))) {
    return error("bad_field", sync_octets + fixed_header_octets + m, "extended message without its flag");
  }
  return out;
}

void put_segment(DPduHeader& header, ByteView octets) {
  auto* segment = mutable_segment(header.pdu);
  if (segment == nullptr || !header.segment) return;
  const auto size = *header.segment;
  const auto part = octets.first(std::min(size, octets.size()));
  segment->octets.assign(part.begin(), part.end());
  segment->crc_ok = octets.size() >= size + segment_crc_octets &&
                    crc32_s5066(part) == low_octet_first(octets.subspan(size, segment_crc_octets));
}

Result<DecodedDPdu> decode_d_pdu(ByteView octets) {
  auto header = read_d_pdu_header(octets);
  if (!header) return header.error();
  if (header->unknown) return error("reserved_type", sync_octets, "D_PDU type " + std::to_string(*header->unknown));
  if (octets.size() < header->whole()) return error("truncated", octets.size(), "the segment is longer");
  put_segment(*header, octets.first(header->whole()).subspan(header->octets));
  const auto length = header->whole();
  return DecodedDPdu{std::move(header->pdu), length};
}

}  // namespace longwire::s5066
