#include "sim/live_udp.hpp"

#include "sim/ip_packet.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace longwire::sim {

namespace {

// A program that opens a new source port a message must not use up our descriptors.
constexpr std::size_t ephemeral_ports = 128;
constexpr std::uint8_t air_ttl = 16;
constexpr std::size_t largest_datagram = 65'507;

sockaddr_in to_sockaddr(Ipv4 address, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_addr.s_addr = htonl(address.value);
  out.sin_port = htons(port);
  return out;
}

void set_option(int fd, int level, int name, int value) {
  if (::setsockopt(fd, level, name, &value, sizeof value) != 0) fail_with_errno("setsockopt");
}

}  // namespace

UdpPort::UdpPort(const StationConfig& station, const std::vector<Ipv4>& neighbours)
    : station_(station), own_(to_view(*station.view, station.address)) {
  for (const auto port : station_.ports) {
    for (const auto air : neighbours)
      neighbours_.insert_or_assign(Key{air, port}, Endpoint{open(to_view(*station_.view, air), port), air, port});
    for (const auto group : station_.groups) add_group(group, port);
  }
}

Descriptor UdpPort::open(Ipv4 local, std::uint16_t port) const {
  Descriptor out(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (out.get() < 0) fail_with_errno("socket");
  // The station's program is bound to the same group and port.
  if (local.is_multicast()) set_option(out.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  set_option(out.get(), IPPROTO_IP, IP_MULTICAST_ALL, 0);
  const auto address = to_sockaddr(local, port);
  if (::bind(out.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fail_with_errno("station " + station_.name + ": cannot stand at " + to_string(local) + ":" + std::to_string(port));
  const in_addr interface { htonl(own_.value) };
  if (::setsockopt(out.get(), IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface) != 0)
    fail_with_errno("IP_MULTICAST_IF");
  return out;
}

void UdpPort::add_group(Ipv4 group, std::uint16_t port) {
  const auto seen = group_in_view(*station_.view, group);
  Endpoint endpoint{open(seen, port), group, port};
  ip_mreqn membership{};
  membership.imr_multiaddr.s_addr = htonl(seen.value);
  membership.imr_ifindex = static_cast<int>(::if_nametoindex("lo"));
  if (::setsockopt(endpoint.socket.get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership) != 0)
    fail_with_errno("station " + station_.name + ": cannot join " + to_string(seen));
  groups_.push_back(std::move(endpoint));
}

void UdpPort::add_descriptors(std::vector<int>& out) const {
  for (const auto& [key, endpoint] : neighbours_) out.push_back(endpoint.socket.get());
  for (const auto& endpoint : groups_) out.push_back(endpoint.socket.get());
}

std::optional<Bytes> UdpPort::receive(int fd) {
  const Endpoint* to = nullptr;
  for (const auto& [key, endpoint] : neighbours_)
    if (endpoint.socket.get() == fd) to = &endpoint;
  for (const auto& endpoint : groups_)
    if (endpoint.socket.get() == fd) to = &endpoint;
  if (to == nullptr) return std::nullopt;
  std::uint8_t buffer[largest_datagram];
  while (true) {
    sockaddr_in from{};
    socklen_t from_size = sizeof from;
    const auto n = ::recvfrom(fd, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &from_size);
    // ECONNREFUSED belongs to a datagram we delivered to a program that is not there.
    if (n < 0 && (errno == EINTR || errno == ECONNREFUSED)) continue;
    if (n < 0) return std::nullopt;
    // Our own multicast comes back, and other programs of this machine are no station.
    if (ntohl(from.sin_addr.s_addr) != own_.value) continue;
    return encode_udp(
        {station_.address, to->air, ntohs(from.sin_port), to->port, ByteView(buffer, static_cast<std::size_t>(n))},
        air_ttl, ++identification_);
  }
}

// The socket that stands where the sender seems to be; one for its ephemeral port is made when needed.
const UdpPort::Endpoint* UdpPort::neighbour(Ipv4 air, std::uint16_t port) {
  const Key key{air, port};
  if (const auto at = neighbours_.find(key); at != neighbours_.end()) return &at->second;
  if (ephemeral_.size() >= ephemeral_ports) {
    neighbours_.erase(ephemeral_.front());
    ephemeral_.pop_front();
  }
  try {
    const auto [at, fresh] =
        neighbours_.insert_or_assign(key, Endpoint{open(to_view(*station_.view, air), port), air, port});
    ephemeral_.push_back(key);
    return &at->second;
  } catch (const LiveError&) {
    return nullptr;  // another program of this machine has that port
  }
}

bool UdpPort::deliver(ByteView packet) {
  const auto udp = parse_udp(packet);
  if (!udp) return false;
  const auto* from = neighbour(udp->source, udp->source_port);
  if (from == nullptr) return false;
  const auto seen = udp->destination.is_multicast() ? group_in_view(*station_.view, udp->destination)
                                                    : to_view(*station_.view, udp->destination);
  const auto to = to_sockaddr(seen, udp->destination_port);
  const auto n = ::sendto(from->socket.get(), udp->payload.data(), udp->payload.size(), MSG_DONTWAIT,
                          reinterpret_cast<const sockaddr*>(&to), sizeof to);
  return n == static_cast<ssize_t>(udp->payload.size());
}

}  // namespace longwire::sim
