// Writing replies the way RFC 5321 4.2 and RFC 2034 4 want them, whatever the policy handed in.
#pragma once

#include "node/smtp/policy.hpp"

#include <string>
#include <string_view>

namespace longwire::smtp {

// Appends "250-2.1.0 first" CRLF "250 2.1.0 last" CRLF. Makes the reply safe to send: a code outside
// 200..599 becomes 451; an enhanced code that is missing or of another class becomes "d.0.0" (RFC 2034 4:
// the class equals the first digit, the same code on each line; none on 3yz); control characters and
// 8-bit octets of the text become '?'; lines are cut at the 512 octets of RFC 5321 4.5.3.1.5.
void append_reply(std::string& out, const Reply& reply);

// Without an enhanced code: the greeting and the replies to HELO and EHLO (RFC 2034 4).
void append_plain_reply(std::string& out, int code, std::string_view text);

}  // namespace longwire::smtp
