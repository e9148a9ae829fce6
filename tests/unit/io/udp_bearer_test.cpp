// Two bearers on one loopback device: what one sends the other hears, and nobody hears itself.
#include "node/io/udp_bearer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace longwire::io {
namespace {

using namespace std::chrono_literals;

struct Side {
  Side(boost::asio::io_context& io, Ipv4 bind, std::vector<Ipv4> groups)
      : bearer(io, config(bind), std::move(groups),
               {[this](engine::Datagram d) { heard.push_back(std::move(d)); },
                [this](bool up) { states.push_back(up); },
                {},
                {},
                [this](std::string_view, std::string_view name, boost::json::object) { reports.emplace_back(name); }}) {
  }

  static engine::BearerConfig config(Ipv4 bind) {
    engine::BearerConfig c;
    c.name = "test";
    c.bind = bind;
    return c;
  }

  std::vector<engine::Datagram> heard;
  std::vector<bool> states;
  std::vector<std::string> reports;
  UdpBearer bearer;
};

class UdpBearerTest : public ::testing::Test {
 protected:
  // Addresses of this process's own, so that tests can run side by side.
  static Ipv4 net() {
    std::random_device device;
    return Ipv4{127U << 24 | (1 + device() % 250) << 16 | (device() % 250) << 8};
  }
  static Ipv4 group_for(Ipv4 base) { return Ipv4{239U << 24 | (base.value & 0xFFFF00) | 1}; }
  static Ipv4 host(Ipv4 base, std::uint32_t n) { return Ipv4{base.value + n}; }
  void run(std::chrono::milliseconds how_long = 100ms) {
    io.restart();
    io.run_for(how_long);
  }

  boost::asio::io_context io;
};

TEST_F(UdpBearerTest, UnicastAndMulticastReachTheOtherAndNotOurselves) {
  const auto base = net();
  const auto group = group_for(base);
  Side a(io, host(base, 1), {group});
  Side b(io, host(base, 2), {group});
  a.bearer.start();
  b.bearer.start();
  EXPECT_EQ(a.states, std::vector<bool>{true});
  EXPECT_TRUE(a.bearer.send({host(base, 2), 2754, {1, 2, 3}}));
  EXPECT_TRUE(a.bearer.send({group, 2753, {4, 5}}));
  EXPECT_TRUE(a.bearer.send({group, 2751, {6}}));
  run();
  ASSERT_EQ(b.heard.size(), 3U);
  for (const auto& d : b.heard) {
    EXPECT_EQ(d.peer, host(base, 1));
    const Bytes wanted = d.port == 2754 ? Bytes{1, 2, 3} : d.port == 2753 ? Bytes{4, 5} : Bytes{6};
    EXPECT_EQ(d.octets, wanted);
  }
  EXPECT_TRUE(a.heard.empty()) << "own echo";
  a.bearer.stop();
  b.bearer.stop();
  run();
}

TEST_F(UdpBearerTest, OnlyItsOwnGroupsAreHeard) {
  const auto base = net();
  const auto group = group_for(base);
  Side a(io, host(base, 1), {group});
  Side b(io, host(base, 2), {Ipv4{group.value + 1}});
  a.bearer.start();
  b.bearer.start();
  a.bearer.send({group, 2753, {1}});
  run();
  EXPECT_TRUE(b.heard.empty());
}

TEST_F(UdpBearerTest, MissingAddressIsToldOnceAndTriedAgain) {
  Side a(io, *parse_ipv4("192.0.2.77"), {});  // TEST-NET-1: no host has it
  a.bearer.start();
  EXPECT_FALSE(a.bearer.up());
  EXPECT_FALSE(a.bearer.send({Ipv4{0x7F000001}, 2753, {1}}));
  run(4500ms);  // two further tries
  EXPECT_EQ(a.states, std::vector<bool>{false});
  EXPECT_EQ(a.reports, std::vector<std::string>{"bearer_failed"});
  a.bearer.stop();
}

TEST_F(UdpBearerTest, PortsTakenByAnotherProgramAreAFailureThatEnds) {
  const auto base = net();
  Side a(io, host(base, 1), {});
  Side again(io, host(base, 1), {});
  a.bearer.start();
  again.bearer.start();
  EXPECT_FALSE(again.bearer.up());
  a.bearer.stop();
  run(2500ms);
  EXPECT_TRUE(again.bearer.up());
  EXPECT_EQ(again.states, (std::vector<bool>{false, true}));
}

TEST_F(UdpBearerTest, LargestDatagramPasses) {
  const auto base = net();
  Side a(io, host(base, 1), {});
  Side b(io, host(base, 2), {});
  a.bearer.start();
  b.bearer.start();
  EXPECT_TRUE(a.bearer.send({host(base, 2), 2753, Bytes(65'507, 7)}));
  // One octet more is no datagram: lost and told, and the bearer stays up.
  EXPECT_TRUE(a.bearer.send({host(base, 2), 2753, Bytes(65'508, 7)}));
  run();
  ASSERT_EQ(b.heard.size(), 1U);
  EXPECT_EQ(b.heard[0].octets.size(), 65'507U);
  EXPECT_EQ(a.reports.back(), "send_failed");
  EXPECT_TRUE(a.bearer.up());
}

}  // namespace
}  // namespace longwire::io
