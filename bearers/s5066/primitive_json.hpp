// A decoded S_PRIMITIVE as JSON, for `longwire decode sis` and traces.
#pragma once

#include "bearers/s5066/primitive.hpp"

#include <boost/json/object.hpp>

namespace longwire::s5066 {

// Member names are those of `fields` in tests/vectors/s5066/sis-*.json, and `name`.
boost::json::object to_json(const Primitive& primitive);

}  // namespace longwire::s5066
