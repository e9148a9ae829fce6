// Two HF bearers with stacks of their own on real sockets: their modems are joined by a wire that the
// test holds. Time runs fast, the air time of HF does not fit a test.
#include "node/io/hf_bearer_io.hpp"

#include "bearers/s5066/address.hpp"
#include "bearers/s5066/primitive.hpp"
#include "ports.hpp"

#include <gtest/gtest.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <deque>
#include <optional>

namespace longwire::io {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr Speed fast{100, {}};

// Copies octets between the two modem connections and counts them.
class Wire {
 public:
  explicit Wire(boost::asio::io_context& io)
      : ends{tcp::acceptor(io, loopback()), tcp::acceptor(io, loopback())}, sockets{tcp::socket(io), tcp::socket(io)} {
    for (std::size_t i : {0U, 1U}) accept(i);
  }
  std::uint16_t port(std::size_t i) { return ends[i].local_endpoint().port(); }

  std::array<std::size_t, 2> octets{};

 private:
  static tcp::endpoint loopback() { return {boost::asio::ip::address_v4::loopback(), 0}; }
  void accept(std::size_t i) {
    ends[i].async_accept([this, i](const error_code& e, tcp::socket s) {
      if (e) return;
      sockets[i] = std::move(s);
      read(i);
      accept(i);
    });
  }
  void read(std::size_t i) {
    sockets[i].async_read_some(boost::asio::buffer(in[i]), [this, i](const error_code& e, std::size_t n) {
      if (e) return;
      octets[i] += n;
      error_code ignored;
      if (sockets[1 - i].is_open()) boost::asio::write(sockets[1 - i], boost::asio::buffer(in[i], n), ignored);
      read(i);
    });
  }
  std::array<tcp::acceptor, 2> ends;
  std::array<tcp::socket, 2> sockets;
  std::array<std::array<std::uint8_t, 4096>, 2> in;
};

// One station; what it takes from the node is in `waiting`.
struct Station {
  Station(boost::asio::io_context& io, unsigned number, std::uint16_t modem_port)
      : clock(fast), config(make(number, modem_port)), bearer(io, config, 0, number, clock, handlers()) {}

  static engine::Config make(unsigned number, std::uint16_t modem_port) {
    engine::Config c;
    c.name = "station";
    engine::BearerConfig b;
    b.name = "hf";
    b.kind = "modem";
    b.rate_bps = 2400;
    b.half_duplex = true;
    b.hf.address = address(number);
    b.hf.modem.attach = "tcp";
    b.hf.modem.address = {"127.0.0.1", modem_port, false};
    b.hf.modem.interleaver = "none";
    b.hf.sis_listen = {{"127.0.0.1", 0, false}};
    c.bearers.push_back(b);
    return c;
  }
  static Ipv4 address(unsigned number) { return Ipv4{0x01020300U + number}; }
  BearerPort::Handlers handlers() {
    return {[this](engine::Datagram d) {
              heard.push_back(std::move(d));
              drains = drains && !stalls;
            },
            [this](bool state) { up = state; }, [](bool, unsigned) {},
            [this](std::uint64_t ticket, bool ok) { done.emplace_back(ticket, ok); },
            [this](std::string_view, std::string_view name, boost::json::object) { reports.emplace_back(name); }};
  }
  void send(unsigned to, Bytes octets, bool arq, std::uint64_t ticket) {
    engine::Datagram d{address(to), 0, std::move(octets)};
    d.arq = arq;
    d.expiry = clock.now() + std::chrono::hours{1};
    d.ticket = ticket;
    waiting.push_back(std::move(d));
  }
  void turn() {
    if (drains) bearer.after_drain();
    (void)bearer.pump([this]() -> std::optional<engine::Datagram> {
      if (waiting.empty()) return std::nullopt;
      auto d = std::move(waiting.front());
      waiting.pop_front();
      return d;
    });
  }

  Clock clock;
  engine::Config config;
  std::deque<engine::Datagram> waiting;
  std::vector<engine::Datagram> heard;
  std::vector<std::pair<std::uint64_t, bool>> done;
  std::vector<std::string> reports;
  bool up = false;
  bool drains = true;   // the node commits what it is fed
  bool stalls = false;  // from the next datagram on it does not
  HfBearerIo bearer;
};

struct HfBearerIoTest : testing::Test {
  HfBearerIoTest() : wire(io), a(io, 1, wire.port(0)), b(io, 2, wire.port(1)) {}
  void start() {
    a.bearer.start();
    b.bearer.start();
  }
  template <class Condition>
  bool until(Condition condition, std::chrono::milliseconds limit = 20s) {
    return run_until(
        io,
        [&] {
          a.turn();
          b.turn();
          return condition();
        },
        limit);
  }

