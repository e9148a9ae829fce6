#include "acp142/pdu.hpp"

#include "base/checksum.hpp"

#include <utility>

namespace longwire::acp142 {
namespace {

constexpr std::size_t checksum_at = 6;  // 3.1
constexpr std::uint8_t type_mask = 0x3F;

std::optional<PduType> known_type(std::uint8_t octet3) {
  const auto type = static_cast<PduType>(octet3 & type_mask);
  switch (type) {
    case PduType::data:
    case PduType::ack:
    case PduType::address:
    case PduType::discard:
    case PduType::announce:
    case PduType::request:
    case PduType::reject:
    case PduType::release:
    case PduType::fec_address:
    case PduType::extra_address:
    case PduType::extra_fec_address:
      return type;
  }
  return {};
}

std::size_t fixed_octets(std::optional<PduType> type) {
  if (!type) return header_octets;
  switch (*type) {
    case PduType::data:
      return data_header_octets;
    case PduType::ack:
      return ack_header_octets;
    case PduType::address:
    case PduType::extra_address:
      return address_header_octets;
    case PduType::discard:
      return discard_octets;
    case PduType::announce:
      return announce_header_octets;
    case PduType::request:
    case PduType::reject:
    case PduType::release:
      return group_pdu_octets;
    case PduType::fec_address:
    case PduType::extra_fec_address:
      return fec_address_header_octets;
  }
  return header_octets;
}

// PDUs without entries or fragment: anything behind the fixed part is a wrong length.
bool is_fixed_size(PduType type) {
  return type == PduType::discard || type == PduType::request || type == PduType::reject || type == PduType::release;
}

std::uint16_t word_at(ByteView octets, std::size_t at) {
  return static_cast<std::uint16_t>(octets[at] << 8 | octets[at + 1]);
}

std::uint16_t checksum(ByteView octets, Checksum algorithm) {
  switch (algorithm) {
    case Checksum::internet:
      return internet_checksum(octets);
    case Checksum::fletcher:
      return fletcher_checksum(octets, checksum_at);
  }
  return 0;
}

std::optional<Checksum> matching_checksum(ByteView octets, std::optional<Checksum> only) {
  Bytes zeroed(octets.begin(), octets.end());
  zeroed[checksum_at] = zeroed[checksum_at + 1] = 0;
  const auto stored = word_at(octets, checksum_at);
  for (const auto algorithm : {Checksum::internet, Checksum::fletcher})
    if (only.value_or(algorithm) == algorithm && checksum(zeroed, algorithm) == stored) return algorithm;
  return {};
}

// ---- decoding; the reader stands behind the common header, and the fixed part is known to be there

Result<Pdu> decode_address(ByteReader in, PduType type, ByteView octets) {
  AddressPdu pdu;
  pdu.extra = type == PduType::extra_address || type == PduType::extra_fec_address;
  pdu.priority = octets[2];
  pdu.map = static_cast<Map>(octets[3] >> 6);
  pdu.total = word_at(octets, 4);
  pdu.source = PmulId{in.u32()};
  pdu.message_id = in.u32();
  pdu.expiry = in.u32();
  if (type == PduType::fec_address || type == PduType::extra_fec_address) {
    const std::size_t parameters = in.u8();
    Fec fec;
    fec.id = in.u8();
    if (fec_address_header_octets + parameters > octets.size())
      return error("count_overflow", 20, "FEC parameters beyond the end");
    const auto view = in.take(parameters);
    fec.parameters.assign(view.begin(), view.end());
    pdu.fec = std::move(fec);
  }
  const auto count_at = in.offset();
  const std::uint64_t count = in.u16();
  pdu.reserved_octets = in.u16();
  if (in.offset() + count * (destination_entry_octets + pdu.reserved_octets) != octets.size())
    return error("count_overflow", count_at, "Count_of_Destination_Entries does not fit Length_of_PDU");
  pdu.destinations.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    auto& entry = pdu.destinations.emplace_back();
    entry.id = PmulId{in.u32()};
    entry.message_sequence_number = in.u32();
    const auto reserved = in.take(pdu.reserved_octets);
    entry.reserved.assign(reserved.begin(), reserved.end());
  }
  return Pdu{std::move(pdu)};
}

Result<Pdu> decode_data(ByteReader in, ByteView octets) {
  DataPdu pdu;
  pdu.priority = octets[2];
  pdu.sequence = word_at(octets, 4);
  if (pdu.sequence == 0) return error("bad_sequence", 4, "Data_PDUs are numbered from 1");
  pdu.source = PmulId{in.u32()};
  pdu.message_id = in.u32();
  const auto fragment = in.rest();
  pdu.octets.assign(fragment.begin(), fragment.end());
  return Pdu{std::move(pdu)};
}

// Where each entry starts; checks the lengths and the count only (3.12 steps 5 and 6).
Result<std::vector<std::size_t>> ack_entry_places(ByteView octets, std::size_t count) {
  if (ack_header_octets + count * ack_entry_octets > octets.size())
    return error("count_overflow", 12, "Count_of_Ack_Info_Entries does not fit Length_of_PDU");
  std::vector<std::size_t> places;
  places.reserve(count);
  std::size_t at = ack_header_octets;
  for (std::size_t i = 0; i < count; ++i) {
    if (octets.size() - at < 2) return error("count_overflow", 12, "fewer Ack_Info_Entries than counted");
    const std::size_t length = word_at(octets, at);
    if (length < ack_entry_octets || length % 2 != 0 || length > octets.size() - at)
      return error("bad_entry_length", at, "Length_of_Ack_Info_Entry " + std::to_string(length));
    places.push_back(at);
    at += length;
  }
  const auto left = octets.size() - at;
  if (left != 0 && left != ack_timestamp_octets)
    return error("count_overflow", at, "octets after the last Ack_Info_Entry are no timestamp");
  return places;
}

// Missing_Data_PDU_Seq_Numbers (3.8): singles and from, 0, to.
Result<AckInfoEntry> decode_ack_entry(ByteView octets, std::size_t at) {
  ByteReader in(octets.subspan(at, word_at(octets, at)));
  in.skip(2);
  AckInfoEntry entry;
  entry.source = PmulId{in.u32()};
  entry.message_id = in.u32();
  unsigned previous = 0;
  while (in.remaining() >= 2) {
    const auto place = at + in.offset();
    MissingItem item;
    item.first = item.last = in.u16();
    if (item.first == 0) return error("bad_sequence", place, "0 outside a range");
    if (in.remaining() >= 4 && word_at(octets, place + 2) == 0) {
      in.skip(2);
      item.last = in.u16();
      if (item.first >= item.last) return error("bad_range", place, "range does not ascend");
    }
    if (item.first <= previous) {
      entry.end_of_list = true;
      continue;
    }
    previous = item.last;
    entry.missing.push_back(item);
  }
  return entry;
}

Result<Pdu> decode_ack(ByteReader in, ByteView octets) {
  AckPdu pdu;
  pdu.priority = octets[2];
  pdu.mark = word_at(octets, 4);
  pdu.sender = PmulId{in.u32()};
  const auto places = ack_entry_places(octets, in.u16());
  if (!places) return places.error();
  std::size_t end = ack_header_octets;
  pdu.entries.reserve(places->size());
  for (const auto at : *places) {
    auto entry = decode_ack_entry(octets, at);
    if (!entry) return entry.error();
    pdu.entries.push_back(std::move(*entry));
    end = at + word_at(octets, at);
  }
  if (end != octets.size()) pdu.timestamp = ByteReader(octets.subspan(end)).u64();
  return Pdu{std::move(pdu)};
}

Result<Pdu> decode_announce(ByteReader in, ByteView octets) {
  AnnouncePdu pdu;
  pdu.map = static_cast<Map>(octets[3] >> 6);
  pdu.source = PmulId{in.u32()};
  pdu.message_id = in.u32();
  pdu.expiry = in.u32();
  pdu.group = Ipv4{in.u32()};
  const std::size_t count = word_at(octets, 4);
  if (announce_header_octets + 4 * count != octets.size())
    return error("count_overflow", 4, "Count_of_Destination_IDs does not fit Length_of_PDU");
  pdu.destinations.reserve(count);
  for (std::size_t i = 0; i < count; ++i) pdu.destinations.push_back(PmulId{in.u32()});
  return Pdu{std::move(pdu)};
}

Result<Pdu> decode_discard(ByteReader in, ByteView octets) {
  DiscardMessagePdu pdu;
  pdu.priority = octets[2];
  pdu.source = PmulId{in.u32()};
  pdu.message_id = in.u32();
  return Pdu{pdu};
}

Pdu decode_group(ByteReader in, PduType type) {
  GroupPdu pdu;
  pdu.kind = static_cast<GroupPdu::Kind>(type);
  pdu.source = PmulId{in.u32()};
  pdu.message_id = in.u32();
  pdu.group = Ipv4{in.u32()};
  return Pdu{pdu};
}

Result<Pdu> decode_body(PduType type, ByteView octets) {
  ByteReader in(octets);
  in.skip(header_octets);
  switch (type) {
    case PduType::address:
    case PduType::extra_address:
    case PduType::fec_address:
    case PduType::extra_fec_address:
      return decode_address(in, type, octets);
    case PduType::data:
      return decode_data(in, octets);
    case PduType::ack:
      return decode_ack(in, octets);
    case PduType::discard:
      return decode_discard(in, octets);
    case PduType::announce:
      return decode_announce(in, octets);
    case PduType::request:
    case PduType::reject:
    case PduType::release:
      return decode_group(in, type);
  }
  return error("unknown_type", 3);
}

// ---- encoding

void header(ByteWriter& out, std::uint8_t priority, Map map, PduType type, std::size_t octets4_5) {
  out.u16(0);
  out.u8(priority);
  out.u8(static_cast<std::uint8_t>(static_cast<unsigned>(map) << 6 | static_cast<unsigned>(type)));
  out.u16(static_cast<std::uint16_t>(octets4_5));
  out.u16(0);
}

struct Encoder {
  ByteWriter& out;

