// LINK.toml: what `longwire link` joins. [[link]] is written as in scenario files.
#pragma once

#include "base/ids.hpp"
#include "node/config/problem.hpp"
#include "node/engine/config.hpp"
#include "sim/link_config.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::sim {

// A station has either a `view` (UDP on the loopback device) or a `tun` device.
struct StationConfig {
  std::string name;
  std::size_t link = 0;
  Ipv4 address;          // on the air
  unsigned prefix = 24;  // of its network; broadcast and TUN address need it
  // UDP: the /24 of 127.0.0.0/8 that is the air network as this station's programs see it.
  std::optional<Ipv4> view;
  std::vector<std::uint16_t> ports;  // carried in both directions
  std::vector<Ipv4> groups;          // multicast groups, as they are on the air
  // TUN
  std::string tun;    // name of the device
  std::string netns;  // network namespace, made when it is not there; empty = this one
  struct Network {
    Ipv4 address;
    unsigned prefix = 32;
  };
  std::vector<Network> networks;  // further networks behind this station
};

// A simulated modem on a link of modems; its program is the station.
struct ModemStation {
  enum class Kind : std::uint8_t {
    port_110d,  // TCP port of MIL-STD-188-110D Appendix A
    tcp,        // TCP port, nothing but the octets of the air
    pty,        // the same on a pseudo terminal
  };
  std::string name;
  std::size_t link = 0;
  Kind kind = Kind::port_110d;
  engine::Endpoint listen;  // of the TCP kinds
  std::string path;         // pty: symbolic link to the device
};

struct LiveConfig {
  std::uint64_t seed = 1;
  std::vector<LinkConfig> links;
  std::vector<StationConfig> stations;
  std::vector<ModemStation> modems;
};

struct ParsedLiveConfig {
  std::optional<LiveConfig> config;  // set when no problem is an error
  config::Problems problems;
};

ParsedLiveConfig parse_live_config(std::string_view text, std::string_view file_name);
ParsedLiveConfig load_live_config(const std::string& path);

// The air address `air` as the station with this view sees it, and back.
constexpr Ipv4 to_view(Ipv4 view, Ipv4 air) { return {(view.value & 0xFFFFFF00U) | (air.value & 0xFFU)}; }
// A group keeps all but its third octet, which is that of the view: 239.66.0.1 is 239.66.7.1 in 127.66.7.0/24.
constexpr Ipv4 group_in_view(Ipv4 view, Ipv4 group) {
  return {(group.value & 0xFFFF00FFU) | (view.value & 0x0000FF00U)};
}
constexpr std::uint32_t netmask(unsigned prefix) { return prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix); }

}  // namespace longwire::sim
