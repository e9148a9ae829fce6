// IPv4 and UDP headers as a TUN device or a file may hold them. What is read lies inside the input,
// and survives being written and read again.
#include "sim/ip_packet.hpp"

#include <algorithm>
#include <cstdlib>

using namespace longwire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView packet(data, size);
  const auto udp = sim::parse_udp(packet);
  if (!udp) {
    if (udp.error().name.empty()) std::abort();
    return 0;
  }
  if (udp->payload.size() > 65'507) return 0;
  const auto written = sim::encode_udp(*udp, 16, 1);
  const auto again = sim::parse_udp(written);
  if (!again || again->source != udp->source || again->destination != udp->destination ||
      again->source_port != udp->source_port || again->destination_port != udp->destination_port ||
      !std::ranges::equal(again->payload, udp->payload))
    std::abort();
  return 0;
}
