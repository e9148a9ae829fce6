// PacketReader: cuts the octets of a TCP stream into packets of MIL-STD-188-110D Appendix A.
#pragma once

#include "bearers/modem/packet_110d.hpp"

#include <cstdint>
#include <optional>

namespace longwire::modem::port110d {

class PacketReader {
 public:
  // Keeps octets until next() has taken them; the caller bounds what it feeds by buffered().
  void feed(ByteView octets);
  // The next packet, or a protocol error, or nothing before more octets come. Octets that are no
  // packet and packets with a wrong CRC are skipped and counted.
  std::optional<Result<Packet>> next();
  void reset();

  std::size_t buffered() const { return buffer_.size() - at_; }
  std::uint64_t bad_crcs() const { return bad_crcs_; }
  std::uint64_t skipped_octets() const { return skipped_; }

 private:
  bool find_preamble();
  void compact();

  Bytes buffer_;
  std::size_t at_ = 0;
  std::uint64_t bad_crcs_ = 0;
  std::uint64_t skipped_ = 0;
};

}  // namespace longwire::modem::port110d
