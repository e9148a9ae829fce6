#include "sim/pcap.hpp"

#include "sim/ip_packet.hpp"

#include <algorithm>

namespace longwire::sim {

namespace {

constexpr std::uint8_t air_ttl = 16;
// tshark reads no D_PDU that is shorter; zeros behind a short one do no harm.
constexpr std::size_t least_d_pdu = 15;

// Capture files are written in this machine's order by convention; we fix little-endian so that
// the same run gives the same file everywhere.
void little(Bytes& out, std::uint32_t value, int octets) {
  for (int i = 0; i < octets; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void put(std::ostream& out, ByteView octets) {
  out.write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
}

}  // namespace

PcapWriter::PcapWriter(std::ostream& out, std::uint32_t link_type) : out_(out) {
  Bytes header;
  little(header, 0xA1B2C3D4, 4);  // microseconds
  little(header, 2, 2);           // version 2.4
  little(header, 4, 2);
  little(header, 0, 4);
  little(header, 0, 4);
  little(header, 65'535, 4);  // snap length
  little(header, link_type, 4);
  put(out_, header);
}

void PcapWriter::write(const AirFrame& frame, Time sent) {
  const UdpDatagram datagram{frame.source, frame.destination, frame.port, frame.port, frame.octets};
  write(encode_udp(datagram, air_ttl, static_cast<std::uint16_t>(frame.serial)), sent);
}

void PcapWriter::write_d_pdu(ByteView d_pdu, Time sent) {
  Bytes captured(d_pdu.begin(), d_pdu.end());
  captured.resize(std::max(captured.size(), least_d_pdu));
  write(ByteView(captured), sent);
}

void PcapWriter::write(ByteView packet, Time sent) {
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
