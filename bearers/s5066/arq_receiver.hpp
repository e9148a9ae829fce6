// ArqReceiver: the receiving end of one direction of selective repeat (C.6.2, C.4.1 (9)-(14)).
#pragma once

#include "base/bytes.hpp"
#include "bearers/s5066/arq_window.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

namespace longwire::s5066 {

class ArqReceiver {
 public:
  enum class Taken : std::uint8_t {
    fresh,        // a segment that was missing
    old_copy,     // acknowledged again, not delivered
    bad_segment,  // header used, segment not: not acknowledged
    out_of_sync,  // C.6.3.2
  };
  Taken on_data(const DataPart& data);

  AckPart ack() const;
  // A new window (C.3.6 (14)-(16), C.6.5). What was not delivered is forgotten.
  void reset(std::uint8_t lwe);

  std::vector<Bytes> take_c_pdus();                // delivered, in the order they may be handed up
  std::vector<std::string_view> take_discarded();  // named reasons
  const RxWindow& edges() const { return edges_; }
  std::size_t held_octets() const;  // in memory, not delivered
  bool idle() const { return slots_.empty() && !open_; }

 private:
  struct Slot {
    bool received = false, start = false, end = false, in_order = false, drop = false;
    bool delivered = false;  // its C_PDU went up before the window reached it
    Bytes octets;
  };
  struct Open {  // the C_PDU that the lower window edge is in
    Bytes octets;
    bool dropped = false, delivered = false;
  };

  void deliver_early(std::size_t index);
  void slide();
  void append(Slot& slot);

  RxWindow edges_;
  std::deque<Slot> slots_;  // [0] is edges_.lwe; the last one is edges_.uwe
  std::optional<Open> open_;
  std::vector<Bytes> c_pdus_;
  std::vector<std::string_view> discarded_;
};

}  // namespace longwire::s5066
