// ArqSender: one direction of selective repeat (C.6.2) towards one station.
//
// FSNs are given late, when a D_PDU is about to be sent, so that a more urgent C_PDU can start at the
// next C_PDU border. Regular ARQ uses one for ever; expedited ARQ uses one a C_PDU.
#pragma once

#include "bearers/s5066/arq_window.hpp"
#include "bearers/s5066/queued_c_pdu.hpp"
#include "bearers/s5066/segment_rule.hpp"

#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <utility>
#include <vector>

namespace longwire::s5066 {

class ArqSender {
 public:
  ArqSender(unsigned window, bool half_duplex) : allowed_(window), half_duplex_(half_duplex) {}
  ArqSender(ArqSender&&) = default;  // flights point at list nodes: a copy would point into the original
  ArqSender& operator=(ArqSender&&) = default;

  void enqueue(QueuedCPdu c_pdu);
  // Those of which something has an FSN are dropped on the air as well (C.3.3 (9)). True: it was here.
  bool cancel(std::uint64_t ticket);
  std::vector<std::uint64_t> expire(Time now);
  Time next_expiry() const;
  std::vector<std::uint64_t> reject_all();  // back to the initial state
  // Full reset (C.6.5): partly sent C_PDUs go, the others stay. Returns those that went.
  std::vector<std::uint64_t> reset();
  // The receiver starts at our LWE with empty buffers: everything after it is sent again.
  void resynchronised();

  // --- an over -------------------------------------------------------------------------------------
  // The next D_PDU whose segment has at most `most` octets.
  std::optional<Offer> offer(const SegmentRule& rule, std::size_t most) const;
  DataPart take(const SegmentRule& rule, std::size_t most);  // what offer() told; it must have told one
  // Calls f(Offer) for everything that could be sent now, in order, while f returns true.
  template <class F>
  void for_each_offer(const SegmentRule& rule, F f) const;
  void over_ended(bool complete);

  // --- answers -------------------------------------------------------------------------------------
  struct Answer {
    bool in_sync = true;
    std::size_t acknowledged = 0;                       // D_PDUs
    std::vector<std::uint64_t> confirmed;               // tickets
    std::vector<std::pair<std::size_t, bool>> samples;  // segment size and whether it was lost
  };
  Answer on_ack(const AckPart& ack);
  // Nobody answered. Everything is sent again if it is short; otherwise the two edges ask (a poll),
  // and new data waits for the answer.
  void on_silence(std::size_t short_octets);

  bool awaits_answer() const;  // something sent is not acknowledged
  bool idle() const { return window_.empty() && waiting_.empty() && !cutting_; }
  const TxWindow& edges() const { return edges_; }
  std::size_t queued_c_pdus() const;
  std::size_t queued_octets() const;
  std::uint64_t repetitions() const { return repetitions_; }

 private:
  struct CPdu {
    QueuedCPdu queued;
    std::size_t segment = 0;    // chosen at its first segment
    std::size_t offset = 0;     // cut so far
    std::size_t in_window = 0;  // segments in window_
    std::size_t unacknowledged = 0;
    bool passed_lwe = false;  // a segment of it is below the window
    bool whole = false;       // END has an FSN
    bool dropped = false, confirmed = false;
  };
  struct Flight {
    CPdu* owner;
    std::size_t offset, size;
    bool start, end;
    enum class State : std::uint8_t { to_send, sent, acknowledged } state = State::to_send;
    bool in_over = false;
    unsigned times = 0;
    std::uint64_t order = 0;  // of its last transmission
  };

  const CPdu* fresh() const { return cutting_ != nullptr ? cutting_ : waiting_.empty() ? nullptr : &waiting_.front(); }
  unsigned room_for(std::uint8_t priority) const;
  std::uint8_t least_priority() const;
  static std::size_t next_size(const CPdu& c, const SegmentRule& rule);
  static std::size_t sent_size(const Flight& f) { return f.owner->dropped ? 0 : f.size; }
  std::optional<std::size_t> repetition(std::size_t most) const;
  bool fresh_first(const Flight& repeated) const;
  void cut_next(const SegmentRule& rule);
  DataPart send(std::size_t index);
  void drop(CPdu& c);
  void acknowledge(Flight& flight, Answer& answer);
  static void confirm(CPdu& c, Answer& answer);
  void slide(Answer& answer);

  unsigned allowed_;
  bool half_duplex_;
  TxWindow edges_;
  std::list<CPdu> waiting_;    // most urgent first
  std::list<CPdu> in_flight_;  // something of them has an FSN
  CPdu* cutting_ = nullptr;    // START has an FSN, END has none
  std::deque<Flight> window_;  // [0] is edges_.lwe
  bool probing_ = false;       // the last over was not answered
  std::uint64_t order_ = 0, newest_acknowledged_ = 0, repetitions_ = 0;
};

template <class F>
void ArqSender::for_each_offer(const SegmentRule& rule, F f) const {
  for (std::size_t i = 0; i < std::min<std::size_t>(window_.size(), allowed_); ++i)
    if (window_[i].state == Flight::State::to_send) {
      const auto& queued = window_[i].owner->queued;
      if (!f(Offer{queued.request.priority, queued.serial, true, sent_size(window_[i])})) return;
    }
  if (probing_) return;
  unsigned used = edges_.in_use();
  const auto cut_rest = [&](const CPdu& c) {
    const auto segment = c.segment != 0 ? c.segment : rule.cut(c.queued.request.c_pdu.size(), c.queued.serial);
    auto left = c.queued.request.c_pdu.size() - c.offset;
    do {
      if (used >= room_for(c.queued.request.priority)) return false;
      const auto size = std::min(segment, left);
      if (!f(Offer{c.queued.request.priority, c.queued.serial, false, size})) return false;
      left -= size;
      ++used;
    } while (left > 0);
    return true;
  };
  if (cutting_ != nullptr && !cut_rest(*cutting_)) return;
  for (const auto& c : waiting_)
    if (!cut_rest(c)) return;
}

}  // namespace longwire::s5066
