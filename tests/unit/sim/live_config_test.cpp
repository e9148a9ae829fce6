#include "sim/live_config.hpp"

#include <gtest/gtest.h>

namespace longwire::sim {
namespace {

const std::string good = R"(seed = 7
[[link]]
name = "radio"
kind = "half-duplex"
rate = "9600"
[[link.receiver]]
node = "ship-b"
loss = 0.2
[[station]]
name = "ship-a"
address = "10.66.0.1/24"
view = "127.66.1.0/24"
groups = ["239.66.0.1"]
[[station]]
name = "ship-b"
address = "10.66.0.2/24"
tun = "tun0"
netns = "ship-b"
networks = ["192.168.5.0/24"]
)";

std::string first_problem(const std::string& text) {
  const auto parsed = parse_live_config(text, "l.toml");
  return parsed.config ? "none" : to_string(parsed.problems.at(0));
}

std::string changed(const std::string& from, const std::string& to) {
  auto text = good;
  text.replace(text.find(from), from.size(), to);
  return first_problem(text);
}

TEST(LiveConfig, ReadsEverything) {
  const auto parsed = parse_live_config(good, "l.toml");
  ASSERT_TRUE(parsed.config) << to_string(parsed.problems.at(0));
  const auto& c = *parsed.config;
  EXPECT_EQ(c.seed, 7U);
  ASSERT_EQ(c.links.size(), 1U);
  EXPECT_EQ(c.links[0].kind, LinkKind::half_duplex);
  EXPECT_EQ(c.links[0].rate_bps, 9600U);
  ASSERT_EQ(c.links[0].receivers.size(), 1U);
  EXPECT_EQ(c.links[0].receivers[0].node, "ship-b");
  ASSERT_EQ(c.stations.size(), 2U);
  EXPECT_EQ(to_string(c.stations[0].address), "10.66.0.1");
  EXPECT_EQ(to_string(*c.stations[0].view), "127.66.1.0");
  EXPECT_EQ(c.stations[0].ports, (std::vector<std::uint16_t>{2751, 2752, 2753, 2754}));
  EXPECT_EQ(to_string(c.stations[0].groups.at(0)), "239.66.0.1");
  EXPECT_EQ(c.stations[1].tun, "tun0");
  EXPECT_EQ(c.stations[1].networks.at(0).prefix, 24U);
}

TEST(LiveConfig, NamesWhatIsWrongAndWhere) {
  EXPECT_EQ(changed("view = \"127.66.1.0/24\"", "view = \"10.66.1.0/24\""),
            "l.toml:12:8: error: view must be a network of the loopback device such as \"127.66.1.0/24\"");
  EXPECT_NE(changed("netns", "netnz").find("error: unknown key \"netnz\" (did you mean \"netns\"?)"),
            std::string::npos);
  EXPECT_NE(changed("239.66.0.1", "10.66.0.1").find("is no multicast group"), std::string::npos);
  EXPECT_NE(changed("tun = \"tun0\"\n", "").find("either a view"), std::string::npos);
  EXPECT_NE(changed("10.66.0.2/24", "10.66.0.1/24").find("the same address"), std::string::npos);
  EXPECT_NE(changed("10.66.0.2/24", "10.67.0.1/24").find("the same host number"), std::string::npos);
  EXPECT_NE(changed("node = \"ship-b\"", "node = \"ship-d\"").find("ship-d"), std::string::npos);
  EXPECT_NE(changed("name = \"ship-b\"\naddress", "name = \"ship-a\"\naddress").find("ship-"), std::string::npos);
  EXPECT_NE(first_problem("seed = ").find("l.toml:1:"), std::string::npos);
  EXPECT_NE(first_problem("").find("missing [[link]]"), std::string::npos);
}

TEST(LiveConfig, Views) {
  EXPECT_EQ(to_string(to_view({0x7F420100}, {0x0A420009})), "127.66.1.9");
  EXPECT_EQ(to_string(group_in_view({0x7F420100}, {0xEF420001})), "239.66.1.1");
  EXPECT_EQ(netmask(0), 0U);
  EXPECT_EQ(netmask(24), 0xFFFFFF00U);
  EXPECT_EQ(netmask(32), 0xFFFFFFFFU);
}

}  // namespace
}  // namespace longwire::sim
