#include "bearers/modem/raw_modem.hpp"

#include "bearers/modem/fifo_level.hpp"
#include "bearers/modem/transmit_guard.hpp"
#include "bearers/modem/waveform.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace longwire::modem {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Time start = from_unix(1'700'000'000);

PortModemSettings settings_for(Attach attach, Waveform waveform = {300, Interleaver::short_}) {
  PortModemSettings s;
  s.attach = attach;
  s.waveform = waveform;
  s.lead = milliseconds{500};
  s.tail = milliseconds{700};
  return s;
}

struct Rig {
  explicit Rig(const PortModemSettings& s) : modem(s) { modem.port_opened(now); }

  void run(Duration span, bool feed = false) {
    const auto until = now + span;
    while (now < until) {
      step(feed);
      now = std::clamp(modem.next_wake(), now + Duration{1}, until);
      ++turns;
    }
    step(feed);
  }
  void step(bool feed) {
    modem.tick(now);
    while (feed && modem.wants_octets(now)) {
      modem.transmit(Bytes(50, 0x55), now);
      given += 50;
    }
    const auto out = modem.take_bytes();
    written += out.size();
    for (auto& e : modem.take_events()) events.push_back(std::move(e));
  }
  template <class E>
  std::vector<E> of() const {
    std::vector<E> found;
    for (const auto& e : events)
      if (const auto* match = std::get_if<E>(&e)) found.push_back(*match);
    return found;
  }

  RawModem modem;
  Time now = start;
  std::vector<Event> events;
  std::size_t given = 0, written = 0;
  int turns = 0;
};

TEST(RawModem, PacesByAirTime) {
  Rig rig(settings_for(Attach::raw_tcp));
  rig.modem.key(rig.now);
  rig.run(seconds{40}, true);
  // 40 s less the lead, one block and the margin ahead, and one unit too many.
  const double air = 300.0 / 8 * (40 - 0.5 + 0.6 + 1);
  EXPECT_GE(static_cast<double>(rig.given), air - 50);
  EXPECT_LE(static_cast<double>(rig.given), air + 51);
  EXPECT_EQ(rig.written, rig.given);
  EXPECT_LT(rig.turns, 200);
  rig.modem.end(rig.now);
  EXPECT_FALSE(rig.modem.wants_octets(rig.now));
  const auto ended = rig.now;
  rig.run(seconds{10});
  ASSERT_EQ(rig.of<event::OverEnded>().size(), 1U);
  EXPECT_TRUE(rig.of<event::OverEnded>().front().complete);
  EXPECT_EQ(rig.of<event::OverStarted>().size(), 1U);
  EXPECT_FALSE(rig.modem.keyed());
  (void)ended;
}

TEST(RawModem, TheSlowerLineSetsThePace) {
  auto s = settings_for(Attach::serial, {9600, Interleaver::none});
  s.line_baud = 2400;  // 240 octets a second with start and stop bits
  Rig rig(s);
  rig.modem.key(rig.now);
  rig.run(seconds{30}, true);
  EXPECT_LE(rig.given, 240U * 31 + 100);
  EXPECT_GE(rig.given, 240U * 29);
}

TEST(RawModem, RtsFollowsTheOver) {
  Rig rig(settings_for(Attach::serial));
  EXPECT_FALSE(rig.modem.ptt());
  rig.modem.key(rig.now);
  EXPECT_TRUE(rig.modem.ptt());
  rig.modem.transmit(Bytes(75, 1), rig.now);  // two seconds
  rig.modem.end(rig.now);
  rig.run(milliseconds{500 + 2000 + 699});
  EXPECT_TRUE(rig.modem.ptt());
  rig.run(milliseconds{2});
  EXPECT_FALSE(rig.modem.ptt());
  EXPECT_TRUE(rig.of<event::OverEnded>().at(0).complete);

  auto s = settings_for(Attach::serial);
  s.ptt = Ptt::none;
  Rig without(s);
  without.modem.key(without.now);
  EXPECT_FALSE(without.modem.ptt());
}