  void operator()(const AddressPdu& pdu) const {
    header(out, pdu.priority, pdu.map, type_of(pdu), pdu.total);
    out.u32(pdu.source.value);
    out.u32(pdu.message_id);
    out.u32(pdu.expiry);
    if (pdu.fec) {
      out.u8(static_cast<std::uint8_t>(pdu.fec->parameters.size()));
      out.u8(pdu.fec->id);
      out.bytes(pdu.fec->parameters);
    }
    out.u16(static_cast<std::uint16_t>(pdu.destinations.size()));
    out.u16(pdu.reserved_octets);
    for (const auto& entry : pdu.destinations) {
      out.u32(entry.id.value);
      out.u32(entry.message_sequence_number);
      out.bytes(entry.reserved);
    }
  }
  void operator()(const DataPdu& pdu) const {
    header(out, pdu.priority, Map::only, PduType::data, pdu.sequence);
    out.u32(pdu.source.value);
    out.u32(pdu.message_id);
    out.bytes(pdu.octets);
  }
  void operator()(const DiscardMessagePdu& pdu) const {
    header(out, pdu.priority, Map::only, PduType::discard, 0);
    out.u32(pdu.source.value);
    out.u32(pdu.message_id);
  }
  void operator()(const AckPdu& pdu) const {
    header(out, pdu.priority, Map::only, PduType::ack, pdu.mark);
    out.u32(pdu.sender.value);
    out.u16(static_cast<std::uint16_t>(pdu.entries.size()));
    for (const auto& entry : pdu.entries) ack_entry(entry);
    if (pdu.timestamp) out.u64(*pdu.timestamp);
  }
  void ack_entry(const AckInfoEntry& entry) const {
    const auto start = out.size();
    out.u16(0);
    out.u32(entry.source.value);
    out.u32(entry.message_id);
    for (const auto& item : entry.missing) {
      out.u16(item.first);
      if (item.first == item.last) continue;
      out.u16(0);
      out.u16(item.last);
    }
    out.patch_u16(start, static_cast<std::uint16_t>(out.size() - start));
  }
  void operator()(const AnnouncePdu& pdu) const {
    header(out, 0, pdu.map, PduType::announce, pdu.destinations.size());
    out.u32(pdu.source.value);
    out.u32(pdu.message_id);
    out.u32(pdu.expiry);
    out.u32(pdu.group.value);
    for (const auto id : pdu.destinations) out.u32(id.value);
  }
  void operator()(const GroupPdu& pdu) const {
    header(out, 0, Map::only, type_of(pdu), 0);
    out.u32(pdu.source.value);
    out.u32(pdu.message_id);
    out.u32(pdu.group.value);
  }
};

}  // namespace

