// A frequency with modems on real ports of this machine; only the time is made up.
#include "sim/live_air.hpp"

#include "sim/live_config.hpp"
#include "sim/live_system.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace longwire::sim {
namespace {

using namespace std::chrono_literals;

constexpr Time start = from_unix(1'000'000);

LiveConfig parse(const std::string& text) {
  auto parsed = parse_live_config(text, "link.toml");
  for (const auto& problem : parsed.problems) ADD_FAILURE() << to_string(problem);
  return parsed.config.value_or(LiveConfig{});
}

std::string problems_of(const std::string& text) {
  std::string out;
  for (const auto& problem : parse_live_config(text, "link.toml").problems) out += to_string(problem) + "\n";
  return out;
}

const std::string hf = "[[link]]\nname = \"hf\"\nkind = \"hf\"\nbearer = \"modem\"\nrate = 1200\nshift_bits = false\n";

// What is ready now on the ports, then the air until t.
void serve(LiveAir& air, Time now) {
  for (int i = 0; i < 20; ++i) {
    std::vector<int> fds;
    air.add_descriptors(fds);
    std::vector<pollfd> polled;
    for (const int fd : fds) polled.push_back({fd, POLLIN, 0});
    if (::poll(polled.data(), polled.size(), 5) <= 0) break;
    for (const auto& p : polled) EXPECT_TRUE(p.revents == 0 || air.receive(p.fd, now));
  }
  while (air.next_event() <= now) air.advance(std::max(air.next_event(), now - 1h));
  air.advance(now);
}

Descriptor connect_to(const std::string& where) {
  Descriptor out(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(where.substr(where.rfind(':') + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(out.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return out;
}

std::string read_now(int fd) {
  pollfd p{fd, POLLIN, 0};
  if (::poll(&p, 1, 200) <= 0) return {};
  char buffer[4096];
  const auto n = ::read(fd, buffer, sizeof buffer);
  return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : std::string();
}

std::string port_of(const LiveAir& air, std::size_t station) {
  return std::string(air.report().at("stations").at(station).at("port").as_string());
}

TEST(LiveAir, ATcpPortAndAPtyShareAFrequency) {
  const auto link = (std::filesystem::temp_directory_path() / ("longwire-pty-" + std::to_string(::getpid()))).string();
  {
    LiveAir air(parse(hf +
                      "[[modem]]\nname = \"a\"\nkind = \"tcp\"\nlisten = \"127.0.0.1:0\"\n"
                      "[[modem]]\nname = \"b\"\nkind = \"pty\"\npath = \"" +
                      link + "\"\n"),
                0, 1, start, {});
    const auto a = connect_to(port_of(air, 0));
    const Descriptor b(::open(link.c_str(), O_RDWR | O_NOCTTY));
    ASSERT_GE(b.get(), 0);
    serve(air, start);
    ASSERT_EQ(::write(a.get(), "from a to b", 11), 11);
    serve(air, start + 1s);
    serve(air, start + 20s);
    EXPECT_EQ(read_now(b.get()), "from a to b");
    ASSERT_EQ(::write(b.get(), "\x00\n\r\x11 back", 9), 9);  // nothing of it is a control character
    serve(air, start + 21s);
    serve(air, start + 40s);
    EXPECT_EQ(read_now(a.get()), std::string("\x00\n\r\x11 back", 9));
    EXPECT_EQ(air.report().at("octets_on_air").to_number<int>(), 20);
    EXPECT_NE(air.table().find("connected"), std::string::npos);
  }
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::symlink_status(link)));
}

TEST(LiveAir, ASecondProgramIsRefused) {
  LiveAir air(parse(hf + "[[modem]]\nname = \"a\"\nkind = \"110d\"\nlisten = \"127.0.0.1:0\"\n"
                         "[[modem]]\nname = \"b\"\nkind = \"110d\"\nlisten = \"127.0.0.1:0\"\n"),
              0, 1, start, {});
  const auto first = connect_to(port_of(air, 0));
  serve(air, start);
  EXPECT_EQ(read_now(first.get()).substr(0, 3), "IPU");  // CONNECT
  const auto second = connect_to(port_of(air, 0));
  serve(air, start);
  pollfd p{second.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&p, 1, 1000), 1);
  char octet = 0;
  EXPECT_EQ(::read(second.get(), &octet, 1), 0);
}

TEST(LiveConfig, ModemsAreReadAndChecked) {
  const auto config = parse(hf +
                            "[[modem]]\nname = \"a\"\nkind = \"110d\"\nlisten = \"127.0.0.1:3001\"\n"
                            "[[modem]]\nname = \"b\"\nkind = \"pty\"\npath = \"/run/b\"\n");
  ASSERT_EQ(config.modems.size(), 2U);
  EXPECT_EQ(config.modems[0].listen.port, 3001);
  EXPECT_EQ(config.modems[1].path, "/run/b");
  const std::string one = "[[modem]]\nname = \"a\"\nkind = \"tcp\"\nlisten = \"127.0.0.1:1\"\n";
  EXPECT_NE(problems_of(hf + one).find("at least two modems"), std::string::npos);
  EXPECT_NE(problems_of(hf + one + one).find("two modems are named"), std::string::npos);
  EXPECT_NE(problems_of(hf + "[[modem]]\nname = \"a\"\nkind = \"pty\"\n").find("missing key path"), std::string::npos);
  EXPECT_NE(problems_of(hf + "[[modem]]\nname = \"a\"\nkind = \"tcp\"\nlisten = \"here\"\n").find("listen must be"),
            std::string::npos);
  EXPECT_NE(problems_of("[[link]]\nname = \"l\"\nkind = \"satcom\"\n" + one).find("for modems it needs"),
            std::string::npos);
  EXPECT_NE(
      problems_of("[[link]]\nname = \"l\"\nkind = \"hf\"\nbearer = \"modem\"\nrate = 1000\n").find("no HF modem has"),
      std::string::npos);
}

}  // namespace
}  // namespace longwire::sim
