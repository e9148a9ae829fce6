// A decoded PDU as JSON, for `longwire decode p_mul` and traces.
#pragma once

#include "acp142/pdu.hpp"

#include <boost/json/object.hpp>

namespace longwire::acp142 {

// Member names are those of `expected` in tests/vectors/p_mul/vectors.json.
boost::json::object to_json(const DecodedPdu& decoded);

}  // namespace longwire::acp142
