// Attributes and algorithms as JSON.
#pragma once

#include "crypto/cms/cms_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace longwire::crypto::cms {

// [{"attr_type": "signing_time", "attr_values": [...]}]: values read where they are known, else hex of their BER.
boost::json::array attributes_json(const Attributes& attributes, const LabelJson& label);
boost::json::object signer_json(const SignerInfo& signer, const LabelJson& label, std::size_t depth);
// The name alone, or {"algorithm": name, "parameters": hex} where there are parameters other than NULL.
boost::json::value algorithm_json(std::string_view oid, ByteView parameters);
boost::json::object key_id_json(const KeyId& id);

}  // namespace longwire::crypto::cms
