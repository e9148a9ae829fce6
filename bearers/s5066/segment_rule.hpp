// How a C_PDU is cut into segments (C.4).
#pragma once

#include <algorithm>
#include <cstddef>

namespace longwire::s5066 {

struct SegmentRule {
  std::size_t preferred = 1023;  // what the channel likes best
  std::size_t most = 1023;       // never more (C.4.1: configurable, at most 1023)

  // Segment size for a C_PDU of this size. All segments but the last have it (C.4.1 (4)). Cutting a
  // C_PDU that is only a little too large in two would double its headers, and a short last segment
  // costs a header as well: the pieces are made about equal and may exceed `preferred` by a quarter.
  constexpr std::size_t cut(std::size_t c_pdu) const {
    const auto good = std::clamp<std::size_t>(preferred, 1, std::max<std::size_t>(most, 1));
    if (c_pdu <= most && c_pdu <= good + good / 4) return std::max<std::size_t>(c_pdu, 1);
    const auto pieces = std::max<std::size_t>((c_pdu - good / 4 + good - 1) / good, 1);
    return std::min(std::max<std::size_t>(most, 1), (c_pdu + pieces - 1) / pieces);
  }
};

}  // namespace longwire::s5066
