// HfReception: what one station's modem makes of one over.
#pragma once

#include "base/rng.hpp"
#include "sim/bits.hpp"
#include "sim/hf_over.hpp"

#include <map>
#include <string_view>

namespace longwire::sim {

class HfReception {
 public:
  // shift: bits of noise before the first one, as the modem knows no octet borders.
  HfReception(unsigned shift, Rng& rng) { stream_.push(static_cast<std::uint8_t>(rng.next()), shift); }

  bool synchronised() const { return missed_.empty(); }
  std::string_view missed() const { return missed_; }
  // Nothing of this over is received from now on.
  void miss(std::string_view reason) {
    if (missed_.empty()) missed_ = reason;
  }

  // Bits off the air; returns the octets that are whole now, or all that is left.
  Bytes take(ByteView octets, std::size_t bits, bool last) {
    stream_.append(octets, 0, bits);
    return last ? stream_.take_rest() : stream_.take_octets();
  }

  // Why a unit is of no use; the first reason counts. Empty: it is good so far.
  struct UnitState {
    bool asked = false;      // its own loss has been drawn
    std::string_view drawn;  // why it is lost by that draw
    std::string_view reason;
  };
  UnitState& unit(std::uint64_t serial) { return units_[serial]; }
  UnitState finish_unit(std::uint64_t serial) {
    const auto state = units_[serial];
    units_.erase(serial);
    return state;
  }

 private:
  BitString stream_;
  std::string_view missed_;
  std::map<std::uint64_t, UnitState> units_;
};

}  // namespace longwire::sim
