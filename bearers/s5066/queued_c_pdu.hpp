// A C_PDU that was accepted for transmission, and what a sender offers for the next D_PDU.
#pragma once

#include "bearers/s5066/data_transfer.hpp"

#include <cstdint>

namespace longwire::s5066 {

struct QueuedCPdu {
  CPduRequest request;
  std::uint64_t serial = 0;  // order of arrival over all queues: age decides between equal priorities
};

// The D_PDU a sender would send next.
struct Offer {
  std::uint8_t priority = 0;
  std::uint64_t serial = 0;
  bool repetition = false;  // retransmissions go before new data of the same priority
  std::size_t octets = 0;   // of its segment
};

// Which of two offers goes first.
constexpr bool more_urgent(const Offer& a, const Offer& b) {
  if (a.priority != b.priority) return a.priority > b.priority;
  if (a.repetition != b.repetition) return a.repetition;
  return a.serial < b.serial;
}

}  // namespace longwire::s5066
