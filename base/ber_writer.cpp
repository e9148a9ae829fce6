#include "base/ber.hpp"

#include <algorithm>
#include <charconv>

namespace longwire::ber {

namespace {

// Groups of seven bits, most significant first, all but the last with the top bit: tags and OID arcs.
void base128(Bytes& out, std::uint64_t value) {
  int shift = 0;
  while (shift < 63 && value >> (shift + 7) != 0) shift += 7;
  for (; shift >= 0; shift -= 7)
    out.push_back(static_cast<std::uint8_t>((value >> shift & 0x7F) | (shift > 0 ? 0x80U : 0U)));
}

void put_tag(Bytes& out, const Tag& tag) {
  const auto first = static_cast<std::uint8_t>(static_cast<unsigned>(tag.cls) << 6 | (tag.constructed ? 0x20U : 0U));
  if (tag.number < 31) {
    out.push_back(static_cast<std::uint8_t>(first | tag.number));
    return;
  }
  out.push_back(first | 0x1F);
  base128(out, tag.number);
}

Bytes length_octets(std::size_t length) {  // X.690 10.1: the shortest form
  if (length < 0x80) return {static_cast<std::uint8_t>(length)};
  Bytes out;
  for (auto rest = length; rest != 0; rest >>= 8) out.push_back(static_cast<std::uint8_t>(rest));
  out.push_back(static_cast<std::uint8_t>(0x80U | out.size()));
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

void Writer::begin(Tag tag) {
  tag.constructed = true;
  put_tag(out_, tag);
  open_.push_back(out_.size());
}

void Writer::end() {
  const auto start = open_.back();
  open_.pop_back();
  const auto length = length_octets(out_.size() - start);
  out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(start), length.begin(), length.end());
}

void Writer::primitive(Tag tag, ByteView content) {
  tag.constructed = false;
  put_tag(out_, tag);
  const auto length = length_octets(content.size());
  out_.insert(out_.end(), length.begin(), length.end());
  raw(content);
}

void Writer::integer(Tag tag, std::int64_t value) {
  Bytes octets;
  for (int shift = 56; shift >= 0; shift -= 8) octets.push_back(static_cast<std::uint8_t>(value >> shift));
  // X.690 8.3.2: the first nine bits are not all alike.
  std::size_t skip = 0;
  while (skip < 7 &&
         ((octets[skip] == 0 && octets[skip + 1] < 0x80) || (octets[skip] == 0xFF && octets[skip + 1] >= 0x80)))
    ++skip;
  primitive(tag, ByteView(octets).subspan(skip));
}

void Writer::boolean(Tag tag, bool value) {
  const std::uint8_t octet = value ? 0xFF : 0;  // X.690 11.1
  primitive(tag, {&octet, 1});
}

void Writer::bit_string(Tag tag, ByteView octets, std::size_t count) {
  count = std::min(count, octets.size() * 8);
  const auto used = (count + 7) / 8;
  const auto unused = static_cast<std::uint8_t>(used * 8 - count);
  Bytes content{unused};
  content.insert(content.end(), octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(used));
  if (unused != 0) content.back() = static_cast<std::uint8_t>(content.back() >> unused << unused);
  primitive(tag, content);
}

bool Writer::oid(Tag tag, std::string_view dotted) {
  std::vector<std::uint64_t> arcs;
  const char* at = dotted.data();
  const char* const stop = at + dotted.size();
  while (true) {
    std::uint64_t arc = 0;
    const auto [end, ec] = std::from_chars(at, stop, arc);
    if (ec != std::errc{} || arc >> 63 != 0 || (end != stop && *end != '.')) return false;
    arcs.push_back(arc);
    if (end == stop) break;
    at = end + 1;
  }
  constexpr std::uint64_t second_most = (std::uint64_t{1} << 63) - 81;  // keeps first * 40 + second in 63 bits
  if (arcs.size() < 2 || arcs[0] > 2 || arcs[1] > (arcs[0] < 2 ? 39 : second_most)) return false;
  Bytes content;
  base128(content, arcs[0] * 40 + arcs[1]);
  for (std::size_t i = 2; i < arcs.size(); ++i) base128(content, arcs[i]);
  primitive(tag, content);
  return true;
}

}  // namespace longwire::ber
