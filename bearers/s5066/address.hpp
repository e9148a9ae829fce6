// STANAG 5066 addresses (A.2.2.28.1).
#pragma once

#include "base/ids.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace longwire::s5066 {

// 28 bits, written as four numbers of 4, 8, 8 and 8 bits: 1.2.3.4. With the group bit the first
// number is 16-31; 31.255.255.255 is every station.
struct Address {
  std::uint32_t value = 0;  // 28 bits
  bool group = false;
  // Half octets in use, as an S_PRIMITIVE gave them (0-7). Kept so that it is written back as it came;
  // 7 is what everybody understands (fig A-28 can be read two ways), and it is no part of the name.
  std::uint8_t half_octets = 7;

  friend constexpr bool operator==(const Address& a, const Address& b) {
    return a.value == b.value && a.group == b.group;
  }
  friend constexpr std::strong_ordering operator<=>(const Address& a, const Address& b) {
    if (const auto order = a.value <=> b.value; order != 0) return order;
    return a.group <=> b.group;
  }
};
inline constexpr Address all_stations{0x0FFF'FFFF, true};

std::string to_string(Address address);
// The dotted form only: "0.0.0.0" to "31.255.255.255".
std::optional<Address> parse_address(std::string_view text);

// The node names stations of every bearer by 32 bits. On a STANAG 5066 bearer these are the dotted
// form's: the group bit is bit 28, so 1.2.3.4 is Ipv4 1.2.3.4 and a group begins with 16 to 31.
constexpr Ipv4 to_bearer_address(Address a) { return {a.value | (a.group ? 1U << 28 : 0U)}; }
constexpr Address from_bearer_address(Ipv4 a) { return {a.value & 0x0FFF'FFFF, (a.value >> 28 & 1U) != 0}; }

}  // namespace longwire::s5066
