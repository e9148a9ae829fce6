// A bearer with a queue of its own: a round ends when the last of its PDUs has left the queue, and
// what did not leave, or was not confirmed, is sent again after a while.
#include "acp142/transfer.hpp"

namespace longwire::acp142 {

void Transfer::handed_over(std::uint64_t ticket, Time now) {
  under_way_.emplace(ticket, last_polled_);
  if (last_polled_ == 0) return;
  if (last_polled_ > total_) return;
  ++handed_[last_polled_];
  // From now on it may arrive, whatever the bearer tells of it and when.
  sent_at_[last_polled_] = now;
}

void Transfer::done(std::uint64_t ticket, bool ok, Time now) {
  const auto at = under_way_.find(ticket);
  if (at == under_way_.end()) return;
  const auto sequence = at->second;
  under_way_.erase(at);
  round_end_ = now;
  if (sequence != 0 && code_) {
    if (ok) code_->left(sequence, now);
    else code_->not_sent(sequence);
    if (!ok && sequence > total_) ++parity_lost_[code_->map().block_of(sequence)];
  }
  if (sequence != 0 && sequence <= total_) {
    --handed_[sequence];
    if (ok) sent_at_[sequence] = now;
    else again_[sequence] = true;
    gone_out_[sequence] = ok;
  }
  if (!ok) lost_ = true;
  // By ARQ the confirmation is a sign of life; without it, whatever follows now would be lost too.
  if (ok && by_arq()) silent_rounds_ = 0;
  if (ok || !by_arq()) return;
  for (; queue_at_ < queue_.size(); ++queue_at_)
    if (const auto n = queue_[queue_at_]; n != address_mark && n <= total_) {
      again_[n] = true;
      queued_[n] = false;
    }
  head_at_ = head_.size();
  tail_at_ = tail_.size();
  tail_planned_ = true;
}

bool Transfer::all_handed_over() const {
  return !under_way_.empty() && head_at_ == head_.size() && queue_at_ == queue_.size() && tail_planned_ &&
         tail_at_ == tail_.size();
}

void Transfer::round_lost(Time now) {
  lost_ = false;
  round_end_ = now;
  phase_ = Phase::resting;
  if (somebody_can_answer() && ++silent_rounds_ > quick_questions + early_questions() + context_.parameters.max_retries)
    return give_up_silent();
  redo_ = true;
  retry_at_ = now + pause();
}

}  // namespace longwire::acp142
