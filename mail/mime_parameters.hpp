// Parameters of structured MIME fields with the continuations and character sets of RFC 2231, for Content-Type,
// Content-Disposition and SIO-Label.
#pragma once

#include "base/result.hpp"
#include "base/utf8.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::mail {

struct MimeParameter {
  std::string name;   // lower case, without "*" and "*0"
  std::string value;  // UTF-8, continuations joined
};

// "name=value; name*=utf-8'en'v%61lue; name*0=..; name*1=.." of an unfolded field, in the order of first appearance;
// an empty text or one that ends in ";" is taken. Errors: bad_parameter, duplicate_parameter; offset in the text.
Result<std::vector<MimeParameter>> parse_parameters(std::string_view text);
const std::string* find_parameter(const std::vector<MimeParameter>& list, std::string_view name);

enum class Quoting { token, quoted };  // token: quoted only where the value needs it

// `name="value"`, or for values that are long or not ASCII the pieces of RFC 2231 3 and 4, each to stand behind its own
// ";" and short enough for a line.
std::vector<std::string> format_parameter(std::string_view name, std::string_view utf8, Quoting quoting);
// "Name: first; second;\r\n    third\r\n", folded between the pieces.
std::string format_field(std::string_view name, const std::vector<std::string>& pieces);

}  // namespace longwire::mail
