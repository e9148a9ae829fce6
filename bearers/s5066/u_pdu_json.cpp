#include "bearers/s5066/u_pdu_json.hpp"

#include "base/text.hpp"
#include "bearers/s5066/udop.hpp"

#include <algorithm>

namespace longwire::s5066 {
namespace {

namespace json = boost::json;

bool is_text(ByteView octets) {
  return std::all_of(octets.begin(), octets.end(),
                     [](std::uint8_t c) { return (c >= ' ' && c < 0x7F) || c == '\r' || c == '\n' || c == '\t'; });
}

// F.10.2: name with its length, size, and for BFTP the data.
void put_file(json::object& out, ByteView body, bool with_data) {
  ByteReader in(body);
  const auto name = in.take(in.u8());
  const auto size = in.u32();
  if (in.failed() || !is_text(name)) return;
  out["bftp_filename"] = as_text(name);
  out["bftp_file_size"] = size;
  if (with_data) out["bftp_file_data_hex"] = to_hex(in.rest());
}

void put_udop(json::object& out, ByteView u_pdu) {
  const auto unit = decode_udop(u_pdu);
  if (!unit) return;
  out["rcop_connection"] = unit->connection;
  out["rcop_updu_id"] = unit->u_pdu_id;
  out["rcop_segment"] = unit->segment;
  out["app_id"] = unit->app_id;
  const bool bftp = unit->app_id == app::bftp && unit->segment == 0;
  if (bftp || unit->app_id == app::frap_v2) put_file(out, unit->octets, bftp);
}

// F.14: the older header of four octets.
void put_cftp(json::object& out, ByteView u_pdu) {
  if (u_pdu.size() < 4) return;
  ByteReader in(u_pdu);
  out["rcopv1_connection"] = in.u8() >> 4;
  out["rcopv1_updu_id"] = in.u8();
  out["rcopv1_segment"] = in.u16();
  out["body_hex"] = to_hex(in.rest());
}

}  // namespace

void put_octets(json::object& out, std::string_view name, ByteView octets) {
  out[std::string(name) + "_hex"] = to_hex(octets);
  if (!octets.empty() && is_text(octets)) out[std::string(name) + "_ascii"] = as_text(octets);
}

void put_application(json::object& out, std::uint8_t sap, ByteView u_pdu) {
  if (sap == sap::rcop || sap == sap::udop) put_udop(out, u_pdu);
  if (sap == sap::cftp) put_cftp(out, u_pdu);
  if (sap == sap::ether && u_pdu.size() >= 2) out["ethertype"] = u_pdu[0] << 8 | u_pdu[1];
}

}  // namespace longwire::s5066
