#include "sim/hf_over.hpp"

#include "bearers/modem/waveform.hpp"
#include "sim/bits.hpp"

#include <algorithm>

namespace longwire::sim {

namespace {

constexpr std::size_t octets_kept = 64 * 1024;  // that have left, before the memory is tidied up

}  // namespace

void HfOver::add(ByteView octets, std::uint64_t serial) {
  if (octets.empty() || finished_) return;
  units_.push_back(
      {serial, added_, added_ + octets.size() * 8, std::make_shared<const Bytes>(octets.begin(), octets.end())});
  octets_.insert(octets_.end(), octets.begin(), octets.end());
  added_ += octets.size() * 8;
}

std::shared_ptr<const HfBlock> HfOver::take_block(Time now) {
  const auto wanted = waveform_.block_bits();
  auto block = std::make_shared<HfBlock>();
  block->from = now;
  block->to = now + waveform_.block;
  block->first = taken_;
  block->data_bits = std::min(wanted, waiting_bits());
  BitString bits;
  bits.append(octets_, taken_ - base_, block->data_bits);
  taken_ += block->data_bits;
  if (bits.size() < wanted && !finished_) {
    underrun_ = true;
    finished_ = true;
  }
  if (bits.size() < wanted) block->last = push_tail(bits, wanted);
  block->octets = bits.take_rest();
  const auto gone = (taken_ - base_) / 8;
  if (gone > octets_kept) {
    octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(gone));
    base_ += gone * 8;
  }
  return block;
}

// End of message and flush, as much as the block has room for; true when all of it has left.
bool HfOver::push_tail(BitString& bits, std::size_t wanted) {
  const auto tail = modem::eom_bits + waveform_.flush_bits;
  for (; bits.size() < wanted && tail_sent_ < tail; ++tail_sent_)
    bits.push(tail_sent_ < modem::eom_bits && (end_of_message >> (31 - tail_sent_) & 1) != 0);
  while (bits.size() < wanted) bits.push(false);
  return tail_sent_ == tail;
}

void HfOver::forget_before(std::size_t bit) {
  while (!units_.empty() && units_.front().last <= bit) units_.pop_front();
}

}  // namespace longwire::sim
