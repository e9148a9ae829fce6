// An ACP 127 message as JSON, for `longwire decode acp127`: the members of acp127::Message, empty ones left out.
#pragma once

#include "annexe/acp127/message.hpp"

#include <boost/json/object.hpp>

namespace longwire::acp127 {

// precedence, action, info: the words of base/precedence.hpp; addressees: {routing_indicator, plad}; structured: what
// text_fields.hpp reads in the text (classification, fields, body), or why it cannot.
boost::json::object to_json(const Message& m);

}  // namespace longwire::acp127
