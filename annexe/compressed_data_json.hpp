// CompressedData as JSON, for `longwire decode cdt`, `decode mule` and `decode p_mul`.
#pragma once

#include "annexe/compressed_data.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace longwire::annexe {

// tags ("implicit" / "explicit"), algorithm ("zlib"; "dictionary" with its id), content_type (a number, or a dotted
// string with the OID form), compressed_octets, content_octets, content (hex).
boost::json::object to_json(const CompressedData& decoded);

// `decode mule` takes the payload itself or the CompressedData it travels in: a payload starts with '<', a
// CompressedData with 30. Errors: those of decode_compressed_data; not_mule for another content type.
Result<Bytes> mule_payload_of(ByteView in);

// The `mule_text` of tests/vectors/p_mul/vectors.json: the inflated payload, if `data` (of a Data_PDU) is a
// whole CompressedData with content type 25 and its payload is UTF-8.
std::optional<std::string> mule_text_of(ByteView data);

}  // namespace longwire::annexe
