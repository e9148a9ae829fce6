#include "crypto/tls/peer_name.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace longwire::crypto {

namespace {

std::string_view without_dot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

bool matches(std::string_view pattern, std::string_view host) {
  pattern = without_dot(pattern);
  if (iequals(pattern, host)) return true;
  if (!pattern.starts_with("*.")) return false;
  const auto tail = pattern.substr(1);
  if (tail.find('.', 1) == std::string_view::npos || tail.find('*') != std::string_view::npos) return false;
  const auto dot = host.find('.');
  return dot != std::string_view::npos && dot > 0 && iequals(host.substr(dot), tail);
}

// "1:2:abcd" of IPv6, two octets each; empty text: none.
std::optional<Bytes> groups(std::string_view text) {
  ByteWriter w;
  while (!text.empty()) {
    const auto colon = text.find(':');
    const auto one = text.substr(0, colon);
    std::uint16_t value = 0;
    const auto read = std::from_chars(one.data(), one.data() + one.size(), value, 16);
    if (one.empty() || one.size() > 4 || read.ec != std::errc{} || read.ptr != one.data() + one.size())
      return std::nullopt;
    w.u16(value);
    if (colon == text.size() - 1) return std::nullopt;
    text.remove_prefix(colon == std::string_view::npos ? text.size() : colon + 1);
  }
  return w.finish();
}

}  // namespace

std::optional<Bytes> ip_octets(std::string_view host) {
  if (const auto four = parse_ipv4(host)) {
    ByteWriter w;
    w.u32(four->value);
    return w.finish();
  }
  if (host.find(':') == std::string_view::npos) return std::nullopt;
  const auto gap = host.find("::");
  if (gap == std::string_view::npos) {
    auto all = groups(host);
    return all && all->size() == 16 ? all : std::nullopt;
  }
  const auto head = groups(host.substr(0, gap));
  const auto tail = groups(host.substr(gap + 2));
  if (!head || !tail || head->size() + tail->size() > 14) return std::nullopt;
  Bytes out(16);
  std::copy(head->begin(), head->end(), out.begin());
  std::copy_backward(tail->begin(), tail->end(), out.end());
  return out;
}

bool names_host(const Certificate& certificate, std::string_view host) {
  host = without_dot(host);
  if (host.empty()) return false;
  if (const auto address = ip_octets(host)) {
    const auto& all = certificate.ip_addresses;
    return std::find(all.begin(), all.end(), *address) != all.end();
  }
  const auto& names = certificate.dns_names;
  return std::any_of(names.begin(), names.end(), [&](const std::string& n) { return matches(n, host); });
}

}  // namespace longwire::crypto
