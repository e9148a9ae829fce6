#include "bearers/s5066/resync.hpp"

namespace longwire::s5066 {

void Resync::start(Kind kind) {
  if (pending_) return;
  pending_ = kind;
  ++frame_id_;
  copies_ = 1;
  retries_ = 0;
}

Reset Resync::take(std::uint8_t tx_lwe) {
  if (answer_) {
    answer_sent_ = true;
    const auto answer = *answer_;
    answer_.reset();
    return answer;
  }
  Reset command;
  command.frame_id = frame_id_;
  switch (*pending_) {
    case Kind::rx_win_cmnd:
      command.rx_win_cmnd = true;
      command.new_rx_lwe = tx_lwe;
      break;
    case Kind::tx_win_rqst:
      command.tx_win_rqst = true;
      break;
    case Kind::full:
      command.full_reset = true;
      break;
  }
  --copies_;
  sent_ = true;
  return command;
}

void Resync::over_ended(bool complete, unsigned copies) {
  if (!complete && sent_ && pending_) copies_ = copies;
  // An answer that did not get out is asked for again: the frame ID shows that it is a copy.
  sent_ = answer_sent_ = false;
}

bool Resync::on_silence(unsigned copies) {
  if (!pending_ || copies_ > 0) return true;  // not yet out
  if (retries_++ >= max_retries_) return false;
  copies_ = copies;
  return true;
}

void Resync::repeat(unsigned copies) {
  if (pending_ && copies_ == 0) copies_ = copies;
}

Resync::Outcome Resync::on_reset(const Reset& received) {
  Outcome outcome;
  if (received.ack) {
    if (!pending_) {
      // A copy of the answer to something that is done.
      outcome.unexpected = !received.rx_win_cmnd && !received.tx_win_rqst && frame_id_ == 0;
    } else if (*pending_ == Kind::full || *pending_ == Kind::rx_win_cmnd) {
      outcome.initialise = *pending_ == Kind::full;
      outcome.transmit_again = *pending_ == Kind::rx_win_cmnd;
      outcome.completed = true;
      pending_.reset();
    }
  }
  if (!received.full_reset && !received.rx_win_cmnd && !received.tx_win_rqst) return outcome;
  const bool copy = last_received_ == received.frame_id;
  last_received_ = received.frame_id;
  if (received.tx_win_rqst) {
    outcome.command = !copy;
    return outcome;
  }
  // The acknowledgement of a full reset has all other fields zero (C.6.5 (9)).
  answer_ = Reset{.ack = true};
  if (!received.full_reset) answer_->frame_id = received.frame_id;
  if (copy) return outcome;
  if (received.full_reset) {
    outcome.initialise = true;
  } else {
    outcome.new_rx_lwe = received.new_rx_lwe;
  }
  // Our request for a command is answered by the command; a full reset settles whatever was open.
  if (pending_ && (received.full_reset || *pending_ == Kind::tx_win_rqst)) {
    outcome.completed = true;
    pending_.reset();
  }
  return outcome;
}

void Resync::clear() { *this = Resync(max_retries_); }

}  // namespace longwire::s5066
