// Port110d: the DTE's end of a connection to a modem's TCP data port (MIL-STD-188-110D Appendix A,
// A.5.1.2.1 to A.5.1.2.4): opening, keep-alive, silence, protocol errors. What the packets of an open
// connection mean is the business of Modem110d.
#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "bearers/modem/packet_reader_110d.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace longwire::modem {

class Port110d {
 public:
  void opened(Time now);
  void closed();
  // Packets for the modem driver, in order; the handshake is done with here.
  std::vector<port110d::Packet> on_bytes(ByteView octets, Time now);
  void send(const port110d::Packet& packet, Time now);
  Bytes take_bytes();
  // Nothing more goes out, what waits to go neither; the connection is to be closed.
  void give_up(std::string_view reason, std::string text = {});

  bool open() const { return phase_ != Phase::closed; }
  bool up() const { return phase_ == Phase::up && !wants_close_; }
  bool wants_close() const { return wants_close_; }
  // Of the last give_up(): an error name, and more for the operator.
  std::string_view reason() const { return reason_; }
  const std::string& text() const { return text_; }
  std::uint64_t bad_crcs() const { return reader_.bad_crcs(); }

  void tick(Time now);
  Time next_wake() const;

 private:
  enum class Phase : std::uint8_t { closed, connecting, probing, setting_up, up };

  bool handle(const port110d::Packet& packet, Time now);
  bool greet(const port110d::Packet& packet, Time now);
  void check_version(std::uint8_t told);
  void refuse(std::string_view reason, std::string text, Time now);

  port110d::PacketReader reader_;
  Phase phase_ = Phase::closed;
  Bytes out_;
  bool wants_close_ = false;
  bool connect_seen_ = false, ack_seen_ = false, setup_seen_ = false;
  std::string_view reason_;
  std::string text_;
  Time phase_at_{}, heard_at_{}, told_at_{};
};

}  // namespace longwire::modem
