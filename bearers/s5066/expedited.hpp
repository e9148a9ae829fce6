// Expedited ARQ (C.3.7, C.6.1.3): stop and wait C_PDU by C_PDU. Each starts at FSN 0 with the next ID.
#pragma once

#include "bearers/s5066/arq_receiver.hpp"
#include "bearers/s5066/arq_sender.hpp"

#include <cstdint>
#include <list>
#include <optional>
#include <vector>

namespace longwire::s5066 {

class ExpeditedSender {
 public:
  ExpeditedSender(unsigned window, bool half_duplex) : arq_(window, half_duplex), half_duplex_(half_duplex) {}

  void enqueue(QueuedCPdu c_pdu);
  // What is partly sent cannot be taken back (there is no DROP here): it goes on.
  bool cancel(std::uint64_t ticket);
  std::vector<std::uint64_t> expire(Time now);
  Time next_expiry() const;
  std::vector<std::uint64_t> reject_all();

  std::optional<Offer> offer(const SegmentRule& rule, std::size_t most) const { return arq_.offer(rule, most); }
  ExpeditedData take(const SegmentRule& rule, std::size_t most);
  template <class F>
  void for_each_offer(const SegmentRule& rule, F f) const {
    arq_.for_each_offer(rule, f);
  }
  void over_ended(bool complete) { arq_.over_ended(complete); }
  // An acknowledgement does not name its C_PDU. In full duplex one that is late would be taken for the
  // next C_PDU's: that starts when none can be on its way any more (open()).
  bool closed() const { return closed_ && !waiting_.empty(); }
  void open();
  ArqSender::Answer on_ack(const AckPart& ack);
  void on_silence(std::size_t short_octets) { arq_.on_silence(short_octets); }

  bool awaits_answer() const { return arq_.awaits_answer(); }
  bool idle() const { return arq_.idle() && waiting_.empty(); }
  // The last acknowledgement again: harmless (its C_PDU is done).
  bool is_late_copy(const AckPart& ack) const { return ack.bitmap.empty() && last_end_ == ack.rx_lwe; }
  std::size_t queued_c_pdus() const { return waiting_.size() + arq_.queued_c_pdus(); }
  std::size_t queued_octets() const;

 private:
  void start_next();

  ArqSender arq_;
  bool half_duplex_, closed_ = false;
  std::list<QueuedCPdu> waiting_;
  std::uint8_t id_ = 15;                  // the first is 0
  std::optional<std::uint8_t> last_end_;  // FSN after the last one of the C_PDU before
};

class ExpeditedReceiver {
 public:
  ArqReceiver::Taken on_data(const ExpeditedData& data);
  AckPart ack() const { return arq_.ack(); }
  void reset();
  std::vector<Bytes> take_c_pdus() { return arq_.take_c_pdus(); }
  std::vector<std::string_view> take_discarded() { return arq_.take_discarded(); }
  std::size_t held_octets() const { return arq_.held_octets(); }

 private:
  ArqReceiver arq_;
  std::optional<std::uint8_t> id_;  // whatever the first one is (it is not given)
};

}  // namespace longwire::s5066
