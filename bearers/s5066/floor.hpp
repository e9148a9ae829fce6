// Floor: when this station may transmit (C.3.2.3, section 7 of the reference, Annex K).
//
// Nobody speaks before the EOT of a heard transmission has run out nor into a carrier. Then answers
// that are owed go first; new traffic draws a slot, urgent traffic from the first ones alone; who has
// spoken draws beyond the others, who has waited longer sooner; who met nobody from a growing range.
#pragma once

#include "base/time.hpp"
#include "bearers/modem/modem.hpp"
#include "bearers/s5066/address.hpp"

#include <cstdint>
#include <vector>

namespace longwire::s5066 {

class Floor {
 public:
  struct Rules {
    bool half_duplex = true;
    Duration turnaround{0}, slot_time{0};
    unsigned slots = 0;
  };
  Floor(Rules rules, std::uint64_t seed) : rules_(rules), seed_(seed) {}

  void set_timing(const modem::Timing& timing) { timing_ = timing; }

  // A good header of whatever station: its sync word began at `begun` (as received). asks: it wants an
  // answer of `dest`.
  void heard(Address source, Address dest, bool asks, Time begun, std::uint8_t eot);
  void carrier(bool on, Time now);
  void own_over_began(bool contended);  // contended: not only an answer
  // announced_end: what our EOT told the others.
  void own_over_ended(Time announced_end, Time now);
  void nobody_answered(Time now);  // a collision, perhaps
  void answered() { patience_ = 0; }

  bool carrier() const { return carrier_; }
  Time free_at() const;  // when what is known to be on the air ends
  // Answers: stations asked in one transmission answer in the order in which they were asked.
  Time answers_from(Address self) const;
  // urgency: 0-15, of the most urgent that waits here.
  Time new_traffic_from(std::uint8_t urgency) const;
  // When the first D_PDU of an answer must have been heard, if its station is the rank-th one asked.
  Time answer_due(Time base, unsigned rank, std::uint32_t rate_bps) const;
  unsigned patience() const { return patience_; }

 private:
  Duration detection() const;  // until a station that began to transmit is noticed
  std::uint64_t draw(std::uint64_t below) const;
  std::uint64_t slot(bool urgent) const;
  void changed() { ++contention_; }

  Rules rules_;
  std::uint64_t seed_;
  modem::Timing timing_;
  bool carrier_ = false, in_over_ = false, own_last_ = false;
  Time carrier_off_{}, own_end_{}, others_end_{};
  Address talker_;  // the station heard last
  Time talker_end_{};
  std::vector<Address> asked_;  // by the talker, in order
  Time back_off_from_{};
  unsigned patience_ = 0;
  bool spoke_ = false;            // the last to win the floor was this station
  bool counted_ = false;          // the talker is among others_spoke_
  unsigned others_spoke_ = 0;     // since then, up to a limit
  std::uint64_t contention_ = 0;  // a new draw whenever the channel has been used
};

}  // namespace longwire::s5066
