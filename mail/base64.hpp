// The content transfer encodings of RFC 2045 6.7 and 6.8. Base64 is written by base/base64.hpp.
#pragma once

#include "base/bytes.hpp"

#include <string>
#include <string_view>

namespace longwire::mail {

inline constexpr std::size_t encoded_line = 76;  // RFC 2045 6.7 rule 5, 6.8

// text: CRLF stays a line end (a canonical text); otherwise every octet is data.
std::string quoted_printable_encode(ByteView octets, bool text);

// What was read of an encoded body, and whether it was written as the RFC says: if not, encoding it again would not
// give the same, and a caller that must not change anything keeps the encoded form.
struct Decoded {
  Bytes octets;
  bool clean = true;
};
// White space is skipped (6.8); other characters outside the alphabet are skipped too and are not clean.
Decoded base64_decode(std::string_view text);
// White space at the end of a line is not data (6.7 rule 3).
Decoded quoted_printable_decode(std::string_view text);

}  // namespace longwire::mail