TEST(RawModem, NoOctetBeforeTheLeadBehindACommand) {
  auto s = settings_for(Attach::serial);
  s.ptt = Ptt::command;
  Rig rig(s);
  rig.modem.key(rig.now);
  EXPECT_TRUE(rig.modem.ptt());
  EXPECT_FALSE(rig.modem.wants_octets(rig.now));
  rig.run(milliseconds{499});
  EXPECT_FALSE(rig.modem.wants_octets(rig.now));
  EXPECT_LE(rig.modem.next_wake(), rig.now + milliseconds{1});
  rig.run(milliseconds{1});
  EXPECT_TRUE(rig.modem.wants_octets(rig.now));
  rig.modem.transmit(Bytes(75, 1), rig.now);  // two seconds
  rig.modem.end(rig.now);
  rig.run(milliseconds{2000 + 699});
  EXPECT_TRUE(rig.modem.ptt());
  rig.run(milliseconds{2});
  EXPECT_FALSE(rig.modem.ptt());
}

TEST(RawModem, TransmitLimitAtAndBeforeTheEdge) {
  auto s = settings_for(Attach::serial);
  s.max_transmit = seconds{20};
  Rig rig(s);
  rig.modem.key(rig.now);
  rig.run(milliseconds{19'999}, true);
  EXPECT_TRUE(rig.modem.ptt());
  rig.run(milliseconds{1}, true);
  EXPECT_FALSE(rig.modem.ptt());
  ASSERT_EQ(rig.of<event::OverEnded>().size(), 1U);
  EXPECT_EQ(rig.of<event::OverEnded>().front().reason, "transmit_limit");
  EXPECT_FALSE(rig.of<event::OverEnded>().front().complete);
  EXPECT_FALSE(rig.modem.wants_close());  // RTS is down, that is enough

  s.attach = Attach::raw_tcp;
  Rig tcp(s);
  tcp.modem.key(tcp.now);
  tcp.run(seconds{20}, true);
  EXPECT_TRUE(tcp.modem.wants_close());
}

TEST(RawModem, AbortWritesNothingMore) {
  for (const auto attach : {Attach::raw_tcp, Attach::serial}) {
    Rig rig(settings_for(attach));
    rig.modem.key(rig.now);
    rig.modem.transmit(Bytes(100, 1), rig.now);
    rig.modem.abort(rig.now);
    EXPECT_TRUE(rig.modem.take_bytes().empty());
    EXPECT_FALSE(rig.modem.ptt());
    EXPECT_FALSE(rig.modem.keyed());
    EXPECT_EQ(rig.modem.wants_close(), attach == Attach::raw_tcp);
    rig.run(seconds{1});
    EXPECT_EQ(rig.of<event::OverEnded>().at(0).reason, "aborted");
    rig.modem.abort(rig.now);
    rig.run(seconds{1});
    EXPECT_EQ(rig.of<event::OverEnded>().size(), 1U);
  }
}

TEST(RawModem, OctetsImplyACarrierUntilTheyCease) {
  Rig rig(settings_for(Attach::raw_tcp));
  EXPECT_FALSE(rig.modem.carrier());
  const Bytes octets{1, 2, 3};
  rig.modem.on_bytes(octets, rig.now);
  EXPECT_TRUE(rig.modem.carrier());
  rig.run(milliseconds{1599});
  EXPECT_TRUE(rig.modem.carrier());
  rig.modem.on_bytes(octets, rig.now);
  rig.run(milliseconds{1599});
  EXPECT_TRUE(rig.modem.carrier());
  rig.run(milliseconds{1});
  EXPECT_FALSE(rig.modem.carrier());
  const auto told = rig.of<event::Carrier>();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[0].on);
  EXPECT_FALSE(told[1].on);
  EXPECT_EQ(rig.of<event::Received>().size(), 2U);
  EXPECT_EQ(rig.modem.next_wake(), never);
}

TEST(RawModem, PortComesAndGoes) {
  Rig rig(settings_for(Attach::serial));
  rig.modem.on_bytes(Bytes{1}, rig.now);
  rig.modem.key(rig.now);
  rig.modem.port_closed("unplugged", rig.now);
  rig.run(seconds{1});
  EXPECT_FALSE(rig.modem.up());
  EXPECT_FALSE(rig.modem.ptt());
  EXPECT_EQ(rig.of<event::OverEnded>().at(0).reason, "port_lost");
  EXPECT_FALSE(rig.of<event::Carrier>().back().on);
  EXPECT_EQ(rig.of<event::Up>().back().text, "unplugged");
  rig.modem.key(rig.now);
  EXPECT_FALSE(rig.modem.keyed());
  rig.modem.port_opened(rig.now);
  EXPECT_TRUE(rig.modem.up());
}

TEST(RawModem, CannotBeToldAWaveform) {
  Rig rig(settings_for(Attach::raw_tcp));
  EXPECT_FALSE(rig.modem.set_waveform({600, Interleaver::short_}, rig.now));
  EXPECT_TRUE(rig.modem.set_waveform({300, Interleaver::short_}, rig.now));
  EXPECT_EQ(rig.modem.timing(rig.modem.waveform()).lead, milliseconds{500});
  EXPECT_EQ(rig.modem.timing(rig.modem.waveform()).tail, milliseconds{700});
}

TEST(MakePortModem, EachKind) {
  for (const auto attach : {Attach::data_port_110d, Attach::raw_tcp, Attach::serial}) {
    const auto modem = make_port_modem(settings_for(attach));
    ASSERT_TRUE(modem);
    EXPECT_FALSE(modem->up());
    EXPECT_EQ(modem->waveform().rate_bps, 300U);
  }
}

TEST(TransmitGuard, CountsFromKey) {
  TransmitGuard guard(seconds{130});
  EXPECT_FALSE(guard.expired(start + std::chrono::hours{1}));
  guard.key(start);
  EXPECT_FALSE(guard.expired(start + seconds{130} - Duration{1}));
  EXPECT_TRUE(guard.expired(start + seconds{130}));
  guard.release();
  EXPECT_EQ(guard.deadline(), never);
}

TEST(FifoLevel, SinksAtTheRateAndIsCorrected) {
  FifoLevel level;
  level.given(1000);
  EXPECT_EQ(level.level(start), 1000U);
  EXPECT_EQ(level.falls_to(100), never);
  level.drain(800, start);
  EXPECT_EQ(level.level(start + seconds{1}), 900U);
  EXPECT_EQ(level.falls_to(900), start + seconds{1});
  level.told(950, start + seconds{1});
  EXPECT_EQ(level.level(start + seconds{2}), 850U);
  level.given(50);
  EXPECT_EQ(level.level(start + seconds{2}), 900U);
  EXPECT_EQ(level.level(start + seconds{100}), 0U);
  // At the very moment of the wake the level is down: no wake is ever repeated.
  for (const std::uint32_t rate : {75U, 300U, 2400U, 9600U, 3200U}) {
    FifoLevel f;
    f.given(997);
    f.drain(rate, start);
    for (std::size_t to = 0; to < 997; to += 13) EXPECT_LE(f.level(f.falls_to(to)), to);
  }
}

TEST(Waveform, FiguresAndTheWayBack) {
  for (const std::uint32_t rate : {75U, 150U, 300U, 600U, 1200U, 2400U, 3200U, 4800U, 6400U, 9600U})
    for (const auto interleaver : {Interleaver::none, Interleaver::short_, Interleaver::long_}) {
      const Waveform w{rate, interleaver};
      EXPECT_EQ(waveform_of(rate, blocking_bits(w)), w) << rate;
    }
  EXPECT_EQ(blocking_bits({300, Interleaver::short_}), 180U);
  EXPECT_EQ(interleaver_block({75, Interleaver::long_}), milliseconds{4800});
  EXPECT_EQ(interleaver_from("long", Interleaver::none), Interleaver::long_);
  EXPECT_EQ(interleaver_from("Long", Interleaver::none), Interleaver::none);
}

}  // namespace
}  // namespace longwire::modem
