// Real TCP connections over loopback.
#include "node/io/stream_port.hpp"

#include "base/limits.hpp"
#include "bearers/modem/modem_110d.hpp"
#include "bearers/modem/modem_110d_dce.hpp"
#include "ports.hpp"

#include <gtest/gtest.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <optional>
#include <thread>

namespace longwire::io {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using boost::system::error_code;

struct StreamPortTest : testing::Test {
  StreamPortTest() : acceptor(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)), port(make()) {}
  std::unique_ptr<StreamPort> make() {
    return std::make_unique<StreamPort>(io, acceptor.local_endpoint(), "modem", clock, log.handlers());
  }
  void accept() {
    server.emplace(io);
    accepted = false;
    acceptor.async_accept(*server, [this](const error_code& e) { accepted = !e; });
  }
  bool open() {
    accept();
    port->start();
    return run_until(io, [&] { return accepted && log.opened == 1; });
  }
  Bytes read_all() {
    Bytes got(1 << 16);
    error_code e;
    server->non_blocking(true);
    const auto n = server->read_some(boost::asio::buffer(got), e);
    got.resize(e ? 0 : n);
    ended |= e == boost::asio::error::eof;
    reset |= e == boost::asio::error::connection_reset;
    return got;
  }

  boost::asio::io_context io;
  Clock clock;
  tcp::acceptor acceptor;
  std::optional<tcp::socket> server;
  bool accepted = false, ended = false, reset = false;
  Log log;
  std::unique_ptr<StreamPort> port;
};

TEST_F(StreamPortTest, OctetsGoBothWays) {
  ASSERT_TRUE(open());
  port->write(to_bytes("to the "));
  port->write(to_bytes("modem"));
  Bytes got;
  ASSERT_TRUE(run_until(io, [&] {
    const auto more = read_all();
    got.insert(got.end(), more.begin(), more.end());
    return got.size() >= 12;
  }));
  EXPECT_EQ(as_text(got), "to the modem");
  boost::asio::write(*server, boost::asio::buffer("from it", 7));
  ASSERT_TRUE(run_until(io, [&] { return log.bytes.size() == 7; }));
  EXPECT_EQ(as_text(log.bytes), "from it");
}

// The driver claims that it transmits and nobody runs the loop: the modem hears of it all the same.
TEST_F(StreamPortTest, TheHardLimitResetsTheConnectionWhileTheLoopHangs) {
  port = std::make_unique<StreamPort>(io, acceptor.local_endpoint(), "modem", clock, log.handlers(), 50ms);
  ASSERT_TRUE(open());
  port->set_ptt(true);
  port->write(to_bytes("over"));
  (void)run_until(
      io, [] { return false; }, 10ms);
  for (int i = 0; i < 400 && !reset; ++i) {
    std::this_thread::sleep_for(10ms);
    (void)read_all();
  }
  EXPECT_TRUE(reset);
  EXPECT_TRUE(log.closed.empty());
  accept();
  ASSERT_TRUE(run_until(io, [&] { return log.opened == 2 && accepted; }));
  ASSERT_EQ(log.warnings.size(), 1U);
  EXPECT_EQ(log.warnings[0], "transmit_watchdog");
  EXPECT_EQ(log.closed.size(), 1U);
}

TEST_F(StreamPortTest, OversInTimeAndConnectionsOfNoModemAreLeftAlone) {
  ASSERT_TRUE(open());
  port->set_ptt(true);
  (void)run_until(
      io, [] { return false; }, 100ms);
  (void)read_all();
  EXPECT_FALSE(reset);
  EXPECT_TRUE(log.closed.empty());

  Log other;
  StreamPort timed(io, acceptor.local_endpoint(), "modem", clock, other.handlers(), 300ms);
  accept();
  timed.start();
  ASSERT_TRUE(run_until(io, [&] { return accepted && other.opened == 1; }));
  for (int i = 0; i < 5; ++i) {
    timed.set_ptt(true);
    (void)run_until(
        io, [] { return false; }, 100ms);
    timed.set_ptt(false);
  }
  (void)read_all();
  EXPECT_FALSE(reset);
  EXPECT_TRUE(other.closed.empty());
  EXPECT_TRUE(other.warnings.empty());
}

TEST_F(StreamPortTest, ComesBackWhenTheOtherSideCloses) {
  ASSERT_TRUE(open());
  server->close();
  ASSERT_TRUE(run_until(io, [&] { return log.closed.size() == 1; }));
  EXPECT_EQ(log.closed[0], "closed by the other side");
  accept();
  ASSERT_TRUE(run_until(io, [&] { return log.opened == 2 && accepted; }));
}

TEST_F(StreamPortTest, KeepsTryingWhileNobodyListens) {
  const auto where = acceptor.local_endpoint();
  acceptor.close();
  port->start();
  ASSERT_TRUE(run_until(io, [&] { return log.closed.size() >= 2; }));
  EXPECT_EQ(log.opened, 0);
  acceptor = tcp::acceptor(io, where);
  accept();
  ASSERT_TRUE(run_until(io, [&] { return log.opened == 1; }));
}

