#include "sim/virtual_modem.hpp"

namespace longwire::sim {

VirtualModem::VirtualModem(HfAir& air, StationIndex seat) : air_(air), seat_(seat) { air_.attach(seat_); }

VirtualModem::~VirtualModem() { air_.detach(seat_); }

modem::Timing VirtualModem::timing(modem::Waveform waveform) const {
  return air_.timing(seat_, waveform).value_or(*air_.timing(seat_, air_.waveform(seat_)));
}

}  // namespace longwire::sim
