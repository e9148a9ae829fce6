// Parts of format_dsn that the tests look at on their own.
#pragma once

#include "base/bytes.hpp"
#include "mail/dsn.hpp"

#include <string>
#include <string_view>

namespace longwire::mail {

std::string dsn_text(const DsnReport& report);    // text/plain for people
std::string dsn_status(const DsnReport& report);  // message/delivery-status
std::string returned_header(ByteView original);   // every line CRLF and within limits::text_line

// A boundary that does not stand behind "--" anywhere in the parts; `seed` only spreads the choice.
std::string choose_boundary(std::string_view seed, const std::vector<std::string_view>& parts);

}  // namespace longwire::mail
