#include "bearers/s5066/arq_receiver.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <utility>

namespace longwire::s5066 {

ArqReceiver::Taken ArqReceiver::on_data(const DataPart& data) {
  if (!edges_.in_sync_with_fsn(data.fsn) || (data.uwe && !edges_.in_sync_with_uwe(data.fsn)) ||
      (data.lwe && !edges_.in_sync_with_lwe(data.fsn)))
    return Taken::out_of_sync;
  if (!edges_.is_new(data.fsn)) return Taken::old_copy;
  const std::size_t index = fsn_distance(edges_.lwe, data.fsn);
  if (index < slots_.size() && slots_[index].received) return Taken::old_copy;
  // A dropped C_PDU's segment is acknowledged whatever its CRC (C.3.4 (7)).
  if (!data.segment.crc_ok && !data.drop) return Taken::bad_segment;
  if (index >= slots_.size()) {
    slots_.resize(index + 1);
    edges_.uwe = data.fsn;
  }
  slots_[index] = Slot{.received = true,
                       .start = data.start,
                       .end = data.end,
                       .in_order = data.in_order,
                       .drop = data.drop,
                       .octets = data.drop ? Bytes{} : data.segment.octets};
  if (index > 0) deliver_early(index);
  slide();
  return Taken::fresh;
}

// Without DELIVER IN ORDER a C_PDU goes up as soon as it is whole, whatever is missing before it.
void ArqReceiver::deliver_early(std::size_t index) {
  auto first = index;
  while (!slots_[first].start) {
    if (first == 0 || !slots_[first - 1].received || slots_[first - 1].end) return;
    --first;
  }
  auto last = index;
  while (!slots_[last].end) {
    if (last + 1 == slots_.size() || !slots_[last + 1].received || slots_[last + 1].start) return;
    ++last;
  }
  std::size_t total = 0;
  for (auto i = first; i <= last; ++i) {
    if (slots_[i].drop || slots_[i].in_order || slots_[i].delivered) return;
    total += slots_[i].octets.size();
  }
  if (total > limits::s5066_c_pdu_octets) return;  // the orderly way names and counts it
  Bytes c_pdu;
  c_pdu.reserve(total);
  for (auto i = first; i <= last; ++i) {
    c_pdu.insert(c_pdu.end(), slots_[i].octets.begin(), slots_[i].octets.end());
    slots_[i].octets = {};
    slots_[i].delivered = true;
  }
  c_pdus_.push_back(std::move(c_pdu));
}

void ArqReceiver::slide() {
  while (!slots_.empty() && slots_.front().received) {
    append(slots_.front());
    slots_.pop_front();
    edges_.lwe = fsn_plus(edges_.lwe, 1);
  }
  if (slots_.empty()) edges_.uwe = static_cast<std::uint8_t>(edges_.lwe - 1);
}

void ArqReceiver::append(Slot& slot) {
  if (slot.start) {
    if (open_ && !open_->dropped) discarded_.push_back("missing_end");
    open_ = Open{};
  } else if (!open_) {
    // The rest of something whose beginning is unknown: after a DROP this is as it should be.
    if (!slot.drop) discarded_.push_back("missing_start");
    return;
  }
  if (slot.drop || slot.delivered) {
    open_->dropped = open_->dropped || slot.drop;
    open_->delivered = open_->delivered || slot.delivered;
    open_->octets = {};
  }
  if (!open_->dropped && !open_->delivered) {
    if (open_->octets.size() + slot.octets.size() > limits::s5066_c_pdu_octets) {
      discarded_.push_back("c_pdu_too_large");
      open_->dropped = true;
      open_->octets = {};
    } else {
      open_->octets.insert(open_->octets.end(), slot.octets.begin(), slot.octets.end());
    }
  }
  if (!slot.end) return;
  if (!open_->dropped && !open_->delivered) c_pdus_.push_back(std::move(open_->octets));
  open_.reset();
}

AckPart ArqReceiver::ack() const {
  AckPart ack;
  ack.rx_lwe = edges_.lwe;
  // slots_[0] is the missing LWE itself and has no bit; the octet that holds the UWE is the last.
  if (slots_.size() > 1) ack.bitmap.resize((slots_.size() - 1 + 7) / 8);
  for (std::size_t i = 1; i < slots_.size(); ++i)
    if (slots_[i].received)
      ack.bitmap[(i - 1) / 8] = static_cast<std::uint8_t>(ack.bitmap[(i - 1) / 8] | 1U << (i - 1) % 8);
  return ack;
}

void ArqReceiver::reset(std::uint8_t lwe) {
  // A C_PDU that was begun goes on where the window stood only if the window stays there.
  if (lwe != edges_.lwe) open_.reset();
  slots_.clear();
  edges_.lwe = lwe;
  edges_.uwe = static_cast<std::uint8_t>(lwe - 1);
}

std::vector<Bytes> ArqReceiver::take_c_pdus() { return std::exchange(c_pdus_, {}); }
std::vector<std::string_view> ArqReceiver::take_discarded() { return std::exchange(discarded_, {}); }

std::size_t ArqReceiver::held_octets() const {
  std::size_t sum = open_ ? open_->octets.size() : 0;
  for (const auto& slot : slots_) sum += slot.octets.size();
  return sum;
}

}  // namespace longwire::s5066
