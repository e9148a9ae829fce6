#include "annexe/dmp/packed_text.hpp"
#include "annexe/dmp/parts.hpp"

#include <algorithm>

namespace longwire::dmp::parts {

namespace {
constexpr std::size_t ipm_id_octets_most = 63;  // 6 bits
constexpr std::uint8_t ipm_modifier_most = 3;
constexpr std::size_t extension_octets_most = 128;
constexpr std::uint8_t extension_more = 0x80;

bool raw_ipm_id(IdType type, std::uint8_t modifier) { return type == IdType::national || modifier != 0; }
}  // namespace

Result<std::string> read_identifier(ByteReader& in, std::size_t octets, bool raw) {
  const auto at = in.offset();
  const auto view = in.take(octets);
  if (in.failed()) return error("truncated", in.offset(), "in an identifier");
  if (raw) return std::string(as_text(view));
  auto text = unpack_text(view);
  if (!text) return error("bad_identifier", at, "a NUL inside");
  return *std::move(text);
}

std::optional<Bytes> identifier_octets(std::string_view id, bool raw) {
  if (raw) return to_bytes(id);
  return pack_text(id);
}

Result<IpmId> read_ipm_id(ByteReader& in, IdType type) {
  const auto head = in.u8();
  IpmId out;
  out.modifier = head >> 6;
  auto id = read_identifier(in, head & 0x3FU, raw_ipm_id(type, out.modifier));
  if (!id) return id.error();
  out.id = *std::move(id);
  return out;
}

bool write_ipm_id(ByteWriter& out, IdType type, std::string_view id, std::uint8_t modifier) {
  const auto octets = identifier_octets(id, raw_ipm_id(type, modifier));
  if (!octets || octets->size() > ipm_id_octets_most || modifier > ipm_modifier_most) return false;
  out.u8(static_cast<std::uint8_t>(modifier << 6U | octets->size()));
  out.bytes(*octets);
  return true;
}

Result<std::string> read_text(ByteReader& in) {
  std::string out;
  for (auto c = in.u8(); c != 0; c = in.u8()) out.push_back(static_cast<char>(c));
  if (in.failed()) return error("truncated", in.offset(), "a text without its NUL");
  return out;
}

bool write_text(ByteWriter& out, std::string_view text) {
  out.text(text);
  out.u8(0);
  return text.find('\0') == std::string_view::npos;
}

Result<std::vector<Bytes>> read_extensions(ByteReader& in) {
  std::vector<Bytes> out;
  for (bool more = true; more;) {
    const auto head = in.u8();
    const auto octets = in.take((head & 0x7FU) + 1U);
    if (in.failed()) return error("truncated", in.offset(), "in an extension");
    out.emplace_back(octets.begin(), octets.end());
    more = (head & extension_more) != 0;
  }
  return out;
}

bool write_extensions(ByteWriter& out, const std::vector<Bytes>& extensions) {
  for (std::size_t i = 0; i < extensions.size(); ++i) {
    const auto size = extensions[i].size();
    if (size == 0 || size > extension_octets_most) return false;
    out.u8(static_cast<std::uint8_t>((i + 1 < extensions.size() ? extension_more : 0U) | (size - 1)));
    out.bytes(extensions[i]);
  }
  return true;
}

}  // namespace longwire::dmp::parts
