#include "node/io/interfaces.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <fstream>
#include <memory>

namespace longwire::io {

namespace {

std::uint32_t ipv4_of(const sockaddr* a) {
  return a != nullptr && a->sa_family == AF_INET ? ntohl(reinterpret_cast<const sockaddr_in*>(a)->sin_addr.s_addr) : 0;
}

unsigned mtu_of(const std::string& name) {
  std::ifstream file("/sys/class/net/" + name + "/mtu");
  unsigned mtu = 0;
  return file >> mtu ? mtu : 0;
}

Interface describe(const ifaddrs& entry) {
  const auto has = [&entry](unsigned flag) { return (entry.ifa_flags & flag) != 0; };
  return {.name = entry.ifa_name,
          .index = static_cast<int>(if_nametoindex(entry.ifa_name)),
          .mtu = mtu_of(entry.ifa_name),
          .up = has(IFF_UP),
          .running = has(IFF_RUNNING),
          .loopback = has(IFF_LOOPBACK),
          .multicast = has(IFF_MULTICAST),
          .point_to_point = has(IFF_POINTOPOINT),
          .no_arp = has(IFF_NOARP)};
}

}  // namespace

std::optional<Interface> interface_of(Ipv4 address) {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return std::nullopt;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> guard(list, freeifaddrs);
  std::optional<Interface> by_network;
  for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next) {
    const auto own = ipv4_of(entry->ifa_addr);
    if (own == 0) continue;
    if (own == address.value) return describe(*entry);
    const auto mask = ipv4_of(entry->ifa_netmask);
    if ((entry->ifa_flags & IFF_LOOPBACK) != 0 && (own & mask) == (address.value & mask)) by_network = describe(*entry);
  }
  return by_network;
}

}  // namespace longwire::io
