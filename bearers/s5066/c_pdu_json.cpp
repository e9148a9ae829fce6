#include "bearers/s5066/c_pdu_json.hpp"

#include "bearers/s5066/u_pdu_json.hpp"

namespace longwire::s5066 {
namespace {

namespace json = boost::json;

struct Fields {
  json::object& out;

  void saps(std::uint8_t source, std::uint8_t dest) const {
    out["s_source_sap"] = source;
    out["s_dest_sap"] = dest;
  }
  void operator()(const DataSPdu& p) const {
    out["s_priority"] = p.priority;
    saps(p.source_sap, p.dest_sap);
    out["s_confirm_required"] = p.client_confirm ? 1 : 0;
    out["s_valid_ttd"] = p.time_to_die ? 1 : 0;
    if (p.time_to_die) {
      out["ttd_julian_mod16"] = p.time_to_die->julian_day;
      out["ttd_gmt_field"] = p.time_to_die->two_seconds;
      out["ttd_gmt_seconds"] = 2 * p.time_to_die->two_seconds;
    }
    put_octets(out, "u_pdu", p.u_pdu);
    put_application(out, p.dest_sap, p.u_pdu);
  }
  void operator()(const DeliveryConfirm& p) const {
    saps(p.source_sap, p.dest_sap);
    put_octets(out, "u_pdu_part", p.part);
  }
  void operator()(const DeliveryFail& p) const {
    out["s_reason"] = p.reason;
    saps(p.source_sap, p.dest_sap);
    put_octets(out, "u_pdu_part", p.part);
  }
  void operator()(const LinkRequest& p) const {
    out["link_type"] = p.link_type;
    out["link_priority"] = p.priority;
    out["requesting_sap"] = p.requesting_sap;
    out["remote_sap"] = p.remote_sap;
  }
  void operator()(const LinkConfirm&) const {}
  void operator()(const LinkRejected& p) const { out["s_reason"] = p.reason; }
  void operator()(const LinkTerminate& p) const { out["s_reason"] = p.reason; }
  void operator()(const LinkTerminateConfirm&) const {}
};

}  // namespace

void put_s_pdu(json::object& out, ByteView octets) {
  const auto pdu = decode_s_pdu(octets);
  if (!pdu) {
    out["s_pdu_error"] = pdu.error().name;
    return;
  }
  out["s_pdu_type"] = pdu->index();  // SPdu lists them by number
  std::visit(Fields{out}, *pdu);
}

void put_c_pdu(json::object& out, ByteView octets) {
  const auto pdu = decode_c_pdu(octets);
  if (!pdu) {
    out["c_pdu_error"] = pdu.error().name;
    return;
  }
  out["c_pdu_type"] = static_cast<unsigned>(pdu->type);
  switch (pdu->type) {
    case CPduType::data:
      put_s_pdu(out, pdu->s_pdu);
      return;
    case CPduType::request:
      out["link"] = pdu->exclusive ? "exclusive" : "nonexclusive";
      return;
    case CPduType::rejected:
    case CPduType::break_link:
      out["reason"] = pdu->reason;
      return;
    case CPduType::accepted:
    case CPduType::break_confirm:
      return;
  }
}

}  // namespace longwire::s5066
