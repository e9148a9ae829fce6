// Base64 as RFC 4648 4 defines it and nothing more: no line ends, no foreign characters, padding complete and in its
// place, unused bits zero. SASL asks for that (RFC 4954 4); MIME's forgiving reader is mail/base64.hpp.
#pragma once

#include "base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace longwire::crypto {

std::string to_base64(ByteView octets);
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace longwire::crypto
