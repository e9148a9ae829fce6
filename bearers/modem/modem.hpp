// Modem: what the HF stack sees of a modem, whatever the cable. Sans-I/O: the owner tells the time.
//
// One over: key(); then, as long as wants_octets(), transmit() the next octets; at last end(). The
// modem keeps as little as its waveform allows, so that precedence is decided late.
#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace longwire::modem {

enum class Interleaver : std::uint8_t { none, short_, long_ };

struct Waveform {
  std::uint32_t rate_bps = 300;
  Interleaver interleaver = Interleaver::short_;
  friend bool operator==(const Waveform&, const Waveform&) = default;
};

// Air time of an over that carries no octets.
struct Timing {
  Duration lead{0};   // key() to the first bit: keying of the radio, preamble, interleaver fill
  Duration tail{0};   // last bit handed over to the carrier's end: interleaver flush, EOM
  Duration delay{0};  // bit handed over to the same bit received at the far end, beyond lead and propagation
};

namespace event {
struct Up {  // the port works, or no longer
  bool up = false;
  std::string text;  // why not
};
struct Carrier {  // somebody else's signal begins or ends
  bool on = false;
  std::optional<Waveform> waveform;  // of what is received, where the modem tells
  std::optional<double> snr_db;
};
struct Received {  // octets off the air; octet borders may not be those of the sender
  Bytes octets;
};
struct Signal {  // quality while receiving
  double snr_db = 0;
};
struct OverStarted {};   // the first bit is on the air
struct OverEnded {       // the carrier is down again
  bool complete = true;  // false: underrun, abort, transmit time limit, port lost
  std::string_view reason;
};
struct Fault {  // worth an operator's attention; the modem goes on
  std::string_view name;
  std::string text;
};
}  // namespace event
using Event = std::variant<event::Up, event::Carrier, event::Received, event::Signal, event::OverStarted,
                           event::OverEnded, event::Fault>;

class Modem {
 public:
  virtual ~Modem() = default;

  virtual bool up() const = 0;
  virtual Waveform waveform() const = 0;  // in use for transmitting
  // Takes effect before the next over. False: this modem cannot be told, or not this waveform.
  virtual bool set_waveform(Waveform waveform, Time now) = 0;
  virtual Timing timing(Waveform waveform) const = 0;
  virtual bool carrier() const = 0;  // as told last

  virtual void key(Time now) = 0;
  virtual bool wants_octets(Time now) const = 0;
  virtual void transmit(ByteView octets, Time now) = 0;
  virtual void end(Time now) = 0;    // nothing more: drain, then drop the carrier
  virtual void abort(Time now) = 0;  // drop the carrier now (EMCON); no error when idle
  virtual bool keyed() const = 0;    // between key() and OverEnded

  virtual void tick(Time now) = 0;
  virtual Time next_wake() const = 0;
  virtual std::vector<Event> take_events() = 0;
};

// A modem at the end of a byte port (TCP or serial line).
class PortModem : public Modem {
 public:
  virtual void port_opened(Time now) = 0;
  virtual void port_closed(std::string_view why, Time now) = 0;
  virtual void on_bytes(ByteView octets, Time now) = 0;
  virtual Bytes take_bytes() = 0;        // to be written to the port now
  virtual bool wants_close() const = 0;  // the port is to be closed and opened anew
  // The transmitter is meant to be on, as far as the port can tell. A serial port keys the radio by it, and
  // every port counts the time.
  virtual bool ptt() const = 0;
};

}  // namespace longwire::modem