PduType type_of(const Pdu& pdu) {
  struct Visitor {
    PduType operator()(const AddressPdu& p) const {
      if (p.fec) return p.extra ? PduType::extra_fec_address : PduType::fec_address;
      return p.extra ? PduType::extra_address : PduType::address;
    }
    PduType operator()(const DataPdu& /*p*/) const { return PduType::data; }
    PduType operator()(const DiscardMessagePdu& /*p*/) const { return PduType::discard; }
    PduType operator()(const AckPdu& /*p*/) const { return PduType::ack; }
    PduType operator()(const AnnouncePdu& /*p*/) const { return PduType::announce; }
    PduType operator()(const GroupPdu& p) const { return static_cast<PduType>(p.kind); }
  };
  return std::visit(Visitor{}, pdu);
}

std::string_view to_string(PduType type) {
  switch (type) {
    case PduType::data:
      return "Data_PDU";
    case PduType::ack:
      return "Ack_PDU";
    case PduType::address:
      return "Address_PDU";
    case PduType::discard:
      return "Discard_Message_PDU";
    case PduType::announce:
      return "Announce_PDU";
    case PduType::request:
      return "Request_PDU";
    case PduType::reject:
      return "Reject_PDU";
    case PduType::release:
      return "Release_PDU";
    case PduType::fec_address:
      return "FEC_Address_PDU";
    case PduType::extra_address:
      return "Extra_Address_PDU";
    case PduType::extra_fec_address:
      return "Extra_FEC_Address_PDU";
  }
  return "";
}

