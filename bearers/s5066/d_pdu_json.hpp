// A decoded D_PDU as JSON, for `longwire decode dpdu` and traces.
#pragma once

#include "bearers/s5066/d_pdu.hpp"

#include <boost/json/object.hpp>

namespace longwire::s5066 {

// Member names are those of `fields` in tests/vectors/s5066/dts-*.json, and `name`. A C_PDU that fits
// one D_PDU and the S_PDU in it are told too. `octets` are the D_PDU as received, for its checksums.
boost::json::object to_json(const DPdu& pdu, ByteView octets);

}  // namespace longwire::s5066
