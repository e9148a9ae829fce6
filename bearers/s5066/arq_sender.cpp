#include "bearers/s5066/arq_sender.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

// FSNs kept free for C_PDUs more urgent than those in flight: a window full of routine data would
// let them wait for a round trip.
constexpr unsigned urgent_reserve = 4;

}  // namespace

void ArqSender::enqueue(QueuedCPdu c_pdu) {
  const auto before = std::find_if(waiting_.begin(), waiting_.end(), [&](const CPdu& other) {
    return other.queued.request.priority < c_pdu.request.priority;
  });
  waiting_.insert(before, CPdu{.queued = std::move(c_pdu)});
}

unsigned ArqSender::room_for(std::uint8_t priority) const {
  if (allowed_ <= 8 * urgent_reserve || priority > least_priority()) return allowed_;
  return allowed_ - urgent_reserve;
}

std::uint8_t ArqSender::least_priority() const {
  std::uint8_t least = 15;
  for (const auto& c : in_flight_) least = std::min(least, c.queued.request.priority);
  return least;
}

std::size_t ArqSender::next_size(const CPdu& c, const SegmentRule& rule) {
  const auto total = c.queued.request.c_pdu.size();
  return std::min(c.segment != 0 ? c.segment : rule.cut(total, c.queued.serial), total - c.offset);
}

// The END that drop() adds may stand one step beyond the window: it waits until the window moves.
std::optional<std::size_t> ArqSender::repetition(std::size_t most) const {
  for (std::size_t i = 0; i < std::min<std::size_t>(window_.size(), allowed_); ++i)
    if (window_[i].state == Flight::State::to_send && sent_size(window_[i]) <= most) return i;
  return std::nullopt;
}

// FSNs of one C_PDU are consecutive, so urgency decides at C_PDU borders only.
bool ArqSender::fresh_first(const Flight& repeated) const {
  return cutting_ == nullptr && !waiting_.empty() &&
         waiting_.front().queued.request.priority > repeated.owner->queued.request.priority;
}

std::optional<Offer> ArqSender::offer(const SegmentRule& rule, std::size_t most) const {
  const auto repeated = repetition(most);
  const auto* next = probing_ ? nullptr : fresh();
  if (next != nullptr && (edges_.in_use() >= room_for(next->queued.request.priority) || next_size(*next, rule) > most))
    next = nullptr;
  if (repeated && (next == nullptr || !fresh_first(window_[*repeated]))) {
    const auto& queued = window_[*repeated].owner->queued;
    return Offer{queued.request.priority, queued.serial, true, sent_size(window_[*repeated])};
  }
  if (next == nullptr) return std::nullopt;
  return Offer{next->queued.request.priority, next->queued.serial, false, next_size(*next, rule)};
}

DataPart ArqSender::take(const SegmentRule& rule, std::size_t most) {
  if (offer(rule, most)->repetition) return send(*repetition(most));
  cut_next(rule);
  return send(window_.size() - 1);
}

void ArqSender::cut_next(const SegmentRule& rule) {
  if (cutting_ == nullptr) {
    in_flight_.splice(in_flight_.end(), waiting_, waiting_.begin());
    cutting_ = &in_flight_.back();
    cutting_->segment = rule.cut(cutting_->queued.request.c_pdu.size(), cutting_->queued.serial);
  }
  auto& c = *cutting_;
  const auto size = next_size(c, rule);
  const auto end = c.offset + size == c.queued.request.c_pdu.size();
  const auto start = c.offset == 0 && c.in_window == 0 && !c.passed_lwe;
  window_.push_back(Flight{.owner = &c, .offset = c.offset, .size = size, .start = start, .end = end});
  edges_.uwe = fsn_plus(edges_.uwe, 1);
  c.offset += size;
  ++c.in_window;
  ++c.unacknowledged;
  if (end) {
    c.whole = true;
    cutting_ = nullptr;
  }
}

DataPart ArqSender::send(std::size_t index) {
  auto& flight = window_[index];
  DataPart part;
  part.fsn = fsn_plus(edges_.lwe, static_cast<unsigned>(index));
  part.start = flight.start;
  part.end = flight.end;
  part.in_order = flight.owner->queued.request.in_order;
  part.drop = flight.owner->dropped;
  part.lwe = part.fsn == edges_.lwe;
  part.uwe = part.fsn == edges_.uwe;
  if (!part.drop) {
    const auto first = flight.owner->queued.request.c_pdu.begin() + static_cast<std::ptrdiff_t>(flight.offset);
    part.segment.octets.assign(first, first + static_cast<std::ptrdiff_t>(flight.size));
  }
  if (flight.times++ > 0) ++repetitions_;
  flight.state = Flight::State::sent;
  flight.in_over = true;
  flight.order = ++order_;
  return part;
}

void ArqSender::over_ended(bool complete) {
  for (auto& flight : window_) {
    if (flight.in_over && !complete && flight.state == Flight::State::sent) flight.state = Flight::State::to_send;
    flight.in_over = false;
  }
}

bool ArqSender::awaits_answer() const {
  return std::any_of(window_.begin(), window_.end(), [](const Flight& f) { return f.state == Flight::State::sent; });
}

std::size_t ArqSender::queued_c_pdus() const {
  const auto live =
      std::count_if(in_flight_.begin(), in_flight_.end(), [](const CPdu& c) { return !c.dropped && !c.confirmed; });
  return waiting_.size() + static_cast<std::size_t>(live);
}

std::size_t ArqSender::queued_octets() const {
  std::size_t sum = 0;
  for (const auto& c : waiting_) sum += c.queued.request.c_pdu.size();
  for (const auto& c : in_flight_)
    if (!c.dropped && !c.confirmed) sum += c.queued.request.c_pdu.size();
  return sum;
}

}  // namespace longwire::s5066
