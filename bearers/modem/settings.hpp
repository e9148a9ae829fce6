// What a modem at a byte port is told to be.
#pragma once

#include "bearers/modem/modem.hpp"
#include "bearers/modem/packet_110d.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace longwire::modem {

enum class Attach : std::uint8_t { data_port_110d, raw_tcp, serial };
// Serial: what keys the radio. signal: RTS or DTR. command: octets on the line, before those of the over.
enum class Ptt : std::uint8_t { signal, command, none };

struct PortModemSettings {
  Attach attach = Attach::data_port_110d;
  Waveform waveform;          // what the modem transmits with, unless it tells
  Duration lead{0}, tail{0};  // of an over; 0: as usual for the waveform
  Duration max_transmit = std::chrono::seconds{130};
  Ptt ptt = Ptt::signal;
  std::uint32_t line_baud = 0;                        // serial: the line itself may be the slower one; 0: it is not
  bool settable = false;                              // 110d: ask the modem for another waveform
  port110d::Header header = port110d::Header::long_;  // 110d: of our data packets, until the modem shows its own
};

std::unique_ptr<PortModem> make_port_modem(const PortModemSettings& settings);

}  // namespace longwire::modem
