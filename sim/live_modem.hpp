// LiveModem: a simulated modem between a program's port and the air.
#pragma once

#include "base/time.hpp"
#include "sim/hf_air.hpp"
#include "sim/live_byte_port.hpp"

namespace longwire::sim {

class LiveModem {
 public:
  virtual ~LiveModem() = default;
  // The program's side.
  virtual void opened(Time now) = 0;
  virtual void closed(Time now) = 0;
  virtual void on_octets(ByteView octets, Time now) = 0;
  virtual bool wants_input() const = 0;
  virtual Bytes take_octets() = 0;
  virtual bool wants_close() const = 0;  // hang up, after take_octets()

  // Moves octets and events between the port and the air. After every call above, after the air has
  // moved on, and at next_wake().
  virtual void step(Time now) = 0;
  virtual Time next_wake() const = 0;
};

}  // namespace longwire::sim
