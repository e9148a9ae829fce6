// Modem110dDce: the modem's end of the TCP data port of MIL-STD-188-110D Appendix A, for simulated
// modems. Sans-I/O; serves one DTE at a time. The owner refuses further connections, reads no more
// from the DTE while wants_input() is false, and writes take_bytes() after every call.
//
// An over as the owner sees it: Armed; Octets (also before Start: the prefill); Start: key the radio;
// Octets ...; Last: nothing more comes. The owner tells what has left the FIFO: sent(), at last
// flushed(), or underrun() when it ran dry before Last and then flushed().
#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "bearers/modem/modem.hpp"
#include "bearers/modem/packet_reader_110d.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace longwire::modem {

namespace dce {
struct Opened {};  // a DTE has finished the handshake
struct Closed {    // it is gone, or has to go (wants_close())
  std::string_view reason;
};
struct Armed {};
struct Started {};  // TRANSMIT_START: key the radio
struct Octets {     // of the over, in order
  Bytes octets;
};
struct Last {};   // after the last Octets
struct Aborted {  // the DTE went away within an over: drop the carrier and what is queued
  std::string_view reason;
};
struct ReceptionAborted {};  // ABORT_RECEPTION: search for a new preamble
struct WaveformWanted {      // the DTE asks for another waveform; answer with set_waveform()
  std::uint32_t rate_bps = 0;
  Interleaver interleaver = Interleaver::short_;
};
}  // namespace dce
using DceEvent = std::variant<dce::Opened, dce::Closed, dce::Armed, dce::Started, dce::Octets, dce::Last, dce::Aborted,
                              dce::ReceptionAborted, dce::WaveformWanted>;

struct DceSettings {
  Waveform waveform;
  std::size_t fifo_octets = 64 * 1024;
  bool synchronous = true;
  // Half duplex: no START while something is received ("receiver master", A.5.1.2.7.2); false: START
  // always ("transmitter master").
  bool receiver_master = true;
  // Not in the standard: a TX_SETUP from the DTE asks for a waveform. Off: it is a protocol error.
  bool settable = true;
  port110d::Header header = port110d::Header::long_;  // of our data packets, until the DTE shows its own
};

class Modem110dDce {
 public:
  explicit Modem110dDce(DceSettings settings);

  // --- the port ------------------------------------------------------------------------------------
  void opened(Time now);
  void closed(Time now);  // by the DTE; an over is aborted
  void on_bytes(ByteView octets, Time now);
  Bytes take_bytes();
  bool wants_close() const { return wants_close_; }  // after take_bytes(); then call closed()
  bool wants_input() const;

  // --- the radio side ------------------------------------------------------------------------------
  void sent(std::size_t octets, Time now);             // they have left the FIFO for the modulator
  void underrun(Time now);                             // the FIFO ran dry before Last
  void flushed(Time now);                              // the carrier of the over is down
  void carrier(bool on, Waveform waveform, Time now);  // of others; switch off ends the reception
  void received(ByteView octets, Time now);            // between carrier on and off
  void set_waveform(Waveform waveform, Time now);      // for transmitting; told to the DTE

  bool up() const { return phase_ == Phase::up; }
  port110d::TxState state() const { return state_; }
  std::size_t fill() const { return fill_; }  // octets given as Octets and not told as sent()
  Waveform waveform() const { return settings_.waveform; }

  void tick(Time now);
  Time next_wake() const;
  std::vector<DceEvent> take_events();

 private:
  enum class Phase : std::uint8_t { closed, connecting, probing, up };

  void handle(const port110d::Packet& packet, Time now);
  void handle_opening(const port110d::Packet& packet, Time now);
  void handle_data(const port110d::DataTransfer& data, Time now);
  void handle_arm(Time now);
  void handle_start(Time now);
  void handle_setup(const port110d::TxSetup& setup, Time now);
  void process(Time now);
  void probe(Time now);
  void finish_opening(Time now);
  void send(const port110d::Packet& packet, Time now);
  void send_status(Time now);
  void send_setup(Time now);
  void send_carrier(Time now);
  void end_reception(Time now);
  void fail(std::string_view reason, bool tell, Time now);
  bool in_over() const { return state_ != port110d::TxState::flushed; }
  bool has_room() const;

  DceSettings settings_;
  Phase phase_ = Phase::closed;
  port110d::TxState state_ = port110d::TxState::flushed;
  port110d::PacketReader reader_;
  Bytes out_;
  bool wants_close_ = false;
  bool connect_seen_ = false, ack_seen_ = false;
  bool first_seen_ = false, last_seen_ = false;
  std::size_t fill_ = 0;
  port110d::PacketId last_id_{};
  std::uint64_t next_id_ = 1;

  bool carrier_ = false;
  Waveform receiving_;
  bool data_begun_ = false;  // a FIRST packet of this reception has gone to the DTE

  Time opened_at_{}, probed_at_{}, heard_at_{}, told_at_{}, status_at_{};
  std::vector<DceEvent> events_;
};

}  // namespace longwire::modem
