// Engineering order wire messages (C.5) as JSON.
#pragma once

#include "bearers/s5066/d_pdu.hpp"

#include <boost/json/object.hpp>

namespace longwire::s5066 {

// The message that rides on any D_PDU: members that begin with eow.
void put_eow(boost::json::object& out, Eow eow);
// The message of a MANAGEMENT D_PDU, in plain words.
void put_management_message(boost::json::object& out, Eow eow, const Bytes* extended);

}  // namespace longwire::s5066
