// The marking as the first line of the text of a mail (RFC 7444 1.1: FLOT).
#pragma once

#include "base/bytes.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace longwire::security {

// The first line that is not blank of the first text/plain part that is no attachment, trimmed, its transfer encoding
// undone; nullopt: there is none within the first 4 kB.
std::optional<std::string> first_line_of_text(ByteView message);

// The message with `marking` and a blank line in front of that text; in place of a first line for which is_marking()
// holds. Unchanged where it stands there already, where there is no such part, and inside of signed parts, whose
// signature it would break.
Bytes with_first_line(ByteView message, std::string_view marking,
                      const std::function<bool(std::string_view line)>& is_marking);

}  // namespace longwire::security
