#include "base/checksum.hpp"

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

}  // namespace longwire
