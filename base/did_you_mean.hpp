// A hint for a mistyped word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace longwire {

// The known word nearest to `word` as ' (did you mean "rate"?)', or nothing when none is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace longwire
