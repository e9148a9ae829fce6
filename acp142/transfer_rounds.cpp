// Rounds: what goes into one, when its answers are due and what follows (section 6 steps 1, 3, 4).
#include "acp142/transfer.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace longwire::acp142 {

double Transfer::loss_of(const Receiving& to) const { return std::clamp(to.peer->loss(), 0.0, 0.8); }

double Transfer::worst_loss() const {
  double worst = 0;
  for (const auto& to : to_)
    if (to.live()) worst = std::max(worst, loss_of(to));
  return worst;
}

void Transfer::start_round(Round kind, Time now) {
  ++round_;
  repeated_ = kind == Round::full;
  fall_back();
  blind_ = kind == Round::emcon;
  phase_ = Phase::sending;
  for (auto& to : to_) to.answered = !to.live() || to.emcon;
  delay_seen_ = Duration{0};
  tail_.clear();
  tail_at_ = 0;
  tail_planned_ = false;
  queue_.clear();
  queue_at_ = 0;
  std::fill(copies_.begin(), copies_.end(), std::uint8_t{0});
  std::fill(queued_.begin(), queued_.end(), false);
  std::fill(for_coded_.begin(), for_coded_.end(), false);
  plain_head_ = false;
  choose_data(kind, now);
  head_ = address_parts(false);
  plain_head_ = false;
  head_at_ = 0;
  has_data_ = !queue_.empty();
  lost_ = redo_ = false;
  // A mere question is the Extra_Address_PDU at the end alone.
  if (queue_.empty() && kind != Round::first && kind != Round::update && kind != Round::redo) head_.clear();
  if (kind == Round::update) tail_planned_ = true;
  // A round without a PDU is over before it begins: nothing else would end it.
  if (!head_.empty() || !queue_.empty()) return;
  if (!tail_planned_) plan_tail();
  if (tail_.empty()) round_sent(now);
}

// Who has not answered may have everything. Its PDUs are repeated unasked only when that costs less
// than finding out.
bool Transfer::worth_sending_unasked(const Receiving& to) const {
  if (!to.peer->reads_142a()) return true;  // a receiver of 2001 does not answer a question (7.1)
  if (by_arq()) return false;
  const auto loss = loss_of(to);
  const auto unknown = static_cast<double>(total_ - to.acked.count());
  const auto any_missing = 1 - std::pow(1 - loss, unknown);
  const auto cost = unknown * to_seconds(context_.bearer.air(fragment_octets_ + data_header_octets));
  return cost < any_missing * to_seconds(context_.bearer.round_cost(1) + context_.bearer.turnaround());
}

// Per PDU: how many receivers are to be served, and the sum of their losses.
std::vector<unsigned> Transfer::missing_at(Round kind, std::vector<double>& loss) const {
  std::vector<unsigned> receivers(total_ + 1U);
  loss.assign(total_ + 1U, 0);
  for (const auto& to : to_) {
    if (!to.live() || to.coded) continue;
    if (kind == Round::update) continue;
    if (kind == Round::redo) {
      for (std::size_t n = 1; n <= total_; ++n)
        if (again_[n] && !to.acked.contains(n)) ++receivers[n];
      continue;
    }
    const auto everything = kind == Round::first || kind == Round::full || (kind == Round::emcon && to.emcon);
    if (to.emcon && !everything) continue;
    const auto p = loss_of(to);
    const auto unasked = everything || (kind == Round::repair && worth_sending_unasked(to));
    for (auto n = to.acked.next_missing(1); n <= total_; n = to.acked.next_missing(n + 1)) {
      // Sent since it last answered: it may be there.
      const auto sent = sent_at_[n] != Time{} && !again_[n];
      const auto unknown = sent && !settled(n, to.last_answer);
      if (unknown && !unasked) continue;
      if (kind == Round::poll && sent) continue;
      ++receivers[n];
      loss[n] += p;
    }
  }
  return receivers;
}

void Transfer::choose_data(Round kind, Time /*now*/) {
  std::vector<double> loss;
  const auto receivers = missing_at(kind, loss);
  queue_copies(receivers, loss);
  if (code_ && any_coded()) queue_coded(kind);
}

