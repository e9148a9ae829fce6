// OverDriver: moves octets between the modem and the data transfer sublayer. It keys the modem when
// an over is wanted, hands it one D_PDU whenever it has room, and ends the over.
#pragma once

#include "base/rng.hpp"
#include "bearers/modem/modem.hpp"
#include "bearers/s5066/data_transfer.hpp"
#include "bearers/s5066/report_log.hpp"

#include <algorithm>
#include <functional>
#include <optional>

namespace longwire::s5066 {

class OverDriver {
 public:
  OverDriver(modem::Modem& modem, DataTransfer& transfer, ReportLog& log, bool half_duplex, std::uint64_t seed);

  // The modem's events. heard: called after every few octets, so that what one D_PDU means is settled
  // before the next one is looked at: a block may bring a link's acceptance and its first data.
  void receive(Time now, const std::function<void()>& heard = {});
  void transmit(Time now);  // starts, feeds and ends overs
  // A modem that does not recognise what it receives stands where the link does (C.6.4): after every
  // exchange, and back at the start when the link is gone.
  void follow(Time now);
  void set_silent(bool silent, Time now);  // drops the carrier at once

  bool up() const { return up_; }
  // When transmit() has something to do, if the sublayer below wants to be asked at `transfer_wake`.
  Time next_wake(Time transfer_wake) const { return holding_ ? std::max(transfer_wake, hold_until_) : transfer_wake; }
  // The modem was lost since the last call, even if it is back already: nothing of before goes on.
  bool take_lost() { return std::exchange(lost_, false); }
  // The octets of two overs, so that the next one can be planned while one is on the air.
  std::size_t window(Duration max_over) const;
  // From the end of our short over to the end of a short answer, as these modems and radios go.
  Duration answer_time(const DataTransferConfig& transfer) const;
  boost::json::object status() const;

 private:
  void on_event(modem::Event& event, const std::function<void()>& heard, Time now);
  void on_up(const modem::event::Up& event, Time now);
  void on_over_ended(const modem::event::OverEnded& event, Time now);
  void begin(Time now);
  bool may_begin(Time now);
  void heard_somebody();
  void set_waveform(modem::Waveform wanted, Time now);
  void tell_timing();

  modem::Modem& modem_;
  DataTransfer& transfer_;
  ReportLog& log_;
  modem::Waveform transfer_waveform_;  // as the data transfer sublayer knows it
  bool up_ = false, lost_ = false, silent_ = false;
  bool over_ = false;    // between key() and OverEnded
  bool ending_ = false;  // end() was called
  const bool half_duplex_;
  Rng rng_;
  std::uint64_t unheard_ = 0;  // own overs since anybody was heard
  bool holding_ = false;
  Time hold_until_{};
  std::optional<double> snr_db_;
  std::uint64_t overs_ = 0, cut_ = 0, octets_out_ = 0, octets_in_ = 0;
};

}  // namespace longwire::s5066
