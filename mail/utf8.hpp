// UTF-8 and ISO 8859-1.
#pragma once

#include <string>
#include <string_view>

namespace longwire::mail {

// RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);
std::string latin1_to_utf8(std::string_view latin1);
// False: a character ISO 8859-1 does not have, or no UTF-8.
bool utf8_to_latin1(std::string_view utf8, std::string& out);

}  // namespace longwire::mail
