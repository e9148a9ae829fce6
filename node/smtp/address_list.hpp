// The addresses in a header field or on a command line (RFC 5322 3.4), without names, comments and groups.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace longwire::smtp {

// "Ops <ops@a.example>, watch: b@c (duty), \"x y\"@d;" gives "ops@a.example", "b@c", "\"x y\"@d".
// Lenient, as mail in the field is: what cannot be an address is left out. `text` may be folded. Never
// returns an address with a space or control character outside quotes, nor with '<' or '>'.
std::vector<std::string> addresses_in(std::string_view text);

}  // namespace longwire::smtp