// EMCON: what the modem has not read yet must not reach it.
TEST_F(StreamPortTest, ReopenAtOnceResets) {
  ASSERT_TRUE(open());
  port->reopen(true);
  ASSERT_EQ(log.closed.size(), 1U);
  EXPECT_EQ(log.closed[0], "reopened");
  ASSERT_TRUE(run_until(io, [&] {
    read_all();
    return reset;
  }));
  accept();
  ASSERT_TRUE(run_until(io, [&] { return log.opened == 2; }));
}

TEST_F(StreamPortTest, ReopenWithLastWordsDeliversThem) {
  ASSERT_TRUE(open());
  port->write(to_bytes("why"));
  port->reopen(false);
  Bytes got;
  ASSERT_TRUE(run_until(io, [&] {
    const auto more = read_all();
    got.insert(got.end(), more.begin(), more.end());
    return ended;
  }));
  EXPECT_EQ(as_text(got), "why");
  EXPECT_EQ(log.closed.size(), 1U);
}

TEST_F(StreamPortTest, OutputIsBounded) {
  ASSERT_TRUE(open());
  // The kernel takes some megabytes; then the limit holds.
  for (int i = 0; i < 200 && log.closed.empty(); ++i) {
    port->write(Bytes(limits::port_output_octets / 4, 1));
    io.restart();
    io.run_for(1ms);
  }
  ASSERT_EQ(log.closed.size(), 1U);
  EXPECT_EQ(log.closed[0], "the other side does not read");
}

TEST_F(StreamPortTest, OneWriteAtTheLimitPassesOneBeyondDoesNot) {
  ASSERT_TRUE(open());
  port->write(Bytes(limits::port_output_octets, 1));
  EXPECT_TRUE(log.closed.empty());
  std::size_t got = 0;
  ASSERT_TRUE(run_until(io, [&] {
    got += read_all().size();
    return got == limits::port_output_octets;
  }));
  port->write(Bytes(limits::port_output_octets + 1, 1));
  EXPECT_EQ(log.closed.size(), 1U);
}

TEST_F(StreamPortTest, NothingIsToldAfterStop) {
  ASSERT_TRUE(open());
  boost::asio::write(*server, boost::asio::buffer("late", 4));
  port->stop();
  io.restart();
  io.run_for(50ms);
  EXPECT_TRUE(log.bytes.empty());
  EXPECT_TRUE(log.closed.empty());
}

// The modem driver over a real connection to the modem's end of the protocol: one over, then a
// reception.
TEST_F(StreamPortTest, CarriesThe110dDataPort) {
  modem::PortModemSettings settings;
  settings.waveform = {9600, modem::Interleaver::none};
  modem::Modem110d dte(settings);
  modem::DceSettings dce_settings;
  dce_settings.waveform = settings.waveform;
  modem::Modem110dDce dce(dce_settings);
  std::unique_ptr<StreamPort> line;
  const auto pump = [&] {
    if (line) line->write(dte.take_bytes());
  };
  line = std::make_unique<StreamPort>(
      io, acceptor.local_endpoint(), "modem", clock,
      BytePort::Handlers{[&] { dte.port_opened(clock.now()); },
                         [&](std::string_view why) { dte.port_closed(why, clock.now()); },
                         [&](ByteView b) { dte.on_bytes(b, clock.now()); }, [](std::string_view, std::string) {}});
  accept();
  line->start();
  ASSERT_TRUE(run_until(io, [&] { return accepted; }));
  dce.opened(clock.now());

  const Bytes message(2000, 0x42);
  std::size_t given = 0;
  Bytes on_air, received;
  bool last = false, over_ended = false, complete = false;
  const auto step = [&] {
    const auto now = clock.now();
    dce.on_bytes(read_all(), now);
    dce.tick(now);
    for (const auto& e : dce.take_events()) {
      if (const auto* o = std::get_if<modem::dce::Octets>(&e)) {
        on_air.insert(on_air.end(), o->octets.begin(), o->octets.end());
        dce.sent(o->octets.size(), now);
      }
      last |= std::holds_alternative<modem::dce::Last>(e);
    }
    if (last && dce.state() == modem::port110d::TxState::draining_ok) dce.flushed(now);
    const auto out = dce.take_bytes();
    if (!out.empty()) boost::asio::write(*server, boost::asio::buffer(out));
    dte.tick(now);
    while (dte.wants_octets(now)) {
      if (given == message.size()) {
        dte.end(now);
        break;
      }
      dte.transmit(ByteView(message).subspan(given, 100), now);
      given += 100;
    }
    for (const auto& e : dte.take_events()) {
      if (const auto* over = std::get_if<modem::event::OverEnded>(&e)) {
        over_ended = true;
        complete = over->complete;
      }
      if (const auto* r = std::get_if<modem::event::Received>(&e))
        received.insert(received.end(), r->octets.begin(), r->octets.end());
    }
    pump();
  };
  ASSERT_TRUE(run_until(io, [&] {
    step();
    return dte.up();
  }));
  dte.key(clock.now());
  ASSERT_TRUE(run_until(io, [&] {
    step();
    return over_ended;
  }));
  EXPECT_TRUE(complete);
  EXPECT_EQ(on_air, message);
  dce.carrier(true, settings.waveform, clock.now());
  dce.received(message, clock.now());
  dce.carrier(false, {}, clock.now());
  ASSERT_TRUE(run_until(io, [&] {
    step();
    return received.size() == message.size();
  }));
  EXPECT_EQ(received, message);
}

}  // namespace
}  // namespace longwire::io
