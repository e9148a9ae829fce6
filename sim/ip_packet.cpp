#include "sim/ip_packet.hpp"

#include "base/checksum.hpp"

namespace longwire::sim {

Result<Ipv4Header> parse_ipv4(ByteView packet) {
  if (packet.size() < ipv4_header_octets) return error("truncated", packet.size());
  if (packet[0] >> 4 != 4) return error("bad_version", 0);
  const std::size_t header = 4U * (packet[0] & 0x0FU);
  if (header < ipv4_header_octets || header > packet.size()) return error("bad_header_length", 0);
  ByteReader in(packet);
  in.skip(2);
  const std::size_t total = in.u16();
  if (total < header || total > packet.size()) return error("bad_length", 2);
  in.skip(2);
  const auto fragmentation = in.u16();
  in.skip(1);
  Ipv4Header out;
  out.protocol = in.u8();
  in.skip(2);
  out.source = {in.u32()};
  out.destination = {in.u32()};
  out.fragment = (fragmentation & 0x3FFFU) != 0;  // more fragments, or an offset
  out.payload = packet.subspan(header, total - header);
  return out;
}

Result<UdpDatagram> parse_udp(ByteView packet) {
  const auto ip = parse_ipv4(packet);
  if (!ip) return ip.error();
  if (ip->protocol != ip_protocol_udp) return error("not_udp", 9);
  if (ip->fragment) return error("fragment", 6);
  const auto at = static_cast<std::size_t>(ip->payload.data() - packet.data());
  if (ip->payload.size() < udp_header_octets) return error("truncated", packet.size());
  ByteReader in(ip->payload);
  UdpDatagram out{ip->source, ip->destination, in.u16(), in.u16(), {}};
  const std::size_t length = in.u16();
  if (length < udp_header_octets || length > ip->payload.size()) return error("bad_length", at + 4);
  out.payload = ip->payload.subspan(udp_header_octets, length - udp_header_octets);
  return out;
}

Bytes encode_udp(const UdpDatagram& datagram, std::uint8_t ttl, std::uint16_t identification) {
  const auto udp_length = udp_header_octets + datagram.payload.size();
  ByteWriter udp(udp_length);
  udp.u16(datagram.source_port);
  udp.u16(datagram.destination_port);
  udp.u16(static_cast<std::uint16_t>(udp_length));
  udp.u16(0);
  udp.bytes(datagram.payload);

  ByteWriter pseudo(12 + udp_length);  // RFC 768: summed, not sent
  pseudo.u32(datagram.source.value);
  pseudo.u32(datagram.destination.value);
  pseudo.u16(ip_protocol_udp);
  pseudo.u16(static_cast<std::uint16_t>(udp_length));
  pseudo.bytes(udp.view());
  const auto sum = internet_checksum(pseudo.view());
  udp.patch_u16(6, sum == 0 ? 0xFFFF : sum);  // RFC 768: 0 means "no checksum"

  ByteWriter out(ipv4_header_octets + udp_length);
  out.u8(0x45);
  out.u8(0);
  out.u16(static_cast<std::uint16_t>(ipv4_header_octets + udp_length));
  out.u16(identification);
  out.u16(0x4000);  // do not fragment
  out.u8(ttl);
  out.u8(ip_protocol_udp);
  out.u16(0);
  out.u32(datagram.source.value);
  out.u32(datagram.destination.value);
  out.patch_u16(10, internet_checksum(out.view()));
  out.bytes(udp.view());
  return out.finish();
}

}  // namespace longwire::sim
