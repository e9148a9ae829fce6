// Text of unknown origin made harmless before it goes into a header or a report (smtp-edge.md 8).
#pragma once

#include <string>
#include <string_view>

namespace longwire::mail {

// Printable ASCII; every other octet becomes '?', CR and LF a space.
std::string clean_text(std::string_view s);
// The same without any space.
std::string clean_word(std::string_view s);
// Fit for the inside of a comment: parentheses and backslash are quoted.
std::string clean_comment(std::string_view s);

}  // namespace longwire::mail
