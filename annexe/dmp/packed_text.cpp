#include "annexe/dmp/packed_text.hpp"

namespace longwire::dmp {

namespace {
constexpr unsigned char_bits = 7;
constexpr unsigned octet_bits = 8;
}  // namespace

std::optional<Bytes> pack_text(std::string_view text) {
  Bytes out;
  out.reserve(text.size());
  unsigned pending = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const auto value = static_cast<unsigned char>(c);
    if (value == 0 || value > 0x7F) return std::nullopt;
    pending = pending << char_bits | value;
    bits += char_bits;
    if (bits < octet_bits) continue;
    bits -= octet_bits;
    out.push_back(static_cast<std::uint8_t>(pending >> bits));
    pending &= (1U << bits) - 1;
  }
  if (bits > 0) out.push_back(static_cast<std::uint8_t>(pending << (octet_bits - bits)));
  return out;
}

std::optional<std::string> unpack_text(ByteView octets) {
  std::string out;
  out.reserve(octets.size() * octet_bits / char_bits);
  unsigned pending = 0;
  unsigned bits = 0;
  for (const auto octet : octets) {
    pending = pending << octet_bits | octet;
    bits += octet_bits;
    for (; bits >= char_bits; bits -= char_bits) {
      out.push_back(static_cast<char>(pending >> (bits - char_bits) & 0x7FU));
    }
    pending &= (1U << bits) - 1;
  }
  if (octets.size() % char_bits == 0 && !out.empty() && out.back() == '\0') out.pop_back();
  if (out.find('\0') != std::string::npos) return std::nullopt;
  return out;
}

}  // namespace longwire::dmp
