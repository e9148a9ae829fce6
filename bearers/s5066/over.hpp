// Over: the transmission that runs now. Its length is fixed when it begins, as EOT tells it to the
// others from the first D_PDU on (C.3.2.3); what goes into it is decided D_PDU by D_PDU.
#pragma once

#include "base/time.hpp"
#include "bearers/s5066/d_pdu.hpp"

#include <algorithm>
#include <cstdint>

namespace longwire::s5066 {

struct Over {
  // The modem's bit clock is not ours: a transmission never ends after its EOT.
  static constexpr Duration clock_margin = std::chrono::milliseconds{10};

  bool active = false;
  bool half_duplex = true;
  bool broadcast = false;  // longer than an EOT can tell: non-ARQ only (C.3.2.3 (7))
  std::uint32_t rate_bps = 1;
  Duration tail{0};
  Time first_bit{};
  std::size_t planned = 0;  // octets
  std::size_t used = 0;
  unsigned asked = 0;  // stations that are to answer

  std::size_t room() const { return planned > used ? planned - used : 0; }
  // From the next D_PDU's first bit to the carrier's end.
  Duration rest() const { return air_time(room(), rate_bps) + tail + clock_margin; }

  std::uint8_t eot() const {
    if (!half_duplex) return 0;
    constexpr Duration::rep unit = 500'000;
    const auto halves = (rest().count() + unit - 1) / unit;
    if (halves > 255) return broadcast ? 0 : 255;
    return static_cast<std::uint8_t>(std::max<Duration::rep>(halves, 1));
  }
  Time end() const { return first_bit + air_time(std::max(planned, used), rate_bps) + tail; }
};

// Octets of D_PDUs around their segment, for addresses of m octets (C.3.1).
namespace d_pdu_octets {
constexpr std::size_t ack(std::size_t m, std::size_t bitmap) { return sync_octets + 7 + bitmap + m; }
constexpr std::size_t data(std::size_t m) { return sync_octets + 9 + m + segment_crc_octets; }
constexpr std::size_t non_arq(std::size_t m) { return sync_octets + 15 + m + segment_crc_octets; }
constexpr std::size_t reset(std::size_t m) { return sync_octets + 9 + m; }
constexpr std::size_t management(std::size_t m, std::size_t extended) { return sync_octets + 8 + m + extended; }
constexpr std::size_t warning(std::size_t m) { return sync_octets + 7 + m; }
}  // namespace d_pdu_octets

// Octets of the address field that holds both: each takes m half octets (C.3.2.6).
constexpr std::uint8_t address_octets_for(Address a, Address b) {
  std::uint8_t m = 1;
  for (auto v = std::max(a.value, b.value) >> 4; v != 0; v >>= 4) ++m;
  return m;
}

}  // namespace longwire::s5066
