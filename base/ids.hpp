// Ipv4 and PmulId: 32-bit names that print as dotted quads but must not be mixed up.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace longwire {

struct Ipv4 {
  std::uint32_t value = 0;  // host order
  friend auto operator<=>(const Ipv4&, const Ipv4&) = default;
  bool is_multicast() const { return value >> 28 == 0xE; }
};

// ACP 142 Source_ID / Destination_ID. An IPv4 address may serve, but need not be one.
struct PmulId {
  std::uint32_t value = 0;
  friend auto operator<=>(const PmulId&, const PmulId&) = default;
};

std::string to_string(Ipv4 address);
std::string to_string(PmulId id);

// Exactly four decimal numbers 0..255 without signs, spaces or leading zeros.
std::optional<Ipv4> parse_ipv4(std::string_view text);
// A dotted quad, or a decimal number of 32 bits.
std::optional<PmulId> parse_pmul_id(std::string_view text);

}  // namespace longwire

template <>
struct std::hash<longwire::PmulId> {
  std::size_t operator()(longwire::PmulId id) const noexcept { return std::hash<std::uint32_t>{}(id.value); }
};
template <>
struct std::hash<longwire::Ipv4> {
  std::size_t operator()(longwire::Ipv4 a) const noexcept { return std::hash<std::uint32_t>{}(a.value); }
};
