// The heading extensions of X.420 that have a header field: incomplete-copy, languages, auto-submitted (RFC 2156
// 5.3.4).
#pragma once

#include "annexe/x400/p772.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::gateway {

inline constexpr std::string_view incomplete_copy_oid = "2.6.1.5.0";
inline constexpr std::string_view languages_oid = "2.6.1.5.1";
inline constexpr std::string_view auto_submitted_oid = "2.6.1.5.2";

const x400::HeadingExtension* find_extension(const x400::Heading& heading, std::string_view oid);

bool read_auto_submitted(std::string_view value, x400::Heading& out);
std::vector<std::string> write_auto_submitted(const x400::Heading& heading);
bool read_incomplete_copy(std::string_view value, x400::Heading& out);
std::vector<std::string> write_incomplete_copy(const x400::Heading& heading);
// Two letters a language; the rest of a tag is not carried: lossy.
bool read_languages(std::string_view value, x400::Heading& out, bool& lossy);
std::vector<std::string> write_languages(const x400::Heading& heading);

}  // namespace longwire::gateway
