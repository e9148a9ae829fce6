// BearerModel: how long things take on a bearer. Every timer of the module is built from these.
#pragma once

#include "acp142/entity.hpp"

namespace longwire::acp142 {

class BearerModel {
 public:
  explicit BearerModel(const BearerTiming& timing) : timing_(timing) {}

  const BearerTiming& timing() const { return timing_; }
  bool half_duplex() const { return timing_.half_duplex; }
  Duration latency() const { return timing_.latency; }
  Duration turnaround() const { return timing_.half_duplex ? timing_.turnaround : Duration{0}; }

  // On the air, with what the bearer adds.
  Duration air(std::size_t pdu_octets) const;
  Duration full_pdu() const { return air(timing_.max_pdu); }
  Duration ack() const;
  // One answer in turn: half duplex stations answer one after the other.
  Duration slot() const { return turnaround() + ack(); }
  // From the end of a PDU to the end of the earliest Ack_PDU that can know of it.
  Duration round_trip() const { return 2 * latency() + turnaround() + ack(); }
  // From a PDU has left to the earliest answer that can know of it. A queue tells when that was, so
  // that whatever comes later than the far end's reception may be an answer.
  Duration earliest_answer() const { return timing_.queued ? latency() : 2 * latency(); }
  // What a further round costs when `answers` stations have to answer before it.
  Duration round_cost(std::size_t answers) const;
  // Inaccuracy allowed for a station that answers in its slot.
  Duration slack() const;
  // How often to send an Ack_PDU in one over so that its loss costs least.
  unsigned ack_copies(double loss) const;

 private:
  BearerTiming timing_;
};

}  // namespace longwire::acp142