void Transfer::queue_copies(const std::vector<unsigned>& receivers, const std::vector<double>& loss) {
  // PDUs that equally many receivers of about the same loss miss are treated alike.
  std::map<std::pair<unsigned, int>, std::size_t> index;
  std::vector<MissingGroup> groups;
  std::vector<std::size_t> group_of(total_ + 1U);
  for (std::size_t n = 1; n <= total_; ++n) {
    if (receivers[n] == 0) continue;
    const auto mean = loss[n] / receivers[n];
    const auto [at, fresh] = index.try_emplace({receivers[n], static_cast<int>(mean * 64)}, groups.size());
    if (fresh) groups.push_back({0, receivers[n], mean});
    ++groups[at->second].pdus;
    group_of[n] = at->second;
  }
  if (groups.empty()) return;
  std::size_t answers = 0;
  for (const auto& to : to_)
    if (to.live() && !to.emcon) ++answers;
  RoundCost cost;
  cost.pdu = to_seconds(context_.bearer.air(fragment_octets_ + data_header_octets));
  cost.round = to_seconds(context_.bearer.round_cost(answers));
  // Nobody will ask for a repair: the EMCON repeats are the repair, apart in time on purpose.
  // On full duplex repairs join the round; copies go only where the line would be silent.
  const auto once = answers == 0 || !context_.bearer.half_duplex() || by_arq() || nothing_was_missing();
  const auto plan = once ? std::vector<unsigned>(groups.size(), 1) : repetition_plan(groups, cost);
  const auto passes = *std::max_element(plan.begin(), plan.end());
  for (unsigned pass = 1; pass <= passes; ++pass) {
    if (pass == 2 && address_between_passes()) queue_.push_back(address_mark);
    for (std::size_t n = 1; n <= total_; ++n)
      if (receivers[n] != 0 && plan[group_of[n]] >= pass) {
        queue_.push_back(static_cast<std::uint16_t>(n));
        queued_[n] = true;
      }
  }
  // Who never sees the Address_PDU cannot use the rest, and a silent destination cannot ask: it goes
  // in the middle too, and at the end (plan_tail), as losses come in bursts.
  constexpr std::size_t long_message = 4;
  if (blind_ && queue_.size() >= long_message)
    queue_.insert(queue_.begin() + static_cast<std::ptrdiff_t>(queue_.size() / 2), address_mark);
}

// Everybody who answers had everything so far. As long as each PDU goes twice that proves little, and
// the guess to begin with would keep it so for ever: send once and see. If there is loss, it costs one
// round of repairs and is known from then on.
bool Transfer::nothing_was_missing() const {
  return round_ == 1 && std::all_of(to_.begin(), to_.end(),
                                    [](const auto& to) { return !to.live() || to.emcon || to.peer->sent.spotless(); });
}

// Who lost the Address_PDU but nothing else holds the message once it is repeated: worth it when the
// second pass, which would be waited for otherwise, is long against it.
bool Transfer::address_between_passes() const {
  if (round_ != 1 || to_.size() * destination_entry_octets + address_header_octets > context_.bearer.timing().max_pdu)
    return false;
  const auto loss = worst_loss();
  const auto receivers = static_cast<double>(to_.size());
  const auto waited = to_seconds(context_.bearer.air(fragment_octets_ + data_header_octets)) * total_;
  const auto saves = (1 - std::pow(1 - loss, receivers)) * std::pow(1 - loss, total_) * waited;
  return saves > to_seconds(context_.bearer.air(address_header_octets + destination_entry_octets * to_.size()));
}

// Full duplex: while the Acks are under way the line would be silent. PDUs that are doubtful go once
// more; the ones that the Acks then settle are dropped from the queue again.
bool Transfer::queue_doubtful(Time now) {
  if (context_.bearer.half_duplex() || context_.queued()) return false;
  const auto loss = worst_loss();
  const auto cost = speculation_weight * to_seconds(context_.bearer.air(fragment_octets_ + data_header_octets));
  const auto gain = to_seconds(context_.bearer.round_trip());
  std::vector<std::pair<double, std::uint16_t>> doubtful;
  for (std::size_t n = 1; n <= total_; ++n) {
    if (lacking_[n] == 0 || copies_[n] == 0 || settled(n, now)) continue;
    const auto wanted = 1 - std::pow(1 - std::pow(loss, copies_[n]), lacking_[n]);
    if (wanted * gain > cost) doubtful.emplace_back(-wanted, static_cast<std::uint16_t>(n));
  }
  if (doubtful.empty()) return false;
  std::sort(doubtful.begin(), doubtful.end());
  queue_.clear();
  queue_at_ = 0;
  for (const auto& [doubt, n] : doubtful) queue_.push_back(n);
  return true;
}

