// C_PDUs and the S_PDUs in them as JSON.
#pragma once

#include "bearers/s5066/s_pdu.hpp"

#include <boost/json/object.hpp>

namespace longwire::s5066 {

// Of what cannot be read the error's name is told: c_pdu_error or s_pdu_error.
void put_c_pdu(boost::json::object& out, ByteView octets);
void put_s_pdu(boost::json::object& out, ByteView octets);

}  // namespace longwire::s5066
