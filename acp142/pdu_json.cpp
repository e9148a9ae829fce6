#include "acp142/pdu_json.hpp"

#include "acp142/fec_info.hpp"
#include "base/text.hpp"

#include <boost/json/array.hpp>

#include <array>

namespace longwire::acp142 {
namespace {

namespace json = boost::json;

std::string_view to_string(Map map) {
  switch (map) {
    case Map::only:
      return "only";
    case Map::first:
      return "first";
    case Map::middle:
      return "middle";
    case Map::last:
      return "last";
  }
  return "";
}

// The FEC parameters of our own code (docs/coded-p_mul.md section 3), or why they are none.
json::object code_json(const Fec& fec, std::uint16_t total) {
  const auto code = decode(fec, total);
  if (!code) return {{"error", code.error().name}, {"offset", code.error().offset}, {"text", code.error().text}};
  std::array<std::uint8_t, 8> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<std::uint8_t>(code->digest >> (56 - 8 * i));
  return {{"message_octets", code->message_octets},
          {"symbol_octets", code->symbol_octets},
          {"blocks", code->blocks},
          {"digest", to_hex(digest)},
          {"first", code->first},
          {"last", code->last}};
}

// Octets 4-5 of an Ack_PDU, unused in the standard: whoever decodes says there how well it hears.
json::object mark_json(std::uint16_t mark) {
  std::array<std::uint8_t, 2> octets{static_cast<std::uint8_t>(mark >> 8), static_cast<std::uint8_t>(mark)};
  json::object out{{"octets", to_hex(octets)}};
  const auto said = decode_mark(mark);
  if (!said) return out;
  out["decodes"] = true;
  out["loss"] = said->loss < 0 ? json::value(nullptr) : json::value(said->loss);
  out["burst"] = said->burst;
  return out;
}

struct Fields {
  json::object& out;

  void message(PmulId source, std::uint32_t message_id) const {
    out["source_id"] = longwire::to_string(source);
    out["message_id"] = message_id;
  }

  void operator()(const AddressPdu& pdu) const {
    out["priority"] = pdu.priority;
    out["map"] = to_string(pdu.map);
    out["total_pdus"] = pdu.total;
    message(pdu.source, pdu.message_id);
    out["expiry"] = pdu.expiry;
    if (pdu.fec) {
      out["fec_id"] = pdu.fec->id;
      out["fec_params"] = to_hex(pdu.fec->parameters);
      if (pdu.fec->id == coded_fec_id) out["code"] = code_json(*pdu.fec, pdu.total);
    }
    out["reserved_len"] = pdu.reserved_octets;
    json::array destinations;
    for (const auto& entry : pdu.destinations)
      destinations.push_back(
          json::array{longwire::to_string(entry.id), entry.message_sequence_number, to_hex(entry.reserved)});
    out["destinations"] = std::move(destinations);
    if (pdu.is_ack_ack() && !pdu.extra && !pdu.fec) out["ack_ack"] = true;
  }
  void operator()(const DataPdu& pdu) const {
    out["priority"] = pdu.priority;
    out["sequence"] = pdu.sequence;
    message(pdu.source, pdu.message_id);
    out["data"] = to_hex(pdu.octets);
  }
  void operator()(const DiscardMessagePdu& pdu) const {
    out["priority"] = pdu.priority;
    message(pdu.source, pdu.message_id);
  }
  void operator()(const AckPdu& pdu) const {
    out["priority"] = pdu.priority;
    out["ack_sender"] = longwire::to_string(pdu.sender);
    if (pdu.mark != 0) out["mark"] = mark_json(pdu.mark);
    json::array entries;
    for (const auto& entry : pdu.entries) entries.push_back(ack_entry(entry));
    out["entries"] = std::move(entries);
    if (pdu.timestamp) out["timestamp"] = *pdu.timestamp;
  }
  static json::object ack_entry(const AckInfoEntry& entry) {
    json::array missing;
    for (const auto& item : entry.missing)
      for (unsigned n = item.first; n <= item.last; ++n) missing.push_back(n);
    json::object fields{{"source_id", longwire::to_string(entry.source)},
                        {"message_id", entry.message_id},
                        {"missing", std::move(missing)}};
    if (entry.end_of_list) fields["end_of_list"] = true;
    return fields;
  }
  void operator()(const AnnouncePdu& pdu) const {
    out["map"] = to_string(pdu.map);
    message(pdu.source, pdu.message_id);
    out["expiry"] = pdu.expiry;
    out["group"] = longwire::to_string(pdu.group);
    json::array destinations;
    for (const auto id : pdu.destinations) destinations.push_back(json::value(longwire::to_string(id)));
    out["destinations"] = std::move(destinations);
  }
  void operator()(const GroupPdu& pdu) const {
    message(pdu.source, pdu.message_id);
    out["group"] = longwire::to_string(pdu.group);
  }
};

}  // namespace

json::object to_json(const DecodedPdu& decoded) {
  json::object out;
  out["type"] = to_string(type_of(decoded.pdu));
  std::visit(Fields{out}, decoded.pdu);
  out["length"] = decoded.length;
  const std::array<std::uint8_t, 2> checksum{static_cast<std::uint8_t>(decoded.checksum >> 8),
                                             static_cast<std::uint8_t>(decoded.checksum)};
  out["checksum"] = "0x" + to_hex(checksum);
  out["checksum_algorithm"] = decoded.algorithm == Checksum::internet ? "internet" : "fletcher";
  return out;
}

}  // namespace longwire::acp142
