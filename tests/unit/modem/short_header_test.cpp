// The driver against a modem that is made of the octets of the packets alone: it writes order and packet
// ID in two octets, acknowledges a CONNECT and may or may not send one of its own. Nothing of our codec is used.
#include "bearers/modem/modem_110d.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace longwire::modem {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::uint16_t crc_bit_by_bit(const Bytes& octets) {
  unsigned crc = 0;
  for (const unsigned octet : octets)
    for (unsigned bit = 0; bit < 8; ++bit) {
      const bool one = ((crc ^ (octet >> bit)) & 1U) != 0;
      crc >>= 1;
      if (one) crc ^= 0x9299U;
    }
  return static_cast<std::uint16_t>(crc);
}

void add16(Bytes& to, unsigned value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value));
}

Bytes packet(std::uint8_t type, const Bytes& payload) {
  Bytes out{0x49, 0x50, 0x55, type};
  add16(out, static_cast<unsigned>(payload.size()));
  add16(out, crc_bit_by_bit(out));
  if (payload.empty()) return out;
  out.insert(out.end(), payload.begin(), payload.end());
  add16(out, crc_bit_by_bit(payload));
  return out;
}

class ShortModem {
 public:
  explicit ShortModem(bool says_connect) {
    if (says_connect) send(0x01, {0x0C});
  }
  void on_octet(std::uint8_t octet) {
    in_.push_back(octet);
    if (in_.size() < 8) return;
    const std::size_t size = in_[4] * 256U + in_[5];
    if (in_.size() < 8 + (size > 0 ? size + 2 : 0)) return;
    const Bytes payload(in_.begin() + 8, in_.begin() + 8 + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(packet(in_[3], payload), in_);
    const auto type = in_[3];
    in_.clear();
    on_packet(type, payload);
  }
  void status(std::uint8_t state) { send(0, {5, state, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}); }
  void send(std::uint8_t type, const Bytes& payload) {
    const auto p = packet(type, payload);
    out.insert(out.end(), p.begin(), p.end());
  }

  Bytes out, air;
  std::vector<unsigned> orders, ids;
  std::size_t connect_acks = 0;
  bool up = false, started = false, last = false, complains = true, refused = false;

 private:
  void on_packet(std::uint8_t type, const Bytes& p) {
    if (type == 0x01) {
      EXPECT_EQ(p, Bytes{0x0C});
      send(0x02, {0x0C});
      send(0x00, {0x0B});
    } else if (type == 0x02) {
      ++connect_acks;
    } else if (!p.empty()) {
      on_command(p);
    }
  }
  void on_command(const Bytes& p) {
    if (p[0] == 0x0B && !up) {
      up = true;
      send(0, {0x0A, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0});
      send(0, {0x09, 0, 0, 0x04, 0xB0, 0, 0, 0x02, 0xD0});  // 1200 bit/s, blocks of 720 bits
      status(1);
      send(0, {0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    } else if (p[0] == 0x01) {
      status(3);
    } else if (p[0] == 0x02) {
      started = true;
      status(4);
      if (last) finish();
    } else if (p[0] == 0x00) {
      on_data(p);
    }
  }
  void on_data(const Bytes& p) {
    const unsigned order = p.at(1) / 16U;
    if (order < 1 || order > 4) {
      refused = true;
      if (complains) send(0xFF, {});
      else send(0, {0x04, 0x20, 0x00});  // missing first, packet ID 0
      return;
    }
    orders.push_back(order);
    ids.push_back(p.at(1) % 16U * 256U + p.at(2));
    air.insert(air.end(), p.begin() + 3, p.end());
    if (order != 4) return;
    last = true;
    if (started) finish();
  }
  void finish() {
    status(5);
    status(1);
    started = last = false;
  }

  Bytes in_;
};

struct ShortHeader : testing::Test {
  void open(bool says_connect) {
    modem = std::make_unique<ShortModem>(says_connect);
    dte.port_opened(now);
    settle();
  }
  void settle() {
    for (bool busy = true; busy;) {
      const auto to_modem = dte.take_bytes();
      for (const auto octet : to_modem) modem->on_octet(octet);
      const auto to_dte = std::exchange(modem->out, {});
      for (const auto& octet : to_dte) dte.on_bytes(ByteView(&octet, 1), now);
      busy = !to_modem.empty() || !to_dte.empty();
      for (auto& e : dte.take_events()) events.push_back(std::move(e));
    }
  }
  void over(const Bytes& octets) {
    dte.key(now);
    settle();
    for (std::size_t at = 0; at < octets.size() && dte.keyed();) {
      now += milliseconds{100};
      dte.tick(now);
      for (; at < octets.size() && dte.wants_octets(now); at += 100)
        dte.transmit(ByteView(octets).subspan(at, std::min<std::size_t>(100, octets.size() - at)), now);
      settle();
    }
    if (dte.keyed()) dte.end(now);
    settle();
  }
  void reopen(bool says_connect) {
    ASSERT_TRUE(dte.wants_close());
    dte.port_closed("reopened", now);
    now += seconds{1};
    open(says_connect);
    ASSERT_TRUE(dte.up());
  }
  bool last_over_complete() const {
    bool complete = false;
    for (const auto& e : events)
      if (const auto* ended = std::get_if<event::OverEnded>(&e)) complete = ended->complete;
    return complete;
  }

  static PortModemSettings settings() {
    PortModemSettings s;
    s.waveform = {1200, Interleaver::short_};
    return s;
  }
  Bytes message = [] {
    Bytes m(3000);
    for (std::size_t i = 0; i < m.size(); ++i) m[i] = static_cast<std::uint8_t>(i * 7);
    return m;
  }();
  Time now = from_unix(1'700'000'000);
  Modem110d dte{settings()};
  std::unique_ptr<ShortModem> modem;
  std::vector<Event> events;
};

TEST_F(ShortHeader, AsConfiguredFromTheFirstPacketOn) {
  auto s = settings();
  s.header = port110d::Header::short_;
  for (const bool says_connect : {false, true}) {
    dte = Modem110d(s);
    open(says_connect);
    ASSERT_TRUE(dte.up());
    EXPECT_EQ(modem->connect_acks, says_connect ? 1U : 0U);
    over(message);
    EXPECT_FALSE(dte.keyed());
    EXPECT_TRUE(last_over_complete());
    EXPECT_EQ(modem->air, message);
    EXPECT_EQ(modem->orders.front(), 1U);
    EXPECT_EQ(modem->orders.back(), 4U);
    EXPECT_EQ(modem->ids.front(), 0x100U);
    EXPECT_EQ(modem->ids.at(1), 0x101U);
    over(message);
    EXPECT_EQ(modem->ids.back() >> 8, 2U);
    EXPECT_TRUE(dte.up());
    dte.port_closed("end", now);
  }
}

TEST_F(ShortHeader, DataOfTheModemShowIt) {
  open(false);
  modem->send(0, {0x08, 1, 0, 0, 4, 0xB0, 0, 0, 2, 0xD0});
  modem->send(0, {0x00, 0x17, 0xFF, 'a', 'b'});
  modem->send(0, {0x00, 0x48, 0x00});
  settle();
  Bytes heard;
  for (const auto& e : events)
    if (const auto* r = std::get_if<event::Received>(&e)) heard.insert(heard.end(), r->octets.begin(), r->octets.end());
  EXPECT_EQ(as_text(heard), "ab");
  over(message);
  EXPECT_EQ(modem->air, message);
  EXPECT_TRUE(last_over_complete());
}

TEST_F(ShortHeader, ANakShowsItAndTheNextOverIsRight) {
  open(true);
  modem->complains = false;
  over(message);
  EXPECT_TRUE(modem->refused);
  EXPECT_FALSE(last_over_complete());
  reopen(true);
  over(message);
  EXPECT_FALSE(modem->refused);
  EXPECT_EQ(modem->air, message);
  EXPECT_TRUE(last_over_complete());
}

// Of a modem that has not sent a data packet yet an error is all that is heard.
TEST_F(ShortHeader, AfterAnErrorTheOtherFormIsTried) {
  open(false);
  over(message);
  EXPECT_TRUE(modem->refused);
  EXPECT_FALSE(last_over_complete());
  reopen(false);
  over(message);
  EXPECT_EQ(modem->air, message);
  EXPECT_TRUE(last_over_complete());
  // Proven now: a loss of the connection within an over is no reason for doubt.
  dte.key(now);
  settle();
  dte.transmit(ByteView(message).first(100), now);
  dte.port_closed("gone", now);
  open(false);
  over(message);
  EXPECT_EQ(modem->air, message);
}

TEST_F(ShortHeader, NaksOfThisOverEndItThoseOfOthersDoNot) {
  auto s = settings();
  s.header = port110d::Header::short_;
  dte = Modem110d(s);
  open(false);
  dte.key(now);
  settle();
  dte.transmit(ByteView(message).first(100), now);
  settle();
  modem->send(0, {0x04, 0x30 | 0x02, 0x00});
  settle();
  EXPECT_TRUE(dte.keyed());
  modem->send(0, {0x04, 0x30 | 0x01, 0x00});
  settle();
  EXPECT_FALSE(dte.keyed());
  EXPECT_TRUE(dte.wants_close());
}

}  // namespace
}  // namespace longwire::modem
