// Networks of submitters: "10.1.0.0/16", "10.1.2.3", "fd00::/8", "local" (a unix socket), "*".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace longwire::engine {

class Network {
 public:
  // nullopt when the text is no network: wrong digits, or a prefix longer than the address.
  static std::optional<Network> parse(std::string_view text);

  // address as a socket names it: "10.1.2.3", "fd00::1", "::ffff:10.1.2.3", "local".
  bool contains(std::string_view address) const;

 private:
  using Octets = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d, so that one rule serves both
  static std::optional<Octets> parse_address(std::string_view text);

  bool any_ = false;
  bool local_ = false;
  Octets octets_{};
  unsigned prefix_ = 128;
};

}  // namespace longwire::engine
