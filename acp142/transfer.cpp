// The life of a transfer and the PDUs it gives; rounds and Acks have files of their own.
#include "acp142/transfer.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace longwire::acp142 {

Transfer::Transfer(Context& context, Outgoing message, std::size_t fragment_octets, Time now)
    : context_(context), message_(std::move(message)), fragment_octets_(fragment_octets), coding_pays_(coding_pays()) {
  if (fragment_octets_ == 0) fragment_octets_ = fragment_size();
  total_ = static_cast<std::uint16_t>((message_.octets.size() + fragment_octets_ - 1) / fragment_octets_);
  std::sort(message_.destinations.begin(), message_.destinations.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  for (const auto& destination : message_.destinations) {
    Receiving to;
    to.destination = destination;
    to.peer = context_.peers.find(destination.id);
    to.acked = SequenceSet(total_);
    to.emcon = to.peer->peer.emcon;
    to_.push_back(std::move(to));
  }
  for_coded_.assign(total_ + 1U, false);
  gone_out_.assign(total_ + 1U, false);
  lacking_.assign(total_ + 1U, static_cast<std::uint16_t>(to_.size()));
  sent_at_.assign(total_ + 1U, Time{});
  copies_.assign(total_ + 1U, 0);
  queued_.assign(total_ + 1U, false);
  handed_.assign(total_ + 1U, 0);
  again_.assign(total_ + 1U, false);
  set_up_code();
  start_round(Round::first, now);
}

// Nothing that arrived is sent again: whoever can answer is asked first what is missing.
void Transfer::restore(const SendingState& state, Time now) {
  for (const auto& known : state.destinations) {
    auto* to = destination(known.id);
    if (to == nullptr) continue;
    to->heard = known.heard;
    if (known.done || known.failed) {
      mark_done(*to);
      to->done = known.done;
      to->failed = known.failed;
      continue;
    }
    for (const auto& run : known.acked)
      for (std::size_t n = run.first; n <= run.last; ++n)
        if (to->acked.insert(n) && !to->coded) --lacking_[n];
    to->unknown = to->coded && state.started;
  }
  emcon_whole_ = state.emcon_repeats;
  emcon_repeats_ = std::max(emcon_whole_, 1U) - 1;  // the one that was cut off goes again
  end_if_settled();
  if (!state.started || end_ != End::live) return;
  started_ = true;
  if (code_) code_->resume(context_.rng.below(fec_first_row_after_restart));
  code_told_at_ = Time::min();
  plain_told_ = true;
  // How far the first transmission got is not known.
  if (emcon_whole_ > 0) gone_out_.assign(total_ + 1U, true);
  first_share_lost_ = emcon_whole_ == 0;
  for (auto& sent : sent_at_) sent = Time{} + Duration{1};  // some time before the restart
  if (somebody_can_answer()) return start_round(Round::poll, now);
  queue_.clear();
  phase_ = Phase::resting;
  round_end_ = now;
  // Without repeats there is the first transmission, which may have been cut off.
  if (emcon_whole_ == 0 || emcon_repeats_ < context_.parameters.emcon_rtc) emcon_at_ = now + emcon_interval();
}

bool Transfer::somebody_can_answer() const {
  return std::any_of(to_.begin(), to_.end(), [](const auto& to) { return to.live() && !to.emcon; });
}

// By ARQ the bearer itself sees to it that the other side can talk.
bool Transfer::listens() const {
  if (end_ != End::live || held_ || by_arq()) return false;
  return phase_ == Phase::awaiting || (phase_ == Phase::sending && all_handed_over() && somebody_can_answer());
}

void Transfer::peer_heard(PmulId peer, Time now) {
  if (phase_ != Phase::resting || retry_at_ == never || held_) return;
  const auto* to = destination(peer);
  if (to == nullptr || !to->live() || to->emcon) return;
  // It may be back: ask at once instead of waiting for the timer. Not at every PDU of it, as it may
  // be talking to others and not hear us.
  if (now < revived_at_ + retransmission_time()) return;
  revived_at_ = now;
  retry_at_ = now;
}

void Transfer::peer_emcon_changed(PmulId peer, bool silent, Time now) {
  auto* to = destination(peer);
  if (to == nullptr || to->emcon == silent) return;
  to->emcon = silent;
  to->released = !silent && started_;
  if (!to->live() || !started_) return;
  if (silent) {
    if (!somebody_can_answer() && !redo_) retry_at_ = never;  // there is nobody left to ask
    if (emcon_at_ == never && emcon_repeats_ < context_.parameters.emcon_rtc) emcon_at_ = now + emcon_interval();
    return;
  }
  // Section 8: a destination that can answer again is expected to do so by itself; then it is asked.
  if (phase_ == Phase::resting) retry_at_ = std::min(retry_at_, now + retransmission_time());
}

void Transfer::leave_silence(Time now) {
  round_end_ = now;
  if (emcon_at_ != never) emcon_at_ = std::max(emcon_at_, now);
  if (phase_ != Phase::resting) return;
  if (retry_at_ != never) retry_at_ = std::max(retry_at_, now);
  // Somebody came out of EMCON while we could not answer.
  if (retry_at_ == never && started_ && somebody_can_answer()) retry_at_ = now;
}

void Transfer::hold(bool held, Time now) {
  held_ = held;
  if (!held) leave_silence(now);
}

void Transfer::set_group(Ipv4 group) {
  message_.group = group;
  waits_for_group_ = false;
}

void Transfer::fail(std::string_view reason) {
  for (auto& to : to_) {
    if (!to.live()) continue;
    to.failed = true;
    context_.tell(notice::Failed{message_.message_id, to.destination.id, reason});
  }
  end_ = End::failed;
}

// ---- timers

void Transfer::run_timers(Time now) {
  if (end_ != End::live || context_.silent || held_) return;
  end_empty_round(now);
  if (phase_ == Phase::awaiting && answers_due() <= now) {
    round_over(now);
    end_empty_round(now);
  }
  if (end_ != End::live || phase_ != Phase::resting) return;
  const auto retry = retry_at_ <= now;
  if (retry) retry_at_ = never;
  if (retry && std::exchange(redo_, false)) {
    start_round(Round::redo, now);
    return end_empty_round(now);
  }
  // Whom it was set for may have answered meanwhile, or fallen silent by order.
  if (retry && somebody_can_answer()) {
    // After the short questions comes the standard's complete repeat; then questions again, with now
    // and then a repeat.
    const auto all = silent_rounds_ % 4 == 0 && !(by_arq() && everybody_reads_142a()) && any_plain_answers();
    start_round(all ? Round::full : Round::poll, now);
    end_empty_round(now);
  } else if (emcon_at_ <= now) {
    emcon_at_ = never;
    ++emcon_repeats_;
    start_round(Round::emcon, now);
    end_empty_round(now);
  }
}

// A round may have nothing to send, or lose what it had when an Ack settles it: then no PDU will ever
// end it, and nobody would be asked again.
void Transfer::end_empty_round(Time now) {
  if (phase_ == Phase::sending && under_way_.empty() && !has_pdu(now)) round_sent(std::max(now, round_end_));
}

Time Transfer::next_timer() const {
  if (end_ != End::live) return never;
  if (context_.silent || held_) return message_.expiry;
  auto next = message_.expiry;
  if (phase_ == Phase::awaiting) next = std::min(next, answers_due());
  if (phase_ == Phase::resting) next = std::min({next, retry_at_, emcon_at_});
  return next;
}

// ---- PDUs

bool Transfer::ready(Time now) {
  return end_ == End::live && !held_ && !waits_for_group_ && phase_ == Phase::sending && has_pdu(now);
}

bool Transfer::has_pdu(Time now) {
  if (head_at_ < head_.size()) return true;
  const auto skip_settled = [this] {
    for (; queue_at_ < queue_.size() && queue_[queue_at_] != address_mark && !wanted(queue_[queue_at_]); ++queue_at_)
      if (const auto n = queue_[queue_at_]; n <= total_) queued_[n] = for_coded_[n] = false;
    return queue_at_ < queue_.size();
  };
  if (skip_settled()) return true;
  if (!tail_planned_) plan_tail();
  if (tail_at_ < tail_.size()) return true;
  return queue_doubtful(now);
}

// Only after ready().
Frame Transfer::next_pdu(Time now) {
  if (!started_) {
    started_ = true;
    context_.tell(notice::TransferStarted{message_.message_id, fragment_octets_});
  }
  last_polled_ = 0;
  if (head_at_ < head_.size()) return address_frame(head_[head_at_++], now);
  if (queue_at_ < queue_.size()) {
    const auto sequence = queue_[queue_at_++];
    if (sequence == address_mark) {
      head_ = address_parts(false);
      head_at_ = 1;
      return address_frame(head_.front(), now);
    }
    last_polled_ = sequence;
    ++data_sent_;
    if (code_) code_->sent(sequence, context_.queued() ? never : now);
    if (sequence > total_) return frame(data_pdu(sequence));
    queued_[sequence] = for_coded_[sequence] = false;
    again_[sequence] = false;
    gone_out_[sequence] = true;
    ++copies_[sequence];
    return frame(data_pdu(sequence));
  }
  return address_frame(tail_[tail_at_++], now);
}

Frame Transfer::address_frame(const AddressPdu& pdu, Time now) {
  if (pdu.fec) {
    code_told_at_ = std::min(code_told_at_, now);
    tell_code_at_ = now + context_.bearer.round_trip();
  } else {
    plain_told_ = true;
  }
  return frame(pdu);
}

void Transfer::transmitted(Time air_end) {
  if (last_polled_ != 0 && last_polled_ <= total_) sent_at_[last_polled_] = air_end;
  if (last_polled_ != 0 && code_) code_->left(last_polled_, air_end);
  round_end_ = air_end;
  if (phase_ == Phase::sending && !ready(air_end)) round_sent(air_end);
}

std::vector<AddressPdu> Transfer::address_parts(bool extra) const {
  if (code_ && any_coded()) return coded_address_parts(extra);
  AddressPdu part = ack_ack();
  part.extra = extra;
  return parts(part, address_header_octets);
}

// The list of everybody who is left, in as many parts as it takes.
std::vector<AddressPdu> Transfer::parts(const AddressPdu& part, std::size_t header) const {
  const auto room = context_.bearer.timing().max_pdu;
  const auto most = std::max<std::size_t>(1, (room - std::min(room, header)) / destination_entry_octets);
  std::vector<AddressPdu> parts;
  for (const auto& to : to_) {
    if (!to.live()) continue;
    if (parts.empty() || parts.back().destinations.size() == most) parts.push_back(part);
    parts.back().destinations.push_back({to.destination.id, to.destination.message_sequence_number, {}});
  }
  if (parts.size() > 1) {
    for (auto& one : parts) one.map = Map::middle;
    parts.front().map = Map::first;
    parts.back().map = Map::last;
  }
  return parts;
}

AddressPdu Transfer::ack_ack() const {
  AddressPdu pdu;
  pdu.priority = message_.priority;
  pdu.total = total_;
  pdu.source = context_.self;
  pdu.message_id = message_.message_id;
  pdu.expiry = to_unix32(message_.expiry);
  return pdu;
}

DataPdu Transfer::data_pdu(std::size_t sequence) const {
  if (sequence > total_)
    return {message_.priority, static_cast<std::uint16_t>(sequence), context_.self, message_.message_id,
            code_->parity(sequence)};
  const auto begin = (sequence - 1) * fragment_octets_;
  const auto end = std::min(begin + fragment_octets_, message_.octets.size());
  const auto at = message_.octets.begin();
  return {message_.priority, static_cast<std::uint16_t>(sequence), context_.self, message_.message_id,
          Bytes(at + static_cast<std::ptrdiff_t>(begin), at + static_cast<std::ptrdiff_t>(end))};
}

bool Transfer::everybody_reads_142a() const {
  return std::all_of(to_.begin(), to_.end(), [](const auto& to) { return !to.live() || to.peer->reads_142a(); });
}

// Receivers of 142(A) read both checksums, those of 2001 only one.
Checksum Transfer::checksum() const {
  const auto fletcher = std::any_of(to_.begin(), to_.end(), [](const auto& to) { return to.peer->peer.fletcher; });
  return fletcher ? Checksum::fletcher : Checksum::internet;
}

Frame Transfer::frame(const Pdu& pdu) const {
  const auto address = message_.group ? *message_.group : to_.front().peer->address();
  Frame frame{address, Port::data, message_.priority, message_.message_id, false, encode(pdu, checksum())};
  frame.arq = by_arq();
  frame.expiry = message_.expiry;
  return frame;
}

TransferView Transfer::view() const {
  TransferView view{message_.message_id, message_.priority, total_, 0, round_, {}};
  view.data_sent = data_sent_;
  if (phase_ == Phase::sending) view.pending_pdus = queue_.size() - queue_at_;
  for (const auto& to : to_) {
    auto acked = to.acked.count();
    if (to.coded) acked = to.done ? total_ : total_ - std::min<std::size_t>(code_->wanted(to.code), total_);
    const auto wanted = to.coded && to.live() ? code_->wanted(to.code) : 0;
    view.destinations.push_back({to.destination.id, acked, to.done, to.emcon, to.coded, wanted});
  }
  if (!code_) return view;
  view.parity_sent = code_->parity_sent();
  view.blocks = code_->map().blocks;
  return view;
}

}  // namespace longwire::acp142
