// IPv4 and UDP headers of the packets on a simulated link: what a radio would carry below P_MUL.
#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"

#include <cstdint>

namespace longwire::sim {

inline constexpr std::size_t ipv4_header_octets = 20;  // without options
inline constexpr std::size_t udp_header_octets = 8;
inline constexpr std::uint8_t ip_protocol_udp = 17;

struct Ipv4Header {
  Ipv4 source, destination;
  std::uint8_t protocol = 0;
  bool fragment = false;  // any fragment but a whole packet
  ByteView payload;
};
// RFC 791. Errors: truncated, bad_version, bad_header_length, bad_length.
Result<Ipv4Header> parse_ipv4(ByteView packet);

struct UdpDatagram {
  Ipv4 source, destination;
  std::uint16_t source_port = 0, destination_port = 0;
  ByteView payload;
};
// A whole UDP packet. Errors as above, and not_udp, fragment.
Result<UdpDatagram> parse_udp(ByteView packet);

// An IPv4 packet with correct checksums. payload <= 65507 octets.
Bytes encode_udp(const UdpDatagram& datagram, std::uint8_t ttl, std::uint16_t identification);

}  // namespace longwire::sim
