// Names of X.411 numbers and bits for the operator (stanag4406.md 3.2); internal to annexe/x400.
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace longwire::x400 {

using BitName = std::pair<unsigned, std::string_view>;

inline constexpr std::array<BitName, 3> criticality_names = {
    {{0x80, "submission"}, {0x40, "transfer"}, {0x20, "delivery"}}};
inline constexpr std::array<BitName, 2> other_action_names = {{{0x80, "redirected"}, {0x40, "dl-operation"}}};
inline constexpr std::array<BitName, 5> recipient_indicator_names = {{{0x80, "responsibility"},
                                                                      {0x40, "originating-MTA-report"},
                                                                      {0x20, "originating-MTA-non-delivery-report"},
                                                                      {0x10, "originator-report"},
                                                                      {0x08, "originator-non-delivery-report"}}};

// Empty = not one of those the page names.
std::string_view extension_name(int standard);

}  // namespace longwire::x400
