// LiveModemRaw: octets on the port are octets on the air. The first one keys the radio; the over ends
// when the modem runs dry.
#pragma once

#include "sim/live_modem.hpp"

namespace longwire::sim {

class LiveModemRaw : public LiveModem {
 public:
  LiveModemRaw(HfAir& air, StationIndex seat);

  void opened(Time now) override;
  void closed(Time now) override;
  void on_octets(ByteView octets, Time now) override;
  bool wants_input() const override;
  Bytes take_octets() override { return std::exchange(out_, {}); }
  bool wants_close() const override { return false; }

  void step(Time now) override;
  Time next_wake() const override { return never; }

 private:
  HfAir& air_;
  StationIndex seat_;
  Bytes fifo_, out_;
};

}  // namespace longwire::sim
