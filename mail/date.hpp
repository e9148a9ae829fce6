// The date-time of RFC 5322 3.3, obsolete zones and two-digit years (4.3) included.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string_view>

namespace longwire::mail {

// Comments and folds are not taken; unfold first. nullopt: no valid date.
std::optional<Time> parse_date(std::string_view text);
// The same with comments anywhere, as in a header field (RFC 5322 3.3, 4.3).
std::optional<Time> parse_date_field(std::string_view unfolded);

}  // namespace longwire::mail
