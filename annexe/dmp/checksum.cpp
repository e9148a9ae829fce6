#include "annexe/dmp/checksum.hpp"

#include <array>

namespace longwire::dmp {

namespace {

constexpr unsigned polynomial = 0x1021;

constexpr std::array<std::uint16_t, 256> make_table() {
  std::array<std::uint16_t, 256> table{};
  for (unsigned octet = 0; octet < table.size(); ++octet) {
    unsigned reg = octet << 8;
    for (int bit = 0; bit < 8; ++bit) reg = (reg & 0x8000U) != 0 ? reg << 1 ^ polynomial : reg << 1;
    table[octet] = static_cast<std::uint16_t>(reg);
  }
  return table;
}

constexpr auto table = make_table();

}  // namespace

std::uint16_t checksum(ByteView octets) {
  unsigned reg = 0xFFFF;
  for (const auto octet : octets) reg = (reg << 8 & 0xFF00U) ^ table[(reg >> 8 ^ octet) & 0xFFU];
  return static_cast<std::uint16_t>(reg);
}

}  // namespace longwire::dmp
