// ContentInfo (RFC 5652 3): the type of a CMS object, and the object.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace longwire::crypto::cms {

struct ContentInfo {
  std::string type;  // OID
  Bytes content;     // complete BER of what [0] holds
};
// One ContentInfo and nothing behind it. Errors: those of ber::Document, bad_cms, trailing_octets.
Result<ContentInfo> decode_content_info(ByteView ber);
Bytes encode_content_info(std::string_view type, ByteView content);
// An inner layer of the X.400 form: bare SEQUENCE, or (read only) a whole ContentInfo (security.md 6.1).
Result<ContentInfo> decode_layer(std::string_view content_type, ByteView octets);

}  // namespace longwire::crypto::cms
