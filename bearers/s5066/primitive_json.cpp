#include "bearers/s5066/primitive_json.hpp"

#include "bearers/s5066/u_pdu_json.hpp"

#include <boost/json/array.hpp>

#include <array>

namespace longwire::s5066 {
namespace {

namespace json = boost::json;

std::string number(std::string_view word, std::uint8_t value) {
  return std::string(word) + " (" + std::to_string(value) + ')';
}

std::string to_string(TransmissionMode mode) {
  switch (mode) {
    case TransmissionMode::bind_default:
      return "DEFAULT (use bind service type)";
    case TransmissionMode::arq:
      return "ARQ";
    case TransmissionMode::non_arq:
      return "non-ARQ";
    case TransmissionMode::non_arq_with_errors:
      return "non-ARQ with errors";
  }
  return number("reserved", static_cast<std::uint8_t>(mode));
}

std::string to_string(Confirmation confirmation) {
  switch (confirmation) {
    case Confirmation::none:
      return "none";
    case Confirmation::node:
      return "node";
    case Confirmation::client:
      return "client";
  }
  return number("undefined", static_cast<std::uint8_t>(confirmation));
}

// Meanings of reasons and states, by number (A.2.2, 2.7 of the project's reference).
using Meanings = std::array<std::string_view, 6>;
constexpr Meanings bind_meanings{"", "not enough resources", "invalid SAP ID", "SAP ID already allocated",
                                 "ARQ mode unsupportable during broadcast session"};
constexpr Meanings unbind_meanings{"",
                                   "pre-empted by higher ranked client",
                                   "inactivity: keep-alive not answered",
                                   "too many invalid primitives",
                                   "too many expedited requests",
                                   "ARQ mode unsupportable during broadcast session"};
constexpr Meanings link_rejected_meanings{"",
                                          "remote node busy",
                                          "higher priority link existing",
                                          "remote node not responding",
                                          "destination SAP ID not bound",
                                          "requested type 0 link exists"};
constexpr Meanings link_terminated_meanings{"",
                                            "terminated by remote node",
                                            "higher priority link requested",
                                            "remote node not responding (time-out)",
                                            "destination SAP ID unbound",
                                            "physical link broken"};
constexpr Meanings unidata_meanings{"",
                                    "TTL expired",
                                    "destination SAP ID not bound",
                                    "destination node not responding",
                                    "U_PDU larger than MTU",
                                    "Tx mode not specified"};
constexpr Meanings status_meanings{"off", "on", "receive-only", "half-duplex", "full-duplex", "transmit-only"};
constexpr Meanings availability_meanings{"", "local node in EMCON", "higher priority link requested"};

std::string_view meaning(const Meanings& table, std::uint8_t number) {
  return number < table.size() ? table[number] : std::string_view{};
}

struct Fields {
  json::object& out;

  void address(std::string_view name, Address a) const {
    out[name] = to_string(a);
    out["address_size"] = a.half_octets;
    out["group"] = a.group ? 1 : 0;
  }
  void link(const Link& l, Address remote) const {
    out["link_type"] = l.type;
    out["link_priority"] = l.priority;
    out["remote_sap"] = l.remote_sap;
    address("address", remote);
  }
  void reason(std::uint8_t number, const Meanings& table) const {
    out["reason"] = number;
    if (const auto text = meaning(table, number); !text.empty()) out["meaning"] = text;
  }
  void delivery(const DeliveryMode& m) const {
    out["transmission_mode"] = to_string(m.mode);
    out["delivery_confirmation"] = to_string(m.confirmation);
    out["delivery_order"] = m.as_they_arrive ? "as-they-arrive" : "in-order";
    out["extended"] = m.extended ? 1 : 0;
    out["min_retransmissions"] = m.min_retransmissions;
  }
  static json::array blocks(const std::vector<Block>& list) {
    json::array pairs;
    for (const auto& block : list) pairs.push_back(json::array{block.pointer, block.size});
    return pairs;
  }
  void part(std::uint8_t sap, Address dest, const Bytes& octets) const {
    out["dest_sap"] = sap;
    address("dest", dest);
    out["size"] = octets.size();
    put_octets(out, "u_pdu_part", octets);
  }

