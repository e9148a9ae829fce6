// RawModem: a modem that takes and gives nothing but the octets of the air, on a TCP stream or a serial
// line. It tells neither carrier nor state: octets received imply a carrier, air time is reckoned from
// the configured rate, lead and tail.
#pragma once

#include "bearers/modem/modem.hpp"
#include "bearers/modem/settings.hpp"
#include "bearers/modem/transmit_guard.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace longwire::modem {

class RawModem : public PortModem {
 public:
  explicit RawModem(const PortModemSettings& settings);

  bool up() const override { return open_ && !wants_close_; }
  Waveform waveform() const override { return settings_.waveform; }
  bool set_waveform(Waveform waveform, Time now) override;
  Timing timing(Waveform waveform) const override;
  bool carrier() const override { return carrier_; }

  void key(Time now) override;
  bool wants_octets(Time now) const override;
  void transmit(ByteView octets, Time now) override;
  void end(Time now) override;
  void abort(Time now) override;
  bool keyed() const override { return keyed_; }

  void tick(Time now) override;
  Time next_wake() const override;
  std::vector<Event> take_events() override;

  void port_opened(Time now) override;
  void port_closed(std::string_view why, Time now) override;
  void on_bytes(ByteView octets, Time now) override;
  Bytes take_bytes() override;
  bool wants_close() const override { return wants_close_; }
  bool ptt() const override { return keyed_ && (has_ptt() || settings_.attach == Attach::raw_tcp); }

 private:
  bool has_ptt() const { return settings_.attach == Attach::serial && settings_.ptt != Ptt::none; }
  std::uint32_t octet_rate_bps() const;
  Duration ahead() const;
  Duration carrier_patience() const;
  void end_over(bool complete, std::string_view reason);
  void cut(std::string_view reason);

  PortModemSettings settings_;
  TransmitGuard guard_;
  bool open_ = false;
  bool wants_close_ = false;
  Bytes out_;

  bool keyed_ = false;
  bool started_told_ = false;
  bool ended_ = false;
  Time first_bit_{};  // of this over on the air
  Time air_until_{};  // what was given so far
  Time seen_{};       // last tick

  bool carrier_ = false;
  Time carrier_until_{};
  std::vector<Event> events_;
};

}  // namespace longwire::modem
