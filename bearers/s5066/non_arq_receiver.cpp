#include "bearers/s5066/non_arq_receiver.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

Time window_end_of(const NonArq& data, Time begun) {
  return begun + std::chrono::milliseconds{500} * (data.window + 1);  // rounded down by the sender
}

NonArqReceiver::Blocks to_wire(const BlockList& list) {
  NonArqReceiver::Blocks out;
  for (const auto& [first, end] : list.blocks())
    out.emplace_back(static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(end - first));
  return out;
}

}  // namespace

void NonArqReceiver::on_data(Address from, Address dest, const NonArq& data, Time begun, Time now) {
  if (data.offset + data.segment.octets.size() > data.c_pdu_size) {
    discarded_.push_back("segment_beyond_c_pdu");
    return;
  }
  const Key key{from.value, dest.value, dest.group, data.expedited, data.c_pdu_id};
  auto* entry = entry_for(key, data, window_end_of(data, begun));
  if (entry == nullptr) return;
  if (entry->size != data.c_pdu_size) {
    discarded_.push_back("c_pdu_size_changed");
    return;
  }
  entry->window_end = std::max(entry->window_end, window_end_of(data, begun));
  if (entry->done) return;
  place(*entry, data);
  if (whole(*entry)) deliver_whole();
  tick(now);
}

NonArqReceiver::Entry* NonArqReceiver::entry_for(const Key& key, const NonArq& data, Time window_end) {
  const auto found = entries_.find(key);
  if (found != entries_.end()) return &found->second;
  // Nothing can be made of a first part whose CRC is bad unless errors are wanted.
  if (!data.segment.crc_ok && !deliver_errors_) return nullptr;
  if (!make_room(data.c_pdu_size)) return nullptr;
  auto& entry = entries_[key];
  entry.size = data.c_pdu_size;
  entry.in_order = data.in_order;
  entry.window_end = window_end;
  entry.octets.resize(data.c_pdu_size);
  octets_ += data.c_pdu_size;
  ++assembling_;
  return &entry;
}

// The oldest gives way: its sender is the likeliest to have gone.
bool NonArqReceiver::make_room(std::size_t octets) {
  const auto oldest = [&](bool done) {
    auto best = entries_.end();
    for (auto at = entries_.begin(); at != entries_.end(); ++at)
      if (at->second.done == done && (best == entries_.end() || at->second.window_end < best->second.window_end))
        best = at;
    return best;
  };
  while (assembling_ >= limits::s5066_receptions || octets_ + octets > limits::s5066_reception_octets) {
    const auto victim = oldest(false);
    if (victim == entries_.end()) return false;
    discarded_.push_back("too_many_receptions");
    finish(victim->second);
    entries_.erase(victim);
  }
  if (entries_.size() - assembling_ >= limits::s5066_remembered_c_pdus) entries_.erase(oldest(true));
  return true;
}

void NonArqReceiver::place(Entry& entry, const NonArq& data) {
  const auto first = data.offset, end = static_cast<std::uint16_t>(data.offset + data.segment.octets.size());
  if (!data.segment.crc_ok) {
    if (!deliver_errors_) return;
    for (std::uint32_t i = first; i < end; ++i)
      if (!entry.good.covers(i, i + 1)) entry.octets[i] = data.segment.octets[i - first];
    entry.placed.add(first, end);
    return;
  }
  std::copy(data.segment.octets.begin(), data.segment.octets.end(), entry.octets.begin() + first);
  entry.good.add(first, end);
  entry.placed.add(first, end);
}

// DELIVER IN ORDER: after those with lower IDs of the same flow that are known and still possible. A
// C_PDU of which nothing was heard cannot be waited for.
bool NonArqReceiver::must_wait(const Key& key, const Entry& entry) const {
  if (!entry.in_order) return false;
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entries::value_type& other) {
    const auto& k = other.first;
    const auto ahead = static_cast<std::uint16_t>((key.id - k.id) & 0x0FFF);
    return !other.second.done && other.second.in_order && k.from == key.from && k.dest == key.dest &&
           k.group == key.group && k.expedited == key.expedited && ahead > 0 && ahead < 2048;
  });
}

void NonArqReceiver::deliver_whole() {
  for (bool again = true; again;) {
    again = false;
    for (auto& [key, entry] : entries_) {
      if (!whole(entry) || must_wait(key, entry)) continue;
      deliver(key, entry);
      again = true;
    }
  }
}

void NonArqReceiver::deliver(const Key& key, Entry& entry) {
  Delivered out{{key.from, false}, {key.dest, key.group}, key.expedited, false, {}, {}, std::move(entry.octets)};
  if (!entry.good.covers(0, entry.size)) {
    out.with_errors = true;
    const auto missing = entry.placed.gaps(entry.size);
    out.missing = to_wire(missing);
    auto bad = entry.good.gaps(entry.size);
    for (const auto& [first, end] : missing.blocks()) bad = bad.without(first, end);
    out.errored = to_wire(bad);
  }
  delivered_.push_back(std::move(out));
  finish(entry);
}

void NonArqReceiver::finish(Entry& entry) {
  octets_ -= entry.size;
  --assembling_;
  entry.done = true;
  entry.octets = {};
}

void NonArqReceiver::tick(Time now) {
  bool gone = false;
  for (auto at = entries_.begin(); at != entries_.end();) {
    auto& entry = at->second;
    if (entry.window_end > now) {
      ++at;
      continue;
    }
    if (!entry.done) {
      gone = true;
      if (whole(entry) || deliver_errors_) {
        deliver(at->first, entry);
      } else {
        discarded_.push_back("window_expired");
        finish(entry);
      }
    }
    at = entries_.erase(at);
  }
  if (gone) deliver_whole();  // those that waited for it
}

Time NonArqReceiver::next_wake() const {
  Time first = never;
  for (const auto& [key, entry] : entries_) first = std::min(first, entry.window_end);
  return first;
}

bool NonArqReceiver::assembling_from(Address from) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entries::value_type& e) { return e.first.from == from.value && !e.second.done; });
}

}  // namespace longwire::s5066
