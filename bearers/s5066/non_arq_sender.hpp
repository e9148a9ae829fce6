// NonArqSender: C_PDUs of one non-ARQ service, type 7 or type 8 (C.3.10, C.3.11, C.4.2).
#pragma once

#include "bearers/s5066/queued_c_pdu.hpp"
#include "bearers/s5066/segment_rule.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <utility>
#include <vector>

namespace longwire::s5066 {

class NonArqSender {
 public:
  // Destinations that may not be sent to now (C-ST-3).
  using Held = std::function<bool(Address)>;

  explicit NonArqSender(bool expedited) : expedited_(expedited) {}

  void enqueue(QueuedCPdu c_pdu);
  bool cancel(std::uint64_t ticket);
  std::vector<std::uint64_t> expire(Time now);
  Time next_expiry() const;
  void close_windows(Time now);  // before offers are asked for
  std::vector<std::uint64_t> reject_all();

  std::optional<Offer> offer(const SegmentRule& rule, std::size_t most, const Held& held) const;
  // What offer() told. `slack`: how much longer than the bare air time of what is queued the last
  // part of a C_PDU may come (it goes into its reception window).
  std::pair<Address, NonArq> take(const SegmentRule& rule, std::size_t most, const Held& held, std::uint32_t rate_bps,
                                  Duration slack, Time now);
  void over_ended(bool complete);
  std::vector<std::uint64_t> take_sent();  // tickets whose last D_PDU has left

  // Calls f(Offer, Address) for every D_PDU that could be sent now, in order, while f returns true.
  template <class F>
  void for_each_offer(const SegmentRule& rule, const Held& held, F f) const;

  template <class F>
  void for_each_request(F f) const {
    for (const auto& item : items_) f(item.queued.request);
  }

  bool idle() const { return items_.empty(); }
  bool anything(const Held& held) const;
  bool busy_with(Address dest) const;  // a C_PDU to it is partly sent
  std::size_t queued_c_pdus() const { return items_.size() + finished_.size(); }
  std::size_t queued_octets() const;

 private:
  struct Item {
    QueuedCPdu queued;
    std::size_t segment = 0, offset = 0;
    unsigned pass = 0;  // of 1 + repeats
    std::uint16_t id = 0;
    Time window_end = never;  // no part may be sent later under this ID; never: nothing sent yet
    // As it was when this over began to send of it.
    std::optional<std::pair<std::size_t, unsigned>> before_over;
  };
  using Items = std::list<Item>;

  Items::const_iterator pick(const SegmentRule& rule, std::size_t most, const Held& held) const;
  static std::size_t next_size(const Item& item, const SegmentRule& rule);
  void open_window(Item& item, std::uint32_t rate_bps, Duration slack, Time now);
  void insert(Item item);

  bool expedited_;
  Items items_;     // most urgent first
  Items finished_;  // all of it in this over
  std::vector<std::uint64_t> sent_;
  std::uint16_t next_id_ = 0;
};

template <class F>
void NonArqSender::for_each_offer(const SegmentRule& rule, const Held& held, F f) const {
  for (const auto& item : items_) {
    const auto& request = item.queued.request;
    if (held(request.dest)) continue;
    const auto segment = item.segment != 0 ? item.segment : rule.cut(request.c_pdu.size());
    for (auto pass = item.pass; pass <= request.repeats; ++pass) {
      auto left = request.c_pdu.size() - (pass == item.pass ? item.offset : 0);
      do {
        const auto size = std::min(segment, left);
        if (!f(Offer{request.priority, item.queued.serial, false, size}, request.dest)) return;
        left -= size;
      } while (left > 0);
    }
  }
}

}  // namespace longwire::s5066
