// What a modem at a byte port is told to be.
#pragma once

#include "bearers/modem/modem.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace longwire::modem {

enum class Attach : std::uint8_t { data_port_110d, raw_tcp, serial };

struct PortModemSettings {
  Attach attach = Attach::data_port_110d;
  Waveform waveform;          // what the modem transmits with, unless it tells
  Duration lead{0}, tail{0};  // of an over; 0: as usual for the waveform
  Duration max_transmit = std::chrono::seconds{130};
  bool ptt_by_rts = true;       // serial: RTS keys the radio
  std::uint32_t line_baud = 0;  // serial: the line itself may be the slower one; 0: it is not
  bool settable = false;        // 110d: ask the modem for another waveform
};

std::unique_ptr<PortModem> make_port_modem(const PortModemSettings& settings);

}  // namespace longwire::modem
