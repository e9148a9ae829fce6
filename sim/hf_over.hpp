// HfOver: one transmission of a modem, from push-to-talk to the carrier's end.
#pragma once

#include "base/bytes.hpp"
#include "sim/channel.hpp"
#include "sim/hf_waveform.hpp"

#include <deque>
#include <memory>

namespace longwire::sim {

// What was handed to the modem at once, normally one D_PDU, and where its bits are in the over.
struct HfUnit {
  std::uint64_t serial = 0;
  std::size_t first = 0, last = 0;
  std::shared_ptr<const Bytes> octets;
};

// One interleaver block on the air: bits of units, behind the last one the end of message and zeros.
struct HfBlock {
  Time from, to;  // at the transmitter
  std::size_t first = 0, data_bits = 0;
  Bytes octets;  // block_bits of them, data first
  bool last = false;
};

class HfOver {
 public:
  HfOver(StationIndex from, HfWaveform waveform, Time keyed, Duration keying)
      : from_(from), waveform_(waveform), carrier_(keyed + keying), data_(keyed + keying + waveform.fill()) {}

  StationIndex from() const { return from_; }
  const HfWaveform& waveform() const { return waveform_; }
  Time carrier_at() const { return carrier_; }  // the carrier comes up
  Time data_at() const { return data_; }        // the first block leaves
  Time carrier_end() const { return end_; }     // never: still on the air
  const std::deque<HfUnit>& units() const { return units_; }

  void add(ByteView octets, std::uint64_t serial);
  void finish() { finished_ = true; }  // nothing more is added
  bool finished() const { return finished_; }
  // Bits that have not left yet.
  std::size_t waiting_bits() const { return added_ - taken_; }
  std::uint64_t bits() const { return added_; }

  // The block that leaves now. Its last bits are the end of message when everything has been added,
  // and also when there is not enough data to fill it (underrun).
  std::shared_ptr<const HfBlock> take_block(Time now);
  bool underrun() const { return underrun_; }
  void cut(Time at) { end_ = at; }
  // Bits before this one have been received wherever they were to be.
  void forget_before(std::size_t bit);

 private:
  bool push_tail(class BitString& bits, std::size_t wanted);

  StationIndex from_;
  HfWaveform waveform_;
  Time carrier_, data_, end_ = never;
  std::deque<HfUnit> units_;
  Bytes octets_;               // from bit `base_` on
  std::size_t base_ = 0;       // a multiple of 8
  std::size_t added_ = 0;      // bits in all
  std::size_t taken_ = 0;      // bits that have left
  std::size_t tail_sent_ = 0;  // bits of end of message and flush
  bool finished_ = false, underrun_ = false;
};

}  // namespace longwire::sim
