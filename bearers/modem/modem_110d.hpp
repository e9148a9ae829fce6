// Modem110d: a modem behind the TCP data port of MIL-STD-188-110D Appendix A.
//
// One over (A.5.1.2.5): ARM when the transmitter is FLUSHED; at least three blocking factors of
// prefill; START when the port is ready; then as much as keeps the modem's FIFO from running dry and
// not more, so that precedence is decided late; LAST; DRAINING; FLUSHED. The standard knows no way to
// stop a transmission but to close the connection (A.5.1.2.5, end): that is what abort() does.
#pragma once

#include "bearers/modem/fifo_level.hpp"
#include "bearers/modem/modem.hpp"
#include "bearers/modem/port_110d.hpp"
#include "bearers/modem/settings.hpp"
#include "bearers/modem/transmit_guard.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::modem {

class Modem110d : public PortModem {
 public:
  explicit Modem110d(const PortModemSettings& settings);

  bool up() const override { return port_.up(); }
  Waveform waveform() const override { return waveform_; }
  // The standard leaves the choice of waveforms to other means. Where the settings allow it the modem
  // is asked with a TX_SETUP of ours; one that answers ERROR is never asked again.
  bool set_waveform(Waveform waveform, Time now) override;
  Timing timing(Waveform waveform) const override;
  bool carrier() const override { return carrier_; }

  void key(Time now) override;
  bool wants_octets(Time now) const override;
  void transmit(ByteView octets, Time now) override;
  void end(Time now) override;
  void abort(Time now) override;
  bool keyed() const override { return over_ != Over::none; }

  void tick(Time now) override;
  Time next_wake() const override;
  std::vector<Event> take_events() override;

  void port_opened(Time now) override;
  void port_closed(std::string_view why, Time now) override;
  void on_bytes(ByteView octets, Time now) override;
  Bytes take_bytes() override { return port_.take_bytes(); }
  bool wants_close() const override { return port_.wants_close(); }
  bool ptt() const override { return over_ >= Over::starting; }  // START has gone out

 private:
  enum class Over : std::uint8_t {
    none,
    waiting,   // for FLUSHED, to ARM
    arming,    // ARM has gone out
    filling,   // armed: prefill, then START
    starting,  // START has gone out
    started,
    draining,  // LAST is in and the modem runs dry
  };

  void handle(const port110d::Packet& packet, Time now);
  void on_status(const port110d::TxStatus& status, Time now);
  void on_status_armed(bool ready, Time now);
  void on_status_flushed(Time now);
  void on_nak(const port110d::DataNak& nak, Time now);
  void learn_header(port110d::Header header, Time now);
  void doubt_header();
  void on_carrier(const port110d::CarrierDetect& detect);
  void on_setup(const port110d::TxSetup& setup, Time now);
  void on_initial_setup(const port110d::InitialSetup& setup);
  void arm(Time now);
  void start_when_filled(Time now);
  void started(Time now);
  void send_data(port110d::Order order, ByteView octets, Time now);
  void end_over(bool complete, std::string_view reason);
  void cut(std::string_view reason, Time now);
  void port_gone(Time now);
  void lost(std::string why);
  void supervise(Time now);
  void fault(std::string_view name, std::string text);
  std::size_t prefill_octets() const;
  std::size_t low_water() const;

  PortModemSettings settings_;
  Port110d port_;
  TransmitGuard guard_;
  bool told_up_ = false;
  bool gone_told_ = true;  // port_gone() has dealt with the end of this connection
  Time down_due_ = never;  // we closed it ourselves: told as down only if it does not come back
  std::string last_failure_;
  Waveform waveform_;           // for transmitting, as told by the modem or configured
  std::uint32_t blocking_ = 1;  // bits
  bool carrier_ = false;
  bool settable_;
  std::optional<Waveform> before_;  // a waveform was asked for and not confirmed: the one before
  Time asked_at_{};

  Over over_ = Over::none;
  port110d::TxState modem_state_ = port110d::TxState::flushed;
  bool ended_ = false;   // end() was called
  bool forced_ = false;  // the modem ran dry
  bool first_sent_ = false;
  port110d::Header header_;     // of our data packets
  bool header_proven_ = false;  // by a packet of the modem, or by an over that it sent
  std::uint64_t overs_ = 0;
  std::uint32_t packets_ = 0;  // of this over
  FifoLevel level_;
  Time state_at_{};  // of over_
  Time retry_at_ = never;
  Time seen_{};  // last tick
  std::uint64_t told_bad_crcs_ = 0;
  std::vector<Event> events_;
};

}  // namespace longwire::modem
