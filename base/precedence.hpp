// The six MMHS precedence levels and the one table that maps them to every priority on a wire.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace longwire {

// Ordered: a smaller value is more urgent. ACP 123 / STANAG 4406; RFC 6477 MMHS-Primary-Precedence
// counts the other way round (0 deferred .. 5 override), see mmhs below.
enum class Precedence : std::uint8_t { override_, flash, immediate, priority, routine, deferred };
inline constexpr int precedence_levels = 6;

struct PrecedenceRow {
  Precedence level;
  std::string_view name;  // "flash", as in configuration files and reports
  int mt_priority;        // RFC 6710 appendix A, policy STANAG4406
  std::uint8_t pmul;      // RFC 8494 3: 6 - MT-PRIORITY; 0 is the most urgent
  std::uint8_t s5066;     // STANAG 5066 U_PDU priority, 15 - pmul; 15 is the most urgent
  std::uint8_t mmhs;      // RFC 6477: 0 deferred .. 5 override
  std::uint8_t x400;      // X.411 priority: 0 normal, 1 non-urgent, 2 urgent
};

const PrecedenceRow& row(Precedence level);
inline std::string_view to_string(Precedence level) { return row(level).name; }

std::optional<Precedence> parse_precedence(std::string_view name);  // any letter case

// MT-PRIORITY -9..9 to the level it is handled as: a value between two rows is rounded up, above the
// highest it is the highest (RFC 6710 5). What is passed on is the value itself.
Precedence from_mt_priority(int mt_priority);
Precedence from_mmhs(int mmhs);

// RFC 8494 3: 6 - MT-PRIORITY, clamped to 0..15 (7..9 would be negative).
std::uint8_t pmul_priority(int mt_priority);

}  // namespace longwire
