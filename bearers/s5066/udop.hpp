// The six octets of RCOP (SAP 6) and UDOP (SAP 7) in front of application data (F.8, F.9).
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>

namespace longwire::s5066 {

namespace sap {
inline constexpr std::uint8_t management = 0, coss = 1, t_mmhs = 2, hmtp = 3, hfpop = 4, hfchat = 5, rcop = 6, udop = 7,
                              ether = 8, ip = 9, cftp = 12;
}
namespace app {  // F.10
inline constexpr std::uint16_t bftp = 0x1002, frap = 0x100B, frap_v2 = 0x100C, tmi_1 = 0x2000, tmi_4 = 0x2003;
}

inline constexpr std::size_t udop_header = 6;

struct UdopUnit {
  std::uint8_t connection = 0;  // 0-15; 0: not multiplexed
  std::uint8_t u_pdu_id = 0;
  std::uint16_t segment = 0;
  std::uint16_t app_id = app::tmi_1;
  Bytes octets;
};
Bytes encode(const UdopUnit& unit);
// Errors: truncated. The four reserved bits are sent 0 and not looked at.
Result<UdopUnit> decode_udop(ByteView u_pdu);

}  // namespace longwire::s5066
