// PcapWriter: the frames on the air as a capture file of raw IPv4 packets (DLT_RAW), which
// `tshark -d udp.port==2753,p_mul` reads.
#pragma once

#include "base/time.hpp"
#include "sim/channel.hpp"

#include <ostream>

namespace longwire::sim {

// IPv4 and UDP header in front of every datagram.
inline constexpr std::size_t udp_overhead = 28;

class PcapWriter {
 public:
  explicit PcapWriter(std::ostream& out);  // writes the file header
  void write(const AirFrame& frame, Time sent);
  void write(ByteView packet, Time sent);  // a whole IPv4 packet

 private:
  std::ostream& out_;
};

}  // namespace longwire::sim
