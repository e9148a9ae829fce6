// LiveModem110d: the TCP data port of MIL-STD-188-110D Appendix A.
#pragma once

#include "bearers/modem/modem_110d_dce.hpp"
#include "sim/live_modem.hpp"

namespace longwire::sim {

class LiveModem110d : public LiveModem {
 public:
  LiveModem110d(HfAir& air, StationIndex seat);

  void opened(Time now) override { dce_.opened(now); }
  void closed(Time now) override { dce_.closed(now); }
  void on_octets(ByteView octets, Time now) override { dce_.on_bytes(octets, now); }
  bool wants_input() const override { return dce_.wants_input(); }
  Bytes take_octets() override { return dce_.take_bytes(); }
  bool wants_close() const override { return dce_.wants_close(); }

  void step(Time now) override;
  Time next_wake() const override { return dce_.next_wake(); }

 private:
  void obey(const modem::DceEvent& event, Time now);
  void hear(const modem::Event& event, Time now);
  void feed(Time now);
  void over_ended(bool complete, Time now);

  HfAir& air_;
  StationIndex seat_;
  modem::Modem110dDce dce_;
  Bytes fifo_;
  bool last_ = false;  // of the FIFO: nothing comes behind it
};

}  // namespace longwire::sim
