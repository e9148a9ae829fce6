#include "sim/pcap.hpp"

#include "base/checksum.hpp"

namespace longwire::sim {

namespace {

constexpr std::uint8_t udp_protocol = 17;
constexpr std::size_t ip_header = 20, ip_checksum_at = 10, udp_checksum_at = 6;

// RFC 768: over pseudo header, UDP header and data; a result of 0 is sent as 0xFFFF.
std::uint16_t udp_checksum(const AirFrame& frame, ByteView udp) {
  ByteWriter covered(udp.size() + 12);
  covered.u32(frame.source.value);
  covered.u32(frame.destination.value);
  covered.u8(0);
  covered.u8(udp_protocol);
  covered.u16(static_cast<std::uint16_t>(udp.size()));
  covered.bytes(udp);
  const auto sum = internet_checksum(covered.view());
  return sum == 0 ? 0xFFFF : sum;
}

// Capture files are written in this machine's order by convention; we fix little-endian so that
// the same run gives the same file everywhere.
void little(Bytes& out, std::uint32_t value, int octets) {
  for (int i = 0; i < octets; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void put(std::ostream& out, const Bytes& octets) {
  out.write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
}

}  // namespace

Bytes ip_packet(const AirFrame& frame) {
  ByteWriter udp(frame.octets.size() + 8);
  udp.u16(frame.port);
  udp.u16(frame.port);
  udp.u16(static_cast<std::uint16_t>(frame.octets.size() + 8));
  udp.u16(0);
  udp.bytes(frame.octets);
  udp.patch_u16(udp_checksum_at, udp_checksum(frame, udp.view()));

  ByteWriter packet(udp.size() + ip_header);
  packet.u8(0x45);
  packet.u8(0);
  packet.u16(static_cast<std::uint16_t>(udp.size() + ip_header));
  packet.u16(static_cast<std::uint16_t>(frame.serial));
  packet.u16(0x4000);  // do not fragment
  packet.u8(16);
  packet.u8(udp_protocol);
  packet.u16(0);
  packet.u32(frame.source.value);
  packet.u32(frame.destination.value);
  packet.patch_u16(ip_checksum_at, internet_checksum(packet.view()));
  packet.bytes(udp.view());
  return packet.finish();
}

PcapWriter::PcapWriter(std::ostream& out) : out_(out) {
  Bytes header;
  little(header, 0xA1B2C3D4, 4);  // microseconds
  little(header, 2, 2);           // version 2.4
  little(header, 4, 2);
  little(header, 0, 4);
  little(header, 0, 4);
  little(header, 65'535, 4);  // snap length
  little(header, 101, 4);     // LINKTYPE_RAW
  put(out_, header);
}

void PcapWriter::write(const AirFrame& frame, Time sent) {
  const auto packet = ip_packet(frame);
  const auto us = sent.time_since_epoch().count();
  Bytes record;
  little(record, static_cast<std::uint32_t>(us / 1'000'000), 4);
  little(record, static_cast<std::uint32_t>(us % 1'000'000), 4);
  little(record, static_cast<std::uint32_t>(packet.size()), 4);
  little(record, static_cast<std::uint32_t>(packet.size()), 4);
  put(out_, record);
  put(out_, packet);
}

}  // namespace longwire::sim
