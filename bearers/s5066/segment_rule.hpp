// How a C_PDU is cut into segments (C.4).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace longwire::s5066 {

struct SegmentRule {
  std::size_t preferred = 1023;  // what the channel likes best
  std::size_t most = 1023;       // never more (C.4.1: configurable, at most 1023)
  unsigned probe_one_in = 0;     // one C_PDU in so many is cut shorter, to learn what that brings

  // Segment size for a C_PDU of this size. All segments but the last have it (C.4.1 (4)). Cutting a
  // C_PDU that is only a little too large in two would double its headers, and a short last segment
  // costs a header as well: the pieces are made about equal and may exceed `preferred` by a quarter.
  // serial: names the C_PDU, as the answer has to be the same each time.
  constexpr std::size_t cut(std::size_t c_pdu, std::uint64_t serial = 1) const {
    const bool probe = probe_one_in != 0 && serial % probe_one_in == 0;
    const auto wanted = probe ? std::min(preferred, c_pdu) / 2 : preferred;
    const auto good = std::clamp<std::size_t>(wanted, 1, std::max<std::size_t>(most, 1));
    if (c_pdu <= most && c_pdu <= good + good / 4) return std::max<std::size_t>(c_pdu, 1);
    const auto limit = std::max<std::size_t>(most, 1);
    const auto pieces = std::max((c_pdu - good / 4 + good - 1) / good, (c_pdu + limit - 1) / limit);
    return (c_pdu + pieces - 1) / pieces;
  }
};

}  // namespace longwire::s5066
