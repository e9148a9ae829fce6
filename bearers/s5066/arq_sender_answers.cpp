// ArqSender: what acknowledgements, silence, cancellation and resets do to the window.
#include "bearers/s5066/arq_sender.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

// Calls f(fsn) for every set bit: bit 0 of the first octet is rx_lwe + 1 (C.3.4).
template <class F>
void for_each_bit(const AckPart& ack, F f) {
  unsigned step = 1;
  for (const auto octet : ack.bitmap)
    for (unsigned bit = 0; bit < 8; ++bit, ++step)
      if ((octet >> bit & 1U) != 0) f(fsn_plus(ack.rx_lwe, step));
}

}  // namespace

ArqSender::Answer ArqSender::on_ack(const AckPart& ack) {
  Answer answer;
  answer.in_sync = edges_.in_sync_with_rx_lwe(ack.rx_lwe);
  for_each_bit(ack, [&](std::uint8_t fsn) { answer.in_sync = answer.in_sync && edges_.in_sync_with_bit(fsn); });
  if (!answer.in_sync) return answer;
  probing_ = false;
  const std::size_t below = fsn_distance(edges_.lwe, ack.rx_lwe);
  for (std::size_t i = 0; i < below; ++i) acknowledge(window_[i], answer);
  for_each_bit(ack, [&](std::uint8_t fsn) { acknowledge(window_[fsn_distance(edges_.lwe, fsn)], answer); });
  // The channel keeps the order: what was sent before something that arrived and is not acknowledged
  // is lost. On a half-duplex channel everything was sent before the answer.
  for (auto& flight : window_)
    if (flight.state == Flight::State::sent && (half_duplex_ || flight.order < newest_acknowledged_)) {
      flight.state = Flight::State::to_send;
      if (!flight.owner->dropped) answer.samples.emplace_back(flight.size, true);
    }
  slide(answer);
  return answer;
}

void ArqSender::acknowledge(Flight& flight, Answer& answer) {
  if (flight.state == Flight::State::acknowledged) return;
  auto& c = *flight.owner;
  if (flight.state == Flight::State::sent && !c.dropped) answer.samples.emplace_back(flight.size, false);
  flight.state = Flight::State::acknowledged;
  newest_acknowledged_ = std::max(newest_acknowledged_, flight.order);
  ++answer.acknowledged;
  --c.unacknowledged;
  // In order: the far node hands it up when the window has passed it, and might forget it before.
  if (!c.queued.request.in_order) confirm(c, answer);
}

void ArqSender::confirm(CPdu& c, Answer& answer) {
  if (c.unacknowledged > 0 || !c.whole || c.dropped || c.confirmed) return;
  c.confirmed = true;
  answer.confirmed.push_back(c.queued.request.ticket);
}

void ArqSender::slide(Answer& answer) {
  while (!window_.empty() && window_.front().state == Flight::State::acknowledged) {
    auto* c = window_.front().owner;
    c->passed_lwe = true;
    window_.pop_front();
    edges_.lwe = fsn_plus(edges_.lwe, 1);
    if (--c->in_window > 0 || !c->whole) continue;
    confirm(*c, answer);
    in_flight_.remove_if([c](const CPdu& other) { return &other == c; });
  }
}

void ArqSender::on_silence(std::size_t short_octets) {
  std::size_t octets = 0;
  const Flight* last = nullptr;
  for (const auto& flight : window_)
    if (flight.state == Flight::State::sent) {
      octets += flight.size;
      last = &flight;
    }
  bool first = true;
  for (auto& flight : window_) {
    if (flight.state != Flight::State::sent) continue;
    if (first || &flight == last || octets <= short_octets) flight.state = Flight::State::to_send;
    first = false;
  }
  probing_ = last != nullptr;
}

bool ArqSender::cancel(std::uint64_t ticket) {
  const auto named = [ticket](const CPdu& c) { return c.queued.request.ticket == ticket; };
  if (waiting_.remove_if(named) > 0) return true;
  const auto found = std::find_if(in_flight_.begin(), in_flight_.end(), named);
  if (found == in_flight_.end() || found->dropped || found->confirmed) return false;
  drop(*found);
  return true;
}

// Its FSNs stay in the window and are sent as headers (C.3.3 (10)). Without an END the far side would
// wait for the rest of it, so a last, empty segment brings one.
void ArqSender::drop(CPdu& c) {
  c.dropped = true;
  c.queued.request.c_pdu.clear();
  if (&c != cutting_) return;
  c.offset = 0;
  cut_next(SegmentRule{});
  window_.back().start = false;
}

std::vector<std::uint64_t> ArqSender::expire(Time now) {
  std::vector<std::uint64_t> tickets;
  const auto expired = [&](const CPdu& c) { return c.queued.request.expiry <= now; };
  for (const auto& c : waiting_)
    if (expired(c)) tickets.push_back(c.queued.request.ticket);
  waiting_.remove_if(expired);
  for (auto& c : in_flight_)
    if (expired(c) && !c.dropped && !c.confirmed) {
      tickets.push_back(c.queued.request.ticket);
      drop(c);
    }
  return tickets;
}

Time ArqSender::next_expiry() const {
  Time first = never;
  for (const auto& c : waiting_) first = std::min(first, c.queued.request.expiry);
  for (const auto& c : in_flight_)
    if (!c.dropped && !c.confirmed) first = std::min(first, c.queued.request.expiry);
  return first;
}

std::vector<std::uint64_t> ArqSender::reset() {
  std::vector<std::uint64_t> tickets;
  for (const auto& c : in_flight_)
    if (!c.dropped && !c.confirmed) tickets.push_back(c.queued.request.ticket);
  window_.clear();
  in_flight_.clear();
  cutting_ = nullptr;
  probing_ = false;
  edges_ = {};
  return tickets;
}

std::vector<std::uint64_t> ArqSender::reject_all() {
  auto tickets = reset();
  for (const auto& c : waiting_) tickets.push_back(c.queued.request.ticket);
  waiting_.clear();
  return tickets;
}

void ArqSender::resynchronised() {
  probing_ = false;
  // A C_PDU whose beginning is below the window cannot be put together any more: its rest is dropped
  // and it starts anew, as if it had just been accepted.
  for (auto& c : in_flight_) {
    if (!c.passed_lwe || c.dropped || c.confirmed) continue;
    waiting_.push_front(CPdu{.queued = c.queued});
    drop(c);
  }
  waiting_.sort([](const CPdu& a, const CPdu& b) {
    return a.queued.request.priority > b.queued.request.priority ||
           (a.queued.request.priority == b.queued.request.priority && a.queued.serial < b.queued.serial);
  });
  for (auto& flight : window_) {
    auto& c = *flight.owner;
    if (flight.state == Flight::State::acknowledged) ++c.unacknowledged;
    flight.state = Flight::State::to_send;
    if (c.confirmed) c.dropped = true;  // the far side has delivered it
  }
}

}  // namespace longwire::s5066
