// The two edges of the ARQ windows (C.6.2) and the five tests of synchronisation (C.6.3.2).
//
// FSNs live on a circle of 256, so every comparison is written as a distance along it.
#pragma once

#include "bearers/s5066/d_pdu.hpp"

#include <cstdint>

namespace longwire::s5066 {

// Steps forward from one FSN to the other.
constexpr std::uint8_t fsn_distance(std::uint8_t from, std::uint8_t to) { return static_cast<std::uint8_t>(to - from); }
constexpr std::uint8_t fsn_plus(std::uint8_t fsn, unsigned steps) { return static_cast<std::uint8_t>(fsn + steps); }

struct TxWindow {
  std::uint8_t lwe = 0;    // lowest FSN that is not acknowledged
  std::uint8_t uwe = 255;  // newest FSN; lwe - 1 when nothing is outstanding (C.6.2: initial values)

  constexpr unsigned in_use() const { return fsn_distance(lwe, fsn_plus(uwe, 1)); }
  // Test 4: the RX LWE of every acknowledgement.
  constexpr bool in_sync_with_rx_lwe(std::uint8_t rx_lwe) const { return fsn_distance(lwe, rx_lwe) <= in_use(); }
  // Test 5: every FSN whose acknowledgement bit is set.
  constexpr bool in_sync_with_bit(std::uint8_t fsn) const {
    const auto d = fsn_distance(lwe, fsn);
    return d > 0 && d < in_use();
  }
};

struct RxWindow {
  std::uint8_t lwe = 0;    // lowest FSN not received
  std::uint8_t uwe = 255;  // highest FSN received; lwe - 1 when nothing is missing

  // Test 1: FSN of a D_PDU with the UWE flag.
  constexpr bool in_sync_with_uwe(std::uint8_t fsn) const {
    return fsn_distance(uwe, fsn) <= fsn_distance(uwe, fsn_plus(lwe, window_limit - 1));
  }
  // Test 2: FSN of a D_PDU with the LWE flag.
  constexpr bool in_sync_with_lwe(std::uint8_t fsn) const {
    const auto oldest = oldest_copy();
    return fsn_distance(oldest, fsn) <= fsn_distance(oldest, lwe);
  }
  // Test 3: every FSN. When nothing is missing this spans the whole circle: is_new() decides then.
  constexpr bool in_sync_with_fsn(std::uint8_t fsn) const {
    const auto oldest = oldest_copy();
    return fsn_distance(oldest, fsn) <= fsn_distance(oldest, fsn_plus(lwe, window_limit - 1));
  }
  // Within the window that may be accepted; everything else in sync is an old copy (C-ARQ-2).
  constexpr bool is_new(std::uint8_t fsn) const { return fsn_distance(lwe, fsn) < window_limit; }

 private:
  constexpr std::uint8_t oldest_copy() const { return static_cast<std::uint8_t>(uwe - (window_limit - 1)); }
};

}  // namespace longwire::s5066
