#include "bearers/s5066/d_pdu_json.hpp"

#include "base/text.hpp"
#include "bearers/s5066/c_pdu_json.hpp"
#include "bearers/s5066/d_pdu_header.hpp"
#include "bearers/s5066/eow_json.hpp"
#include "bearers/s5066/nibbles.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace longwire::s5066 {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_list = 16;  // acknowledgements without a gap beyond this are told as a range

// A checksum as a number; on the line its lowest octet comes first.
std::string checksum(ByteView octets) {
  Bytes high_first(octets.rbegin(), octets.rend());
  return "0x" + to_hex(high_first);
}

std::vector<std::uint8_t> acknowledged(const AckPart& p) {
  std::vector<std::uint8_t> fsns;
  for (unsigned bit = 0; bit < p.bitmap.size() * 8; ++bit)
    if (has_bit(p.bitmap[bit / 8], bit % 8)) fsns.push_back(static_cast<std::uint8_t>(p.rx_lwe + 1U + bit));
  return fsns;
}

void put_ack(json::object& out, const AckPart& p) {
  out["rx_lwe"] = p.rx_lwe;
  out["selective_acks_hex"] = to_hex(p.bitmap);
  const auto acked = acknowledged(p);
  if (acked.empty()) return;
  const std::size_t reach = static_cast<std::uint8_t>(acked.back() - p.rx_lwe);  // FSNs from the LWE to the UWE
  out["rx_uwe"] = acked.back();
  if (acked.size() == reach && reach > longest_list)
    out["acked"] = std::to_string(acked.front()) + ".." + std::to_string(acked.back());
  else out["acked"] = json::array(acked.begin(), acked.end());
  json::array missing;
  for (std::size_t i = 0; i < reach; ++i) {
    const auto fsn = static_cast<std::uint8_t>(p.rx_lwe + i);
    if (std::find(acked.begin(), acked.end(), fsn) == acked.end()) missing.push_back(fsn);
  }
  out["not_received"] = std::move(missing);
}

struct Fields {
  json::object& out;
  const DPdu& pdu;

  void flag(std::string_view name, bool set) const { out[name] = set ? 1 : 0; }
  void segment(const Segment& s, bool whole_c_pdu) const {
    out["segment_size"] = s.octets.size();
    out["segment_hex"] = to_hex(s.octets);
    if (whole_c_pdu && s.crc_ok && !s.octets.empty()) put_c_pdu(out, s.octets);
  }
  void data(const DataPart& p) const {
    flag("start", p.start);
    flag("end", p.end);
    flag("in_order", p.in_order);
    flag("drop", p.drop);
    flag("uwe", p.uwe);
    flag("lwe", p.lwe);
    out["fsn"] = p.fsn;
    segment(p.segment, p.start && p.end && !p.drop);
  }

  void operator()(const DataOnly& p) const { data(p.data); }
  void operator()(const AckOnly& p) const { put_ack(out, p.ack); }
  void operator()(const DataAck& p) const {
    data(p.data);
    put_ack(out, p.ack);
  }
  void operator()(const Reset& p) const {
    flag("full_reset", p.full_reset);
    flag("tx_win_rqst", p.tx_win_rqst);
    flag("rx_win_cmnd", p.rx_win_cmnd);
    flag("ack", p.ack);
    out["new_rx_lwe"] = p.new_rx_lwe;
    out["frame_id"] = p.frame_id;
  }
  void operator()(const ExpeditedData& p) const {
    flag("start", p.start);
    flag("end", p.end);
    out["c_pdu_id"] = p.c_pdu_id;
    out["fsn"] = p.fsn;
    segment(p.segment, p.start && p.end);
  }
  void operator()(const ExpeditedAck& p) const { put_ack(out, p.ack); }
  void operator()(const Management& p) const {
    flag("extended", p.extended.has_value());
    flag("valid", p.valid);
    flag("ack", p.ack);
    out["frame_id"] = p.frame_id;
    if (p.extended) out["extended_message_hex"] = to_hex(*p.extended);
    put_management_message(out, pdu.eow, p.extended ? &*p.extended : nullptr);
  }
  void operator()(const NonArq& p) const {
    out["c_pdu_id"] = p.c_pdu_id;
    flag("in_order", p.in_order);
    flag("group", p.group);
    out["c_pdu_size"] = p.c_pdu_size;
    out["offset"] = p.offset;
    out["window"] = p.window;
    out["window_seconds"] = p.window % 2 == 0 ? json::value(p.window / 2) : json::value(p.window / 2.0);
    segment(p.segment, p.offset == 0 && p.segment.octets.size() == p.c_pdu_size);
  }
  void operator()(const Warning& p) const {
    out["received_type"] = p.received_type;
    out["reason"] = p.reason;
  }
};

// Sync, a space, the rest: so the vectors write it.
std::string spaced_hex(ByteView octets) {
  return to_hex(octets.first(sync_octets)) + " " + to_hex(octets.subspan(sync_octets));
}

void put_received(json::object& out, const DPdu& pdu, ByteView octets) {
  const auto header = read_d_pdu_header(octets);
  if (!header) return;
  out["address_hex"] = to_hex(octets.subspan(sync_octets + fixed_header_octets, pdu.address_octets));
  out["header_crc"] = checksum(octets.subspan(header->octets - 2, 2));
  if (header->segment && octets.size() >= header->whole())
    out["segment_crc"] = checksum(octets.subspan(header->whole() - segment_crc_octets, segment_crc_octets));
  out["hex"] = spaced_hex(octets.first(std::min(octets.size(), header->whole())));
}

}  // namespace

json::object to_json(const DPdu& pdu, ByteView octets) {
  const auto type = type_of(pdu);
  json::object out{{"type", static_cast<unsigned>(type)}, {"name", to_string(type)}};
  out["eot"] = pdu.eot;
  out["eot_half_seconds"] = pdu.eot;
  put_eow(out, pdu.eow);
  out["address_octets"] = pdu.address_octets;
  out["dest"] = to_string(pdu.dest);
  out["source"] = to_string(pdu.source);
  std::visit(Fields{out, pdu}, pdu.body);
  put_received(out, pdu, octets);
  return out;
}

}  // namespace longwire::s5066
