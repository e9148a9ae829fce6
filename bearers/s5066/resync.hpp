// Resync: RESET/WIN-RESYNC D_PDUs (C.3.6) and the full reset (C.6.5) with one station. Stop and wait,
// known by its frame ID.
#pragma once

#include "bearers/s5066/d_pdu.hpp"

#include <cstdint>
#include <optional>

namespace longwire::s5066 {

class Resync {
 public:
  explicit Resync(unsigned max_retries) : max_retries_(max_retries) {}

  enum class Kind : std::uint8_t {
    rx_win_cmnd,  // our acknowledgements do not fit: the peer's receive window follows our transmit window
    tx_win_rqst,  // its data does not fit: it is to send RX WIN CMND
    full,
  };
  // Ignored while one is pending: two resets outstanding could not be told apart (C.6.5).
  void start(Kind kind);
  bool pending() const { return pending_.has_value(); }  // types 0, 1, 2 are suspended (C.3.6 (5))

  // --- to be sent ----------------------------------------------------------------------------------
  bool owes_answer() const { return answer_.has_value(); }
  unsigned to_send() const { return (answer_ ? 1U : 0U) + (pending_ ? copies_ : 0U); }
  bool wants_to_send() const { return owes_answer() || (pending_ && copies_ > 0); }
  Reset take(std::uint8_t tx_lwe);
  void over_ended(bool complete, unsigned copies);
  // No answer came. False: it has failed for good.
  bool on_silence(unsigned copies);
  // Nobody could answer, for our own silence: it is sent again, and that is no retry.
  void repeat(unsigned copies);

  // --- received ------------------------------------------------------------------------------------
  struct Outcome {
    bool initialise = false;                 // both windows to their initial values
    std::optional<std::uint8_t> new_rx_lwe;  // our receive window follows the peer
    bool transmit_again = false;             // the peer's receive window starts at our TX LWE
    bool command = false;                    // it asks for an RX WIN CMND: start() one
    bool completed = false;                  // ours is done
    bool unexpected = false;                 // an acknowledgement of nothing
  };
  Outcome on_reset(const Reset& received);
  void clear();

 private:
  unsigned max_retries_;
  std::optional<Kind> pending_;
  std::uint8_t frame_id_ = 0;
  unsigned copies_ = 0, retries_ = 0;
  bool sent_ = false;
  std::optional<Reset> answer_;
  bool answer_sent_ = false;
  int last_received_ = 256;  // frame ID; out of range: none yet
};

}  // namespace longwire::s5066
