// VirtualModem: a modem of the simulated frequency, as the HF stack drives it.
#pragma once

#include "bearers/modem/modem.hpp"
#include "sim/hf_air.hpp"

namespace longwire::sim {

class VirtualModem : public modem::Modem {
 public:
  // The air must outlive the modem. When the modem goes, what it holds still leaves.
  VirtualModem(HfAir& air, StationIndex seat);
  ~VirtualModem() override;
  VirtualModem(const VirtualModem&) = delete;
  VirtualModem& operator=(const VirtualModem&) = delete;

  bool up() const override { return air_.usable(seat_); }
  modem::Waveform waveform() const override { return air_.waveform(seat_); }
  bool set_waveform(modem::Waveform waveform, Time) override { return air_.set_waveform(seat_, waveform); }
  modem::Timing timing(modem::Waveform waveform) const override;
  bool carrier() const override { return air_.carrier(seat_); }

  void key(Time now) override { air_.key(seat_, now); }
  bool wants_octets(Time) const override { return air_.wants_octets(seat_); }
  void transmit(ByteView octets, Time) override { air_.transmit(seat_, octets); }
  void end(Time) override { air_.end(seat_); }
  void abort(Time now) override { air_.abort(seat_, now, "aborted"); }
  bool keyed() const override { return air_.keyed(seat_); }

  // The owner of the air lets time pass and wakes the station when attention() says so.
  void tick(Time) override {}
  Time next_wake() const override { return never; }
  std::vector<modem::Event> take_events() override { return air_.take_events(seat_); }

 private:
  HfAir& air_;
  StationIndex seat_;
};

}  // namespace longwire::sim
