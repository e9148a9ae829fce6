#include "base/checksum.hpp"

#include <array>

namespace longwire {

std::uint16_t internet_checksum(ByteView octets) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 1 < octets.size(); i += 2) sum += static_cast<unsigned>(octets[i] << 8 | octets[i + 1]);
  if (octets.size() % 2 != 0) sum += static_cast<unsigned>(octets.back() << 8);
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

std::uint16_t fletcher_checksum(ByteView octets, std::size_t position) {
  std::int64_t c0 = 0;
  std::int64_t c1 = 0;
  for (const auto octet : octets) {
    c0 = (c0 + octet) % 255;
    c1 = (c1 + c0) % 255;
  }
  const auto after = static_cast<std::int64_t>(octets.size()) - static_cast<std::int64_t>(position) - 1;
  const auto modulo = [](std::int64_t v) { return static_cast<unsigned>((v % 255 + 255) % 255); };
  const auto x = modulo(after * c0 - c1);
  const auto y = modulo(c1 - (after + 1) * c0);
  return static_cast<std::uint16_t>(x << 8 | y);
}

namespace {

// Table of a CRC whose polynomial is given reflected: LSB first.
template <class T>
constexpr std::array<T, 256> crc_table(T reflected) {
  std::array<T, 256> table{};
  for (unsigned octet = 0; octet < 256; ++octet) {
    auto reg = static_cast<T>(octet);
    for (int bit = 0; bit < 8; ++bit) reg = static_cast<T>((reg & 1) != 0 ? (reg >> 1) ^ reflected : reg >> 1);
    table[octet] = reg;
  }
  return table;
}

template <class T>
T crc(const std::array<T, 256>& table, ByteView octets) {
  T reg = 0;
  for (const auto octet : octets) reg = static_cast<T>((reg >> 8) ^ table[(reg ^ octet) & 0xFF]);
  return reg;
}

constexpr auto crc16_table = crc_table<std::uint16_t>(0x9299);
constexpr auto crc32_table = crc_table<std::uint32_t>(0xF3A4'E550);

}  // namespace

std::uint16_t crc16_s5066(ByteView octets) { return crc(crc16_table, octets); }
std::uint32_t crc32_s5066(ByteView octets) { return crc(crc32_table, octets); }

}  // namespace longwire
