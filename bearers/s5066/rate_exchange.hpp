// RateExchange: the data rate change of C.6.4 with one station, for modems that do not recognise the
// rate of what they receive. Both roles; carried by a ManagementExchange.
#pragma once

#include "bearers/s5066/eow_rate.hpp"
#include "bearers/s5066/management.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace longwire::s5066 {

class RateExchange {
 public:
  bool idle() const { return step_ == Step::idle; }
  // Master: asks for `target`, both directions alike (the modem has one waveform).
  void request(modem::Waveform target, ManagementExchange& management, unsigned copies);

  struct Outcome {
    std::optional<modem::Waveform> change;  // from now on, sending and receiving
    std::string_view over;                  // the exchange has ended: changed refused cancelled
    bool former_slave = false;              // sends something now, if need be of size 0 (C.6.4.2 (31))
  };
  // A MANAGEMENT D_PDU came; `fresh` and `acknowledged` as ManagementExchange found it.
  Outcome on_management(const Eow& eow, const Management& body, ManagementExchange::Received received,
                        const std::vector<modem::Waveform>& able, ManagementExchange& management, unsigned copies);
  // Our over with the DT_ACK is out: the master changes then.
  Outcome over_ended(bool complete);
  bool over_ended_changes(bool complete) const { return complete && step_ == Step::dt_ack; }
  bool awaits_confirmation() const { return step_ == Step::confirmation; }
  // The confirmation does not come: perhaps the slave has missed the DT_ACK and stands at the old rate.
  void repeat_dt_ack(ManagementExchange& management);
  void clear() { *this = RateExchange{}; }

 private:
  enum class Step : std::uint8_t {
    idle,
    requested,     // master: the request is out
    dt_ack,        // master: accepted, DT_ACK goes out
    confirmation,  // master: changed
    answered,      // slave: accepted, waits for DT_ACK
    confirmed,     // slave: changed, the confirmation waits for its DT_ACK
    cancelling,    // master: cancel is out; slave: refused
  };

  Outcome on_request(const Eow& eow, const std::vector<modem::Waveform>& able, ManagementExchange& management,
                     unsigned copies);
  Outcome on_response(const Eow& eow, ManagementExchange& management, unsigned copies);

  Step step_ = Step::idle;
  modem::Waveform target_;
};

}  // namespace longwire::s5066