// Full duplex: what a receiver lists while the round goes on joins it.
void Transfer::append_repairs(const Runs& listed, Time now) {
  std::vector<unsigned> receivers(total_ + 1U);
  std::vector<double> loss(total_ + 1U);
  bool any = false;
  for (const auto& run : listed)
    for (std::size_t n = run.first; n <= run.last; ++n) {
      if (queued_[n] || lacking_[n] == 0 || (sent_at_[n] != Time{} && !settled(n, now))) continue;
      receivers[n] = 1;
      copies_[n] = 0;
      any = true;
    }
  if (!any) return;
  const auto new_round = phase_ != Phase::sending;
  if (new_round) start_round(Round::poll, now);
  // Certain needs go before doubts.
  if (tail_planned_ && tail_at_ == tail_.size()) {
    for (; queue_at_ < queue_.size(); ++queue_at_)
      if (const auto n = queue_[queue_at_]; n <= total_) queued_[n] = for_coded_[n] = false;
    queue_.clear();
    queue_at_ = 0;
  }
  tail_.clear();
  tail_at_ = 0;
  tail_planned_ = false;
  queue_copies(receivers, loss);
  if (new_round) head_ = address_parts(false);  // it tells what follows
}

// The end of the round asks for the Acks: with the Extra_Address_PDU (3.4), or for receivers of 2001
// with an updated Address_PDU. On a lossy link twice, as the question is cheap and silence is not.
void Transfer::plan_tail() {
  tail_planned_ = true;
  const auto asked = somebody_can_answer();
  const auto extra = context_.parameters.extra_address && everybody_reads_142a();
  if (!asked && (blind_ || (code_ && any_coded()))) tail_ = address_parts(false);
  if (!asked || (!extra && round_ == 1)) return;
  if (by_arq() && has_data_) return;  // it all arrives, and a complete message is acknowledged unasked
  const auto parts = address_parts(extra);
  const unsigned copies = worst_loss() > 0.08 && !by_arq() ? 2 : 1;
  for (unsigned i = 0; i < copies; ++i) tail_.insert(tail_.end(), parts.begin(), parts.end());
}

void Transfer::round_sent(Time now) {
  if (lost_) return round_lost(now);
  round_end_ = now;
  const auto asked = somebody_can_answer();
  phase_ = asked ? Phase::awaiting : Phase::resting;
  if (!asked) retry_at_ = never;
  const auto silent = std::any_of(to_.begin(), to_.end(), [](const auto& to) { return to.live() && to.emcon; });
  if (silent && emcon_at_ == never && emcon_repeats_ < context_.parameters.emcon_rtc)
    emcon_at_ = now + emcon_interval();
  const auto whole = std::all_of(gone_out_.begin() + 1, gone_out_.end(), [](bool out) { return out; });
  if (silent && whole && emcon_whole_ <= emcon_repeats_) {
    emcon_whole_ = emcon_repeats_ + 1;
    context_.tell(notice::EmconRepeat{message_.message_id, emcon_whole_});
  }
}

// When the last of those who have not answered should have been heard.
Time Transfer::answers_due() const {
  const auto& bearer = context_.bearer;
  Duration::rep last = -1;
  Duration::rep open = 0;
  bool old = false;
  Duration::rep place = 0;
  for (const auto& to : to_) {
    if (!to.live()) continue;
    if (!to.answered && !to.emcon) {
      last = place;
      ++open;
      old = old || !to.peer->reads_142a();
    }
    ++place;
  }
  if (open == 0) return round_end_;
  if (by_arq()) return round_end_ + bearer.timing().arq_answer;
  const auto copies = static_cast<Duration::rep>(bearer.ack_copies(worst_loss()) - 1) * bearer.ack();
  auto wait = 2 * bearer.latency() + copies + bearer.slack() + bearer.timing().access;
  // A receiver of 2001 draws its delay, and has no sign of the end of the round.
  if (old) wait += context_.parameters.max_ack_delay.value_or(place > 1 ? std::chrono::seconds{2} : Duration{0});
  if (!context_.parameters.extra_address || old) wait += 2 * bearer.full_pdu();  // they find out by the quiet
  if (context_.parameters.max_ack_delay && !old && place > 1) wait += *context_.parameters.max_ack_delay;
  if (!bearer.half_duplex()) return round_end_ + wait + (place + 1) * bearer.ack();
  // Our own over goes on with other messages: nobody can answer yet. Somebody else's over: likewise.
  auto start = std::max(round_end_, context_.own_air_end);
  if (context_.under_way != 0) start += bearer.timing().max_over;
  auto due = start + wait + (last + 1) * bearer.slot() + delay_seen_;
  if (context_.heard > start) due = std::max(due, context_.heard + wait + bearer.turnaround());
  return due;
}

