#include "bearers/s5066/d_pdu_scanner.hpp"

#include <algorithm>

namespace longwire::s5066 {
namespace {

constexpr unsigned sync_word = 0xEB90;  // least significant octet first, LSB of each octet first
constexpr std::size_t sync_bits = 16;

}  // namespace

void DPduScanner::feed(ByteView octets) {
  // In pieces, so that a large read costs no more memory than a small one.
  while (!octets.empty()) {
    const auto piece = octets.first(std::min(octets.size(), longest_d_pdu));
    pending_.insert(pending_.end(), piece.begin(), piece.end());
    octets = octets.subspan(piece.size());
    scan();
    forget_scanned();
  }
}

std::optional<DPduScanner::Found> DPduScanner::next() {
  if (found_.empty()) return {};
  auto found = std::move(found_.front());
  found_.pop_front();
  return found;
}

void DPduScanner::end() {
  if (open_) {
    const auto from = open_->sync + open_->header->octets * 8;
    tell(*open_, from < bits() ? (bits() - from) / 8 : 0);
  }
  open_.reset();
  waiting_.clear();
  pending_.clear();
  bit_ = 0;
}

void DPduScanner::scan() {
  for (;;) {
    if (open_) {
      if (!finish_open()) return;
      continue;
    }
    if (try_waiting()) continue;
    bool good = false;
    for (; !good && bit_ + sync_bits <= bits(); ++bit_) {
      const auto at = bit_ / 8;
      unsigned window = pending_[at] | static_cast<unsigned>(pending_[at + 1]) << 8;
      if (at + 2 < pending_.size()) window |= static_cast<unsigned>(pending_[at + 2]) << 16;
      if ((window >> bit_ % 8 & 0xFFFFU) != sync_word) continue;
      const auto verdict = try_sync(bit_);
      if (verdict == Verdict::incomplete) waiting_.push_back(bit_);
      good = verdict == Verdict::good;
    }
    if (!good) return;
  }
}

// The headers that were incomplete. True: one proved good.
bool DPduScanner::try_waiting() {
  for (std::size_t i = 0; i < waiting_.size();) {
    const auto verdict = try_sync(waiting_[i]);
    if (verdict == Verdict::good) return true;
    if (verdict == Verdict::incomplete) ++i;
    else waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return false;
}

DPduScanner::Verdict DPduScanner::try_sync(std::size_t sync) {
  auto header = read_d_pdu_header(octets_at(sync, longest_header));
  if (header) {
    open_ = Candidate{sync, std::move(*header)};
    waiting_.clear();  // true ones would lie inside it or would have it inside their header
    return Verdict::good;
  }
  if (header.error().name == "truncated") return Verdict::incomplete;
  ++bad_headers_;
  return Verdict::wrong;
}

// The D_PDU whose header is good. False: its segment is not complete.
bool DPduScanner::finish_open() {
  const auto whole = open_->header->whole();
  if (open_->sync + whole * 8 > bits()) return false;
  tell(*open_, whole - open_->header->octets);
  bit_ = open_->sync + whole * 8;
  open_.reset();
  return true;
}

void DPduScanner::tell(const Candidate& candidate, std::size_t segment_octets) {
  auto header = *candidate.header;
  put_segment(header, octets_at(candidate.sync + header.octets * 8, segment_octets));
  Found found;
  found.unknown = header.unknown;
  found.octets_after_sync = (bits() - candidate.sync + 7) / 8;
  const auto* segment = segment_of(header.pdu);
  found.bad_segment = segment != nullptr && !segment->crc_ok;
  found.pdu = std::move(header.pdu);
  found_.push_back(std::move(found));
}

void DPduScanner::forget_scanned() {
  auto first = open_ ? open_->sync : bit_;
  if (!waiting_.empty()) first = std::min(first, waiting_.front());
  const auto octets = first / 8;
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(octets));
  bit_ -= std::min(bit_, octets * 8);
  if (open_) open_->sync -= octets * 8;
  for (auto& sync : waiting_) sync -= octets * 8;
}

Bytes DPduScanner::octets_at(std::size_t bit, std::size_t count) const {
  if (bit >= bits()) return {};
  count = std::min(count, (bits() - bit) / 8);
  Bytes out(count);
  const auto shift = bit % 8;
  for (std::size_t i = 0, at = bit / 8; i < count; ++i, ++at) {
    const auto next = shift != 0 ? pending_[at + 1] : std::uint8_t{0};
    out[i] = static_cast<std::uint8_t>((pending_[at] | next << 8) >> shift);
  }
  return out;
}

}  // namespace longwire::s5066
