#include "node/engine/cidr.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace longwire::engine {

namespace {

// The 16-bit groups of one side of an IPv6 address; a dotted quad may stand at its end.
std::optional<std::vector<std::uint16_t>> groups_of(std::string_view text) {
  std::vector<std::uint16_t> groups;
  while (!text.empty()) {
    const auto colon = text.find(':');
    const auto word = text.substr(0, colon);
    if (word.find('.') != std::string_view::npos) {
      const auto quad = parse_ipv4(word);
      if (!quad || colon != std::string_view::npos) return std::nullopt;
      groups.push_back(static_cast<std::uint16_t>(quad->value >> 16));
      groups.push_back(static_cast<std::uint16_t>(quad->value));
      return groups;
    }
    std::uint16_t value = 0;
    const auto [end, ec] = std::from_chars(word.data(), word.data() + word.size(), value, 16);
    if (word.empty() || word.size() > 4 || ec != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    groups.push_back(value);
    if (colon == std::string_view::npos) return groups;
    text.remove_prefix(colon + 1);
    if (text.empty()) return std::nullopt;
  }
  return groups;
}

}  // namespace

std::optional<Network::Octets> Network::parse_address(std::string_view text) {
  if (text.size() > 64) return std::nullopt;
  Octets out{};
  if (const auto quad = parse_ipv4(text)) {
    out[10] = out[11] = 0xFF;
    for (unsigned i = 0; i < 4; ++i) out.at(12 + i) = static_cast<std::uint8_t>(quad->value >> (24 - 8 * i));
    return out;
  }
  const auto gap = text.find("::");
  const auto head = groups_of(text.substr(0, gap));
  const auto tail = gap == std::string_view::npos ? std::vector<std::uint16_t>{} : groups_of(text.substr(gap + 2));
  if (!head || !tail) return std::nullopt;
  const auto count = head->size() + tail->size();
  if (gap == std::string_view::npos ? count != 8 : count > 7) return std::nullopt;
  const auto put = [&out](std::size_t index, std::uint16_t v) {
    out.at(2 * index) = static_cast<std::uint8_t>(v >> 8);
    out.at(2 * index + 1) = static_cast<std::uint8_t>(v);
  };
  for (std::size_t i = 0; i < head->size(); ++i) put(i, (*head)[i]);
  for (std::size_t i = 0; i < tail->size(); ++i) put(8 - tail->size() + i, (*tail)[i]);
  return out;
}

std::optional<Network> Network::parse(std::string_view text) {
  Network n;
  n.any_ = text == "*";
  n.local_ = text == "local";
  if (n.any_ || n.local_) return n;
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  n.octets_ = *address;
  if (slash == std::string_view::npos) return n;
  const unsigned width = parse_ipv4(text.substr(0, slash)) ? 32 : 128;
  const auto bits = parse_unsigned(text.substr(slash + 1));
  if (!bits || *bits > width) return std::nullopt;
  n.prefix_ = 128 - width + static_cast<unsigned>(*bits);
  return n;
}

bool Network::contains(std::string_view address) const {
  if (any_) return true;
  if (address == "local" || local_) return local_ && address == "local";
  const auto octets = parse_address(address.substr(0, address.find('%')));
  if (!octets) return false;
  const auto whole = prefix_ / 8;
  if (!std::equal(octets->begin(), octets->begin() + whole, octets_.begin())) return false;
  if (prefix_ % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFF << (8 - prefix_ % 8));
  return ((octets->at(whole) ^ octets_.at(whole)) & mask) == 0;
}

}  // namespace longwire::engine
