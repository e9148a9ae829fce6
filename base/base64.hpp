// Base64 (RFC 4648 4): one writer, and the strict reader that SASL, PEM and user files need. MIME's forgiving
// reader is mail/base64.hpp.
#pragma once

#include "base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace longwire {

inline constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// line: characters a line, CRLF behind each; 0 = one line without an end.
std::string base64_encode(ByteView octets, std::size_t line = 0);

// What RFC 4648 4 defines and nothing more: no line ends, no foreign characters, padding complete and in its place,
// unused bits zero (RFC 4954 4 asks for that).
std::optional<Bytes> base64_strict(std::string_view text);

}  // namespace longwire
