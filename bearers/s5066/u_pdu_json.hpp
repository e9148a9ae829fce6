// What a U_PDU holds, as far as its SAP tells (Annex F).
#pragma once

#include "base/bytes.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string_view>

namespace longwire::s5066 {

// NAME_hex, and NAME_ascii if it is text.
void put_octets(boost::json::object& out, std::string_view name, ByteView octets);
// The header of RCOP, UDOP, CFTP or ETHER and of the file transfers in it; nothing for other SAPs, and
// nothing that is cut short.
void put_application(boost::json::object& out, std::uint8_t sap, ByteView u_pdu);

}  // namespace longwire::s5066
