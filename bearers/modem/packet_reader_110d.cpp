#include "bearers/modem/packet_reader_110d.hpp"

#include "base/checksum.hpp"

#include <algorithm>

namespace longwire::modem::port110d {

void PacketReader::feed(ByteView octets) {
  compact();
  buffer_.insert(buffer_.end(), octets.begin(), octets.end());
}

std::optional<Result<Packet>> PacketReader::next() {
  while (find_preamble()) {
    const ByteView rest = ByteView(buffer_).subspan(at_);
    if (rest.size() < header_octets) return std::nullopt;
    ByteReader header(rest.first(header_octets));
    header.skip(4);
    const std::size_t size = header.u16();
    // Of a header with a wrong CRC the size means nothing: the next packet may begin right behind
    // this preamble.
    if (header.u16() != crc16_s5066(rest.first(header_octets - 2))) {
      ++bad_crcs_;
      skipped_ += packet_preamble.size();
      at_ += packet_preamble.size();
      continue;
    }
    if (size > largest_payload) {
      at_ += header_octets;
      return Result<Packet>(error("payload_too_long", 4, std::to_string(size)));
    }
    const auto total = header_octets + (size > 0 ? size + 2 : 0);
    if (rest.size() < total) return std::nullopt;
    at_ += total;
    auto packet = decode(rest.first(total));
    if (packet || !is_dropped_silently(packet.error().name)) return packet;
    ++bad_crcs_;
    skipped_ += total;
  }
  return std::nullopt;
}

void PacketReader::reset() {
  buffer_.clear();
  at_ = 0;
}

// Moves at_ to the next preamble or to what may become one; false when that needs more octets.
bool PacketReader::find_preamble() {
  const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
  auto found = std::search(from, buffer_.end(), packet_preamble.begin(), packet_preamble.end());
  const bool whole = found != buffer_.end();
  if (!whole) {
    // The last one or two octets may be its beginning.
    const auto left = buffer_.end() - from;
    auto keep = std::min<std::ptrdiff_t>(left, std::ptrdiff_t{packet_preamble.size()} - 1);
    while (keep > 0 && !std::equal(buffer_.end() - keep, buffer_.end(), packet_preamble.begin())) --keep;
    found = buffer_.end() - keep;
  }
  skipped_ += static_cast<std::uint64_t>(found - from);
  at_ += static_cast<std::size_t>(found - from);
  return whole;
}

void PacketReader::compact() {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
  at_ = 0;
}

}  // namespace longwire::modem::port110d