void Transfer::round_over(Time now) {
  for (auto& to : to_)
    if (to.live() && !to.emcon && !to.answered) ++to.unanswered;
  const auto asked = somebody_can_answer();
  // Only silent destinations are left: tell the others that their Acks have arrived, and rest.
  if (!asked) return start_round(Round::update, now);
  const auto answered =
      std::any_of(to_.begin(), to_.end(), [](const auto& to) { return to.live() && !to.emcon && to.answered; });
  if (answered) return start_round(Round::repair, now);
  nobody_answered(now);
}

void Transfer::nobody_answered(Time now) {
  ++silent_rounds_;
  // Repeating single D_PDUs may get through where whole PDUs do not.
  if (silent_rounds_ >= quick_questions && message_.arq_if_unanswered && !by_arq()) message_.arq = true;
  if (silent_rounds_ > quick_questions + early_questions() + context_.parameters.max_retries) return give_up_silent();
  // On a bad channel question or answer are lost easily: ask again before it counts as silence.
  if (silent_rounds_ <= quick_questions) return start_round(Round::repair, now);
  phase_ = Phase::resting;
  retry_at_ = now + pause();
}

void Transfer::give_up_silent() {
  for (auto& to : to_) {
    if (!to.live() || to.emcon) continue;
    mark_done(to);
    to.done = false;
    to.failed = true;
    context_.tell(notice::Failed{message_.message_id, to.destination.id, "gave_up"});
  }
  end_if_settled();
  phase_ = Phase::resting;
  retry_at_ = never;
}

// How often to ask after pauses that double before the Re-transmission timer: a fade is over sooner than that. A plain
// transfer keeps to the timer, as every fourth of its questions is a complete repeat.
unsigned Transfer::early_questions() const {
  if (context_.parameters.ack_retransmission_time || !code_ || !any_coded()) return 0;
  auto questions = 0U;
  for (auto wait = first_pause(); wait < retransmission_time(); wait *= 2) ++questions;
  return questions;
}

Duration Transfer::first_pause() const { return 2 * context_.bearer.round_cost(to_.size()); }

// ACK_RE-TRANSMISSION_TIME with its BACK-OFF_FACTOR.
Duration Transfer::pause() const {
  const auto rounds = silent_rounds_ > quick_questions ? silent_rounds_ - quick_questions - 1 : 0U;
  const auto early = early_questions();
  if (rounds < early) return first_pause() * (Duration::rep{1} << rounds);
  const auto factor = std::pow(std::max(context_.parameters.back_off_factor, 1.0), rounds - early);
  return from_seconds(std::min(to_seconds(retransmission_time()) * factor, 86'400.0));
}

// ACK_RE-TRANSMISSION_TIME (section 5): for destinations that do not answer at all. Everything else
// is timed by answers_due().
Duration Transfer::retransmission_time() const {
  if (context_.parameters.ack_retransmission_time) return *context_.parameters.ack_retransmission_time;
  const auto& bearer = context_.bearer;
  const auto floor = bearer.half_duplex() ? std::chrono::seconds{30} : std::chrono::seconds{10};
  return std::max<Duration>(floor, 3 * bearer.round_cost(to_.size()));
}

Duration Transfer::emcon_interval() const {
  if (context_.parameters.emcon_rti) return *context_.parameters.emcon_rti;
  // Losses come in bursts: repeats are to be far apart, and must not fill the channel.
  const auto& bearer = context_.bearer;
  const auto message = static_cast<Duration::rep>(total_) * bearer.air(fragment_octets_ + data_header_octets);
  return std::max<Duration>(bearer.half_duplex() ? std::chrono::seconds{120} : std::chrono::seconds{20}, 4 * message);
}

}  // namespace longwire::acp142
