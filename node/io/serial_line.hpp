// Opening and setting up a serial line, and its RTS and DTR: what serial_port.hpp needs of the system.
#pragma once

#include <cstdint>
#include <string>

namespace longwire::io {

// A descriptor, no parity and one stop bit (two with five data bits), no flow control, RTS and DTR as stated,
// non-blocking. Throws std::runtime_error.
int open_serial_line(const std::string& device, std::uint32_t baud, unsigned data_bits = 8);
// False: this line has no such signal (pseudo terminals).
bool set_line_rts(int descriptor, bool on);
bool set_line_dtr(int descriptor, bool on);

}  // namespace longwire::io
