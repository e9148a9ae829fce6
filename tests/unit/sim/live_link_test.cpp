// Real sockets on the loopback device, but the test decides what time it is.
#include "sim/live_link.hpp"

#include "sim/ip_packet.hpp"
#include "sim/live_system.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace longwire::sim {
namespace {

using namespace std::chrono_literals;

constexpr Ipv4 a_air{0x0A420001}, b_air{0x0A420002}, c_air{0x0A420003};

// Tests run side by side on one loopback device: each process has networks of its own.
const std::uint32_t mine = 64 + static_cast<std::uint32_t>(::getpid()) % 150;
const Ipv4 a_view{0x7F000100 | mine << 16}, b_view{0x7F000200 | mine << 16}, c_view{0x7F000300 | mine << 16};
const Ipv4 group_air{0xEF000001 | mine << 16};

std::string seen(Ipv4 view, Ipv4 air) { return to_string(to_view(view, air)); }

// A program of a station that knows nothing of the emulator.
class Program {
 public:
  Program(Ipv4 local, std::uint16_t port, bool join = false) : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    const int one = 1;
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    auto address = at(local, port);
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    if (!join) return;
    ip_mreqn membership{};
    membership.imr_multiaddr.s_addr = htonl(local.value);
    membership.imr_ifindex = static_cast<int>(::if_nametoindex("lo"));
    EXPECT_EQ(::setsockopt(fd_.get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership), 0);
  }
  void send(std::string_view text, Ipv4 to, std::uint16_t port) {
    auto address = at(to, port);
    in_addr interface {};
    sockaddr_in own{};
    socklen_t size = sizeof own;
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&own), &size);
    interface = own.sin_addr;
    ::setsockopt(fd_.get(), IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface);
    EXPECT_EQ(::sendto(fd_.get(), text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&address), sizeof address),
              static_cast<ssize_t>(text.size()));
  }
  // "text from " + seen(b_view, a_air) + ":2753", or "" when nothing is there.
  std::string receive() {
    char buffer[2000];
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const auto n = ::recvfrom(fd_.get(), buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (n < 0) return "";
    return std::string(buffer, static_cast<std::size_t>(n)) + " from " + to_string(Ipv4{ntohl(from.sin_addr.s_addr)}) +
           ":" + std::to_string(ntohs(from.sin_port));
  }

 private:
  static sockaddr_in at(Ipv4 address, std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_addr.s_addr = htonl(address.value);
    out.sin_port = htons(port);
    return out;
  }
  Descriptor fd_;
};

class LiveLinkTest : public ::testing::Test {
 protected:
  LiveConfig config() {
    LiveConfig out;
    auto& radio = out.links.emplace_back();
    radio.name = "radio";
    radio.kind = LinkKind::half_duplex;
    radio.rate_bps = 8000;
    for (const auto& [name, air, view] : {std::tuple{"a", a_air, a_view}, {"b", b_air, b_view}, {"c", c_air, c_view}}) {
      StationConfig s;
      s.name = name;
      s.address = air;
      s.view = view;
      s.ports = {2753, 2754};
      s.groups = {group_air};
      out.stations.push_back(s);
    }
    return out;
  }
  // What has come in, then the channel up to `t`.
  void step(Duration t) {
    std::vector<int> fds;
    link.add_descriptors(fds);
    for (const int fd : fds) link.receive(fd, now);
    now = Time{t};
    link.advance(now);
  }
  std::uint64_t count(std::size_t station, const char* key) {
    return link.report().at("stations").as_array().at(station).at(key).to_number<std::uint64_t>();
  }

  Time now{};
  std::vector<Bytes> on_air;
  LiveLink link{config(), 0, 1, Time{}, [this](Time, ByteView p) { on_air.emplace_back(p.begin(), p.end()); }};
  Program a{to_view(a_view, a_air), 2753}, b{to_view(b_view, b_air), 2753}, c{to_view(c_view, c_air), 2753};
};

TEST_F(LiveLinkTest, UnicastArrivesAfterItsAirTimeFromWhereTheSenderIsSeen) {
  a.send("hello", to_view(a_view, b_air), 2753);  // 33 octets on the air: 33 ms
  step(32ms);
  EXPECT_EQ(b.receive(), "");
  step(34ms);
  EXPECT_EQ(b.receive(), "hello from " + seen(b_view, a_air) + ":2753");
  EXPECT_EQ(c.receive(), "");
  ASSERT_EQ(on_air.size(), 1U);
  const auto udp = parse_udp(on_air[0]);
  ASSERT_TRUE(udp);
  EXPECT_EQ(udp->source, a_air);
  EXPECT_EQ(udp->destination, b_air);
}

TEST_F(LiveLinkTest, AnAnswerToAnEphemeralPortFindsItsWay) {
  Program client{to_view(a_view, a_air), 40001};
  client.send("ask", to_view(a_view, b_air), 2753);
  step(100ms);
  EXPECT_EQ(b.receive(), "ask from " + seen(b_view, a_air) + ":40001");
  b.send("answer", to_view(b_view, a_air), 40001);
  step(200ms);
  EXPECT_EQ(client.receive(), "answer from " + seen(a_view, b_air) + ":2753");
}

TEST_F(LiveLinkTest, MulticastReachesEveryOtherStationOnce) {
  Program a_group{group_in_view(a_view, group_air), 2753, true}, c_group{group_in_view(c_view, group_air), 2753, true};
  Program b_member{group_in_view(b_view, group_air), 2753, true};
  a.send("all", group_in_view(a_view, group_air), 2753);
  step(100ms);
  EXPECT_EQ(b_member.receive(), "all from " + seen(b_view, a_air) + ":2753");
  EXPECT_EQ(c_group.receive(), "all from " + seen(c_view, a_air) + ":2753");
  EXPECT_EQ(a_group.receive(), "all from " + seen(a_view, a_air) + ":2753")
      << "the host's own loop, not the emulator's";
  EXPECT_EQ(a_group.receive(), "");
  step(1s);
  EXPECT_EQ(on_air.size(), 1U) << "what the emulator sends to a group must not come back to the air";
}

TEST_F(LiveLinkTest, StrangersOfThisMachineAreNotCarried) {
  Program stranger{{0x7F000001}, 2753};
  stranger.send("boo", to_view(a_view, b_air), 2753);
  step(1s);
  EXPECT_EQ(b.receive(), "");
  EXPECT_EQ(count(0, "packets_offered"), 0U);
}

TEST_F(LiveLinkTest, SilenceIsCountedAsSilence) {
  a.send("x", to_view(a_view, c_air), 2753);
  step(1s);
  EXPECT_EQ(count(0, "packets_offered"), 1U);
  EXPECT_EQ(count(0, "octets_sent"), 29U);
  EXPECT_EQ(count(2, "octets_offered"), 0U);
  EXPECT_EQ(count(2, "octets_received"), 29U);
}

}  // namespace
}  // namespace longwire::sim