  void operator()(const BindRequest& p) const {
    out["sap_id"] = p.sap;
    out["rank"] = p.rank;
    delivery(p.service);
  }
  void operator()(const UnbindRequest&) const {}
  void operator()(const BindAccepted& p) const {
    out["sap_id"] = p.sap;
    out["mtu"] = p.mtu;
  }
  void operator()(const BindRejected& p) const { reason(p.reason, bind_meanings); }
  void operator()(const UnbindIndication& p) const { reason(p.reason, unbind_meanings); }
  void operator()(const HardLinkEstablish& p) const { link(p.link, p.remote); }
  void operator()(const HardLinkTerminate& p) const { address("address", p.remote); }
  void operator()(const HardLinkEstablished& p) const {
    out["remote_status"] = p.remote_status;
    link(p.link, p.remote);
  }
  void operator()(const HardLinkRejected& p) const {
    reason(p.reason, link_rejected_meanings);
    link(p.link, p.remote);
  }
  void operator()(const HardLinkTerminated& p) const {
    reason(p.reason, link_terminated_meanings);
    link(p.link, p.remote);
  }
  void operator()(const HardLinkIndication& p) const {
    out["remote_status"] = p.remote_status;
    link(p.link, p.remote);
  }
  void operator()(const HardLinkAccept& p) const { link(p.link, p.remote); }
  void operator()(const HardLinkReject& p) const {
    out["reason"] = p.reason;  // the standard names none
    link(p.link, p.remote);
  }
  void operator()(const SubnetAvailability& p) const {
    out["node_status"] = p.node_status;
    out["reason"] = p.reason;
    std::string text(meaning(status_meanings, p.node_status));
    const auto why = p.node_status == node_status::on ? std::string_view{} : meaning(availability_meanings, p.reason);
    if (!why.empty()) text += (text.empty() ? "" : ", ") + std::string(why);
    if (!text.empty()) out["meaning"] = text;
  }
  void operator()(const DataFlowOn&) const {}
  void operator()(const DataFlowOff&) const {}
  void operator()(const KeepAlive&) const {}
  void operator()(const ManagementMessage& p) const {
    out["msg_type"] = p.message_type;
    put_octets(out, "msg_body", p.message);
  }
  void operator()(const UnidataRequest& p) const {
    out["priority"] = p.priority;
    out["dest_sap"] = p.dest_sap;
    address("dest", p.dest);
    delivery(p.mode);
    out["ttl_field"] = p.ttl;
    out["ttl_seconds"] = p.ttl == 0 ? json::value("infinite / node default maximum") : json::value(2 * p.ttl);
    out["size"] = p.u_pdu.size();
    put_octets(out, "u_pdu", p.u_pdu);
    put_application(out, p.dest_sap, p.u_pdu);
  }
  void operator()(const UnidataIndication& p) const {
    out["priority"] = p.priority;
    out["dest_sap"] = p.dest_sap;
    address("dest", p.dest);
    out["transmission_mode"] = to_string(p.mode);
    out["source_sap"] = p.source_sap;
    out["source"] = to_string(p.source);
    out["source_address_size"] = p.source.half_octets;
    if (p.mode == TransmissionMode::non_arq_with_errors) {
      out["errored_blocks"] = blocks(p.errored);
      out["non_received_blocks"] = blocks(p.non_received);
    }
    out["size"] = p.u_pdu.size();
    put_octets(out, "u_pdu", p.u_pdu);
    put_application(out, p.dest_sap, p.u_pdu);
  }
  void operator()(const UnidataConfirm& p) const { part(p.dest_sap, p.dest, p.part); }
  void operator()(const UnidataRejected& p) const {
    reason(p.reason, unidata_meanings);
    part(p.dest_sap, p.dest, p.part);
  }
};

}  // namespace

json::object to_json(const Primitive& primitive) {
  const auto type = type_of(primitive);
  json::object out{{"type", type}, {"name", primitive_name(type)}};
  std::visit(Fields{out}, primitive);
  return out;
}

}  // namespace longwire::s5066