  boost::asio::io_context io;
  Wire wire;
  Station a, b;
};

TEST_F(HfBearerIoTest, DatagramsPassBothWaysAndAreConfirmed) {
  start();
  ASSERT_TRUE(until([&] { return a.up && b.up; }));
  const Bytes first(100, 0x11), second(90, 0x22);
  a.send(2, first, true, 1);
  ASSERT_TRUE(until([&] { return b.heard.size() == 1 && a.done.size() == 1; }));
  EXPECT_EQ(b.heard[0].octets, first);
  EXPECT_EQ(b.heard[0].peer, Station::address(1));
  EXPECT_TRUE(b.heard[0].arq);
  EXPECT_EQ(a.done[0], (std::pair<std::uint64_t, bool>{1, true}));
  b.send(1, second, false, 7);
  ASSERT_TRUE(until([&] { return a.heard.size() == 1 && b.done.size() == 1; }));
  EXPECT_EQ(a.heard[0].octets, second);
  EXPECT_FALSE(a.heard[0].arq);
}

// The acknowledgement of an ARQ datagram leaves after the commit of what it carried, not before.
TEST_F(HfBearerIoTest, NothingIsConfirmedBeforeTheDrain) {
  start();
  ASSERT_TRUE(until([&] { return a.up && b.up; }));
  b.stalls = true;
  a.send(2, Bytes(50, 1), true, 1);
  ASSERT_TRUE(until([&] { return !b.heard.empty(); }));
  const auto before = wire.octets[1];
  EXPECT_FALSE(until([&] { return !a.done.empty(); }, 300ms));  // half a minute of the bearer's time
  EXPECT_EQ(wire.octets[1], before);
  b.stalls = false;
  b.drains = true;
  ASSERT_TRUE(until([&] { return !a.done.empty(); }));
  EXPECT_TRUE(a.done[0].second);
}

TEST_F(HfBearerIoTest, ASilentStationEmitsNothing) {
  b.bearer.set_emcon(true);
  start();
  ASSERT_TRUE(until([&] { return a.up; }));
  a.send(2, Bytes(80, 3), false, 1);
  ASSERT_TRUE(until([&] { return b.heard.size() == 1; }));
  a.send(2, Bytes(80, 4), true, 2);  // asks for answers
  b.send(1, Bytes(80, 5), false, 3);
  (void)until([] { return false; }, 500ms);
  EXPECT_EQ(wire.octets[1], 0U);
  b.bearer.set_emcon(false);
  ASSERT_TRUE(until([&] { return wire.octets[1] > 0; }));
}

// EMCON within an over: not one octet more.
TEST_F(HfBearerIoTest, SilenceCutsAnOver) {
  start();
  ASSERT_TRUE(until([&] { return a.up && b.up; }));
  for (std::uint64_t i = 0; i < 60; ++i) a.send(2, Bytes(200, 6), false, 10 + i);  // 40 s of air
  ASSERT_TRUE(until([&] { return wire.octets[0] > 500; }));
  a.bearer.set_emcon(true);
  const auto sent = wire.octets[0];
  (void)until([] { return false; }, 500ms);
  // What the wire had in its socket at that moment may have been counted since.
  EXPECT_LT(wire.octets[0], sent + 3000);
  const auto later = wire.octets[0];
  (void)until([] { return false; }, 300ms);
  EXPECT_EQ(wire.octets[0], later);
}

// A client of somebody else on our station's port binds, and unbinding or garbage of one leaves the
// others alone.
TEST_F(HfBearerIoTest, OtherClientsUseTheStation) {
  start();
  ASSERT_TRUE(until([&] { return a.up && b.up; }));
  const auto addresses = a.bearer.sis_addresses();
  ASSERT_EQ(addresses.size(), 1U);
  const auto port = static_cast<std::uint16_t>(std::stoul(addresses[0].substr(addresses[0].rfind(':') + 1)));
  tcp::socket good(io), bad(io);
  const tcp::endpoint where(boost::asio::ip::address_v4::loopback(), port);
  good.connect(where);
  bad.connect(where);
  bad.non_blocking(true);
  good.non_blocking(true);
  boost::asio::write(bad, boost::asio::buffer(std::string(4000, 'x')));
  // S_BIND_REQUEST of SAP 9, rank 0, ARQ: figure A-1, "90 EB 00", size 4, type 1, SAP and rank, service.
  const std::array<std::uint8_t, 9> bind{0x90, 0xEB, 0x00, 0x00, 0x04, 0x01, 0x90, 0x10, 0x00};
  boost::asio::write(good, boost::asio::buffer(bind));
  Bytes got(64);
  std::size_t n = 0;
  ASSERT_TRUE(until([&] {
    error_code e;
    n += good.read_some(boost::asio::buffer(got.data() + n, got.size() - n), e);
    return n >= 6;
  }));
  EXPECT_EQ(got[5], 3);  // S_BIND_ACCEPTED
  good.close();
  ASSERT_TRUE(until([&] { return std::ranges::count(a.reports, "sis_disconnected") >= 1; }));
  a.send(2, Bytes(30, 9), true, 1);
  ASSERT_TRUE(until([&] { return a.done.size() == 1; }));
  EXPECT_TRUE(a.done[0].second);
}

// What a client sends against S_DATA_FLOW_OFF stays in its own socket, and another client is served as ever.
TEST_F(HfBearerIoTest, AClientThatIgnoresTheFlowControlIsReadSlowly) {
  start();
  ASSERT_TRUE(until([&] { return a.up && b.up; }));
  a.bearer.set_emcon(true);  // nothing leaves the queue
  const auto address = a.bearer.sis_addresses().at(0);
  const auto port = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
  tcp::socket flood(io), good(io);
  flood.connect({boost::asio::ip::address_v4::loopback(), port});
  Bytes octets{0x90, 0xEB, 0x00, 0x00, 0x04, 0x01, 0x90, 0x10, 0x00};
  s5066::UnidataRequest request;
  request.dest_sap = 9;
  request.dest = s5066::from_bearer_address(Station::address(2));
  request.mode.mode = s5066::TransmissionMode::arq;
  request.u_pdu.assign(2000, 0x77);
  const auto one = s5066::encode(request);
  for (int i = 0; i < 1500; ++i) octets.insert(octets.end(), one.begin(), one.end());  // 3 MB
  bool written = false;
  boost::asio::async_write(flood, boost::asio::buffer(octets), [&](const error_code&, std::size_t) { written = true; });
  const auto queued = [&] {
    std::size_t most = 0;
    const auto status = a.bearer.status(a.clock.now());
    for (const auto& client : status.at("stack").as_object().at("clients").as_array())
      most = std::max(most, client.as_object().at("queued_octets").to_number<std::size_t>());
    return most;
  };
  ASSERT_TRUE(until([&] { return queued() > 512 * 1024; }));
  (void)until([] { return false; }, 1500ms);
  EXPECT_LT(queued(), 512 * 1024U + 6 * 16 * 1024U);
  good.connect({boost::asio::ip::address_v4::loopback(), port});
  good.non_blocking(true);
  const std::array<std::uint8_t, 9> bind{0x90, 0xEB, 0x00, 0x00, 0x04, 0x01, 0xF0, 0x10, 0x00};
  boost::asio::write(good, boost::asio::buffer(bind));
  Bytes got(64);
  std::size_t n = 0;
  ASSERT_TRUE(until([&] {
    error_code e;
    n += good.read_some(boost::asio::buffer(got.data() + n, got.size() - n), e);
    return n >= 6;
  }));
  EXPECT_EQ(got[5], 3);  // S_BIND_ACCEPTED
  // It goes away with octets unread: noticed all the same.
  flood.close();
  ASSERT_TRUE(until([&] { return std::ranges::count(a.reports, "sis_disconnected") == 1; }));
}

// It sends to itself and reads nothing: its place is free again after a while.
TEST_F(HfBearerIoTest, AClientThatDoesNotReadIsClosed) {
  start();
  ASSERT_TRUE(until([&] { return a.up && b.up; }));
  const auto address = a.bearer.sis_addresses().at(0);
  const auto port = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
  tcp::socket deaf(io, tcp::v4());
  deaf.set_option(boost::asio::socket_base::receive_buffer_size(4096));
  deaf.connect({boost::asio::ip::address_v4::loopback(), port});
  Bytes octets{0x90, 0xEB, 0x00, 0x00, 0x04, 0x01, 0x90, 0x10, 0x00};
  s5066::UnidataRequest request;
  request.dest_sap = 9;
  request.dest = s5066::from_bearer_address(Station::address(1));
  request.mode.mode = s5066::TransmissionMode::non_arq;
  request.u_pdu.assign(2000, 0x77);
  const auto one = s5066::encode(request);
  for (int i = 0; i < 8000; ++i) octets.insert(octets.end(), one.begin(), one.end());  // more than sockets hold
  boost::asio::async_write(deaf, boost::asio::buffer(octets), [](const error_code&, std::size_t) {});
  ASSERT_TRUE(until([&] { return std::ranges::count(a.reports, "client_not_reading") == 1; }, 40s));
  EXPECT_EQ(std::ranges::count(a.reports, "sis_disconnected"), 0);
  ASSERT_TRUE(until([&] { return std::ranges::count(a.reports, "sis_disconnected") == 1; }, 40s));
}

TEST_F(HfBearerIoTest, NothingHappensAfterStop) {
  start();
  ASSERT_TRUE(until([&] { return a.up && b.up; }));
  a.bearer.stop();
  b.bearer.stop();
  a.send(2, Bytes(30, 9), true, 1);
  const auto before = wire.octets[0];
  (void)until([] { return false; }, 100ms);
  EXPECT_EQ(wire.octets[0], before);
  EXPECT_EQ(a.waiting.size(), 1U);
}

}  // namespace
}  // namespace longwire::io
