#include "base/precedence.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace longwire {

namespace {

constexpr std::array<PrecedenceRow, precedence_levels> table{{
    {Precedence::override_, "override", 6, 0, 15, 5, 2},
    {Precedence::flash, "flash", 4, 2, 13, 4, 2},
    {Precedence::immediate, "immediate", 2, 4, 11, 3, 0},
    {Precedence::priority, "priority", 0, 6, 9, 2, 0},
    {Precedence::routine, "routine", -2, 8, 7, 1, 1},
    {Precedence::deferred, "deferred", -4, 10, 5, 0, 1},
}};

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

const PrecedenceRow& row(Precedence level) { return table.at(static_cast<std::size_t>(level)); }

std::optional<Precedence> parse_precedence(std::string_view name) {
  for (const auto& r : table)
    if (same_word(r.name, name)) return r.level;
  return std::nullopt;
}

Precedence from_mt_priority(int mt_priority) {
  for (auto at = table.rbegin(); at != table.rend(); ++at)
    if (mt_priority <= at->mt_priority) return at->level;
  return Precedence::override_;
}

Precedence from_mmhs(int mmhs) { return table.at(static_cast<std::size_t>(5 - std::clamp(mmhs, 0, 5))).level; }

std::uint8_t pmul_priority(int mt_priority) { return static_cast<std::uint8_t>(std::clamp(6 - mt_priority, 0, 15)); }

}  // namespace longwire
