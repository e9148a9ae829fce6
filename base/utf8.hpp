// UTF-8 and ISO 8859-1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace longwire {

// RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);
std::string from_latin1(std::string_view octets);
// nullopt: not UTF-8, or a character beyond U+00FF.
std::optional<std::string> to_latin1(std::string_view utf8);

}  // namespace longwire
