#include "bearers/s5066/management.hpp"

namespace longwire::s5066 {

void ManagementExchange::send(Eow eow, unsigned copies, bool replies) {
  message_ = Message{eow, next_frame_id_++, replies, copies};
  copies_left_ = copies;
  retries_ = 0;
  if (replies) acknowledgement_.reset();
}

ManagementExchange::Outgoing ManagementExchange::take() {
  Outgoing out;
  if (acknowledgement_) {
    // The ID of a pure acknowledgement is not given; the one of what it acknowledges says most.
    out.eow = *acknowledgement_;
    out.body.ack = true;
    out.body.frame_id = static_cast<std::uint8_t>(last_received_ & 0xFF);
    acknowledged_in_over_ = acknowledgement_;
    acknowledgement_.reset();
    return out;
  }
  out.eow = message_->eow;
  out.body.valid = true;
  out.body.ack = message_->replies;
  out.body.frame_id = message_->frame_id;
  --copies_left_;
  sent_ = true;
  return out;
}

void ManagementExchange::acknowledge() {
  // A copy of what we have answered already: the answer again acknowledges it too.
  if (message_ && message_->replies) copies_left_ = message_->copies;
  else acknowledgement_ = Eow{};
}

void ManagementExchange::over_ended(bool complete) {
  if (!complete && sent_ && message_) copies_left_ = message_->copies;
  if (!complete && acknowledged_in_over_ && !acknowledgement_) acknowledgement_ = acknowledged_in_over_;
  acknowledged_in_over_.reset();
  sent_ = false;
}

bool ManagementExchange::on_silence() {
  if (!message_ || copies_left_ > 0) return true;  // not yet out
  if (retries_++ >= max_retries_) return false;
  copies_left_ = message_->copies;
  return true;
}

void ManagementExchange::repeat() {
  if (message_ && copies_left_ == 0) copies_left_ = message_->copies;
}

ManagementExchange::Received ManagementExchange::on_management(const Management& body) {
  Received received;
  if (body.ack && message_) {
    message_.reset();
    received.acknowledged = true;
  }
  if (!body.valid) return received;
  received.fresh = last_received_ != body.frame_id;
  last_received_ = body.frame_id;
  return received;
}

}  // namespace longwire::s5066
