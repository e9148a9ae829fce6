// FifoLevel: how many octets of an over still wait in the modem, between two of its status packets.
//
// The modem tells its fill every 2 s or so; in between it drains at the rate of the waveform.
#pragma once

#include "base/time.hpp"

#include <algorithm>
#include <cstdint>

namespace longwire::modem {

class FifoLevel {
 public:
  void begin() { *this = {}; }
  void given(std::size_t octets) { given_ += octets; }
  // Draining has begun, or goes on at another rate.
  void drain(std::uint32_t rate_bps, Time now) {
    gone_ = gone(now);
    rate_bps_ = rate_bps;
    since_ = now;
  }
  // The modem said: `fill` octets. Octets on their way to it are not among them, so that the level
  // comes out too low rather than too high.
  void told(std::size_t fill, Time now) {
    gone_ = given_ - std::min(given_, fill);
    since_ = now;
  }

  std::size_t given() const { return given_; }
  std::size_t level(Time now) const { return given_ - std::min(given_, gone(now)); }
  // When the level has sunk, or had, to `octets`; never when it does not sink.
  Time falls_to(std::size_t octets) const {
    const auto before = given_ - std::min(given_, gone_);
    if (before <= octets) return since_;
    return rate_bps_ == 0 ? never : since_ + air_time(before - octets, rate_bps_);
  }

 private:
  std::size_t gone(Time now) const {
    if (rate_bps_ == 0 || now <= since_) return gone_;
    // No overflow: the hard transmit limit comes long before.
    const auto us = static_cast<std::uint64_t>((now - since_).count());
    return gone_ + static_cast<std::size_t>(us * rate_bps_ / 8'000'000);
  }

  std::size_t given_ = 0;
  std::size_t gone_ = 0;
  std::uint32_t rate_bps_ = 0;  // 0: not draining yet
  Time since_{};
};

}  // namespace longwire::modem
