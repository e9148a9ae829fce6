// PcapWriter: what is on the air as a capture file: raw IPv4 packets (DLT_RAW), which
// `tshark -d udp.port==2753,p_mul` reads; or D_PDUs of STANAG 5066, a link type of their own.
#pragma once

#include "base/time.hpp"
#include "sim/channel.hpp"

#include <ostream>

namespace longwire::sim {

// IPv4 and UDP header in front of every datagram.
inline constexpr std::size_t udp_overhead = 28;

class PcapWriter {
 public:
  static constexpr std::uint32_t raw_ipv4 = 101, d_pdus = 237;  // LINKTYPE_RAW, LINKTYPE_STANAG_5066_D_PDU

  explicit PcapWriter(std::ostream& out, std::uint32_t link_type = raw_ipv4);  // writes the file header
  void write(const AirFrame& frame, Time sent);
  void write(ByteView packet, Time sent);       // a whole IPv4 packet
  void write_d_pdu(ByteView d_pdu, Time sent);  // with its sync word

 private:
  std::ostream& out_;
};

}  // namespace longwire::sim
