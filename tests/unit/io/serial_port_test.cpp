// Serial modems over pseudo terminals.
#include "node/io/serial_port.hpp"

#include "bearers/modem/raw_modem.hpp"
#include "node/io/transmit_watchdog.hpp"
#include "ports.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace longwire::io {
namespace {

using namespace std::chrono_literals;

// The modem's end of the line.
struct Pty {
  Pty() {
    char name[128] = {};
    EXPECT_EQ(::openpty(&master, &slave, name, nullptr, nullptr), 0);
    device = name;
    EXPECT_EQ(::fcntl(master, F_SETFL, O_NONBLOCK), 0);
  }
  ~Pty() { close(); }
  void close() {
    for (auto* fd : {&master, &slave}) {
      if (*fd >= 0) ::close(*fd);
      *fd = -1;
    }
  }
  Bytes read() const {
    Bytes octets(4096);
    const auto n = ::read(master, octets.data(), octets.size());
    octets.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return octets;
  }
  int master = -1, slave = -1;
  std::string device;
};

struct SerialPortTest : testing::Test {
  SerialPort::Settings settings(bool rts = false) const {
    SerialPort::Settings s;
    s.device = pty.device;
    s.ptt = rts ? SerialPort::Settings::Ptt::rts : SerialPort::Settings::Ptt::none;
    return s;
  }
  boost::asio::io_context io;
  Clock clock;
  Pty pty;
  Log log;
};

Bytes all_octets() {
  Bytes octets(256);
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(i);
  return octets;
}

TEST_F(SerialPortTest, EveryOctetPassesUnchangedBothWays) {
  SerialPort port(io, settings(), clock, log.handlers());
  port.start();
  ASSERT_EQ(log.opened, 1);
  EXPECT_TRUE(log.warnings.empty());
  const auto octets = all_octets();
  port.write(octets);
  Bytes got;
  ASSERT_TRUE(run_until(io, [&] {
    const auto more = pty.read();
    got.insert(got.end(), more.begin(), more.end());
    return got.size() >= octets.size();
  }));
  EXPECT_EQ(got, octets);
  ASSERT_EQ(::write(pty.master, octets.data(), octets.size()), static_cast<ssize_t>(octets.size()));
  ASSERT_TRUE(run_until(io, [&] { return log.bytes.size() >= octets.size(); }));
  EXPECT_EQ(log.bytes, octets);
}

TEST_F(SerialPortTest, SaysThatTheLineCannotKeyARadio) {
  SerialPort port(io, settings(true), clock, log.handlers());
  port.start();
  EXPECT_EQ(log.opened, 1);
  ASSERT_EQ(log.warnings.size(), 1U);
  EXPECT_EQ(log.warnings[0], "serial_no_rts");
  port.set_ptt(true);  // harmless
  port.set_ptt(false);
}

TEST_F(SerialPortTest, ADeviceThatGoesAndComesBack) {
  const std::string link = testing::TempDir() + "modem_line_" + std::to_string(::getpid());
  ::unlink(link.c_str());
  ASSERT_EQ(::symlink(pty.device.c_str(), link.c_str()), 0);
  auto s = settings();
  s.device = link;
  SerialPort port(io, s, clock, log.handlers());
  port.start();
  ASSERT_EQ(log.opened, 1);
  pty.close();
  ASSERT_TRUE(run_until(io, [&] { return !log.closed.empty(); }));
  ::unlink(link.c_str());
  Pty other;
  ASSERT_EQ(::symlink(other.device.c_str(), link.c_str()), 0);
  ASSERT_TRUE(run_until(io, [&] { return log.opened == 2; }));
  port.write(Bytes{1, 2, 3});
  Bytes got;
  ASSERT_TRUE(run_until(io, [&] {
    const auto more = other.read();
    got.insert(got.end(), more.begin(), more.end());
    return got.size() >= 3;
  }));
  ::unlink(link.c_str());
}

TEST_F(SerialPortTest, AMissingDeviceIsNamed) {
  auto s = settings();
  s.device = "/dev/does_not_exist";
  SerialPort port(io, s, clock, log.handlers());
  port.start();
  ASSERT_EQ(log.closed.size(), 1U);
  EXPECT_NE(log.closed[0].find("/dev/does_not_exist"), std::string::npos);
  EXPECT_NE(log.closed[0].find("No such file"), std::string::npos);
}

struct CommandPtt : SerialPortTest {
  SerialPort::Settings commanded() const {
    auto s = settings();
    s.ptt = SerialPort::Settings::Ptt::command;
    s.ptt_on = to_bytes("TX\r");
    s.ptt_off = Bytes{0xFE, 'R', 'X', 0x00, '\r'};
    return s;
  }
  // What has come out of the line so far, up to the expected end.
  bool gets(const std::string& end) {
    return run_until(io, [&] {
      const auto more = pty.read();
      at_modem.append(more.begin(), more.end());
      return at_modem.ends_with(end);
    });
  }
  const std::string off = std::string("\xFERX\0\r", 5);
  std::string at_modem;
};

TEST_F(CommandPtt, KeysBeforeTheOctetsAndEndsBehindThem) {
  SerialPort port(io, commanded(), clock, log.handlers());
  port.start();
  ASSERT_TRUE(gets(off));  // whatever state the radio was left in
  at_modem.clear();
  port.set_ptt(true);
  port.write(to_bytes("octets"));
  port.set_ptt(true);
  ASSERT_TRUE(gets("octets"));
  port.set_ptt(false);
  port.set_ptt(false);
  ASSERT_TRUE(gets(off));
  EXPECT_EQ(at_modem, "TX\roctets" + off);
  EXPECT_TRUE(log.warnings.empty());
}

// An over that is cut leaves nothing on the way that would come behind the command.
TEST_F(CommandPtt, ACutOverEndsWithTheCommand) {
  SerialPort port(io, commanded(), clock, log.handlers());
  port.start();
  ASSERT_TRUE(gets(off));
  at_modem.clear();
  port.set_ptt(true);
  port.write(Bytes(100'000, 'x'));  // more than a line takes at once
  port.set_ptt(false);
  ASSERT_TRUE(gets(off));
  EXPECT_LT(at_modem.size(), 100'000U);
  (void)run_until(
      io, [] { return false; }, 100ms);
  EXPECT_TRUE(pty.read().empty());
}

TEST_F(CommandPtt, StoppingUnkeysTheRadio) {
  SerialPort port(io, commanded(), clock, log.handlers());
  port.start();
  ASSERT_TRUE(gets(off));
  at_modem.clear();
  port.set_ptt(true);
  ASSERT_TRUE(gets("TX\r"));
  port.stop();
  ASSERT_TRUE(gets(off));
}

TEST_F(CommandPtt, TheHardLimitSendsItWhileTheLoopHangs) {
  auto s = commanded();
  s.most_keyed = 50ms;
  SerialPort port(io, s, clock, log.handlers());
  port.start();
  ASSERT_TRUE(gets(off));
  at_modem.clear();
  port.set_ptt(true);
  for (int i = 0; i < 400 && !at_modem.ends_with(off); ++i) {  // nobody runs the loop
    std::this_thread::sleep_for(10ms);
    const auto more = pty.read();
    at_modem.append(more.begin(), more.end());
  }
  EXPECT_EQ(at_modem, "TX\r" + off);
  port.set_ptt(false);
  ASSERT_EQ(log.warnings.size(), 1U);
  EXPECT_EQ(log.warnings[0], "transmit_watchdog");
}

// The driver of a serial modem over the line: what the modem gets is what was given, carrier and over
// are told.
TEST_F(SerialPortTest, CarriesASerialModem) {
  modem::PortModemSettings ms;
  ms.attach = modem::Attach::serial;
  ms.waveform = {9600, modem::Interleaver::none};
  ms.lead = 20ms;
  ms.tail = 20ms;
  ms.line_baud = 19'200;
  modem::RawModem driver(ms);
  SerialPort port(
      io, settings(), clock,
      {[&] { driver.port_opened(clock.now()); }, [&](std::string_view why) { driver.port_closed(why, clock.now()); },
       [&](ByteView b) { driver.on_bytes(b, clock.now()); }, [](std::string_view, std::string) {}});
  port.start();
  ASSERT_TRUE(driver.up());
  const auto octets = all_octets();
  Bytes at_modem, received;
  bool ended = false, given = false;
  const auto step = [&] {
    driver.tick(clock.now());
    if (!given && driver.wants_octets(clock.now())) {
      given = true;
      driver.transmit(octets, clock.now());
      driver.end(clock.now());
    }
    port.set_ptt(driver.ptt());
    port.write(driver.take_bytes());
    for (const auto& e : driver.take_events()) {
      if (const auto* over = std::get_if<modem::event::OverEnded>(&e)) ended = over->complete;
      if (const auto* r = std::get_if<modem::event::Received>(&e))
        received.insert(received.end(), r->octets.begin(), r->octets.end());
    }
    const auto more = pty.read();
    at_modem.insert(at_modem.end(), more.begin(), more.end());
  };
  driver.key(clock.now());
  ASSERT_TRUE(run_until(io, [&] {
    step();
    return ended && at_modem.size() >= octets.size();
  }));
  EXPECT_EQ(at_modem, octets);
  ASSERT_EQ(::write(pty.master, octets.data(), octets.size()), static_cast<ssize_t>(octets.size()));
  ASSERT_TRUE(run_until(io, [&] {
    step();
    return received.size() >= octets.size();
  }));
  EXPECT_EQ(received, octets);
  EXPECT_TRUE(driver.carrier());
}

TEST(TransmitWatchdog, CutsWhileTheLoopHangs) {
  std::atomic<int> cut{-1};
  TransmitWatchdog dog([&](int fd) { cut = fd; });
  dog.arm(7, 50ms);
  dog.arm(8, 10s);  // still the same over
  // Nobody runs a loop: the thread acts all the same.
  for (int i = 0; i < 400 && cut == -1; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(cut, 7);
  EXPECT_TRUE(dog.disarm());
  EXPECT_FALSE(dog.disarm());
}

TEST(TransmitWatchdog, LeavesAnOverInTimeAlone) {
  std::atomic<int> cuts{0};
  TransmitWatchdog dog([&](int) { ++cuts; });
  for (int i = 0; i < 5; ++i) {
    dog.arm(1, 10s);
    EXPECT_FALSE(dog.disarm());
  }
  dog.arm(1, 30ms);
  EXPECT_FALSE(dog.disarm());
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(cuts, 0);
}

}  // namespace
}  // namespace longwire::io
