// What an Ack_PDU tells about one message (section 6 step 2).
#include "acp142/transfer.hpp"

#include <algorithm>
#include <cmath>

namespace longwire::acp142 {

Transfer::Receiving* Transfer::destination(PmulId id) {
  const auto at = std::lower_bound(to_.begin(), to_.end(), id,
                                   [](const Receiving& to, PmulId wanted) { return to.destination.id < wanted; });
  return at != to_.end() && at->destination.id == id ? &*at : nullptr;
}

// It needs nothing any more; what it had not acknowledged no longer counts as lacking there.
void Transfer::mark_done(Receiving& to) {
  to.done = true;
  if (to.coded) return;
  for (auto n = to.acked.next_missing(1); n <= total_; n = to.acked.next_missing(n + 1)) {
    to.acked.insert(n);
    --lacking_[n];
  }
}

bool Transfer::on_ack(PeerState& peer, const AckInfoEntry& entry, Time now) {
  auto* to = destination(peer.peer.id);
  if (to == nullptr || to->failed) return true;
  if (to->done) {
    repeat_ack_ack(now);
    return true;
  }
  const auto complete = entry.missing.empty() && !entry.end_of_list;
  if (complete && !all_sent_to(*to)) return false;
  if (!started_) return true;
  // A question that nobody answers may be lost on the way: only this shows that the two configurations disagree.
  if (code_ && !message_.arq && !peer.marked_ack && peer.peer.coding == Coding::always)
    context_.note_ignored(peer, true);
  // Who decodes counts, as soon as it has heard of the code, though that may have been for silent receivers alone.
  const auto wanted = to->coded || (coding_pays_ && peer.peer.coding != Coding::off);
  const auto coded = peer.marked_ack && (wanted || code_told_at_ != never);
  if (code_ && !message_.arq && to->coded != coded) {  // it answers as one that decodes, or does not
    set_coded(*to, coded);
    if (!peer.marked_ack) context_.learn_decodes(peer, false);
  }
  ack_by_arq_ = context_.by_arq;
  note_answer(*to, now);
  if (complete) {
    for (auto n = to->acked.next_missing(1); n <= total_ && !to->coded; n = to->acked.next_missing(n + 1))
      measure(*to, n, false);
    mark_done(*to);
    peer.pdus_reported += static_cast<double>(data_sent_);
    context_.tell(notice::Acknowledged{message_.message_id, to->destination.id});
  } else {
    if (to->coded) report_code(*to, entry, now);
    else merge(*to, entry, now);
    context_.tell(notice::Progress{message_.message_id, to->destination.id, to->acked.runs(), total_});
  }
  to->last_answer = now;
  report_loss(peer);
  end_if_settled();
  if (end_ != End::live || context_.silent || held_) return true;
  if (!context_.bearer.half_duplex() && !to->done) {
    if (to->coded) append_parity(now);
    else append_repairs(counted(entry), now);
  }
  // An Ack out of turn (late, or out of EMCON) is answered at once.
  if (phase_ == Phase::resting) {
    start_round(somebody_can_answer() ? Round::repair : Round::update, now);
  } else if (phase_ == Phase::awaiting && answers_due() <= now) {
    round_over(now);
  }
  return true;
}

// Nobody can hold what was never sent: a complete Ack before that is forged, or of another message
// with a reused id. How long a sent PDU is under way is only an estimate, so that is not asked here.
bool Transfer::all_sent_to(const Receiving& to) const {
  for (auto n = to.acked.next_missing(1); n <= total_; n = to.acked.next_missing(n + 1))
    if (sent_at_[n] == Time{}) return false;
  return true;
}

void Transfer::note_answer(Receiving& to, Time now) {
  to.heard = true;
  to.emcon = to.released = false;
  to.unanswered = 0;
  silent_rounds_ = 0;
  const auto& bearer = context_.bearer;
  // An Ack written before the end of the round was there is welcome, but not the answer to it.
  if (phase_ == Phase::sending || to.answered || now < round_end_ + bearer.earliest_answer()) return;
  to.answered = true;
  if (phase_ != Phase::awaiting) return;
  // Later than its turn: the turns behind it are later too.
  const auto place = std::count_if(to_.data(), &to, [](const auto& other) { return other.live(); });
  delay_seen_ = std::max(delay_seen_, now - (round_end_ + 2 * bearer.latency() + (place + 1) * bearer.slot()));
}

// A destination that is done acknowledges again: it has not heard that it is no longer listed. The
// next round would tell it; when none is near, an updated Address_PDU does.
void Transfer::repeat_ack_ack(Time now) {
  if (phase_ == Phase::resting && end_ == End::live && now > round_end_ + context_.bearer.round_trip())
    start_round(Round::update, now);
}

// The listed numbers that can be: ascending and not above Total.
Runs Transfer::counted(const AckInfoEntry& entry) const {
  Runs runs;
  for (const auto& item : entry.missing)
    if (item.first <= total_) runs.push_back({item.first, std::min(item.last, total_)});
  return runs;
}

// Whether an Ack that is here now was written after the PDU's last copy could have arrived.
bool Transfer::settled(std::size_t sequence, Time now) const {
  const auto& bearer = context_.bearer;
  const auto earliest = bearer.earliest_answer() + (context_.queued() ? Duration{0} : bearer.ack());
  return sent_at_[sequence] != Time{} && handed_[sequence] == 0 && sent_at_[sequence] + earliest <= now;
}

void Transfer::merge(Receiving& to, const AckInfoEntry& entry, Time now) {
  const auto listed = counted(entry);
  // 3.8: above the last number of a list that ends early nothing is known.
  const std::size_t known_up_to = entry.end_of_list ? (listed.empty() ? 0 : listed.back().last) : total_;
  auto next = listed.begin();
  for (std::size_t n = 1; n <= known_up_to; ++n) {
    while (next != listed.end() && next->last < n) ++next;
    const auto missing = next != listed.end() && next->first <= n;
    if (!settled(n, now)) continue;
    measure(to, n, missing);
    if (missing) {
      if (to.acked.erase(n)) ++lacking_[n];
    } else if (to.acked.insert(n)) {
      --lacking_[n];
    }
  }
}

// Counts a PDU once for each time it was sent and then reported on.
void Transfer::measure(Receiving& to, std::size_t sequence, bool missing) {
  if (by_arq()) return;  // what ARQ repeats is no measure of the channel
  if (copies_[sequence] == 0 || to.acked.contains(sequence) || settled(sequence, to.last_answer)) return;
  to.peer->sent.observe(copies_[sequence], missing);
}

void Transfer::report_loss(PeerState& peer) {
  const auto told = peer.gets_code() && peer.loss_there >= 0;
  const auto loss = told ? peer.loss_there : peer.sent.value();
  if (!told && !peer.sent.measured()) return;
  const auto burst = peer.burst_there;
  const auto as_told = peer.reported_loss >= 0 && std::abs(loss - peer.reported_loss) < 0.01 + 0.2 * peer.reported_loss;
  const auto [shorter, longer] = std::minmax(burst, peer.reported_burst);
  if (as_told && longer <= 2 * shorter) return;
  peer.reported_loss = loss;
  peer.reported_burst = burst;
  context_.tell(notice::LossMeasured{peer.peer.id, loss, burst});
}

void Transfer::end_if_settled() {
  const auto live = std::any_of(to_.begin(), to_.end(), [](const auto& to) { return to.live(); });
  if (live) return;
  const auto done = std::any_of(to_.begin(), to_.end(), [](const auto& to) { return to.done; });
  end_ = done ? End::acknowledged : End::failed;
}

}  // namespace longwire::acp142
