#include "bearers/s5066/primitive_frame.hpp"

#include <algorithm>
#include <utility>

namespace longwire::s5066 {

void PrimitiveReader::feed(ByteView octets) {
  forget_read();
  pending_.insert(pending_.end(), octets.begin(), octets.end());
}

void PrimitiveReader::forget_read() {
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at_));
  before_ += at_;
  at_ = 0;
}

// Stops at a preamble or at what may become one.
void PrimitiveReader::skip_to_preamble() {
  while (at_ < pending_.size()) {
    const auto rest = ByteView(pending_).subspan(at_);
    const auto common = static_cast<std::ptrdiff_t>(std::min(rest.size(), preamble.size()));
    if (std::equal(rest.begin(), rest.begin() + common, preamble.begin())) return;
    ++at_;
  }
}

std::optional<Result<Primitive>> PrimitiveReader::lost(Error why) {
  const auto where = before_ + at_++;
  if (std::exchange(searching_, true)) return {};  // the octets before told already
  offset_ = where;
  return Result<Primitive>(std::move(why));
}

std::optional<Result<Primitive>> PrimitiveReader::next() {
  while (at_ < pending_.size()) {
    if (searching_) skip_to_preamble();
    const auto rest = ByteView(pending_).subspan(at_);
    const auto length = frame_length(rest);
    if (!length && length.error().name == "truncated") return {};
    if (!length) {
      if (auto told = lost(length.error())) return told;
      continue;
    }
    if (rest.size() < *length) return {};
    searching_ = false;
    offset_ = before_ + at_;
    at_ += *length;
    return decode_body(rest.first(*length));
  }
  return {};
}

}  // namespace longwire::s5066