PmulId source_of(const Pdu& pdu) {
  struct Visitor {
    PmulId operator()(const AckPdu& p) const { return p.sender; }
    PmulId operator()(const AddressPdu& p) const { return p.source; }
    PmulId operator()(const DataPdu& p) const { return p.source; }
    PmulId operator()(const DiscardMessagePdu& p) const { return p.source; }
    PmulId operator()(const AnnouncePdu& p) const { return p.source; }
    PmulId operator()(const GroupPdu& p) const { return p.source; }
  };
  return std::visit(Visitor{}, pdu);
}

Bytes encode(const Pdu& pdu, Checksum algorithm) {
  ByteWriter out;
  std::visit(Encoder{out}, pdu);
  out.patch_u16(0, static_cast<std::uint16_t>(out.size()));
  out.patch_u16(checksum_at, checksum(out.view(), algorithm));
  return out.finish();
}

Result<DecodedPdu> decode(ByteView octets, std::optional<Checksum> only) {
  if (octets.size() < header_octets) return error("truncated", octets.size(), "shorter than the common header");
  const auto type = known_type(octets[3]);
  if (octets.size() < fixed_octets(type)) return error("truncated", octets.size(), "shorter than its fixed part");
  if (word_at(octets, 0) != octets.size())
    return error("bad_length", 0, "Length_of_PDU is " + std::to_string(word_at(octets, 0)));
  if (type && is_fixed_size(*type) && octets.size() != fixed_octets(type))
    return error("bad_length", 0, "a " + std::string(to_string(*type)) + " has a fixed length");
  const auto algorithm = matching_checksum(octets, only);
  if (!algorithm) return error("bad_checksum", checksum_at);
  if (!type) return error("unknown_type", 3, "PDU_Type " + std::to_string(octets[3] & type_mask));
  auto body = decode_body(*type, octets);
  if (!body) return body.error();
  return DecodedPdu{std::move(*body), octets.size(), word_at(octets, checksum_at), *algorithm};
}

}  // namespace longwire::acp142
